import type { Language } from '#shared/language/languages.ts';
import type { RowError } from '#shared/contract/http.ts';
import { type BadRow, badRowSheet, cellsByField } from '../tables/bad-rows.ts';
import { told } from './lab-words.ts';
import { type CodeRead, OpenedCodes, plainText } from './opened-codes.ts';
import { isFootRow } from '../tables/foot-row.ts';
import type { HeaderRead } from '../tables/header-read.ts';
import { labBlocks, labHeaderMissing } from './lab-sheets.ts';
import { LAB_TITLES, type LabField } from './lab-fields.ts';
import type { ColumnChoice, HeadedSheet } from '../tables/table-header.ts';
import type { TableCell, TableSheet } from '../tables/table-file.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';

/** One tube as the laboratory lists it. Test results are never read: this shape has no place for one. */
export interface LabLine {
  sheet: string | null;
  row: number;
  /** Null: a total of the whole site. */
  tube: string | null;
  count: number;
  batch: string | null;
  station: number | null;
}

export interface LabRead {
  lines: LabLine[];
  otherFirms: number;
  /** What the columns of each header were taken for. */
  columns: HeaderRead[];
  errors: RowError[];
  warnings: RowError[];
  /** To correct and send again; null when there are none. */
  badRows: WrittenSheet | null;
}

export interface LabContext {
  /** Codes of tubes opened here. */
  opened: OpenedCodes;
  /** Name of this site, by which its lines are told from other firms'; empty when nobody gave one. */
  site: string;
  /** Whoever brings the list must not learn from the answer which codes were opened here. */
  blind: boolean;
  /** Of the sheet of bad rows. */
  language: Language;
  choice: ColumnChoice<LabField>;
  /** What becomes of hidden sheets. */
  hidden: 'leave' | 'take';
}

/** More swabs than this are in no tube. */
export const COUNT_MAX = 1000;

interface RawLine extends LabLine {
  firm: string;
  /** Name of the column its code stands in. */
  column: string;
}

/** Reads a laboratory's list out of the sheets of a file. Never throws; a row that cannot be used is an error with its place. */
export function readLabList(sheets: readonly TableSheet[], context: LabContext): LabRead {
  const read: LabRead = {
    lines: [],
    otherFirms: 0,
    columns: [],
    errors: [],
    warnings: [],
    badRows: null,
  };
  const bad: BadRow<LabField>[] = [];
  const raw: RawLine[] = [];
  let before: readonly HeadedSheet<LabField>[] = [];
  for (const sheet of sheets) {
    const { kept, blocks, columns } = labBlocks(sheet, { before, context, ...read });
    read.columns.push(...columns);
    if (columns.length > 0) before = blocks.slice(-1);
    for (const found of blocks)
      readSheet({ sheet: kept, found, context, read, raw, bad, isAlone: blocks.length === 1 });
  }
  const headed = read.columns.length;
  if (headed === 0) read.errors.push(labHeaderMissing(sheets));
  const ours = ourFirms(raw, context);
  for (const { firm, column, ...line } of raw) {
    if (ours !== null && firm !== '' && !ours.has(firm)) {
      read.otherFirms++;
      continue;
    }
    read.lines.push(line);
    if (line.tube !== null && !context.blind && context.opened.isUnknown(line.tube))
      read.warnings.push(told(line, column, 'tube-unknown', line.tube));
  }
  if (headed > 0 && raw.length === 0 && read.errors.length === 0)
    read.errors.push(told({ sheet: null, row: 1 }, null, 'no-tubes'));
  read.badRows = badRowSheet(bad, { titles: LAB_TITLES, language: context.language });
  return read;
}

