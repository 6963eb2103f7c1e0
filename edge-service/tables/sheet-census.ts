/** What stands in one row of a sheet, counted without the library that reads it. */
interface RowCensus {
  cells: number;
  /** Sum of the columns, from 1: a cell read into another column is noticed. */
  columns: number;
  hidden: boolean;
}

/** Columns of the widest format (XFD). */
const WIDEST = 16_384;
/** The last row that a sheet of any format can have. */
export const LAST_ROW = 1_048_576;

/**
 * Non-empty cells of one sheet, counted by a scan of our own: a reader that loses a sheet, a row or a cell is found out. It
 * also holds what the reader does not give: struck cells and hidden rows. Rows and columns from 0.
 */
export class SheetCensus {
  readonly name: string;
  hidden = false;
  cells = 0;
  readonly rows = new Map<number, RowCensus>();
  readonly #struck = new Set<number>();

  constructor(name: string) {
    this.name = name;
  }

  add(cell: { row: number; column: number; struck: boolean }): void {
    const { row, column, struck } = cell;
    const there = this.rows.get(row);
    this.cells++;
    if (there === undefined) this.rows.set(row, { cells: 1, columns: column + 1, hidden: false });
    else {
      there.cells++;
      there.columns += column + 1;
    }
    if (struck) this.#struck.add(row * WIDEST + column);
  }

  /** Only rows that hold something are kept: a sheet may have a million hidden empty ones. */
  hideRow(row: number): void {
    const there = this.rows.get(row);
    if (there !== undefined) there.hidden = true;
  }

  isHidden(row: number): boolean {
    return this.rows.get(row)?.hidden === true;
  }

  isStruck(row: number, column: number): boolean {
    return this.#struck.has(row * WIDEST + column);
  }

  /** True when both hold the same number of cells in the same places, row by row. */
  agrees(other: SheetCensus): boolean {
    if (this.cells !== other.cells || this.rows.size !== other.rows.size) return false;
    for (const [row, { cells, columns }] of this.rows) {
      const there = other.rows.get(row);
      if (there?.cells !== cells || there.columns !== columns) return false;
    }
    return true;
  }
}

/** A file that a census cannot be taken of: damaged, or too much to go through. */
export class CensusFault extends Error {
  readonly fault: 'damaged' | 'too-many-rows' | { emptyRowsIn: string; rows: number };

  constructor(fault: CensusFault['fault']) {
    super(typeof fault === 'string' ? fault : 'empty rows');
    this.fault = fault;
  }
}
