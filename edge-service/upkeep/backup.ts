import { randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import type { Clock } from '#shared/clock.ts';
import { chainFaults, type ChainFault } from './chain-check.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { ledgerWrites } from '../ledger/kiosk-writes.ts';
import type { InstallId } from '#shared/ids.ts';
import { Ledger } from '../ledger/ledger.ts';
import { ledgerIdentity } from '../store/meta.ts';
import { migrate } from '../store/schema.ts';
import { isDamage, openStore, sqliteCode, type Store } from '../store/database.ts';
import { CommandTrouble, DATABASE_FILE } from '../store/data-directory.ts';

export type BackupResult =
  | { ok: true; file: string; events: number; installs: number; epoch: string }
  | { ok: false; file: string; integrity: string; chain: ChainFault[] };

/**
 * Writes a checked copy of the ledger in `data` to `file` (VACUUM INTO), while the edge may go on serving. The copy appears
 * under its name only after SQLite's integrity check and the hash chains of all journals held in it, and for its owner alone.
 * Keys are no part of it. Throws a `CommandTrouble` where there is such a file: it may be the only good backup.
 */
export function backup(data: string, file: string): BackupResult {
  if (existsSync(file))
    throw new CommandTrouble(
      `已有这个文件,不覆盖,请换一个名字 / this file exists and is not overwritten: name another one: ${file}`,
    );
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.part`;
  rmSync(part, { force: true });
  closeSync(openSync(part, 'wx', 0o600)); // SQLite fills an empty file, and leaves whom it belongs to
  const db = openStore(databaseIn(data), 'write');
  try {
    db.prepare('VACUUM INTO ?').run(part);
  } finally {
    db.close();
  }
  const checked = check(part);
  if (!checked.ok) {
    rmSync(part, { force: true });
    return { ...checked, file };
  }
  syncFile(part);
  renameSync(part, file);
  syncDirectory(path.dirname(file));
  return { ...checked, file };
}

/** Looks at a backup, or at any file, without changing it. */
export function check(file: string): BackupResult {
  let db: Store | null = null;
  try {
    db = openStore(file, 'read');
    return verdict(db, file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return { ok: false, file, integrity: error instanceof Error ? error.message : 'damaged', chain: [] };
  } finally {
    db?.close();
  }
}

function verdict(db: Store, file: string): BackupResult {
  const integrity = String(db.pragma('integrity_check', { simple: true }));
  const chain = integrity === 'ok' ? chainFaults(db) : [];
  if (integrity !== 'ok' || chain.length > 0) return { ok: false, file, integrity, chain };
  const count = (table: 'event' | 'install'): number =>
    Number(db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get());
  return {
    ok: true,
    file,
    events: count('event'),
    installs: count('install'),
    epoch: ledgerIdentity(db).epoch,
  };
}

interface RestoreLost {
  from: number;
  to: number;
}

export type RestoreResult =
  | {
      ok: true;
      epoch: string;
      events: number;
      setAside: string | null;
      /** Decisions lost now or earlier, of which nobody has taken note. */
      lost: RestoreLost[];
    }
  | { ok: false; code: 'in-use' | 'damaged'; words: string };

/**
 * Makes a backup the ledger of `data`: a new epoch, and the edge's journal begins anew naming its parent, so that kiosks
 * send again what the backup does not hold. What was there before is kept beside it. The edge must not be running.
 */
export function restore(where: { data: string; keys: KeyStore; from: string; clock: Clock }): RestoreResult {
  const { data, keys, from, clock } = where;
  const checked = check(from);
  if (!checked.ok)
    return {
      ok: false,
      code: 'damaged',
      words: `备份文件已损坏,请用另一份 / this backup is damaged (${checked.integrity}), use another one`,
    };
  const file = databaseIn(data);
  if (existsSync(file) && inUse(file))
    return { ok: false, code: 'in-use', words: '主机还在运行,请先停止 / the edge is running: stop it first' };
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const part = `${file}.part`;
  rmSync(part, { force: true });
  copyFileSync(from, part);
  const lost = beginAnew({ file: part, before: file }, keys, clock);
  for (const side of ['-wal', '-shm']) rmSync(`${part}${side}`, { force: true });
  const setAside = existsSync(file) ? `${file}.before-restore-${clock.wall()}` : null;
  if (setAside !== null)
    // A write-ahead log that could not be folded in must never be read into another database.
    for (const side of ['', '-wal', '-shm'])
      if (existsSync(file + side)) renameSync(file + side, setAside + side);
  renameSync(part, file);
  syncDirectory(data);
  const restored = check(file);
  if (!restored.ok) throw new Error(`${file}: damaged while it was restored`);
  return { ok: true, epoch: restored.epoch, events: restored.events, setAside, lost };
}

/** The edge's journals in the database that is put aside, as far as it can be read. */
function decidedBefore(file: string): { install: InstallId; watermark: number }[] {
  if (!existsSync(file)) return [];
  let db: Store | null = null;
  try {
    db = openStore(file, 'read');
    return db
      .prepare<[], { install: InstallId; watermark: number }>(
        "SELECT install, watermark FROM install WHERE kind = 'edge'",
      )
      .all();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [];
  } finally {
    db?.close();
  }
}

/** Notes what of the decisions put aside the backup does not hold, and tells every loss nobody has acknowledged. */
function noteLosses(db: Store, decided: ReturnType<typeof decidedBefore>, at: number): RestoreLost[] {
  for (const { install, watermark } of decided) {
    const held =
      db
        .prepare<[InstallId], number>('SELECT watermark FROM install WHERE install = ?')
        .pluck()
        .get(install) ?? 0;
    if (watermark > held)
      db.prepare(
        'INSERT INTO restore_loss(install, from_sequence, to_sequence, told_by, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ).run(install, held + 1, watermark, install, at);
  }
  return db
    .prepare<[], RestoreLost>(
      'SELECT from_sequence AS "from", to_sequence AS "to" FROM restore_loss WHERE acknowledged_at IS NULL ORDER BY at, install',
    )
    .all();
}

function beginAnew(of: { file: string; before: string }, keys: KeyStore, clock: Clock): RestoreLost[] {
  const { file } = of;
  const db = openStore(file, 'write');
  migrate(db);
  const lost = noteLosses(db, decidedBefore(of.before), clock.wall());
  const ledger = new Ledger({
    db,
    keys,
    time: { wall: () => clock.wall(), monotonic: () => clock.monotonic(), bootId: randomUUID() },
    uuid: randomUUID,
    writes: ledgerWrites,
  });
  const [answer] = ledger.run([{ kind: 'write', name: 'edge.begin-epoch', args: {} }]).answers;
  db.pragma('wal_checkpoint(TRUNCATE)');
  ledger.close();
  if (answer?.kind !== 'done')
    throw new Error(
      `${file}: a new epoch could not be begun: ${answer?.kind === 'failed' ? answer.message : 'no answer'}`,
    );
  return lost;
}

/**
 * True while another connection has the database open: in WAL mode exclusive locking waits for all others. A file too
 * damaged to be opened is in nobody's use, and a backup is what it needs.
 */
function inUse(file: string): boolean {
  let db: Store;
  try {
    db = openStore(file, 'write');
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
  try {
    db.pragma('busy_timeout = 0');
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN IMMEDIATE; ROLLBACK;');
    // Folds the write-ahead log in: what is set aside must be whole without it.
    db.pragma('wal_checkpoint(TRUNCATE)');
    return false;
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY')) return true;
    if (isDamage(error)) return false;
    throw error;
  } finally {
    db.close();
  }
}

export const databaseIn = (data: string): string => path.join(data, DATABASE_FILE);

function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

/** Makes a rename durable; Windows has no such thing and needs none. */
function syncDirectory(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
