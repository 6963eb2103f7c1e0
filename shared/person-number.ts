import { normaliseIdNumber, parseIdNumber } from './id-number.ts';

/** 11 digits from 13 on, with the country in front or not. */
const MOBILE = /^(?:(?:00)?86)?1[3-9][0-9]{9}$/;
/**
 * Passports of the mainland (E, EA…, G; D, S, P with E or not), of Hong Kong (K, KJ, H) and Macao (M), and the permits to and from
 * both and Taiwan (C, CA…, H, M with 8 or 10 digits, L, T, W). Passports of other countries have the form of most codes.
 */
const TRAVEL = /^(?:[EGDSPKHMCWTL][0-9]{8}|[EC][A-Z][0-9]{7}|(?:PE|SE|DE|KJ|[DSP])[0-9]{7}|[HM][0-9]{10})$/;

/**
 * Whether a text looks like the number of a person: an ID number whatever its check digit, a mobile number, a passport or
 * permit of China; or holds an ID number that is right. Blanks and the signs codes are written with make no difference.
 */
export function looksLikePersonNumber(text: string): boolean {
  const plain = normaliseIdNumber(text).replace(/[._/-]/g, '');
  if (MOBILE.test(plain.replace(/^\+/, '')) || TRAVEL.test(plain)) return true;
  const whole = parseIdNumber(plain);
  if (whole.ok || whole.code === 'check-digit') return true;
  for (let at = 0; at + 18 <= plain.length; at += 1)
    if (parseIdNumber(plain.slice(at, at + 18)).ok) return true;
  return false;
}
