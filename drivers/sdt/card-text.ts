import { type IdNumber, type Sex, dateFromDigits, parseIdNumber } from '#shared/id-number.ts';
import { LONG_TERM, type Reading } from '#shared/reading.ts';

import { CARD_LAYOUTS, type Field, KIND_BY_TYPE_FLAG, TEXT_BLOCK_BYTES, TYPE_FLAG } from './card-layout.ts';

/** Why the content of a card that was read is no reading; each is told, none stops the reader. Words: `reader-fault`. */
export const CARD_FAULTS = {
  'content-length': { handling: 'lift' },
  'unknown-card-type': { handling: 'lift' },
  'invalid-number': { handling: 'enter' },
  'contradicting-number': {
    handling: 'enter',
  },
  'missing-name': { handling: 'enter' },
  'garbled-name': { handling: 'enter' },
} as const;

export type CardFault = keyof typeof CARD_FAULTS;

export type CardResult = { ok: true; reading: Reading } | { ok: false; code: CardFault };

/** GB/T 2261.1 */
const SEX_BY_CODE: ReadonlyMap<string, Sex> = new Map([
  ['0', 'unknown'],
  ['1', 'M'],
  ['2', 'F'],
  ['9', 'unspecified'],
]);

/** Controls, marks that turn or hide text, line ends, and what stands for half a surrogate pair: no name has them. */
const GARBLED = /[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/u;

const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true });

/**
 * The data of a successful read: two or three lengths, then text, photo and perhaps fingerprint. Only the text is
 * looked at; what stands behind the last part is ignored.
 */
export function decodeCardData(data: Uint8Array): CardResult {
  const text = textPart(data);
  return text === null ? { ok: false, code: 'content-length' } : decodeCardText(text);
}

/**
 * The 256-byte text block of a card, in any of the four layouts. Photo, fingerprint, address and authority never leave
 * this file. A birth date or validity the card has garbled is no reason to turn anybody away: the number has the birth.
 */
export function decodeCardText(block: Uint8Array): CardResult {
  if (block.length < TEXT_BLOCK_BYTES) return { ok: false, code: 'content-length' };
  const text = (...fields: readonly Field[]) => decodeFields(block, fields);

  const kind = KIND_BY_TYPE_FLAG.get(text(TYPE_FLAG));
  if (kind === undefined) return { ok: false, code: 'unknown-card-type' };
  const layout = CARD_LAYOUTS[kind];

  const number = parseIdNumber(text(layout.number));
  // 15 digits have no check digit, and no card with a chip carries them.
  if (!number.ok || number.form === '15') return { ok: false, code: 'invalid-number' };
  const sex = SEX_BY_CODE.get(text(layout.sex)) ?? 'unknown';
  const birth = dateFromDigits(text(layout.birth));
  if (contradicts(number, { sex, birth })) return { ok: false, code: 'contradicting-number' };
  const nameEnglish = text(...layout.nameEnglish);
  const name = text(layout.name) || nameEnglish;
  if (name === '') return { ok: false, code: 'missing-name' };
  if (GARBLED.test(name + nameEnglish)) return { ok: false, code: 'garbled-name' };

  const holder = {
    number: number.number,
    name,
    nameEnglish: nameEnglish === '' ? null : nameEnglish,
    sex,
    birth: birth ?? number.birth,
    validFrom: dateFromDigits(text(layout.validFrom)),
    validTo: text(layout.validTo) === '长期' ? LONG_TERM : dateFromDigits(text(layout.validTo)),
  };
  if (kind === 'resident')
    return { ok: true, reading: { kind, ...holder, ethnicity: text(CARD_LAYOUTS[kind].ethnicity) } };
  if (kind === 'hmt') return { ok: true, reading: { kind, ...holder } };
  return { ok: true, reading: { kind, ...holder, nationality: text(CARD_LAYOUTS[kind].nationality) } };
}

/**
 * Whether the card says another birth date or sex than its number; what it does not say contradicts nothing. A foreigner's
 * number says nothing certain of the sex, and that of 2017 no century.
 */
function contradicts(number: IdNumber, card: { sex: Sex; birth: string | null }): boolean {
  const { form, birth, sex } = number;
  const from = form === 'foreigner-2017' ? 2 : 0;
  if (card.birth !== null && card.birth.slice(from) !== birth.slice(from)) return true;
  const saysSex = form === '18' || form === 'hmt';
  return saysSex && (card.sex === 'M' || card.sex === 'F') && card.sex !== sex;
}

/** The text part, or null where the lengths and the data do not fit each other. */
function textPart(data: Uint8Array): Uint8Array | null {
  if (data.length < 4) return null;
  const length = (part: number) => (data[2 * part]! << 8) | data[2 * part + 1]!;
  // Whether a third length follows is said by nothing but the sum (a card without fingerprint has a third of zero).
  const withTwo = 4 + length(0) + length(1);
  const hasThree = data.length >= 6 && data.length === 6 + length(0) + length(1) + length(2);
  if (!hasThree && data.length < withTwo) return null;
  const start = hasThree ? 6 : 4;
  return data.subarray(start, start + length(0));
}

/** Code units of one field, or of several read as one, without the padding (spaces, on some cards NUL). */
function decodeFields(block: Uint8Array, fields: readonly Field[]): string {
  const raw = fields.map(([offset, bytes]) => utf16.decode(block.subarray(offset, offset + bytes))).join('');
  return raw.replace(/^[\s\0]+|[\s\0]+$/gu, '');
}
