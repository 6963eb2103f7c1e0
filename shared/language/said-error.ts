import { wordsOf } from '../error-words.ts';
import { LANGUAGE_CODES } from './languages.ts';
import { say } from './say.ts';
import type { Message, Text } from './message.ts';

/** A message in every language beside each other: for consoles and logs, which have no switch. */
export const inAllLanguages = (said: Message): string =>
  LANGUAGE_CODES.map((code) => say(code, said)).join(' · ');

/** Expected trouble that travels as an error, with the message that a screen says of it. */
export class SaidError extends Error {
  readonly said: Message;

  constructor(said: Message) {
    super(inAllLanguages(said));
    this.said = said;
  }
}

/** Why something failed: a message where there is one, else the system's own words. */
export const detailOf = (error: unknown): Text => (error instanceof SaidError ? error.said : wordsOf(error));

/** The same of a text. */
export const textInAllLanguages = (text: Text): string =>
  typeof text === 'string' ? text : inAllLanguages(text);
