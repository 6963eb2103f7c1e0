import type { Language } from '#shared/language/languages.ts';
import { message, type Message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { sayReceived } from '#shared/language/sentence.ts';

/** A word of a cell: data, a message, or a sentence as a finding carries it. */
export type CellWord = string | Message | { key?: string; parameters?: unknown; zh: string; en?: string };

/** What a cell says in the language of its file; data stays as it is. */
export function cellText(language: Language, word: CellWord): string {
  if (typeof word === 'string') return word;
  return 'zh' in word ? sayReceived(language, { ...word, en: word.en ?? word.zh }) : say(language, word);
}

/** Several words of one cell, parted as the language parts them; null and empty: nothing to say. */
export const joinedText = (language: Language, words: readonly (CellWord | null)[]): string =>
  words
    .map((word) => (word === null ? '' : cellText(language, word).replace(/^;/, '')))
    .filter((text) => text !== '')
    .join(say(language, message('cell.parting')));
