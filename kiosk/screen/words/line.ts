/** Lines of a screen in both languages, and what a face is made of. */

import type { Words } from '#shared/words.ts';

/** Colour groups. Colour never stands alone: each face carries a symbol too. */
export type Tone = 'plain' | 'good' | 'walk-in' | 'repeat' | 'again' | 'test' | 'stop' | 'ask';
export type SymbolName =
  | 'card'
  | 'wait'
  | 'check'
  | 'repeat'
  | 'retry'
  | 'staff'
  | 'tube'
  | 'cross'
  | 'plug'
  | 'ask'
  | 'link'
  | 'test'
  | 'undo';

export type Line = Words;

export interface FaceWords {
  tone: Tone;
  symbol: SymbolName;
  main: Line;
  /** Lines below the main one, largest first. */
  below: readonly Line[];
  /** A block of its own that shouts at the staff while the worker reads the main line. */
  alert: Line | null;
}

/** One line in both languages. */
export const line = (zh: string, en: string): Line => ({ zh, en });
/** A face without an alert. */
export const words = (tone: Tone, symbol: SymbolName, main: Line, ...below: Line[]): FaceWords => ({
  tone,
  symbol,
  main,
  below,
  alert: null,
});
