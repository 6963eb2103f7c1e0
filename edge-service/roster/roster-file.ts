import type { Language } from '#shared/language/languages.ts';
import { badRowSheet } from '../tables/bad-rows.ts';
import { isFootRow } from '../tables/foot-row.ts';
import { headersRead, likelyHeader } from '../tables/header-read.ts';
import type { TableRow, TableSheet } from '../tables/table-file.ts';
import type { ColumnChoice, HeadedSheet } from '../tables/table-header.ts';
import { filledDown } from './filled-down.ts';
import { dropDoubles } from './roster-doubles.ts';
import type { Cells, Reading, RosterEntry, RosterRead } from './roster-entry.ts';
import { ROSTER_TITLES, type RosterField } from './roster-fields.ts';
import { readPerson } from './roster-row.ts';
import { cellOf, holdsIdNumber, rosterSheets, type RosterSheet } from './roster-sheets.ts';
import { type RosterCode, told, toldOfRows, toldHeader } from './roster-words.ts';

/**
 * Reads a roster out of the sheets of a file. Never throws: every row that cannot be used is an error with its place, and what
 * is not read is named. `language`: of the sheet of bad rows. `clash`: what keeps an entry from standing beside the people who
 * are on the roster already, as a code; null: nothing. `hidden`: what becomes of hidden sheets.
 */
export function readRoster(
  sheets: readonly TableSheet[],
  options: {
    clash: (entry: RosterEntry) => RosterCode | null;
    language: Language;
    choice: ColumnChoice<RosterField>;
    hidden: 'leave' | 'take';
  },
): RosterRead {
  const read: RosterRead = { rows: 0, columns: [], entries: [], errors: [], warnings: [], badRows: null };
  const reading: Reading = { read, bad: [], origins: new Map() };
  const found = rosterSheets(sheets, options);
  const isHeaded = found.some(({ how }) => how === 'headed');
  for (const sheet of found) readSheet(sheet, reading, isHeaded);
  if (!isHeaded) {
    const likely = likelyHeader(sheets.filter((s) => !s.hidden));
    read.errors.push(
      likely === null ? told({ sheet: null, row: 1 }, null, 'header-missing') : toldHeader(likely),
    );
  } else if (read.rows === 0) read.errors.push(told({ sheet: null, row: 1 }, null, 'no-people'));
  dropDoubles(reading, options.clash);
  for (const entry of read.entries)
    reading.origins.get(entry)?.told?.errors.push(told(entry, null, 'to-correct'));
  read.errors.push(...reading.bad.flatMap((row) => row.errors));
  read.badRows = badRowSheet(reading.bad, { titles: ROSTER_TITLES, language: options.language });
  return read;
}

/** `isHeaded`: a sheet of the file has a header. */
function readSheet(of: RosterSheet, reading: Reading, isHeaded: boolean): void {
  const { sheet, blocks, how, mended } = of;
  const { read } = reading;
  const rows = sheet.rows.filter(({ cells }) => cells.some((cell) => cell !== null));
  const place = { sheet: sheet.name, row: rows[0]!.row };
  if (how === 'left') read.warnings.push(told(place, null, 'left-the-firm'));
  if (how === 'hidden') read.warnings.push(toldOfRows(place, null, 'sheet-hidden', rows.length));
  if (how === 'skipped') {
    const people = isHeaded ? rows.filter(holdsIdNumber).length : 0;
    if (people === 0) read.warnings.push(told(place, null, 'sheet-skipped'));
    else read.errors.push(toldOfRows(place, null, 'sheet-people', people));
  }
  if (blocks.length === 0) return;
  if (how === 'continued') read.warnings.push(toldOfRows(place, null, 'sheet-continued', rows.length));
  else read.columns.push(...headersRead(sheet.name, blocks));
  if (mended !== null)
    read.warnings.push(toldOfRows({ ...place, row: mended.row }, null, 'cells-mended', mended.cells));
  const hidden = rows.filter((row) => row.hidden);
  if (hidden[0] !== undefined)
    read.warnings.push(toldOfRows({ ...place, row: hidden[0].row }, null, 'rows-hidden', hidden.length));
  for (const block of blocks) {
    if (block.side === 0) tellColumns(sheet, block, reading);
    readBlock(of, block, reading);
  }
  const header = blocks[0]?.headerRow ?? 0;
  const isAbove = (row: TableRow): boolean =>
    row.row < header && (holdsIdNumber(row) || hasStaffNumber(blocks[0]!, row));
  for (const row of how === 'headed' ? rows.filter(isAbove) : []) {
    read.rows++;
    read.errors.push(told({ ...place, row: row.row }, null, 'row-above-header'));
  }
}

