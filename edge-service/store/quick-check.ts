import { wordsOf } from '#shared/error-words.ts';
import { isDamage, openStore, type Store } from './database.ts';

/** Faults listed: one shows that the file is damaged, twenty show how. */
const LISTED = 20;

/**
 * What SQLite's quick check finds wrong with the pages of the database file; empty: nothing. It reads the whole file on a
 * connection of its own, and holds up nobody who writes.
 */
export function quickCheck(file: string): string[] {
  let db: Store | null = null;
  try {
    db = openStore(file, 'read');
    const found = db.pragma(`quick_check(${LISTED})`) as { quick_check: string }[];
    return found.map((row) => row.quick_check).filter((line) => line !== 'ok');
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [wordsOf(error)];
  } finally {
    db?.close();
  }
}
