import type { RowError } from '#shared/contract/http.ts';
import { sentence } from '#shared/language/sentence.ts';
import { message, type Message } from '#shared/language/message.ts';

/** Where a row stands: its sheet (null in files without) and its number as the file counts. */
export interface Place {
  sheet: string | null;
  row: number;
}

/** What is wrong with a row, behind where it stands. */
const atRow = ({ sheet, row }: Place, what: Message): Message =>
  sheet === null
    ? message('file.at-row', { row, what })
    : message('file.at-sheet-row', { sheet: sheet.trim(), row, what });

/** What is wrong with a row, and where the same was first seen. */
export const firstSeen = ({ sheet, row }: Place, what: Message): Message =>
  sheet === null
    ? message('file.first-in-row', { row, what })
    : message('file.first-in-sheet-row', { sheet: sheet.trim(), row, what });

/** A fault or remark of a row or cell as an answer carries it, behind where it stands. */
export const rowError = (place: Place, column: string | null, code: string, what: Message): RowError => ({
  row: place.row,
  column,
  code,
  sheet: place.sheet,
  ...sentence(atRow(place, what)),
});
