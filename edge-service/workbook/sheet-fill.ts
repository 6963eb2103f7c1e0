/** What to write into one sheet of a workbook that is given back: columns behind its own, and cells put right. */
export interface SheetFill {
  headerRow: number;
  columns: readonly { header: string; width: number }[];
  /** By row: a text for each column. */
  rows: ReadonlyMap<number, readonly (string | null)[]>;
  /** Columns from 0 that tell who a row is about: what sorts one of them has to sort the columns added. */
  people: readonly number[];
  /** Column from 0, as text. */
  fixed: readonly { row: number; column: number; text: string }[];
}
