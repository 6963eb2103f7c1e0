import type { RowError } from '#shared/contract/http.ts';
import { message, type Message } from '#shared/language/message.ts';
import { sentence, type Sentence } from '#shared/language/sentence.ts';
import { rowError } from '../tables/row-place.ts';
import { TABLE_CODES, tableMessage } from '../tables/table-code.ts';

/** What may be wrong with a row of a list, or with a tube typed by hand; docs/http.md lists them. Each says the message `lab.` and its code, or that of any table. */
export const LAB_CODES = [
  ...TABLE_CODES,
  'tube-missing',
  'tube-code',
  'tube-ambiguous',
  'count',
  'count-missing',
  'station',
  'batch',
  'tube-unknown',
  'code-repaired',
  'total-differs',
  'header-missing',
  'sheet-skipped',
  'sheet-hidden',
  'rows-unnamed',
  'no-tubes',
] as const;

export type LabCode = (typeof LAB_CODES)[number];

const messageOf = (code: LabCode): Message =>
  tableMessage(code) ?? message(`lab.${code as Exclude<LabCode, (typeof TABLE_CODES)[number]>}`);

/** Something about a tube, without any number. */
export const note = (code: LabCode): Sentence & { code: LabCode } => ({
  code,
  ...sentence(messageOf(code)),
});

/** What is wrong with a row or cell, with its place. */
export function told(
  place: { sheet: string | null; row: number },
  column: string | null,
  code: LabCode,
  detail: string | null = null,
): RowError {
  const fault = messageOf(code);
  const what = detail === null ? fault : message('file.with-detail', { what: fault, detail });
  return rowError(place, column, code, what);
}
