import type { WrongObject } from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';
import { line, words, type FaceWords } from './line.ts';

/** What to do about each thing that was given instead of a card or a tube code. */
export const WRONG_OBJECT_WORDS: Readonly<Record<WrongObject, FaceWords>> = {
  'tube-code': words('again', 'card', message('object.tube-code')),
  card: words('again', 'tube', message('object.card')),
  'person-code': words('again', 'card', message('object.person-code')),
  'person-number': advised('tube', 'person-number'),
  'unknown-card': advised('card', 'unknown-card'),
  glued: advised('tube', 'glued'),
  length: advised('tube', 'length'),
  'gs1-label': advised('tube', 'gs1-label'),
  pattern: advised('tube', 'pattern'),
};

function advised(
  symbol: 'tube' | 'card',
  given: Exclude<WrongObject, 'tube-code' | 'card' | 'person-code'>,
): FaceWords {
  return words('again', symbol, message(`object.${given}`), line(`object.${given}-advice`));
}
