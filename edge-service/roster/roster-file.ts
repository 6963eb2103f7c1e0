import type { Language } from '#shared/language/languages.ts';
import type { RowError } from '#shared/contract/http.ts';
import type { Place } from '../tables/row-place.ts';
import { type RosterCode, told } from './roster-words.ts';
import { type BadRow, badRowSheet, cellsByField } from '../tables/bad-rows.ts';
import { readName, tidy } from './person-name.ts';
import { ROSTER_HEADERS, ROSTER_TITLES, type RosterField } from './roster-fields.ts';
import { readNumber, readPhysicalNumber, readStaffNumber, type RosterCredential } from './roster-number.ts';
import { findHeader, type HeadedSheet, isFootRow } from '../tables/table-header.ts';
import type { TableCell, TableRow, TableSheet, WrittenSheet } from '../tables/table-file.ts';

/** One person of a roster, repaired where that was certain. */
export interface RosterEntry {
  sheet: string | null;
  row: number;
  name: string;
  /** At least one; the ID number first, where there is one. */
  credentials: RosterCredential[];
  workshop: string;
  team: string;
  /** As the file writes it, leading zeros and all. */
  staffNumber: string | null;
  shift: string | null;
  leader: boolean;
  phone: string | null;
  note: string | null;
  repaired: boolean;
  /** A number of the row cannot be used: the person is taken in by another one, and the row is among `errors` too. */
  toCorrect: boolean;
}

export interface RosterRead {
  /** Rows that mean a person, each an entry, among `errors`, or both (`toCorrect`). */
  rows: number;
  entries: RosterEntry[];
  errors: RowError[];
  warnings: RowError[];
  /** Bad rows as the file had them, for the person to correct; null when there are none. */
  badRows: WrittenSheet | null;
}

type Cells = (field: RosterField) => TableCell | null;

/** A row that needs work, with everything that is wrong with it. */
type Told = BadRow<RosterField> & { errors: RowError[] };

/** What is only needed while a file is read. */
interface Reading {
  read: RosterRead;
  bad: Told[];
  /** Where an entry came from, should it turn out to be no good after all; `told`: what is wrong with it already. */
  origins: Map<RosterEntry, { found: HeadedSheet<RosterField>; cell: Cells; told: Told | null }>;
}

/** Sheets of people who left are not part of a roster. */
const LEFT_SHEET = /离职|退休|辞职|已走/;
export const NAME_LENGTH_MAX = 60;
export const PLACE_LENGTH_MAX = 60;

/**
 * Reads a roster out of the sheets of a file. Never throws: every row that cannot be used is an error with its place.
 * `language`: of the sheet of bad rows. `clash`: what keeps an entry from standing beside the people who are on the roster already, as a code; null: nothing.
 */
export function readRoster(
  sheets: readonly TableSheet[],
  { clash, language }: { clash: (entry: RosterEntry) => RosterCode | null; language: Language },
): RosterRead {
  const read: RosterRead = { rows: 0, entries: [], errors: [], warnings: [], badRows: null };
  const reading: Reading = { read, bad: [], origins: new Map() };
  let headed = 0;
  for (const sheet of sheets) {
    const rows = sheet.rows.filter((r) => r.cells.some((c) => c !== null));
    if (rows.length === 0) continue;
    const place = { sheet: sheet.name, row: rows[0]!.row };
    if (sheet.name !== null && LEFT_SHEET.test(sheet.name)) {
      read.warnings.push(told(place, null, 'left-the-firm'));
      continue;
    }
    const found = findHeader(sheet, { names: ROSTER_HEADERS, needed: ['number', 'name', 'staff_number'] });
    if (!found) {
      read.warnings.push(told(place, null, 'sheet-skipped'));
      continue;
    }
    headed++;
    readSheet({ sheet, found, reading });
  }
  if (headed === 0) read.errors.push(told({ sheet: null, row: 1 }, null, 'header-missing'));
  else if (read.rows === 0) read.errors.push(told({ sheet: null, row: 1 }, null, 'no-people'));
  dropDoubles(reading, clash);
  for (const entry of read.entries)
    reading.origins.get(entry)?.told?.errors.push(told(entry, null, 'to-correct'));
  read.errors.push(...reading.bad.flatMap((row) => row.errors));
  read.badRows = badRowSheet(reading.bad, { titles: ROSTER_TITLES, language });
  return read;
}

function readSheet(input: { sheet: TableSheet; found: HeadedSheet<RosterField>; reading: Reading }): void {
  const { sheet, found, reading } = input;
  for (const row of found.rows) {
    if (row.cells.every((c) => c === null) || isFootRow(row)) continue;
    const cell: Cells = (field) => {
      const column = found.columns.get(field);
      return column === undefined ? null : (row.cells[column] ?? null);
    };
    const own = (field: RosterField): boolean => cell(field) !== null && cell(field)?.merged === false;
    if (!own('name') && !own('number') && !own('staff_number')) continue;
    if (repeatsHeader(found, cell)) continue;
    reading.read.rows++;
    readRow({ place: { sheet: sheet.name, row: row.row }, row, cell, found, reading });
  }
}

