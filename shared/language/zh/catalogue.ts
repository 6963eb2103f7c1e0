import { account } from './account.ts';
import { action } from './action.ts';
import { machine } from './machine.ts';
import { round } from './round.ts';
import { state } from './state.ts';
import { term } from './term.ts';

/** Every sentence and word of Muster in Chinese. Its keys and parameters are those of every language. */
export const zh = { ...account, ...action, ...machine, ...round, ...state, ...term } as const;

/** A catalogue of another language: all keys, and the parameters of each (LN3). */
export type Translated = Readonly<Record<keyof typeof zh, string>>;
