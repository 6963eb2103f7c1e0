import type { WorkBook, WorkSheet } from '@e965/xlsx';
import { message } from '#shared/language/message.ts';
import { countBiff, isLockedBiff } from './biff-census.ts';
import { countHtml, countSpreadsheetMl } from './markup-census.ts';
import { countOds } from './ods-census.ts';
import { type PackageParts, unpackParts } from './package-parts.ts';
import { CensusFault, SheetCensus } from './sheet-census.ts';
import { type CellReading, countRead, isThere, isWritten, rowsOf } from './sheet-rows.ts';
import {
  refusedFile,
  TABLE_COLUMNS_MAX,
  TABLE_ROWS_MAX,
  type TableRead,
  type TableSheet,
} from './table-file.ts';
import { type WorkbookLibrary, workbookLibrary } from './workbook-library.ts';
import { countXlsb } from './xlsb-census.ts';
import { countXlsx, mainPart } from './xlsx-census.ts';

const damaged = (): TableRead => refusedFile('file-damaged', message('file.damaged'));
const notATable = (): TableRead => refusedFile('not-a-table', message('file.not-a-table'));
const oldOrLocked = (): TableRead => refusedFile('old-spreadsheet', message('file.old-or-locked'));
const reallyHtml = (): TableRead => refusedFile('old-spreadsheet', message('file.really-html'));

/** A sheet as our own count knows it, and as the library read it. */
interface Counted {
  name: string;
  census: SheetCensus;
  /** Undefined: the library lost it. */
  sheet: WorkSheet | undefined;
}

/** A ZIP: a workbook of Office (XLSX, XLSM, XLSB) or of OpenDocument. Never throws on input. */
export async function readPackage(bytes: Uint8Array): Promise<TableRead> {
  const unpacked = await unpackParts(bytes);
  if (!unpacked.ok) {
    if (unpacked.fault === 'locked') return oldOrLocked();
    if (unpacked.fault === 'too-large')
      return refusedFile('file-too-long', message('file.too-large-unpacked'));
    return damaged();
  }
  const { parts } = unpacked;
  const library = await workbookLibrary();
  try {
    const main = mainPart(parts);
    if (main?.endsWith('.xml') === true) return readXlsx(parts, main, library);
    if (main?.endsWith('.bin') === true) return readXlsb(parts, main, library);
    const content = parts.get('content.xml');
    if (content === undefined) return notATable();
    const manifest = Buffer.from(parts.get('meta-inf/manifest.xml') ?? []);
    return manifest.includes('encryption-data') ? oldOrLocked() : readOds(parts, content, library);
  } catch (error) {
    return error instanceof CensusFault ? refusedFor(error) : damaged(); // the person can only save the file again
  }
}

/** OLE: a workbook of Excel 5 to 2003 or of old WPS (XLS, ET), or a locked workbook of any. Never throws on input. */
export async function readOle(bytes: Uint8Array): Promise<TableRead> {
  const library = await workbookLibrary();
  try {
    const file = library.openOle(bytes);
    const stream = file.stream('Workbook') ?? file.stream('Book');
    if (stream === null || isLockedBiff(stream)) return oldOrLocked();
    const workbook = await library.readOle(file);
    const sheets = workbook.SheetNames.map((name) => workbook.Sheets[name]);
    const lost = new Set<number>();
    const tabs = countBiff(stream, ({ tab, row, column }) => {
      const cell = sheets[tab]?.['!data']?.[row]?.[column];
      if (cell === undefined || !isThere(cell)) lost.add(tab);
    });
    if (tabs.length === 0 || tabs.length !== sheets.length) return oldOrLocked();
    const counted = tabs.flatMap((census, tab): Counted[] => {
      const name = workbook.SheetNames[tab] ?? '';
      return census === null ? [] : [{ name, census, sheet: lost.has(tab) ? undefined : sheets[tab] }];
    });
    return tableOf('workbook', counted, { workbook, library, counts: null });
  } catch {
    return oldOrLocked(); // the person can only save the file again
  }
}

