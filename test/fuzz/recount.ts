import path from 'node:path';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { DATABASE_FILE } from '../../edge-service/store/data-directory.ts';
import { openStore } from '../../edge-service/store/database.ts';
import { rebuild } from '../../edge-service/upkeep/rebuild.ts';

const DIFFERENCES_SHOWN = 5;

/** Damaged events of a site whose edge has ended, and the first rows in which a recount from the events differs; nothing is repaired. */
export function recountOf(siteDirectory: string): { damaged: unknown[]; differences: unknown[] } {
  const db = openStore(path.join(siteDirectory, 'data', DATABASE_FILE), 'write');
  try {
    const { damaged, differences } = rebuild(db, new KeyStore(path.join(siteDirectory, 'keys')), false);
    return { damaged, differences: differences.slice(0, DIFFERENCES_SHOWN) };
  } finally {
    db.close();
  }
}
