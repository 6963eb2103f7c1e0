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

/** Every sentence and word of Muster in Chinese. Its keys and parameters are those of every language. */
export const zh = {
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
} as const;

/** A catalogue of another language: all keys, and the parameters of each (LN3). */
export type Translated = Readonly<Record<keyof typeof zh, string>>;
