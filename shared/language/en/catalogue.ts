import { account } from './account.ts';
import { action } from './action.ts';
import { closing } from './closing.ts';
import { count } from './count.ts';
import { field } from './field.ts';
import { file } from './file.ts';
import { lab } from './lab.ts';
import { machine } from './machine.ts';
import { problem } from './problem.ts';
import { roster } from './roster.ts';
import { round } from './round.ts';
import { state } from './state.ts';
import { term } from './term.ts';
import type { Translated } from '../zh/catalogue.ts';

/** Every sentence and word of Muster in English. */
export const en: Translated = {
  ...account,
  ...action,
  ...closing,
  ...count,
  ...field,
  ...file,
  ...lab,
  ...machine,
  ...problem,
  ...roster,
  ...round,
  ...state,
  ...term,
};
