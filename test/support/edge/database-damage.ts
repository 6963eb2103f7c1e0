import { closeSync, openSync, writeSync } from 'node:fs';
import { openStore } from '../../../edge-service/store/database.ts';

/**
 * Overwrites the first pages of these tables and their indexes in the middle of the database file, as a failing disk would,
 * while an edge may have it open: its log is folded in first, and a commit makes every connection read its pages anew.
 */
export function damageTables(file: string, tables: readonly string[]): void {
  const db = openStore(file, 'write');
  db.exec('UPDATE meta SET value = value');
  db.pragma('wal_checkpoint(TRUNCATE)');
  const pageBytes = Number(db.pragma('page_size', { simple: true }));
  const pages = db
    .prepare<[string], number>(
      'SELECT rootpage FROM sqlite_master WHERE rootpage > 1 AND tbl_name IN (SELECT value FROM json_each(?))',
    )
    .pluck()
    .all(JSON.stringify(tables));
  db.close();
  if (pages.length === 0) throw new Error(`${file} has no such tables`);
  const handle = openSync(file, 'r+');
  for (const page of pages)
    writeSync(handle, Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (page - 1) * pageBytes);
  closeSync(handle);
}
