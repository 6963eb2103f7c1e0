import { DEFAULT_LANGUAGE, LANGUAGE_CODES, LANGUAGES } from './languages.ts';
import { message, type MessageKey, type PlainKey, type Text } from './message.ts';

/** Reasons that are offered begin so, and have no places. */
const OFFERED = 'reason.';

const keyOfText = new Map<string, PlainKey>();
for (const code of LANGUAGE_CODES)
  for (const key of Object.keys(LANGUAGES[code].messages) as MessageKey[])
    if (key.startsWith(OFFERED)) keyOfText.set(LANGUAGES[code].messages[key], key as PlainKey);

/**
 * A reason as an event holds it, which is the text that was pressed or typed: one that is offered is said in the language of
 * its reader, in whichever it was pressed; any other stands as it was typed.
 */
export function reasonText(given: string): Text {
  const key = keyOfText.get(given);
  return key === undefined ? given : message(key);
}

/** One text for a reason in whichever language it was pressed, to count by; a typed one as it is. */
export function sameReason(given: string): string {
  const key = keyOfText.get(given);
  return key === undefined ? given : LANGUAGES[DEFAULT_LANGUAGE].messages[key];
}
