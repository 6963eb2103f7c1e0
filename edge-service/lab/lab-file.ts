import type { Language } from '#shared/language/languages.ts';
import type { PlainKey } from '#shared/language/message.ts';
import type { RowError } from '#shared/contract/http.ts';
import { type BadRow, badRowSheet, cellsByField } from '../tables/bad-rows.ts';
import { told } from './lab-words.ts';
import { type CodeRead, OpenedCodes, plainText } from './opened-codes.ts';
import { findHeader, type HeadedSheet, isFootRow } from '../tables/table-header.ts';
import type { TableCell, TableSheet, WrittenSheet } from '../tables/table-file.ts';

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
}

/** More swabs than this are in no tube. */
export const COUNT_MAX = 1000;

type LabField = 'tube' | 'count' | 'batch' | 'station' | 'firm' | 'note';
const WORDS: Readonly<Record<LabField, string>> = {
  tube: 'tube 采样管编号 采样管号 采样管条码 管号 管编号 试管编号 试管号 条码 样本编号 样本条码 tubecode code',
  count: 'count 人数 混检人数 样本人数 采样人数 拭子数 people swabs',
  batch: 'batch 批次 批号 箱号 转运箱号 box',
  station: 'station 采样点 采样台 采样点位 台号',
  firm: 'firm 送检单位 单位 单位名称 委托单位',
  note: 'note 备注 说明 remark',
};
/** How its columns are called in a file we write: each, in every language, is one of the words above. */
const TITLES: Readonly<Record<LabField, PlainKey>> = {
  tube: 'column.lab-tube',
  count: 'term.opened-people',
  batch: 'column.batch',
  station: 'column.lab-station',
  firm: 'column.lab-firm',
  note: 'term.note',
};
const HEADERS: ReadonlyMap<string, LabField> = new Map(
  (Object.keys(WORDS) as LabField[]).flatMap((field) =>
    WORDS[field].split(' ').map((word) => [word, field] as const),
  ),
);

interface RawLine extends LabLine {
  firm: string;
  /** Name of the column its code stands in. */
  column: string;
}

/** Reads a laboratory's list out of the sheets of a file. Never throws; a row that cannot be used is an error with its place. */
export function readLabList(sheets: readonly TableSheet[], context: LabContext): LabRead {
  const read: LabRead = { lines: [], otherFirms: 0, errors: [], warnings: [], badRows: null };
  const bad: BadRow<LabField>[] = [];
  const raw: RawLine[] = [];
  let headed = 0;
  for (const sheet of sheets) {
    const found = findHeader(sheet, { names: HEADERS, needed: ['tube'] });
    if (!found || !found.columns.has('count')) continue;
    headed++;
    readSheet({ sheet, found, context, read, raw, bad });
  }
  if (headed === 0) read.errors.push(told({ sheet: null, row: 1 }, null, 'header-missing'));
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
  read.badRows = badRowSheet(bad, { titles: TITLES, language: context.language });
  return read;
}

function readSheet(input: {
  sheet: TableSheet;
  found: HeadedSheet<LabField>;
  context: LabContext;
  read: LabRead;
  raw: RawLine[];
  bad: BadRow<LabField>[];
}): void {
  const { sheet, found, context, read, raw, bad } = input;
  let sum = 0;
  let mixed = false;
  for (const row of found.rows) {
    const place = { sheet: sheet.name, row: row.row };
    const cell = (field: LabField): TableCell | null => {
      const column = found.columns.get(field);
      return column === undefined ? null : (row.cells[column] ?? null);
    };
    const header = (field: LabField): string => found.headers.get(field) ?? field;
    if (isFootRow(row)) {
      const total = readCount(cell('count'), null);
      if (typeof total === 'number' && total !== sum && !mixed)
        read.warnings.push(told(place, header('count'), 'total-differs', `${total} ≠ ${sum}`));
      continue;
    }
    const tubeCell = cell('tube');
    if (tubeCell === null && (cell('count') === null || cell('count')?.merged)) continue;
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
    raw.push({ ...place, tube: tube.code, count, batch, station, firm, column: header('tube') });
  }
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
