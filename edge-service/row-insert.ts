import { prepared, type Statement, type Store } from './store.ts';

type Value = string | number | Uint8Array | null;

/** Rows of one statement: ten in one cost an eighth less than ten times one, more in one no less still. */
export const ROWS_AT_ONCE = 10;

/** Puts rows into a table, several with one statement where several are given. */
export class RowInsert {
  readonly #one: Statement<Value[]>;
  readonly #several: Statement<Value[]>;

  /** Columns as SQL names them; a row gives their values in this order. */
  constructor(db: Store, table: string, columns: readonly string[]) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    const insert = `INSERT INTO ${table}(${columns.join(', ')}) VALUES `;
    this.#one = prepared(db, insert + row);
    this.#several = prepared(db, insert + Array.from({ length: ROWS_AT_ONCE }, () => row).join(', '));
  }

  /** Returns the row id of the last one; in a table with row ids those of the others come before it without a gap. Throws if a place is taken. */
  run(rows: readonly Value[][]): number {
    let last: number | bigint = 0;
    let at = 0;
    for (; at + ROWS_AT_ONCE <= rows.length; at += ROWS_AT_ONCE)
      last = this.#several.run(...rows.slice(at, at + ROWS_AT_ONCE).flat()).lastInsertRowid;
    for (const row of rows.slice(at)) last = this.#one.run(...row).lastInsertRowid;
    return Number(last);
  }
}
