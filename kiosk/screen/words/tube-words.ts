import { message, type Message } from '#shared/language/message.ts';
import { codeText } from '#shared/language/tube-code.ts';

/** 管 …, or 本管. */
export const tubeText = (code: string | null): Message =>
  code === null ? message('tube.this') : message('tube.coded', { code: codeText(code) });
