import { existsSync, statSync } from 'node:fs';
import { wordsOf } from '#shared/error-words.ts';
import {
  type Database,
  type DatabaseOptions,
  isDamaged,
  isSqliteError,
  openDatabase,
  setAside,
} from './database.ts';
import type { Log } from './log.ts';

/** Tables in the order in which they matter: what cannot be had again first. */
const TABLES = [
  'installation',
  'event',
  'known',
  'joined_tube',
  'round',
  'roster_snapshot',
  'counted_batch',
  'counted',
];

/**
 * Opens the kiosk's database, whatever state it is in. A damaged file is set aside, never deleted, and every row that can
 * still be read from either end of each table goes into a new one. Throws only when no database can be had at all.
 */
export function openOrSalvage(options: DatabaseOptions, wallTime: number, log: Log): Database {
  try {
    const db = openDatabase(options);
    const verdict = db.pragma('quick_check(1)', { simple: true });
    if (verdict === 'ok') return db;
    db.close();
    log({ code: 'journal-damaged', detail: String(verdict) });
  } catch (error) {
    if (!isDamaged(error) && !isHalfMade(error)) throw error;
    log({ code: 'journal-damaged', detail: wordsOf(error) });
  }
  const aside = setAside(options.file, `damaged-${wallTime}`);
  const db = openDatabase(options);
  const copied = copyReadable(db, aside);
  log({ code: 'database-set-aside', detail: `${aside}: ${copied} events could be read` });
  return db;
}

/** A file cut so short that its tables are gone says "no such table". */
function isHalfMade(error: unknown): boolean {
  return isSqliteError(error) && /no such (table|column)|malformed/.test(wordsOf(error));
}

/** Copies what can be read; returns the number of events. */
function copyReadable(db: Database, aside: string): number {
  if (!existsSync(aside) || statSync(aside).size === 0) return 0;
  try {
    db.prepare('ATTACH DATABASE ? AS old').run(aside);
  } catch (error) {
    if (isSqliteError(error)) return 0; // not even a database any more: it stays aside for people to look at
    throw error;
  }
  try {
    for (const table of TABLES) copyTable(db, table);
    return Number(db.prepare('SELECT count(*) AS n FROM event').pluck().get());
  } finally {
    db.exec('DETACH DATABASE old');
  }
}

/** Row by row from the front until the damage, then from the back until the damage. */
function copyTable(db: Database, table: string): void {
  for (const direction of ['ASC', 'DESC']) {
    const rows: Record<string, unknown>[] = [];
    try {
      const order = table === 'event' ? 'id' : '1';
      const all = db.prepare<[], Record<string, unknown>>(
        `SELECT * FROM old.${table} ORDER BY ${order} ${direction}`,
      );
      for (const row of all.iterate()) rows.push(row);
    } catch (error) {
      if (!isSqliteError(error)) throw error; // the rows before the damage are kept, the other direction follows
    }
    db.transaction(() => {
      for (const row of rows) insertRow(db, table, row);
    })();
  }
}

function insertRow(db: Database, table: string, row: Record<string, unknown>): void {
  const names = Object.keys(row);
  const slots = names.map(() => '?').join(', ');
  try {
    db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${slots}) ON CONFLICT DO NOTHING`).run(
      ...Object.values(row),
    );
  } catch (error) {
    if (!isSqliteError(error)) throw error; // a row whose columns were damaged fits no strict table: it stays aside
  }
}
