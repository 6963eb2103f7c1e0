/** The only importer of better-sqlite3 at the edge. */
import Database from 'better-sqlite3';

export type Store = Database.Database;
export type Statement<Parameters extends unknown[], Row = unknown> = Database.Statement<Parameters, Row>;

/** `PRAGMA synchronous` as it must read back: 2 is FULL. */
export const SYNCHRONOUS_FULL = 2;
/** A reader waits this long for a checkpoint to finish; on a disk of 20 ms per sync that takes well under a second. */
const BUSY_TIMEOUT_MS = 5000;
/**
 * Page cache: what the writer's rows and indexes grow at fits into 2 MiB, because everything new lies at their ends; reports
 * read tables from end to end, and what the system has of the file serves them as well.
 */
const CACHE_KIB = { write: 2 * 1024, read: 1 * 1024 } as const;
/** Pages in the write-ahead log before it is folded back: 16 MiB, so that a rush is not a series of checkpoints. */
const CHECKPOINT_PAGES = 4000;

/**
 * Opens the database file at `file` (':memory:' for none). `write` makes it if it is missing; `read` demands that it is there.
 * Every connection runs in WAL with synchronous=FULL: better-sqlite3 is compiled to fall back to NORMAL after the first
 * write in WAL unless told (docs/performance.md), so the setting is made and read back. Throws if it does not hold.
 */
export function openStore(file: string, access: 'read' | 'write'): Store {
  const db = new Database(file, { readonly: access === 'read', fileMustExist: access === 'read' });
  try {
    return configured(db, file, access);
  } catch (error) {
    db.close();
    throw error;
  }
}

function configured(db: Store, file: string, access: 'read' | 'write'): Store {
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  if (access === 'write') db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`cache_size = -${CACHE_KIB[access]}`); // negative means KiB (sqlite.org/pragma)
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.pragma('temp_store = MEMORY');
  const synchronous = synchronousOf(db);
  if (synchronous !== SYNCHRONOUS_FULL)
    throw new Error(
      `${file}: PRAGMA synchronous reads ${synchronous}, not ${SYNCHRONOUS_FULL}: an acknowledged swipe could be lost`,
    );
  return db;
}

const statements = new WeakMap<Store, Map<string, Database.Statement>>();

/**
 * The statement of this text on this connection, prepared when it is first asked for: boards and kiosks want the same few
 * several times a second. It comes plain: what another asker of the same text made of it (plucked, raw) is taken back, so
 * keep none that is plucked or raw.
 */
export function prepared<Parameters extends unknown[], Row = unknown>(
  db: Store,
  sql: string,
): Statement<Parameters, Row> {
  let known = statements.get(db);
  if (known === undefined) statements.set(db, (known = new Map()));
  let statement = known.get(sql);
  if (statement === undefined) known.set(sql, (statement = db.prepare(sql)));
  else if (statement.reader) statement.pluck(false).raw(false);
  return statement as Statement<Parameters, Row>;
}

/**
 * Takes a directory for this process alone: SQLite's exclusive lock on a file of its own, which the system gives back
 * however the process ends. Returns what gives it back, or null while another process has it.
 */
export function holdDirectory(file: string): (() => void) | null {
  const db = new Database(file, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return () => db.close();
  } catch (error) {
    db.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true) return null;
    throw error;
  }
}

/** What `PRAGMA synchronous` reads on this connection. */
export function synchronousOf(db: Store): number {
  return Number(db.pragma('synchronous', { simple: true }));
}

/** SQLite's code of an error (`SQLITE_FULL`, `SQLITE_IOERR_WRITE` …), or null if it is none of SQLite's. */
export function sqliteCode(error: unknown): string | null {
  return error instanceof Database.SqliteError ? error.code : null;
}

/** True for errors that mean "the disk takes nothing more now": nothing was stored, trying again later may succeed. */
export function isDiskTrouble(error: unknown): boolean {
  const code = sqliteCode(error);
  return (
    code !== null && (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR') || code === 'SQLITE_BUSY')
  );
}

/** True when SQLite says that the file itself is damaged, or is none of its own. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== null && (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'));
}
