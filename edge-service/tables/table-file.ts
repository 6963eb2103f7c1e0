/**
 * Spreadsheets and CSV files as rows of text cells, and back. The only importer of @cj-tech-master/excelts and of
 * csv-parse / csv-stringify: the first has one maintainer, so a replacement must cost one file.
 */
import { PassThrough } from 'node:stream';
import type { Cell, ValueType } from '@cj-tech-master/excelts';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { unzippedBytes } from './zip-size.ts';
import { message, type Message } from '#shared/language/message.ts';

/** Loaded with the first spreadsheet, not before: it takes 85 MB in every thread that loads it, and most never do. */
const spreadsheets = () => import('@cj-tech-master/excelts');

/** A roster of 36,000 rows in WPS is about 4 MB. */
export const TABLE_BYTES_MAX = 8 * 1024 * 1024;
/** Above the largest site we know of (36,000 people), below what a small edge can hold as cells. */
export const TABLE_ROWS_MAX = 50_000;
export const TABLE_COLUMNS_MAX = 100;
/** A spreadsheet's XML is ten to twenty times its ZIP; more than this is no roster but an attack on memory. */
export const UNZIPPED_BYTES_MAX = 256 * 1024 * 1024;

export interface TableCell {
  text: string;
  /** The file held a number: leading zeros and everything beyond 15 digits are lost. */
  numeric: boolean;
  /** Filled from the upper left cell of a merged range. */
  merged: boolean;
  struck: boolean;
}

export interface TableRow {
  /** As the file counts, from 1. */
  row: number;
  cells: readonly (TableCell | null)[];
}

export interface TableSheet {
  /** Null in files without sheets. */
  name: string | null;
  rows: readonly TableRow[];
}

/** Why a file as a whole cannot be used. */
export type FileFault = 'old-spreadsheet' | 'not-a-table' | 'file-too-long' | 'file-damaged';

export type TableRead =
  | { ok: true; kind: 'xlsx' | 'csv'; sheets: TableSheet[] }
  | { ok: false; code: FileFault; said: Message };

const refuse = (code: FileFault, said: Message): TableRead => ({ ok: false, code, said });

/** Reads XLSX or CSV (UTF-8 with or without BOM, UTF-16 with BOM, GB18030), recognised by the bytes. Never throws on input. */
export async function readTable(bytes: Uint8Array): Promise<TableRead> {
  if (bytes.length > TABLE_BYTES_MAX)
    return refuse('file-too-long', message('file.too-many-bytes', { most: TABLE_BYTES_MAX >> 20 }));
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0]))
    return refuse('old-spreadsheet', message('file.old-or-locked'));
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return readXlsx(bytes);
  const text = decodeText(bytes);
  if (text === null || text.includes('\0')) return refuse('not-a-table', message('file.not-a-table'));
  if (/^\s*<(?:\?xml|!doctype|html|table|meta|style|head|body|workbook)/i.test(text))
    return refuse('old-spreadsheet', message('file.really-html'));
  return readCsv(text);
}

/** Strict UTF-8 first, because GB18030 accepts nearly anything; null when it is neither. */
function decodeText(bytes: Uint8Array): string | null {
  const label = startsWith(bytes, [0xff, 0xfe])
    ? 'utf-16le'
    : startsWith(bytes, [0xfe, 0xff])
      ? 'utf-16be'
      : null;
  for (const encoding of label === null ? ['utf-8', 'gb18030'] : [label]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      continue; // not in this encoding: the next one is tried, and none at all is told to the caller
    }
  }
  return null;
}

function readCsv(text: string): TableRead {
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
    return refuse('file-damaged', message('file.quotes'));
  }
  if (records.length > TABLE_ROWS_MAX) return tooManyRows();
  const rows = records.map((record, i) => ({
    row: i + 1,
    cells: record.slice(0, TABLE_COLUMNS_MAX).map((value) => (value === '' ? null : plain(value))),
  }));
  return { ok: true, kind: 'csv', sheets: [{ name: null, rows }] };
}

/** The most frequent of comma, tab and semicolon in the first line; values may end in tabs (attendance exports do). */
function delimiterOf(text: string): string {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const uses = (d: string) => head.split(d).length;
  return uses(',') >= Math.max(uses('\t'), uses(';')) ? ',' : uses('\t') >= uses(';') ? '\t' : ';';
}

