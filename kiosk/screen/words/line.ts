/** Lines of a face, and what a face is made of. */

import type { Language } from '#shared/language/languages.ts';
import {
  listed,
  message,
  type Given,
  type Message,
  type MessageKey,
  type Text,
} from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';

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

/** A line below the main one. `before`: a name, a round: told once, in front of the words in the first language of the faces. */
export interface Line {
  before: readonly Text[];
  said: Message | null;
}

export interface FaceWords {
  tone: Tone;
  symbol: SymbolName;
  main: Message;
  /** Lines below the main one, largest first. */
  below: readonly Line[];
  /** A block of its own that shouts at the staff while the worker reads the main line. */
  alert: Message | null;
}

export const line = <Key extends MessageKey>(key: Key, ...given: Given<Key>): Line =>
  lineOf(message(key, ...given));
export const lineOf = (said: Message): Line => ({ before: [], said });
/** A line with what is told once in front of it; nulls are left out. */
export const lineAfter = (before: readonly (Text | null)[], said: Message | null): Line => ({
  before: before.filter((part) => part !== null),
  said,
});

/** The whole line in the first language of the faces. */
export const wholeLine = (language: Language, { before, said }: Line): string =>
  [...before, said]
    .filter((part) => part !== null)
    .map((part) => (typeof part === 'string' ? part : say(language, part)))
    .join(' · ');

/** The whole line, in no language yet. */
export const textOfLine = ({ before, said }: Line): Text | null =>
  listed('list.dot', said === null ? before : [...before, said]);

/** A face without an alert. */
export const words = (tone: Tone, symbol: SymbolName, main: Message, ...below: Line[]): FaceWords => ({
  tone,
  symbol,
  main,
  below,
  alert: null,
});
