import type { RowError } from '#shared/contract/http.ts';
import { message, type Message } from '#shared/language/message.ts';
import { firstSeen, type Place, rowError } from '../tables/row-place.ts';
import { TABLE_CODES, tableMessage } from '../tables/table-code.ts';

/** What may be wrong with a row of a roster; docs/http.md lists them. Each says the message `roster.` and its code, or that of any table. */
export const ROSTER_CODES = [
  ...TABLE_CODES,
  'number-length',
  'number-characters',
  'number-province',
  'number-date',
  'number-check-digit',
  'number-eaten',
  'number-missing',
  'number-twice',
  'number-doubtful',
  'number-repaired',
  'name-missing',
  'name-length',
  'name-characters',
  'cell-error',
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
  'sheet-people',
  'sheet-hidden',
  'rows-unnamed',
  'row-unread',
  'header-relative',
  'place-filled',
  'place-blank',
  'header-missing',
  'no-people',
] as const;

export type RosterCode = (typeof ROSTER_CODES)[number];

const messageOf = (code: RosterCode): Message =>
  tableMessage(code) ?? message(`roster.${code as Exclude<RosterCode, (typeof TABLE_CODES)[number]>}`);

/** What is wrong with a row or cell, with its place and, of doubles, the place of the first. */
export function told(
  place: Place,
  column: string | null,
  code: RosterCode,
  first: Place | null = null,
): RowError {
  const fault = messageOf(code);
  const what = first === null ? fault : firstSeen(first, fault);
  return rowError(place, column, code, what);
}

/** What is said of many rows or cells at once, at the first of them. */
export function toldOfRows(place: Place, column: string | null, code: RosterCode, n: number): RowError {
  const what = message('file.of-many', { what: messageOf(code), n });
  return rowError(place, column, code, what);
}

/** No header was found; this row was most like one. */
export function toldHeader({ words, ...place }: Place & { words: readonly string[] }): RowError {
  const code = 'header-missing' satisfies RosterCode;
  const detail = words.join(' | ');
  const what = message('file.with-detail', { what: messageOf(code), detail });
  return rowError(place, null, code, what);
}
