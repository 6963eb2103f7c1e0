/**
 * Tables of ours as XLSX and CSV. The only importer of @cj-tech-master/excelts and of csv-stringify: the first has one
 * maintainer, so a replacement must cost one file.
 */
import { PassThrough } from 'node:stream';
import type { Cell } from '@cj-tech-master/excelts';
import { stringify } from 'csv-stringify/sync';
import type { WrittenSheet } from './table-file.ts';

/** Loaded with the first spreadsheet that is written, not before: it takes 85 MB in every thread that loads it. */
const spreadsheets = () => import('@cj-tech-master/excelts');

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
