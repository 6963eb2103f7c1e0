import { message, type Message, type Text } from '#shared/language/message.ts';
import { numberOfMark } from '#shared/tube-mark.ts';

/** A tube's code as it is said: that of a label as it stands there, that of a mark in the language. */
export function codeText(code: string): Text {
  const number = numberOfMark(code);
  return number === null ? code : message('tube.marked', { n: number });
}

/** 管 …, or 本管. */
export const tubeText = (code: string | null): Message =>
  code === null ? message('tube.this') : message('tube.coded', { code: codeText(code) });
