import { parse } from 'csv-parse/sync';
import { message } from '#shared/language/message.ts';
import { refusedFile, TABLE_COLUMNS_MAX, TABLE_ROWS_MAX, type TableRead, textCell } from './table-file.ts';

/** A text of values between delimiters. Never throws on input. */
export function readCsv(text: string): TableRead {
  const delimiter = delimiterOf(text);
  let records: string[][];
  try {
    records = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      to: TABLE_ROWS_MAX + 1,
    });
  } catch {
    return refusedFile('file-damaged', message('file.quotes'));
  }
  if (records.length > TABLE_ROWS_MAX)
    return refusedFile('file-too-long', message('file.too-many-rows', { most: TABLE_ROWS_MAX }));
  const rows = records.map((record, i) => ({
    row: i + 1,
    hidden: false,
    cells: record.slice(0, TABLE_COLUMNS_MAX).map((value) => (value === '' ? null : textCell(value))),
  }));
  return { ok: true, kind: 'csv', sheets: [{ name: null, hidden: false, rows }] };
}

/** The most frequent of comma, tab and semicolon in the first line; values may end in tabs (attendance exports do). */
function delimiterOf(text: string): string {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const uses = (d: string) => head.split(d).length;
  return uses(',') >= Math.max(uses('\t'), uses(';')) ? ',' : uses('\t') >= uses(';') ? '\t' : ';';
}
