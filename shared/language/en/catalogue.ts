import type { Translated } from '../zh/catalogue.ts';
import { account } from './account.ts';
import { action } from './action.ts';
import { band } from './band.ts';
import { count } from './count.ts';
import { entry } from './entry.ts';
import { face } from './face.ts';
import { field } from './field.ts';
import { figure } from './figure.ts';
import { file } from './file.ts';
import { finding } from './finding.ts';
import { key } from './key.ts';
import { kiosk } from './kiosk.ts';
import { lab } from './lab.ts';
import { list } from './list.ts';
import { machine } from './machine.ts';
import { object } from './object.ts';
import { opening } from './opening.ts';
import { person } from './person.ts';
import { problem } from './problem.ts';
import { reader } from './reader.ts';
import { readerFault } from './reader-fault.ts';
import { readerModel } from './reader-model.ts';
import { refusal } from './refusal.ts';
import { roster } from './roster.ts';
import { round } from './round.ts';
import { sheet } from './sheet.ts';
import { state } from './state.ts';
import { term } from './term.ts';
import { time } from './time.ts';

/** Every sentence and word of Muster in English. */
export const en: Translated = {
  ...account,
  ...action,
  ...band,
  ...count,
  ...entry,
  ...face,
  ...field,
  ...figure,
  ...file,
  ...finding,
  ...key,
  ...kiosk,
  ...lab,
  ...list,
  ...machine,
  ...object,
  ...opening,
  ...person,
  ...problem,
  ...reader,
  ...readerFault,
  ...readerModel,
  ...refusal,
  ...roster,
  ...round,
  ...sheet,
  ...state,
  ...term,
  ...time,
};