async function readXlsx(bytes: Uint8Array): Promise<TableRead> {
  const damaged = refuse('file-damaged', message('file.damaged'));
  const unzipped = unzippedBytes(bytes, UNZIPPED_BYTES_MAX);
  if (unzipped === null) return damaged;
  if (unzipped > UNZIPPED_BYTES_MAX) return refuse('file-too-long', message('file.too-large-unpacked'));
  const library = await spreadsheets();
  const workbook = new library.Workbook();
  try {
    await workbook.xlsx.load(bytes);
  } catch {
    return damaged; // whatever the library stumbled over, the person can only save the file again
  }
  const sheets: TableSheet[] = [];
  let count = 0;
  for (const sheet of workbook.worksheets) {
    const rows: TableRow[] = [];
    // Asked once: it looks at every row of the sheet, and at every row that would be minutes for a large roster.
    const columns = Math.min(sheet.columnCount, TABLE_COLUMNS_MAX);
    sheet.eachRow({ includeEmpty: false }, (row, number) => {
      count++;
      if (count > TABLE_ROWS_MAX) return;
      const cells = Array.from({ length: columns }, (_, c) => cellOf(row.getCell(c + 1), library.ValueType));
      rows.push({ row: number, cells });
    });
    sheets.push({ name: sheet.name, rows });
  }
  if (count > TABLE_ROWS_MAX) return tooManyRows();
  return { ok: true, kind: 'xlsx', sheets };
}

function tooManyRows(): TableRead {
  return refuse('file-too-long', message('file.too-many-rows', { most: TABLE_ROWS_MAX }));
}

function cellOf(cell: Cell, types: typeof ValueType): TableCell | null {
  const merged = cell.isMerged && cell.type === types.Merge;
  const source = merged ? cell.master : cell;
  const value = source.type === types.Formula ? source.result : source.value;
  const struck = source.font?.strike === true;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return { text: numberText(value), numeric: true, merged, struck };
  if (value instanceof Date) return { text: dateText(value), numeric: false, merged, struck };
  const text = typeof value === 'string' ? value : source.text;
  return text === '' ? null : { text, numeric: false, merged, struck };
}

/** Whole numbers without exponent, as a person sees them with enough room. */
function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 16).replace('T', ' ');
}

const plain = (text: string): TableCell => ({ text, numeric: false, merged: false, struck: false });

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** One sheet to write. Strings become text cells, so nothing in them can run; numbers become numbers. */
export interface WrittenSheet {
  name: string;
  columns: readonly { header: string; width: number }[];
  rows: Iterable<readonly (string | number | null)[]>;
}

/** The bytes of an XLSX file; rows are taken one by one and written at once. */
export async function writeXlsx(sheets: readonly WrittenSheet[]): Promise<Uint8Array> {
  const stream = new PassThrough();
  const chunks: Uint8Array[] = [];
  stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const { WorkbookWriter } = await spreadsheets();
  const workbook = new WorkbookWriter({ stream, useStyles: true, useSharedStrings: true });
  for (const written of sheets) {
    const sheet = workbook.addWorksheet(written.name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = written.columns.map(({ width }) => ({ width, style: { numFmt: '@' } }));
    const header = sheet.addRow(written.columns.map((c) => c.header));
    header.font = { bold: true };
    header.commit();
    for (const values of written.rows) {
      const row = sheet.addRow([...values]);
      for (const [i, value] of values.entries())
        if (typeof value === 'number') row.getCell(i + 1).numFmt = '0';
      row.commit();
    }
    sheet.commit();
  }
  await workbook.commit();
  const bytes = new Uint8Array(chunks.reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** What to write into one sheet of a workbook that is given back: columns behind its own, and cells put right. */
export interface SheetFill {
  sheet: string;
  headerRow: number;
  headers: readonly string[];
  rows: ReadonlyMap<number, readonly (string | null)[]>;
  /** Column from 0, as text. */
  fixed: readonly { row: number; column: number; text: string }[];
}

/** The same workbook, its rows, order, columns and merged cells untouched, filled in and with further sheets behind. */
export async function fillXlsx(
  bytes: Uint8Array,
  filled: { fills: readonly SheetFill[]; sheets: readonly WrittenSheet[] },
): Promise<Uint8Array> {
  const { Workbook } = await spreadsheets();
  const workbook = new Workbook();
  await workbook.xlsx.load(bytes);
  for (const fill of filled.fills) {
    const sheet = workbook.getWorksheet(fill.sheet);
    if (!sheet) continue;
    const from = sheet.columnCount + 1;
    for (const [i, header] of fill.headers.entries())
      sheet.getRow(fill.headerRow).getCell(from + i).value = header;
    for (const { row, column, text } of fill.fixed) putText(sheet.getRow(row).getCell(column + 1), text);
    for (const [row, texts] of fill.rows)
      for (const [i, text] of texts.entries())
        if (text !== null) putText(sheet.getRow(row).getCell(from + i), text);
  }
  for (const written of filled.sheets) {
    const taken = workbook.worksheets.some((s) => s.name === written.name);
    const sheet = workbook.addWorksheet(taken ? `${written.name} (Muster)` : written.name);
    sheet.addRow(written.columns.map((c) => c.header));
    for (const row of written.rows) sheet.addRow([...row]);
  }
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

function putText(cell: Cell, text: string): void {
  cell.value = text;
  cell.numFmt = '@';
}

/** CSV for Excel and WPS: UTF-8 with BOM, CRLF; a cell that begins with = + - @ tab or CR gets an apostrophe, so it cannot run. */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    // a line break inside a cell must be quoted, or what follows it begins a row of its own and could run
    { bom: true, record_delimiter: 'windows', escape_formulas: true, quoted_match: /[\r\n\t]/ },
  );
}
