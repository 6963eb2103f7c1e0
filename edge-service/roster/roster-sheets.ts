import { parseIdNumber } from '#shared/id-number.ts';
import { plainSheet } from '../tables/plain-cells.ts';
import type { TableCell, TableRow, TableSheet } from '../tables/table-file.ts';
import { type ColumnChoice, type HeadedSheet, headedBlocks } from '../tables/table-header.ts';
import { ROSTER_WORDS, type RosterField } from './roster-fields.ts';
import { LEFT } from './roster-row.ts';

type Block = HeadedSheet<RosterField>;

/** A sheet of a roster file that holds something, and what it is read as. */
export interface RosterSheet {
  sheet: TableSheet;
  /** Its tables, from the top and the left. */
  blocks: readonly Block[];
  /** `continued`: under the header of the sheet before. The last three are not read: people who left, hidden, no header. */
  how: 'headed' | 'continued' | 'left' | 'hidden' | 'skipped';
  /** Cells whose text had to be freed of what protected or spoiled it, and the first row of them. */
  mended: { row: number; cells: number } | null;
}

/** What becomes of each sheet of a roster file; empty ones are none. */
export function rosterSheets(
  sheets: readonly TableSheet[],
  { choice, hidden }: { choice: ColumnChoice<RosterField>; hidden: 'leave' | 'take' },
): RosterSheet[] {
  let before: readonly Block[] = [];
  return sheets
    .filter((sheet) => sheet.rows.some(({ cells }) => cells.some((cell) => cell !== null)))
    .map((spoiled): RosterSheet => {
      const { sheet, mended } = plainSheet(spoiled);
      const read = (how: RosterSheet['how'], blocks: readonly Block[]): RosterSheet => ({
        sheet,
        blocks,
        how,
        mended,
      });
      if (sheet.hidden && hidden === 'leave') return read('hidden', []);
      if (sheet.name !== null && LEFT.test(sheet.name)) return read('left', []);
      const blocks = headedBlocks(sheet, ROSTER_WORDS, choice);
      if (blocks.length > 0) {
        before = blocks.filter(({ headerRow }) => headerRow === blocks.at(-1)?.headerRow);
        return read('headed', blocks);
      }
      const continued = before.map((block): Block => ({ ...block, headerRow: 0, rows: sheet.rows }));
      return continues(continued) ? read('continued', continued) : read('skipped', []);
    });
}

/** The cell of a row in the column that a field is read from. */
export const cellOf = (block: Block, row: TableRow, field: RosterField): TableCell | null => {
  const column = block.columns.get(field);
  return column === undefined ? null : (row.cells[column] ?? null);
};

/** Whether an ID number stands in the row, wherever. */
export const holdsIdNumber = (row: TableRow): boolean =>
  row.cells.some((cell) => cell !== null && /[0-9]{6}/.test(cell.text) && parseIdNumber(cell.text).ok);

/** Four of five rows in which anybody stands have an ID number and a name where the sheet before has them. */
function continues([block]: readonly Block[]): boolean {
  if (block === undefined || !block.columns.has('name')) return false;
  const rows = block.rows.filter(
    (row) => row.cells.filter((cell) => cell !== null && !cell.merged).length >= 2,
  );
  const fitting = rows.filter((row) => {
    const number = cellOf(block, row, 'number');
    const name = cellOf(block, row, 'name');
    return number !== null && parseIdNumber(number.text).ok && name !== null && /\p{L}/u.test(name.text);
  });
  return fitting.length > 0 && fitting.length * 5 >= rows.length * 4;
}