function readRow(input: {
  place: Place;
  row: TableRow;
  cell: Cells;
  found: HeadedSheet<RosterField>;
  reading: Reading;
}): void {
  const { place, row, cell, found, reading } = input;
  const { read } = reading;
  const errors: RowError[] = [];
  const bad = (field: RosterField, code: RosterCode): void => {
    errors.push(told(place, found.headers.get(field) ?? field, code));
  };
  const text = (field: RosterField): string => tidy(cell(field)?.text ?? '');

  const name = readName(cell('name')?.text ?? '');
  if (name === '') bad('name', 'name-missing');
  else if (name.length > NAME_LENGTH_MAX) bad('name', 'name-length');

  const number = readNumber(
    cell('number'),
    found.columns.has('document_type') ? text('document_type') : null,
  );
  const staff = readStaffNumber(cell('staff_number'));
  const physical = readPhysicalNumber(cell('physical_number'));
  if (number.outcome === 'bad') bad('number', number.code);
  if (staff === false) bad('staff_number', 'staff-number');
  if (physical === false) bad('physical_number', 'physical-number');
  const credentials = [number.outcome === 'read' ? number.credential : null, staff, physical].filter(
    (c) => c !== null && c !== false,
  );
  if (number.outcome === 'none' && credentials.length === 0) bad('number', 'number-missing');
  const wrong: Told | null = errors.length === 0 ? null : { place, errors, cells: cellsByField(found, cell) };
  if (wrong !== null) reading.bad.push(wrong);
  // Whose number or card number is wrong is one of ours all the same, as long as another number names them.
  const isNamed =
    name !== '' && name.length <= NAME_LENGTH_MAX && credentials.some((c) => c.kind !== 'physical');
  if (wrong !== null && !isNamed) return;

  const note = text('note');
  if (number.outcome === 'none')
    read.warnings.push(told(place, found.headers.get('number') ?? null, 'number-missing'));
  if (number.outcome === 'read' && number.doubtful)
    read.warnings.push(told(place, found.headers.get('number') ?? null, 'number-doubtful'));
  if (number.outcome === 'read' && contradicts(number.sex, text('sex')))
    read.warnings.push(told(place, found.headers.get('sex') ?? null, 'sex-contradicts'));
  if (LEFT_SHEET.test(note) || row.cells.some((c) => c?.struck))
    read.warnings.push(told(place, found.headers.get('note') ?? null, 'left-the-firm'));
  const entry: RosterEntry = {
    ...place,
    name,
    credentials,
    workshop: text('workshop').slice(0, PLACE_LENGTH_MAX),
    team: text('team').slice(0, PLACE_LENGTH_MAX),
    staffNumber:
      staff === null || staff === false
        ? null
        : tidy(cell('staff_number')?.text ?? '').replace(/^['‘’`]/, ''),
    shift: text('shift') || null,
    leader: isLeader(text('leader'), name) || /^(?:班长|班组长|组长)$/.test(note),
    phone: readPhone(text('phone')),
    note: note || null,
    repaired: (number.outcome === 'read' && number.repaired) || name !== (cell('name')?.text ?? ''),
    toCorrect: wrong !== null,
  };
  read.entries.push(entry);
  reading.origins.set(entry, { found, cell, told: wrong });
}

/** What is said of a credential that stands twice, and the column it stands in. */
const TWICE: Readonly<Record<RosterCredential['kind'], { code: RosterCode; field: RosterField }>> = {
  id: { code: 'number-twice', field: 'number' },
  document: { code: 'document-twice', field: 'number' },
  staff: { code: 'staff-number-twice', field: 'staff_number' },
  physical: { code: 'physical-number-twice', field: 'physical_number' },
};

/**
 * The same number twice would make one person of two rows: the later row is bad, and says where the first stands. So is one
 * that clashes with the roster it is added to.
 */
function dropDoubles(reading: Reading, clash: (entry: RosterEntry) => RosterCode | null): void {
  const { read, bad, origins } = reading;
  const first = new Map<string, RosterEntry>();
  const kept: RosterEntry[] = [];
  for (const entry of read.entries) {
    const twice = entry.credentials.find((c) => first.has(`${c.kind}\0${c.canonical}`));
    const before = twice === undefined ? null : (first.get(`${twice.kind}\0${twice.canonical}`) ?? null);
    const doubled = twice === undefined ? null : TWICE[twice.kind];
    const code = doubled?.code ?? clash(entry);
    if (code === null) {
      for (const c of entry.credentials) first.set(`${c.kind}\0${c.canonical}`, entry);
      kept.push(entry);
      continue;
    }
    const origin = origins.get(entry);
    const column = doubled === null ? null : (origin?.found.headers.get(doubled.field) ?? doubled.field);
    const error = told(
      entry,
      column,
      code,
      before === null ? null : { sheet: before.sheet, row: before.row },
    );
    if (origin === undefined) continue;
    if (origin.told !== null) origin.told.errors.push(error);
    else bad.push({ place: entry, errors: [error], cells: cellsByField(origin.found, origin.cell) });
  }
  read.entries = kept;
}

/** A long sheet prints its header again on every page. */
function repeatsHeader(found: HeadedSheet<RosterField>, cell: Cells): boolean {
  const named = [...found.headers].filter(([field]) => cell(field) !== null);
  return named.length >= 2 && named.every(([field, header]) => cell(field)?.text.trim() === header);
}

function readPhone(text: string): string | null {
  const plain = text
    .normalize('NFKC')
    .replace(/\.0$/, '')
    .replace(/^['‘’`]/, '')
    .replaceAll(' ', '');
  return plain === '' ? null : plain.slice(0, 20);
}

function isLeader(text: string, name: string): boolean {
  return text !== '' && (text === name || /^(?:是|√|✓|1|y|yes|true|班长|班组长|组长|leader)$/i.test(text));
}

function contradicts(sex: string | null, said: string): boolean {
  if (sex === 'M') return /^(?:女|f|female)$/i.test(said);
  return sex === 'F' && /^(?:男|m|male)$/i.test(said);
}