function readSheet(input: {
  sheet: TableSheet;
  found: HeadedSheet<LabField>;
  context: LabContext;
  read: LabRead;
  raw: RawLine[];
  bad: BadRow<LabField>[];
  /** No other table is on the sheet: a total is of this one. */
  isAlone: boolean;
}): void {
  const { sheet, found, context, read, raw, bad } = input;
  let sum = 0;
  let lines = 0;
  let mixed = !input.isAlone;
  const unnamed: number[] = [];
  for (const row of found.rows) {
    const place = { sheet: sheet.name, row: row.row };
    const cell = (field: LabField): TableCell | null => {
      const column = found.columns.get(field);
      return column === undefined ? null : (row.cells[column] ?? null);
    };
    const header = (field: LabField): string => found.headers.get(field) ?? field;
    const own = row.cells.slice(found.span.from, found.span.to);
    const total = readTotal(cell('count'));
    const isTotal = total === sum && plain(cell('tube')) === String(lines);
    const isFoot = isFootRow({
      name: isTotal ? null : cell('tube'),
      before: null,
      numbers: isTotal ? [] : [cell('count')],
      others: own.filter((_, i) => i + found.span.from !== found.columns.get('note')),
    });
    if (isFoot) {
      if (total === null) read.warnings.push(told(place, null, 'foot-row'));
      else if (total !== sum && !mixed)
        read.warnings.push(told(place, header('count'), 'total-differs', `${total} ≠ ${sum}`));
      continue;
    }
    const tubeCell = cell('tube');
    if (tubeCell === null && (cell('count') === null || cell('count')?.merged)) {
      if (own.some((c) => c !== null && !c.merged && !/^[0-9]{1,6}$/.test(c.text))) unnamed.push(row.row);
      continue;
    }
    const errors: RowError[] = [];
    const tube = readCode(tubeCell, context);
    if (!tube.ok) errors.push(told(place, header('tube'), tube.code));
    const count = readCount(cell('count'), cell('note'));
    if (typeof count === 'string') errors.push(told(place, header('count'), count));
    const station = readStation(cell('station'), header('station'));
    if (station === false) errors.push(told(place, header('station'), 'station'));
    const batch = plain(cell('batch')) || null;
    if (batch !== null && batch.length > 40) errors.push(told(place, header('batch'), 'batch'));
    if (errors.length > 0 || !tube.ok || typeof count === 'string' || station === false) {
      read.errors.push(...errors);
      bad.push({ place, errors, cells: cellsByField(found, cell) });
      continue;
    }
    if (tube.repaired && !context.blind)
      read.warnings.push(told(place, header('tube'), 'code-repaired', tube.code));
    const firm = plain(cell('firm'));
    mixed ||= firm !== '' && raw.some((l) => l.firm !== '' && l.firm !== firm);
    sum += count;
    lines++;
    raw.push({ ...place, tube: tube.code, count, batch, station, firm, column: header('tube') });
  }
  if (unnamed[0] !== undefined)
    read.warnings.push(
      told({ sheet: sheet.name, row: unnamed[0] }, null, 'rows-unnamed', String(unnamed.length)),
    );
}

/** A code that could be two of our tubes is refused, unless the refusal would tell of them: then the lead finds it as unknown. */
function readCode(cell: TableCell | null, { opened, blind }: LabContext): CodeRead {
  const read = opened.read(cell?.text ?? '');
  const isHidden = blind && !read.ok && read.code === 'tube-ambiguous';
  return isHidden ? new OpenedCodes([], 'codes').read(cell?.text ?? '') : read;
}

/**
 * Whose lines are ours: those of the firm that bears the site's name; else, where several firms are listed, the one with most
 * tubes we know. Null: all of them.
 */
function ourFirms(lines: readonly RawLine[], context: LabContext): Set<string> | null {
  const firms = [...new Set(lines.map((l) => l.firm).filter((f) => f !== ''))];
  if (firms.length === 0) return null;
  const named = firms.filter(
    (f) => context.site !== '' && (f.includes(context.site) || context.site.includes(f)),
  );
  if (named.length > 0) return new Set(named);
  if (firms.length === 1) return null;
  const hits = (firm: string): number =>
    lines.filter((l) => l.firm === firm && l.tube !== null && context.opened.has(l.tube)).length;
  const best = firms.toSorted((a, b) => hits(b) - hits(a))[0];
  return best === undefined || hits(best) === 0 ? null : new Set([best]);
}

/** 10, 10人, full width; a blank cell with 9人 in the remarks. Else the code of what is wrong. */
function readCount(cell: TableCell | null, note: TableCell | null): number | 'count' | 'count-missing' {
  const text = plain(cell).replaceAll(' ', '');
  if (text === '') {
    const noted = /^([0-9]{1,4})人$/.exec(plain(note).replaceAll(' ', ''));
    return noted ? bounded(Number(noted[1])) : 'count-missing';
  }
  const found = /^([0-9]{1,4})(?:\.0)?[人个支]?$/.exec(text);
  return found ? bounded(Number(found[1])) : 'count';
}

const bounded = (count: number): number | 'count' => (count <= COUNT_MAX ? count : 'count');

/** What stands in a total row under the counts: 973, 973人; null where that is no number. */
function readTotal(cell: TableCell | null): number | null {
  const found = /^共?([0-9]{1,7})(?:\.0)?(?:人份|[人个支例份名])?$/.exec(plain(cell).replaceAll(' ', ''));
  return found ? Number(found[1]) : null;
}

/** `1号台`, `1`; a place in words (东门) names no station. In a plain file's `station` column anything but a number is wrong. */
function readStation(cell: TableCell | null, header: string): number | null | false {
  const text = plain(cell);
  if (text === '') return null;
  const found = /^(?:第)?([0-9]{1,3})(?:号?台|号|号?采样[点台])?$/.exec(text.replaceAll(' ', ''));
  if (found && Number(found[1]) >= 1) return Number(found[1]);
  return header.toLowerCase() === 'station' ? false : null;
}

function plain(cell: TableCell | null): string {
  return plainText(cell?.text ?? '');
}
