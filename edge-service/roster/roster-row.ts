import type { RowError } from '#shared/contract/http.ts';
import { cellsByField } from '../tables/bad-rows.ts';
import { isFootText } from '../tables/foot-row.ts';
import { isFault } from '../tables/plain-cells.ts';
import type { Place } from '../tables/row-place.ts';
import type { TableRow } from '../tables/table-file.ts';
import type { HeadedSheet } from '../tables/table-header.ts';
import { readName, tidy } from './person-name.ts';
import type { Cells, Reading, RosterEntry, Told } from './roster-entry.ts';
import type { RosterField } from './roster-fields.ts';
import { type NumberRead, readNumber, readPhysicalNumber, readStaffNumber } from './roster-number.ts';
import { type RosterCode, told } from './roster-words.ts';

export const NAME_LENGTH_MAX = 60;
export const PLACE_LENGTH_MAX = 60;
/** In a remark or the name of a sheet: people who are not there any more. */
export const LEFT = /离职|退休|辞职|已走/;
/** Where a formula that failed leaves nothing that could be used. */
const TEXTS: readonly RosterField[] = ['workshop', 'team', 'shift', 'phone', 'note'];

/** Reads a row that means a person: an entry, a row that needs work, or both. */
export function readPerson(input: {
  place: Place;
  row: TableRow;
  cell: Cells;
  found: HeadedSheet<RosterField>;
  reading: Reading;
  /** RosterEntry `apart`. */
  apart: boolean;
}): void {
  const { place, row, cell, found, reading, apart } = input;
  const { read } = reading;
  const errors: RowError[] = [];
  const header = (field: RosterField): string | null => found.headers.get(field) ?? null;
  const bad = (field: RosterField, code: RosterCode): void => {
    errors.push(told(place, header(field) ?? field, code));
  };
  const isFailed = (field: RosterField): boolean => {
    const held = cell(field);
    return held !== null && isFault(held);
  };
  const text = (field: RosterField): string => (isFailed(field) ? '' : tidy(cell(field)?.text ?? ''));

  const name = isFailed('name') ? '' : readName(cell('name')?.text ?? '');
  const fault = isFailed('name') ? 'cell-error' : nameFault(name);
  if (fault !== null) bad('name', fault);

  const type = found.columns.has('document_type') ? text('document_type') : null;
  const number: NumberRead = isFailed('number')
    ? { outcome: 'bad', code: 'cell-error' }
    : readNumber(cell('number'), type);
  const staff = isFailed('staff_number') ? false : readStaffNumber(cell('staff_number'));
  const physical = readPhysicalNumber(cell('physical_number'));
  if (number.outcome === 'bad') bad('number', number.code);
  if (staff === false) bad('staff_number', isFailed('staff_number') ? 'cell-error' : 'staff-number');
  if (physical === false) bad('physical_number', 'physical-number');
  const credentials = [number.outcome === 'read' ? number.credential : null, staff, physical].filter(
    (c) => c !== null && c !== false,
  );
  if (number.outcome === 'none' && credentials.length === 0) bad('number', 'number-missing');
  const wrong: Told | null = errors.length === 0 ? null : { place, errors, cells: cellsByField(found, cell) };
  if (wrong !== null) reading.bad.push(wrong);
  // Whose number or card number is wrong is one of ours all the same, as long as another number names them.
  const isNamed = fault === null && credentials.some((c) => c.kind !== 'physical');
  if (wrong !== null && !isNamed) return;

  const note = text('note');
  const warn = (field: RosterField, code: RosterCode): void => {
    read.warnings.push(told(place, header(field), code));
  };
  if (number.outcome === 'none') warn('number', 'number-missing');
  if (number.outcome === 'read') {
    if (number.doubtful) warn('number', 'number-doubtful');
    if (number.guessed) warn('number', 'number-repaired');
    if (contradicts(number.sex, text('sex'))) warn('sex', 'sex-contradicts');
  }
  for (const field of TEXTS) if (isFailed(field)) warn(field, 'cell-error');
  const ownCells = row.cells.slice(found.span.from, found.span.to);
  if (LEFT.test(note) || ownCells.some((c) => c?.struck)) warn('note', 'left-the-firm');
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
    leader: isLeader(tidy(cell('leader')?.text ?? ''), name) || /^(?:班长|班组长|组长)$/.test(note),
    phone: readPhone(text('phone')),
    note: note || null,
    repaired:
      (number.outcome === 'read' && number.repaired) ||
      name !== (cell('name')?.text ?? '') ||
      cell('name')?.mended === true,
    toCorrect: wrong !== null,
    apart,
  };
  read.entries.push(entry);
  reading.origins.set(entry, { found, cell, told: wrong });
}

function nameFault(name: string): RosterCode | null {
  if (name === '') return 'name-missing';
  if (name.length > NAME_LENGTH_MAX) return 'name-length';
  const isName = !/^[\p{N}.,-]+$/u.test(name) && !isFootText(name.normalize('NFKC').replaceAll(' ', ''));
  return isName ? null : 'name-characters';
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
