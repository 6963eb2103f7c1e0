import { type IdNumber, parseIdNumber } from '#shared/id-number.ts';
import type { Reading } from '#shared/reading.ts';

import type { ReadAnswer } from './service-codec.ts';

/** An English name has up to 60 characters on a card (reader-protocols.md 2); what is longer is no name. */
export const NAME_UNITS_MAX = 60;

/**
 * The reading of a card of which a service gave number and name. Nothing else of its answer has a place that is known
 * for certain, so birth and sex come from the number, and validity, ethnicity and most nationalities stay unknown. A
 * number that does not verify is a fault, never a reading.
 */
export function cardAnswer(card: { number: string; name: string }): ReadAnswer {
  const number = verifiedNumber(card.number);
  if (number === null) return { answer: 'fault', code: 'invalid-number' };
  const name = card.name.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  if (name === '' || name.length > NAME_UNITS_MAX) return { answer: 'fault', code: 'missing-name' };
  return { answer: 'reading', reading: readingOf(number, name) };
}

/**
 * The number if its check digit proves it, else null. Old numbers of 15 digits have none; no card with a chip carries
 * one, so from a service it would be a mistaken field.
 */
function verifiedNumber(text: string): IdNumber | null {
  const number = parseIdNumber(text);
  return number.ok && number.form !== '15' ? number : null;
}

/**
 * Fields of a record whose places are known from one source only: where the number is not at its place but at exactly
 * one other, the record was shifted, and the name with it. Null where no field verifies.
 */
export function shiftOf(fields: readonly string[], numberAt: number): number | null {
  if (verifiedNumber(fields[numberAt] ?? '') !== null) return 0;
  const found = fields.flatMap((field, at) => (verifiedNumber(field) === null ? [] : [at]));
  return found.length === 1 ? found[0]! - numberAt : null;
}

function readingOf({ number, form, birth, sex }: IdNumber, name: string): Reading {
  const holder = { number, name, nameEnglish: null, sex, birth, validFrom: null, validTo: null };
  switch (form) {
    case 'hmt':
      return { kind: 'hmt', ...holder };
    case 'foreigner-2017':
      return { kind: form, ...holder, ...english(name), nationality: number.slice(0, 3) };
    case 'foreigner-2023':
      return { kind: form, ...holder, ...english(name), nationality: '' };
    case '18':
    case '15':
      return { kind: 'resident', ...holder, ethnicity: '' };
  }
}

function english(name: string): { nameEnglish: string | null } {
  return { nameEnglish: /^[\p{Script=Latin}\p{P}\p{Z}]+$/u.test(name) ? name : null };
}