/** Text that begins with a tag: HTML or SpreadsheetML 2003, as many systems export it under the name .xls. Never throws on input. */
export async function readMarkup(text: string): Promise<TableRead> {
  const library = await workbookLibrary();
  try {
    if (/<(?:\w+:)?Workbook[\s>]/.test(text)) {
      const censuses = countSpreadsheetMl(text, TABLE_ROWS_MAX);
      if (censuses.length === 0) return reallyHtml();
      const workbook = library.readMarkup(text);
      const counted = censuses.map((census) => ({
        name: census.name,
        census,
        sheet: workbook.Sheets[census.name],
      }));
      return tableOf('workbook', counted, { workbook, library, counts: isWritten });
    }
    const cells = /<table[\s>]/i.test(text) ? countHtml(text) : null;
    if (cells === null) return reallyHtml();
    const workbook = library.readMarkup(text);
    const sheets = workbook.SheetNames.map((name) => ({ name, sheet: workbook.Sheets[name] }));
    const counted = sheets.map(({ name, sheet }) => ({ name, census: new SheetCensus(name), sheet }));
    const read = sheets.reduce((sum, { sheet }) => sum + (sheet === undefined ? 0 : textsIn(sheet)), 0);
    return read === cells ? tableOf('workbook', counted, { workbook, library, counts: null }) : reallyHtml();
  } catch (error) {
    return error instanceof CensusFault ? refusedFor(error) : reallyHtml(); // the person can only save it as a workbook
  }
}

function readXlsx(parts: PackageParts, main: string, library: WorkbookLibrary): TableRead {
  const { sheets, parts: kept } = countXlsx(parts, main, TABLE_ROWS_MAX);
  const workbook = library.readParts(kept);
  const counted = sheets.map((census) => ({
    name: census.name,
    census,
    sheet: workbook.Sheets[census.name],
  }));
  return tableOf('xlsx', counted, { workbook, library, counts: isWritten });
}

function readXlsb(parts: PackageParts, main: string, library: WorkbookLibrary): TableRead {
  const censuses = countXlsb(parts, main);
  const workbook = library.readParts(parts);
  const counted = censuses.map((census) => ({
    name: census.name,
    census,
    sheet: workbook.Sheets[census.name],
  }));
  return tableOf('workbook', counted, { workbook, library, counts: isThere });
}

function readOds(parts: PackageParts, content: Uint8Array, library: WorkbookLibrary): TableRead {
  const cellsMax = TABLE_ROWS_MAX * TABLE_COLUMNS_MAX;
  const censuses = countOds(content, { rowsMax: TABLE_ROWS_MAX, cellsMax });
  if (censuses.length === 0) return notATable();
  // The library wants a part with styles, which programs may leave out.
  const styles = parts.get('styles.xml') ?? Buffer.from('<office:document-styles/>');
  const workbook = library.readParts(new Map([...parts, ['styles.xml', styles]]));
  const counted = censuses.map((census) => ({
    name: census.name,
    census,
    sheet: workbook.Sheets[census.name],
  }));
  return tableOf('workbook', counted, { workbook, library, counts: isWritten });
}

/**
 * What the library read, where our own count agrees with it. `counts`: which of its cells are to be as many as ours, row by
 * row; null where that has been compared already.
 */
function tableOf(
  kind: 'xlsx' | 'workbook',
  counted: readonly Counted[],
  read: { workbook: WorkBook; library: WorkbookLibrary; counts: typeof isWritten | null },
): TableRead {
  const { workbook, library, counts } = read;
  if (new Set(counted.map(({ name }) => name)).size < counted.length) return damaged();
  const reading = readingOf(workbook, library);
  const sheets: TableSheet[] = [];
  let rows = 0;
  for (const { name, census, sheet } of counted) {
    const agrees = counts === null || (sheet !== undefined && census.agrees(countRead(sheet, counts)));
    if (sheet === undefined || !agrees)
      return refusedFile('file-damaged', message('file.not-whole', { sheet: name.trim() }));
    const made = rowsOf(sheet, { census, reading });
    if (made === null) return damaged();
    rows += made.length;
    if (rows > TABLE_ROWS_MAX) return refusedFor(new CensusFault('too-many-rows'));
    sheets.push({ name, hidden: census.hidden, rows: made });
  }
  return { ok: true, kind, sheets };
}

function refusedFor({ fault }: CensusFault): TableRead {
  if (fault === 'damaged') return damaged();
  if (fault === 'too-many-rows')
    return refusedFile('file-too-long', message('file.too-many-rows', { most: TABLE_ROWS_MAX }));
  const { emptyRowsIn, rows } = fault;
  return refusedFile('file-too-long', message('file.empty-rows', { sheet: emptyRowsIn.trim(), rows }));
}

/** Cells that hold more than blanks. */
function textsIn(sheet: WorkSheet): number {
  let count = 0;
  sheet['!data']?.forEach((cells) => {
    cells.forEach(({ v }) => {
      if (String(v ?? '').trim() !== '') count++;
    });
  });
  return count;
}

/** Whether a format is one of dates is asked once for each format, not for each cell. */
function readingOf(workbook: WorkBook, library: WorkbookLibrary): CellReading {
  const known = new Map<string, boolean>();
  return {
    from1904: workbook.Workbook?.WBProps?.date1904 === true,
    isDate: (format) => {
      const is = known.get(format) ?? library.isDate(format);
      known.set(format, is);
      return is;
    },
  };
}
