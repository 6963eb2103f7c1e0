import { tubeCodeSchema } from '#shared/event.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import { parsePairingCode, type PairingCode } from '#shared/wire.ts';

/** What a scanned or typed text turns out to be. */
export type Scanned =
  | { is: 'pairing'; pairing: PairingCode }
  | { is: 'tube'; code: string }
  /** person-code: an ID number or a health code; glued: one code read twice; length: too long for any tube. */
  | { is: 'wrong'; given: 'person-code' | 'glued' | 'length' };

const TUBE_CODE_LENGTH_MAX = 40;
/** Two halves this long that are equal are one code scanned twice; shorter ones may be a code such as 1212. */
const GLUED_HALF_MIN = 5;

/** Decides what a text is. A code that passes the check of an ID number is never a tube (readers.md section 5). */
export function classifyScan(text: string): Scanned {
  const plain = text.trim();
  const pairing = parsePairingCode(plain);
  if (pairing !== null) return { is: 'pairing', pairing };
  if (parseIdNumber(plain).ok) return { is: 'wrong', given: 'person-code' };
  const half = plain.slice(0, plain.length / 2);
  if (half.length >= GLUED_HALF_MIN && plain === half + half) return { is: 'wrong', given: 'glued' };
  const isCode = tubeCodeSchema.safeParse(plain).success;
  if (isCode) return { is: 'tube', code: plain };
  const tooLong = plain.length > TUBE_CODE_LENGTH_MAX && /^[\p{L}\p{N}._/-]+$/u.test(plain);
  return { is: 'wrong', given: tooLong || plain === '' ? 'length' : 'person-code' };
}
