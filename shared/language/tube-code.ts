import { numberOfMark } from '../tube-mark.ts';
import { message, type Text } from './message.ts';

/** A tube's code as it is said: that of a label as it stands there, that of a mark in the language. */
export function codeText(code: string): Text {
  const number = numberOfMark(code);
  return number === null ? code : message('tube.marked', { n: number });
}

/** The same, and that there is none. */
export const codeOrNone = (code: string | null): Text =>
  code === null ? message('tube.without-code') : codeText(code);
