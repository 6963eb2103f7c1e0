import type { RowError } from '#shared/contract/http.ts';
import { message } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';
import { atRow, firstSeen, type Place } from '../tables/row-place.ts';

/** What may be wrong with a row of a roster; docs/http.md lists them. Each says the message `roster.` and its code. */
export const ROSTER_CODES = [
  'number-length',
  'number-characters',
  'number-province',
  'number-date',
  'number-check-digit',
  'number-eaten',
  'number-missing',
  'number-twice',
  'number-doubtful',
  'name-missing',
  'name-length',
  'staff-number',
  'staff-number-twice',
  'physical-number-twice',
  'document-twice',
  'of-two-people',
  'of-one-person',
  'to-correct',
  'stands-already',
  'physical-number',
  'document',
  'sex-contradicts',
  'left-the-firm',
  'sheet-skipped',
  'header-missing',
  'no-people',
] as const;

export type RosterCode = (typeof ROSTER_CODES)[number];

/** What is wrong with a row or cell, with its place and, of doubles, the place of the first. */
export function told(
  place: Place,
  column: string | null,
  code: RosterCode,
  first: Place | null = null,
): RowError {
  const fault = message(`roster.${code}`);
  const what = first === null ? fault : firstSeen(first, fault);
  return {
    row: place.row,
    column,
    code,
    sheet: place.sheet,
    ...sentence(atRow(place, what)),
  };
}
