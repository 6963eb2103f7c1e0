import { LANGUAGE_CODES } from '#shared/language/languages.ts';
import type { Desk } from './draft.ts';
import type { Key } from './keys.ts';
import { leaveOn, send, type Press } from './press-result.ts';

/** 语言: each language by its place. */
export function pressLanguage(desk: Desk, key: Key): Press {
  const language = key.name === 'char' ? LANGUAGE_CODES[Number(key.char) - 1] : undefined;
  return language === undefined ? leaveOn(key, desk) : send(desk, { command: 'choose-language', language });
}
