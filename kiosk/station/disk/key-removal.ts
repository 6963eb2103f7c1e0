import type { RoundInfo } from '#shared/round.ts';
import { writeIfPossible, type Database } from './database.ts';
import type { Log } from './log.ts';

/** What leads to keys of rounds: each table, and the column by which its rows are kept. */
const TABLES = [
  ['round', 'round'],
  ['counted', 'round'],
  ['counted_batch', 'round'],
  ['roster_snapshot', 'hash'],
] as const;

/**
 * Takes wrapped keys, roster keys and counted keys of rounds that are not told any more off the disk, so that no byte of
 * them is left in the database or its write-ahead log. Whatever keeps it from that (a full disk, kill -9) it is finished by
 * `again` or at the next start. The journal is not touched.
 */
export class KeyRemoval {
  readonly #db: Database;
  readonly #log: Log;
  #told: readonly RoundInfo[];
  /** The write-ahead log may still hold pages of a process that was killed while it removed. */
  #isDue = true;

  constructor(db: Database, log: Log, told: readonly RoundInfo[]) {
    this.#db = db;
    this.#log = log;
    this.#told = told;
    this.again();
    this.#rewriteOnce();
  }

  /** From now on these are told, and the disk keeps nothing of any other. */
  keepOnly(told: readonly RoundInfo[]): void {
    const names = new Set(told.map(nameOf));
    const isLess = this.#told.some((before) => !names.has(nameOf(before)));
    this.#told = told;
    this.#isDue ||= isLess || TABLES.some((table) => this.#holdsOthers(table));
    this.again();
  }

  /** Removes what is due; at once done where nothing is. */
  again(): void {
    if (!this.#isDue) return;
    const others = TABLES.filter((table) => this.#holdsOthers(table));
    writeIfPossible(this.#log, () => {
      this.#db.transaction(() => others.forEach((table) => this.#removeOthers(table))).immediate();
      this.#isDue = !this.#emptyLog();
    });
  }

  #kept([, column]: (typeof TABLES)[number]): string {
    const names = this.#told.map((info) => (column === 'hash' ? info.rosterKeys : info.round));
    return JSON.stringify(names.filter((name) => name !== null));
  }

  #holdsOthers(table: (typeof TABLES)[number]): boolean {
    const [name, column] = table;
    return (
      this.#db
        .prepare(`SELECT 1 FROM ${name} WHERE ${column} NOT IN (SELECT value FROM json_each(?)) LIMIT 1`)
        .get(this.#kept(table)) !== undefined
    );
  }

  /**
   * Empties the table and writes again what is kept: pages that SQLite has split may keep copies of removed rows beside the kept
   * ones, and only a page that is given up whole is overwritten whole (`secure_delete`).
   */
  #removeOthers(table: (typeof TABLES)[number]): void {
    const [name, column] = table;
    const kept = this.#db
      .prepare<[string], unknown[]>(
        `SELECT * FROM ${name} WHERE ${column} IN (SELECT value FROM json_each(?))`,
      )
      .raw()
      .all(this.#kept(table));
    this.#db.prepare(`DELETE FROM ${name}`).run();
    const slots = kept[0]?.map(() => '?').join(', ');
    if (slots === undefined) return;
    const insert = this.#db.prepare(`INSERT INTO ${name} VALUES (${slots})`);
    for (const row of kept) insert.run(...row);
  }

  /** Into the database with every page, and the write-ahead log is empty. */
  #emptyLog(): boolean {
    const [done] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return done?.busy === 0;
  }

  /**
   * A program before this one left removed rows readable in pages it gave up: after it the file is written anew, once.
   * Each start is numbered (`opened`), so that one is known even if it ran in between.
   */
  #rewriteOnce(): void {
    const number = (name: string): number =>
      Number(this.#db.prepare('SELECT value FROM known WHERE name = ?').pluck().get(name) ?? 0);
    const opened = number('opened');
    writeIfPossible(this.#log, () => {
      if (number('rewritten') !== opened - 1) {
        this.#db.exec('VACUUM');
        this.#isDue = !this.#emptyLog();
      }
      this.#db
        .prepare("INSERT OR REPLACE INTO known (name, value) VALUES ('rewritten', ?)")
        .run(String(opened));
    });
  }
}

/** Another wrapped key or roster of a round takes the place of what is to go. */
const nameOf = ({ round, wrappedKey, rosterKeys }: RoundInfo): string =>
  JSON.stringify([round, wrappedKey, rosterKeys]);
