import { messageOf, say, type Say } from './say.ts';

const ACCENTED: Readonly<Record<string, string>> = {
  a: 'á',
  c: 'ç',
  e: 'é',
  i: 'í',
  n: 'ñ',
  o: 'ó',
  s: 'š',
  u: 'ú',
  y: 'ý',
  z: 'ž',
  A: 'Á',
  C: 'Ç',
  E: 'É',
  I: 'Í',
  N: 'Ñ',
  O: 'Ó',
  S: 'Š',
  U: 'Ú',
  Y: 'Ý',
  Z: 'Ž',
};

/**
 * A sentence of the pseudo-language: English with accents, a third longer and between brackets. What stands on a page without
 * brackets came from no catalogue; what is cut off has too little room for a longer language. For development alone.
 */
function pseudoText(english: string): string {
  const accented = Array.from(english, (letter) => ACCENTED[letter] ?? letter).join('');
  return `⟦${accented}${'~'.repeat(Math.ceil(english.length / 3))}⟧`;
}

/** The voice of the pseudo-language. */
export const pseudoVoice: Say = (said, ...given) => pseudoText(say('en', messageOf(said, given)));
