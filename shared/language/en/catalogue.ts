import type { Translated } from '../zh/catalogue.ts';
import { account } from './account.ts';
import { action } from './action.ts';
import { machine } from './machine.ts';
import { round } from './round.ts';
import { state } from './state.ts';
import { term } from './term.ts';

/** Every sentence and word of Muster in English. */
export const en: Translated = { ...account, ...action, ...machine, ...round, ...state, ...term };
