/** What a message of the kiosk says, in one language. */
import type { Face } from '#shared/contract/kiosk-screen.ts';
import type { Language } from '#shared/language/languages.ts';
import type { Text } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';

export const saidIn = (language: Language, text: Text): string =>
  typeof text === 'string' ? text : say(language, text);

export const zhOf = (text: Text): string => saidIn('zh', text);

/** The words that a face carries itself; of any other face nothing. */
export const faceSaid = (face: Face): string => ('words' in face ? zhOf(face.words) : '');
