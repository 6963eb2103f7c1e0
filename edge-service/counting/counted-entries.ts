import { encodeCounted, encodeKeys } from '#shared/contract/counted-batch.ts';
import { inOrder } from '#shared/event/event-order.ts';
import type { InstallId, RoundId, EventId, CredentialKey } from '#shared/ids.ts';
import { KeyRows } from '../projection/key-rows.ts';
import { keysWith } from '../projection/person-keys.ts';
import { standingFor } from '../store/kept-reading.ts';
import { shownTimes } from '../projection/bounded-times.ts';
import { prepared, type Store } from '../store/database.ts';
import type { RowRun } from '../projection/commit-changes.ts';

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
  key: CredentialKey;
  time: number;
  station: number | null;
  tubeCode: string | null;
}

/** Where the keys of a round lie, standing between the batches told to kiosks. */
const keyRows = standingFor(() => new KeyRows());

/** Every credential key that has a live swipe in the round. */
export function countedKeys(db: Store, round: RoundId): CredentialKey[] {
  return db
    .prepare<[RoundId], CredentialKey>(
      'SELECT DISTINCT key FROM swipe WHERE round = ? AND key IS NOT NULL AND voided = 0',
    )
    .pluck()
    .all(round);
}

/** The keys, and those of the rows: a row that has left the round or its key since is told by key. */
function keysOf(db: Store, round: RoundId, { keys, rows }: Told): CredentialKey[] {
  const inRun = prepared<[number, number, RoundId], CredentialKey>(
    db,
    'SELECT key FROM swipe WHERE rowid BETWEEN ? AND ? AND round = ? AND key IS NOT NULL',
  ).pluck();
  return [...keys, ...rows.flatMap(({ from, to }) => inRun.all(from, to, round))];
}

/**
 * What kiosks shall know of these keys: an entry for every key of the person while the person has a live swipe, else a
 * removal of every one.
 */
export function countedEntries(
  db: Store,
  round: RoundId,
  told: Told,
): { entries: CountedRow[]; removals: string[] } {
  // One transaction: outside of one each of thousands of looks would take and give back the lock of a reader.
  return db.transaction(() => entriesOf(db, round, keysOf(db, round, told)))();
}

function entriesOf(
  db: Store,
  round: RoundId,
  keys: readonly CredentialKey[],
): { entries: CountedRow[]; removals: string[] } {
  const live = prepared<[number, RoundId, string], LiveSwipe>(
    db,
    'SELECT time, station, tube, install, sequence FROM swipe WHERE rowid = ? AND round = ? AND key = ? AND voided = 0',
  );
  const shown = shownTimes(db);
  const rows = keyRows(db).look(round);
  const tubeCode = tubeCodes(db);
  const entries: CountedRow[] = [];
  const removals: string[] = [];
  const done = new Set<string>();
  for (const key of keys) {
    if (done.has(key)) continue;
    const own = keysWith(db, round, key);
    let first: LiveSwipe | null = null;
    for (const one of own) {
      done.add(one);
      // Nearly every person has one swipe: choosing here is half the price of letting SQLite sort and join.
      for (const row of rows.rowsOf(one)) {
        const swipe = live.get(row, round, one);
        if (swipe && (first === null || inOrder(swipe, first) < 0)) first = swipe;
      }
    }
    for (const one of own) {
      if (first === null) removals.push(one);
      else
        entries.push({
          key: one,
          time: shown(first),
          station: first.station,
          tubeCode: tubeCode(first.tube),
        });
    }
  }
  return { entries, removals };
}

interface LiveSwipe {
  time: number;
  station: number | null;
  tube: EventId | null;
  install: InstallId;
  sequence: number;
}

/** Codes of tubes by their opened event, each looked up once: ten people lie in one. */
function tubeCodes(db: Store): (opened: EventId | null) => string | null {
  const code = prepared<[string], string | null>(db, 'SELECT code FROM tube WHERE opened = ?').pluck();
  const known = new Map<string, string | null>();
  return (opened) => {
    if (opened === null) return null;
    let found = known.get(opened);
    if (found === undefined) known.set(opened, (found = code.get(opened) ?? null));
    return found;
  };
}

/** Whose entries a batch tells: these keys, and those of these rows. */
export interface Told {
  keys: CredentialKey[];
  rows: RowRun[];
}
