import type { Message } from '#shared/language/message.ts';

/** Above the largest site we know of (36,000 people), below what a small edge can hold as cells. */
export const TABLE_ROWS_MAX = 50_000;
export const TABLE_COLUMNS_MAX = 100;

/** What the file itself holds in a cell; a file without kinds (CSV) holds text alone. */
export type CellKind = 'text' | 'number' | 'date' | 'error' | 'boolean';

export interface TableCell {
  text: string;
  kind: CellKind;
  /** The file held a number: leading zeros and everything beyond 15 digits are lost. */
  numeric: boolean;
  /** The number behind a number or a date, in days of the workbook; null behind anything else. */
  serial: number | null;
  /** Filled from the upper left cell of a merged range. */
  merged: boolean;
  struck: boolean;
  /** What protected or spoiled its text was taken off (plain-cells.ts). */
  mended?: boolean;
}

/** A cell of a file that knows no kinds of cells. */
export const textCell = (text: string): TableCell => ({
  text,
  kind: 'text',
  numeric: false,
  serial: null,
  merged: false,
  struck: false,
});

export interface TableRow {
  /** As the file counts, from 1. */
  row: number;
  /** Nobody sees it who opens the file: by hand, or by a filter that was left on. */
  hidden: boolean;
  cells: readonly (TableCell | null)[];
}

export interface TableSheet {
  /** Null in files without sheets. */
  name: string | null;
  /** Nobody sees it who opens the file. */
  hidden: boolean;
  rows: readonly TableRow[];
}

/** Why a file as a whole cannot be used. */
export type FileFault = 'old-spreadsheet' | 'not-a-table' | 'file-too-long' | 'file-damaged';

export type TableRead =
  /** `xlsx`: a workbook that can be given back filled in; `workbook`: of another format. */
  | { ok: true; kind: 'xlsx' | 'workbook' | 'csv'; sheets: TableSheet[] }
  | { ok: false; code: FileFault; said: Message };

export const refusedFile = (code: FileFault, said: Message): TableRead & { ok: false } => ({
  ok: false,
  code,
  said,
});
