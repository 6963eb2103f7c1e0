/** The only importer of better-sqlite3 on the kiosk. */
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { wordsOf } from '#shared/error-words.ts';
import { syncDirectory } from '#shared/node/atomic-file.ts';
import { schemaVersionIn } from '#shared/node/database-header.ts';
import type { Log } from './log.ts';

export type Database = Sqlite.Database;
export type Statement<Args extends unknown[], Row> = Sqlite.Statement<Args, Row>;

export interface DatabaseOptions {
  /** The database file; its directory must exist. */
  file: string;
  /** A better-sqlite3 built for another Node-API, or null for the one in the package. */
  nativeBinding: string | null;
}

/** Sequences of one install lie below this, so that (install number, sequence) is one integer key and one b-tree. */
export const SEQUENCE_SPAN = 2 ** 40;

/** `PRAGMA user_version`; migrations are numbered by ten. */
const SCHEMA_VERSION = 10;

const SCHEMA = `
CREATE TABLE installation (
  number INTEGER PRIMARY KEY,
  install TEXT NOT NULL UNIQUE,
  parent TEXT,
  parent_sequence INTEGER,
  reason TEXT NOT NULL
) STRICT;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, -- installation.number * 2^40 + sequence
  hash BLOB NOT NULL,
  body BLOB NOT NULL,
  sealed BLOB
) STRICT;
CREATE TABLE known (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE round (round TEXT PRIMARY KEY, place INTEGER NOT NULL, info TEXT NOT NULL) STRICT;
CREATE TABLE roster_snapshot (hash TEXT PRIMARY KEY, keys BLOB NOT NULL) STRICT;
CREATE TABLE counted (
  round TEXT NOT NULL, key BLOB NOT NULL, time INTEGER NOT NULL, station INTEGER, tube TEXT,
  PRIMARY KEY (round, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE counted_batch (round TEXT PRIMARY KEY, epoch TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
CREATE TABLE joined_tube (
  opened TEXT PRIMARY KEY, code TEXT NOT NULL, station INTEGER, time INTEGER NOT NULL, people INTEGER NOT NULL
) STRICT;
`;

/**
 * Opens or makes a kiosk's database: WAL, `synchronous=FULL` set and read back after a write (better-sqlite3 is compiled
 * to fall back to NORMAL at the first write in WAL mode, which would let a power cut take swipes that were shown), and
 * locked for this process alone. Removed rows are overwritten (key-removal.ts). Throws in SQLite's words when the file is damaged, in ours when it is in use or was
 * written by a newer Muster; the latter is not touched.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { file, nativeBinding } = options;
  refuseNewer(schemaVersionIn(file) ?? 0, file);
  const db = new Sqlite(file, nativeBinding === null ? {} : { nativeBinding });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    const mode = db.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal') throw new Error(`journal mode of ${file} is ${String(mode)}, not wal`);
    db.pragma('secure_delete = ON');
    db.pragma('synchronous = FULL');
    migrate(db, file);
    db.pragma('synchronous = FULL');
    db.prepare(
      "INSERT INTO known VALUES ('opened', '1') ON CONFLICT DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
    ).run();
    const synchronous = db.pragma('synchronous', { simple: true });
    if (synchronous !== 2)
      throw new Error(`synchronous of ${file} reads ${String(synchronous)}, not 2 (FULL)`);
    return db;
  } catch (error) {
    db.close();
    if (isCode(error, ['SQLITE_BUSY', 'SQLITE_LOCKED']))
      throw new Error(`另一个打卡程序正在使用此文件夹 another kiosk program uses ${file}`, { cause: error });
    throw error;
  }
}

function migrate(db: Database, file: string): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  refuseNewer(version, file);
  if (version === SCHEMA_VERSION) return;
  db.transaction(() => {
    db.exec(SCHEMA);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  })();
  // Into the file's header, where an older program looks before it touches anything.
  db.pragma('wal_checkpoint(TRUNCATE)');
}

function refuseNewer(version: number, file: string): void {
  if (version <= SCHEMA_VERSION) return;
  throw new Error(
    `${file} 由更新版本的 Muster 写成(数据版本 ${version},本程序只到 ${SCHEMA_VERSION}),没有改动:请安装新版本 · ` +
      `${file} was written by a newer Muster (schema ${version}, this one knows up to ${SCHEMA_VERSION}) and was not touched: install the newer version`,
  );
}

/** Moves a damaged database out of the way, WAL and all; nothing is ever deleted. Returns its new path. */
export function setAside(file: string, suffix: string): string {
  for (const part of ['', '-wal', '-shm'])
    if (existsSync(file + part)) renameSync(file + part, `${file}.${suffix}${part}`);
  syncDirectory(path.dirname(file));
  return `${file}.${suffix}`;
}

/** True when SQLite threw because no byte more fits on the disk. */
export function isDiskFull(error: unknown): boolean {
  return (
    isCode(error, ['SQLITE_FULL']) || (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
  );
}

/** True when SQLite says that the file itself is damaged. */
export function isDamaged(error: unknown): boolean {
  return isCode(error, ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_IOERR_SHORT_READ']);
}

/** True for every error of SQLite itself; anything else is a fault of ours. */
export function isSqliteError(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError;
}

function isCode(error: unknown, codes: readonly string[]): boolean {
  return (
    error instanceof Sqlite.SqliteError &&
    codes.some((code) => error.code === code || error.code.startsWith(`${code}_`))
  );
}

/**
 * Writes down what the edge can tell again. When it cannot be written (a full disk) that is logged and nothing else
 * stops: memory has it, and the journal needs the room more.
 */
export function writeIfPossible(log: Log, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    log({ code: isDiskFull(error) ? 'disk-full' : 'fault', detail: wordsOf(error) });
  }
}
