import type { TableCell, TableRow } from '../tables/table-file.ts';
import type { HeadedSheet } from '../tables/table-header.ts';
import type { RosterField } from './roster-fields.ts';
import { cellOf } from './roster-sheets.ts';

/** Rows of a column whose cells were filled, or are blank beside others that are not: how many, and the first of them. */
export interface BlankRows {
  field: 'workshop' | 'team';
  filled: boolean;
  rows: number;
  first: number;
}

/**
 * Cells that were merged before a sheet was saved as CSV: only the first of them has its text. Blank cells are filled where
 * they can mean nothing else: the column stands left of the names, its first row has a text, none stands twice and there are
 * at least as many blanks as texts. A team ends with its workshop. A workbook has its merged cells: there such blanks are told and stay.
 * `isPerson`: which rows are people.
 */
export function filledDown(
  block: HeadedSheet<RosterField>,
  { isPerson, isCsv }: { isPerson: (row: TableRow) => boolean; isCsv: boolean },
): { rows: readonly TableRow[]; blank: BlankRows[] } {
  const people = block.rows.filter(isPerson);
  const workshops = columnFilled(block, people, 'workshop', null);
  const teams = columnFilled(block, people, 'team', workshops);
  const blank = [workshops, teams].flatMap((column) => column?.blank ?? []);
  if (!isCsv) {
    const alike = blank.filter(({ filled }) => filled).map((rows) => ({ ...rows, filled: false }));
    return { rows: block.rows, blank: alike };
  }
  const written = [workshops, teams].filter((c) => c !== null && c.blank.some(({ filled }) => filled));
  if (written.length === 0) return { rows: block.rows, blank };
  const rows = block.rows.map((row): TableRow => {
    const cells = [...row.cells];
    for (const column of written) {
      const cell = column?.cells.get(row.row);
      if (column && cell) cells[column.column] = cell;
    }
    return { ...row, cells };
  });
  return { rows, blank };
}

interface ColumnFilled {
  column: number;
  /** By row: what its cell holds in the end. */
  cells: Map<number, TableCell>;
  blank: BlankRows[];
}

function columnFilled(
  block: HeadedSheet<RosterField>,
  people: readonly TableRow[],
  field: 'workshop' | 'team',
  within: ColumnFilled | null,
): ColumnFilled | null {
  const column = block.columns.get(field);
  const name = block.columns.get('name');
  if (column === undefined || name === undefined) return null;
  const cells = new Map<number, TableCell>();
  const seen = new Set<string>();
  let texts = 0;
  let twice = false;
  const below: number[] = [];
  const open: number[] = [];
  let above: TableCell | null = null;
  let group: string | null = null;
  for (const row of people) {
    const around = within?.cells.get(row.row)?.text ?? null;
    if (around !== group) {
      group = around;
      above = null;
      seen.clear();
    }
    const own = cellOf(block, row, field);
    if (own !== null) {
      texts++;
      twice ||= seen.has(own.text.trim());
      seen.add(own.text.trim());
      above = own;
      cells.set(row.row, own);
      continue;
    }
    (above === null ? open : below).push(row.row);
    if (above !== null) cells.set(row.row, { ...above, merged: true });
  }
  if (texts === 0) return { column, cells, blank: [] };
  const begins = people[0] !== undefined && cellOf(block, people[0], field) !== null;
  const isMerged = column < name && begins && !twice && below.length >= texts;
  if (!isMerged) {
    const blank = blankRows(
      field,
      false,
      [...below, ...open].toSorted((a, b) => a - b),
    );
    return { column, cells: new Map([...cells].filter(([, cell]) => !cell.merged)), blank };
  }
  return { column, cells, blank: [...blankRows(field, true, below), ...blankRows(field, false, open)] };
}

const blankRows = (field: BlankRows['field'], filled: boolean, rows: readonly number[]): BlankRows[] =>
  rows.length === 0 ? [] : [{ field, filled, rows: rows.length, first: rows[0]! }];
