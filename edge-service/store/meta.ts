import { installIdSchema, type InstallId } from '#shared/ids.ts';
import type { Store } from './database.ts';

/**
 * `join-anew`: a migration changed which keys are one person, and the persons of every round are to be joined anew.
 * `familiar-places`: access/familiar-places.ts.
 */
export type MetaKey = 'epoch' | 'edge-install' | 'site' | 'join-anew' | 'familiar-places';

export function readMeta(db: Store, key: MetaKey): string | null {
  return db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key) ?? null;
}

export function writeMeta(db: Store, key: MetaKey, value: string): void {
  db.prepare(
    'INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
  ).run(key, value);
}

export function dropMeta(db: Store, key: MetaKey): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(key);
}

/** Epoch and own install of a ledger that was opened for writing once; throws on one that never was. */
export function ledgerIdentity(db: Store): { epoch: string; edgeInstall: InstallId } {
  const epoch = readMeta(db, 'epoch');
  const edgeInstall = readMeta(db, 'edge-install');
  if (epoch === null || edgeInstall === null)
    throw new Error('this database has no epoch: it was never opened as a ledger');
  return { epoch, edgeInstall: installIdSchema.parse(edgeInstall) };
}
