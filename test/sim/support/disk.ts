import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import type { SeededRandom } from '../../support/seeded-random.ts';

/** Longer than a frame of SQLite's log with its page, so that a torn end may hold a whole one that was never finished. */
const TORN_BYTES_MAX = 6000;
/** Syncs cost nothing there; power cuts are played by what is copied. */
const MEMORY_DISK = '/dev/shm';

/** A directory for one run, on a disk in memory where there is one. The caller removes it. */
export function temporaryDisk(): { dir: string; remove(): void } {
  const base = existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir();
  const dir = mkdtempSync(path.join(base, 'muster-sim-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** The database as a killed process leaves it: the file and its log, whatever stands in them. */
export function copyDatabase(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  for (const suffix of ['', '-wal']) {
    rmSync(to + suffix, { force: true });
    if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
  }
}

/** The same after a power cut in the middle of the next write: the log ends in bytes that make no whole transaction. */
export function copyAsAfterPowerCut(from: string, to: string, random: SeededRandom): void {
  copyDatabase(from, to);
  if (!existsSync(`${to}-wal`)) return;
  const torn = Uint8Array.from({ length: random.below(TORN_BYTES_MAX) }, () => random.below(256));
  appendFileSync(`${to}-wal`, torn);
}

export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** A bad block: one row of a kiosk's journal is no longer what was written. */
export function damageRow(file: string, row: { id: number; part: 'hash' | 'body' }): void {
  const db = new Sqlite(file);
  const rubbish = new TextEncoder().encode(`damaged row ${row.id}, 32 bytes long.`.padEnd(32).slice(0, 32));
  db.prepare(`UPDATE event SET ${row.part} = ? WHERE id = ?`).run(rubbish, row.id);
  db.close();
}
