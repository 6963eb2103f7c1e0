import { tubeCodeSchema } from '#shared/event/event.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import { labelText, readLabel } from '#shared/label.ts';
import { looksLikePersonNumber } from '#shared/person-number.ts';
import { parsePairingCode, type PairingCode } from '#shared/contract/wire.ts';

/** What a scanned or typed text turns out to be. */
export type Scanned =
  | { is: 'pairing'; pairing: PairingCode }
  | { is: 'tube'; code: string }
  /** Looks like a person's number, so that nobody writes it down unless a person insists that a tube has it. */
  | { is: 'doubted'; code: string }
  /**
   * person-code: an ID number or a health code; glued: two codes read as one; length: no tube here has so long a code;
   * gs1-label: a GS1 label that names goods and no single piece.
   */
  | { is: 'wrong'; given: 'person-code' | 'glued' | 'length' | 'gs1-label' };

export const TUBE_CODE_LENGTH_MAX = 40;
/** Two halves this long that are equal are one code scanned twice; shorter ones may be a code such as 1212. */
const GLUED_HALF_MIN = 5;

/** Decides what a text is. A code that passes the check of an ID number is never a tube (reader-protocols.md 5). */
export function classifyScan(text: string): Scanned {
  const label = readLabel(text);
  if (label.is === 'gs1' && label.serial === null) return { is: 'wrong', given: 'gs1-label' };
  const plain = labelText(text);
  const pairing = parsePairingCode(plain);
  if (pairing !== null) return { is: 'pairing', pairing };
  if (parseIdNumber(plain).ok) return { is: 'wrong', given: 'person-code' };
  const half = plain.slice(0, plain.length / 2);
  if (half.length >= GLUED_HALF_MIN && plain === half + half) return { is: 'wrong', given: 'glued' };
  const isCode = tubeCodeSchema.safeParse(plain).success;
  if (isCode) return { is: looksLikePersonNumber(plain) ? 'doubted' : 'tube', code: plain };
  const tooLong = plain.length > TUBE_CODE_LENGTH_MAX && /^[\p{L}\p{N}._/-]+$/u.test(plain);
  return { is: 'wrong', given: tooLong || plain === '' ? 'length' : 'person-code' };
}

/** True for a text that pairs instead of naming a tube. */
export function isPairingText(text: string): boolean {
  return parsePairingCode(labelText(text)) !== null;
}

/** Shorter codes are numbered by hand, 9 and then 10: nothing follows from their length. */
const USUAL_LENGTH_MIN = 5;
/** One or two tubes may be odd ones; three alike are the delivery. */
const USUAL_CODES_MIN = 3;

/**
 * What is odd about a code next to those of this round so far; null: nothing. Where the round does not say how its tube
 * codes look no public rule does (reader-protocols.md 5), and the codes already in use are all there is to compare with.
 */
export function oddAmong(codes: readonly string[], code: string): 'glued' | 'length' | null {
  const [length = 0, ...others] = new Set(codes.map((one) => one.length));
  if (others.length > 0 || length < USUAL_LENGTH_MIN || code.length === length) return null;
  const halves = [code.slice(0, length), code.slice(length)];
  if (code.length === 2 * length && halves.every((half) => classifyScan(half).is === 'tube')) return 'glued';
  return codes.length < USUAL_CODES_MIN ? null : 'length';
}
