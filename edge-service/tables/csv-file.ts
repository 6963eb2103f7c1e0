import { type Options, parse } from 'csv-parse/sync';
import { message } from '#shared/language/message.ts';
import { refusedFile, TABLE_COLUMNS_MAX, TABLE_ROWS_MAX, type TableRead, textCell } from './table-file.ts';

const OPTIONS = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: false,
} as const satisfies Options;

/** A text of values between delimiters. Never throws on input. */
export function readCsv(text: string): TableRead {
  const delimiter = delimiterOf(text);
  let records: string[][];
  try {
    records = parse(text, { ...OPTIONS, delimiter, to: TABLE_ROWS_MAX + 1 });
  } catch {
    const row = lastLineRead(text, delimiter) + 1; // the quote that is never closed stands in what follows
    return refusedFile('file-damaged', message('file.quotes-from', { row }));
  }
  if (records.length > TABLE_ROWS_MAX)
    return refusedFile('file-too-long', message('file.too-many-rows', { most: TABLE_ROWS_MAX }));
  const swallows = swallowingLine(records, delimiter);
  if (swallows !== null)
    return refusedFile('file-damaged', message('file.quotes-swallow', { row: swallows }));
  const rows = records.map((record, i) => ({
    row: i + 1,
    hidden: false,
    cells: record.slice(0, TABLE_COLUMNS_MAX).map((value) => (value === '' ? null : textCell(value))),
  }));
  return { ok: true, kind: 'csv', sheets: [{ name: null, hidden: false, rows }] };
}

/** The last line that belongs to a row which could be read. */
function lastLineRead(text: string, delimiter: string): number {
  let last = 0;
  const onRecord = (_: string[], { lines }: { lines: number }): null => {
    last = lines;
    return null;
  };
  try {
    parse(text, { ...OPTIONS, delimiter, on_record: onRecord });
  } catch {
    // the row that is not closed: the same as before
  }
  return last;
}

/** What a delimiter is judged by: the first rows, title, header and all. */
const SAMPLE_CHARS = 64 * 1024;
const SAMPLE_ROWS = 200;

/**
 * Of comma, tab and semicolon the one that parts most rows into at least two values, then into most values. A title says
 * nothing about it, and a tab behind a number (attendance exports have one) parts nothing.
 */
function delimiterOf(text: string): string {
  const sample = text.slice(0, SAMPLE_CHARS);
  const parted = (delimiter: string): { delimiter: string; rows: number; values: number } => {
    const values = recordsOf(sample, delimiter).map((r) => r.filter((value) => value.trim() !== '').length);
    const several = values.filter((n) => n >= 2);
    return { delimiter, rows: several.length, values: several.reduce((sum, n) => sum + n, 0) };
  };
  const [best] = [',', '\t', ';'].map(parted).toSorted((a, b) => b.rows - a.rows || b.values - a.values);
  return best?.delimiter ?? ',';
}

function recordsOf(sample: string, delimiter: string): string[][] {
  try {
    return parse(sample, { ...OPTIONS, delimiter, to: SAMPLE_ROWS });
  } catch {
    // a quote that the sample cuts off, or that is never closed: lines are near enough to judge by
    return sample
      .split(/\r?\n/)
      .slice(0, SAMPLE_ROWS)
      .map((line) => line.split(delimiter));
  }
}

/**
 * The line of a value that holds line breaks and as many delimiters as a row has: a stray quote has made one value of the rows
 * up to the next quote. Null where there is none.
 */
function swallowingLine(records: readonly string[][], delimiter: string): number | null {
  let line = 1;
  let width: number | null = null;
  for (const record of records) {
    let breaks = 0;
    for (const value of record) {
      if (!value.includes('\n') && !value.includes('\r')) continue;
      breaks += value.split(/\r\n|\r|\n/).length - 1;
      width ??= usualWidth(records);
      if (width >= 2 && value.split(delimiter).length >= width) return line;
    }
    line += breaks + 1;
  }
  return null;
}

/** How many values most rows have. */
function usualWidth(records: readonly string[][]): number {
  const rows = new Map<number, number>();
  for (const { length } of records) if (length >= 2) rows.set(length, (rows.get(length) ?? 0) + 1);
  return [...rows].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}