/** Somebody with a name and a 工号, as they would stand under the header. */
const hasStaffNumber = (block: HeadedSheet<RosterField>, row: TableRow): boolean =>
  cellOf(block, row, 'name') !== null &&
  /^[A-Z]{0,3}[0-9]{3,}$/i.test(cellOf(block, row, 'staff_number')?.text.trim() ?? '') &&
  meaningOf(block, row) === 'person';

/** Columns that look like one that is read, and are not. */
function tellColumns(sheet: TableSheet, block: HeadedSheet<RosterField>, { read }: Reading): void {
  const place = { sheet: sheet.name, row: block.headerRow };
  for (const { header, unread } of block.headerRow === 0 ? [] : block.taken)
    if (unread !== null)
      read.warnings.push(told(place, header, unread === 'twice' ? 'header-twice' : 'header-relative'));
}

/** What a row of a block is: somebody, a sum or a signature, something without a name and a number, or nothing at all. */
function meaningOf(
  block: HeadedSheet<RosterField>,
  row: TableRow,
): 'person' | 'foot' | 'unnamed' | 'nothing' {
  const own = row.cells.slice(block.span.from, block.span.to);
  if (own.every((cell) => cell === null || cell.merged)) return 'nothing';
  const cell: Cells = (field) => cellOf(block, row, field);
  const note = block.columns.get('note');
  const nameAt = block.columns.get('name') ?? block.span.from;
  const numbers = (['number', 'staff_number'] as const).map(cell);
  const isFoot = isFootRow({
    name: cell('name'),
    before: row.cells.slice(block.span.from, nameAt).findLast((c) => c !== null) ?? null,
    numbers,
    others: own.filter((_, i) => i + block.span.from !== note),
  });
  // Whatever column it stands in: a row with an ID number is about somebody.
  if (isFoot && !holdsIdNumber({ ...row, cells: own })) return 'foot';
  const isOwn = [cell('name'), ...numbers].some((c) => c !== null && !c.merged);
  if (isOwn) return 'person';
  const isIndex = own.every((c) => c === null || c.merged || /^[0-9]{1,6}$/.test(c.text));
  return isIndex ? 'nothing' : 'unnamed';
}

function readBlock(of: RosterSheet, block: HeadedSheet<RosterField>, reading: Reading): void {
  const { read } = reading;
  const place = { sheet: of.sheet.name, row: block.headerRow };
  const isPerson = (row: TableRow): boolean => meaningOf(block, row) === 'person';
  // Objects of JSON have no cells that could have been merged.
  const isJson = of.sheet.name === null && block.headerRow === 0;
  const { rows, blank } = isJson
    ? { rows: block.rows, blank: [] }
    : filledDown(block, { isPerson, isCsv: of.sheet.name === null });
  for (const { field, filled, rows: count, first } of blank) {
    const code = filled ? 'place-filled' : 'place-blank';
    const header = block.headers.get(field) ?? field;
    read.warnings.push(toldOfRows({ ...place, row: first }, header, code, count));
  }
  const unnamed: number[] = [];
  const { columns } = block;
  const isWhole = columns.has('name') && (columns.has('number') || columns.has('staff_number'));
  for (const row of rows) {
    const meaning = meaningOf(block, row);
    if (meaning === 'unnamed' && !isWhole && holdsIdNumber(row)) {
      read.rows++;
      read.errors.push(told({ ...place, row: row.row }, null, 'row-unread'));
    } else if (meaning === 'unnamed') unnamed.push(row.row);
    if (meaning === 'foot') read.warnings.push(told({ ...place, row: row.row }, null, 'foot-row'));
    if (meaning !== 'person') continue;
    read.rows++;
    readPerson({
      place: { ...place, row: row.row },
      row,
      cell: (field) => cellOf(block, row, field),
      found: block,
      reading,
      apart: block.side > 0 || of.how === 'continued',
    });
  }
  if (unnamed[0] !== undefined)
    read.warnings.push(toldOfRows({ ...place, row: unnamed[0] }, null, 'rows-unnamed', unnamed.length));
}
