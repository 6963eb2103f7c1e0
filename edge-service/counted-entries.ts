import { encodeCounted, encodeKeys } from '#shared/counted-batch.ts';
import type { RoundId } from '#shared/ids.ts';
import type { Store } from './store.ts';

/** The packed part of a `counted` message: made on the reports' thread, so that the serving thread only passes it on. */
export interface PackedCounted {
  tubes: string[];
  entries: Uint8Array<ArrayBuffer>;
  removals: Uint8Array<ArrayBuffer>;
}

export function packCounted(found: {
  entries: readonly CountedRow[];
  removals: readonly string[];
}): PackedCounted {
  const { tubes, entries } = encodeCounted(found.entries);
  return { tubes, entries: new Uint8Array(entries), removals: new Uint8Array(encodeKeys(found.removals)) };
}

/** A person's first live swipe, under one of the person's credential keys. Time in ms. */
export interface CountedRow {
  key: string;
  time: number;
  station: number | null;
  tubeCode: string | null;
}

/** Every credential key that has a live swipe in the round. */
export function countedKeys(db: Store, round: RoundId): string[] {
  return db
    .prepare<[RoundId], string>(
      'SELECT DISTINCT key FROM swipe WHERE round = ? AND key IS NOT NULL AND voided = 0',
    )
    .pluck()
    .all(round);
}

/**
 * What kiosks shall know of these keys: an entry for every key of the person while the person has a live swipe, else a
 * removal of every one.
 */
export function countedEntries(
  db: Store,
  round: RoundId,
  keys: readonly string[],
): { entries: CountedRow[]; removals: string[] } {
  const personOf = db
    .prepare<[RoundId, string], string>('SELECT person FROM person WHERE round = ? AND key = ?')
    .pluck();
  const joined = db
    .prepare<[RoundId, string], string>('SELECT key FROM person WHERE round = ? AND person = ?')
    .pluck();
  const first = db.prepare<[RoundId, string], Omit<CountedRow, 'key'>>(
    `SELECT s.time, s.station, t.code AS tubeCode FROM swipe s LEFT JOIN tube t ON t.opened = s.tube
     WHERE s.round = ? AND s.key = ? AND s.voided = 0 ORDER BY s.time, s.install, s.sequence LIMIT 1`,
  );
  const entries: CountedRow[] = [];
  const removals: string[] = [];
  const done = new Set<string>();
  for (const key of keys) {
    if (done.has(key)) continue;
    const person = personOf.get(round, key);
    const own = person === undefined ? [key] : joined.all(round, person);
    let earliest: Omit<CountedRow, 'key'> | null = null;
    for (const one of own) {
      done.add(one);
      const swipe = first.get(round, one);
      if (swipe && (earliest === null || swipe.time < earliest.time)) earliest = swipe;
    }
    for (const one of own) {
      if (earliest === null) removals.push(one);
      else entries.push({ key: one, ...earliest });
    }
  }
  return { entries, removals };
}
