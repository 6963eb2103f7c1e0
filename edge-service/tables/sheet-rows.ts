import type { CellObject, WorkSheet } from '@e965/xlsx';
import { LAST_ROW, SheetCensus } from './sheet-census.ts';
import { type CellKind, TABLE_COLUMNS_MAX, type TableCell, type TableRow } from './table-file.ts';

/** How the cells of a workbook are to be understood. */
export interface CellReading {
  /** Whether a number format shows a date or a time. */
  isDate: (format: string) => boolean;
  /** Days are counted from 1904, as old Macintosh workbooks do. */
  from1904: boolean;
}

/** The cells that the library read, to be compared with a count of our own. */
export function countRead(sheet: WorkSheet, counts: (cell: CellObject) => boolean): SheetCensus {
  const census = new SheetCensus('');
  sheet['!data']?.forEach((cells, row) => {
    cells.forEach((cell, column) => {
      if (counts(cell)) census.add({ row, column, struck: false });
    });
  });
  return census;
}

/** The cell holds something. */
export const isWritten = ({ t, v }: CellObject): boolean =>
  t !== 'z' && (t === 'e' || (v !== undefined && v !== null && v !== ''));

/** The cell is in the file as one that may hold something; a formula's text may be empty. */
export const isThere = ({ t }: CellObject): boolean => t !== 'z';

/**
 * The rows of a sheet that hold something, merged ranges filled from their upper left cell; null when its merged ranges lie
 * over each other, which no program writes and which would be endless work.
 */
export function rowsOf(
  sheet: WorkSheet,
  { census, reading }: { census: SheetCensus; reading: CellReading },
): TableRow[] | null {
  const rows: { row: number; hidden: boolean; cells: (TableCell | null)[] }[] = [];
  const at = new Map<number, (TableCell | null)[]>();
  let width = 0;
  sheet['!data']?.forEach((cells, row) => {
    if (!cells.some(isWritten)) return;
    const read: (TableCell | null)[] = [];
    cells.forEach((cell, column) => {
      if (column >= TABLE_COLUMNS_MAX) return;
      if (!isWritten(cell)) return;
      read[column] = cellOf(cell, { reading, struck: census.isStruck(row, column) });
      width = Math.max(width, column + 1);
    });
    rows.push({ row, hidden: census.isHidden(row), cells: read });
    at.set(row, read);
  });
  const lastRow = rows.at(-1)?.row ?? -1;
  let room = rows.length * TABLE_COLUMNS_MAX + LAST_ROW;
  for (const { s, e } of sheet['!merges'] ?? []) {
    const source = at.get(s.r)?.[s.c] ?? null;
    const last = Math.min(e.c, TABLE_COLUMNS_MAX - 1);
    if (source !== null) width = Math.max(width, last + 1);
    for (let row = s.r; row <= Math.min(e.r, lastRow); row++) {
      const cells = at.get(row);
      room -= cells === undefined ? 1 : last - s.c + 1;
      if (room < 0) return null;
      if (cells === undefined) continue;
      for (let column = s.c; column <= last; column++)
        if (row !== s.r || column !== s.c)
          cells[column] = source === null ? null : { ...source, merged: true };
    }
  }
  return rows.map(({ row, hidden, cells }) => ({
    row: row + 1,
    hidden,
    cells: Array.from({ length: width }, (_, column) => cells[column] ?? null),
  }));
}

/** Errors of a cell by the number they have in binary workbooks (MS-XLS 2.5.10). */
const ERRORS: ReadonlyMap<unknown, string> = new Map([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
  [0x2b, '#GETTING_DATA'],
]);

function cellOf(
  { t, v, z, w }: CellObject,
  { reading, struck }: { reading: CellReading; struck: boolean },
): TableCell {
  const made = (text: string, kind: CellKind, serial: number | null = null): TableCell => ({
    text,
    kind,
    numeric: kind === 'number',
    serial,
    merged: false,
    struck,
  });
  if (t === 'e') return made(ERRORS.get(v) ?? w ?? '#ERROR!', 'error');
  if (typeof v === 'boolean') return made(v ? 'TRUE' : 'FALSE', 'boolean');
  if (typeof v !== 'number') return made(String(v), 'text');
  if (Number.isNaN(v)) return made('#NUM!', 'error');
  const date = typeof z === 'string' && reading.isDate(z) ? dateText(v, reading.from1904) : null;
  return date === null ? made(numberText(v), 'number', v) : made(date, 'date', v);
}

/** Whole numbers without exponent, as a person sees them with enough room. */
function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

const DAY_MS = 86_400_000;
/** 1970-01-01 as days of a workbook, and what lies between its two calendars. */
const EPOCH_DAY = 25_569;
const DAYS_1904 = 1462;
/** 9999-12-31: what is more is no day to any program. */
const LAST_DAY = 2_958_465;

/** Null: the number is no day at all. */
function dateText(days: number, from1904: boolean): string | null {
  if (days < 0 || days > LAST_DAY) return null;
  const since = days + (from1904 ? DAYS_1904 : 0) - EPOCH_DAY;
  return new Date(Math.round(since * DAY_MS)).toISOString().slice(0, 16).replace('T', ' ');
}
