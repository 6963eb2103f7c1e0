import { bytesToHex } from '#shared/bytes.ts';
import { countRound, type RoundCount } from '#shared/counting/counting.ts';
import type { LedgerEvent } from '#shared/event/event-order.ts';
import { parseBody } from '#shared/event/event.ts';
import { journalTimes, type TimedBody } from '#shared/event/journal-time.ts';
import { eventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { isDeepStrictEqual } from 'node:util';
import { chainFaults, type ChainFault } from './chain-check.ts';
import { BoundedTimes } from '../projection/bounded-times.ts';
import { Changes } from '../projection/commit-changes.ts';
import { countAll } from '../counting/round-counts.ts';
import { isEdgeOnly } from '#shared/event/event-table.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { Projection } from '../projection/projection.ts';
import { DERIVED_TABLES } from '../store/schema.ts';
import type { Store } from '../store/database.ts';

/** One row that is not what the events say. `held`: as stored, `recounted`: as it must be; null: no such row. */
interface Difference {
  table: string;
  row: string;
  held: unknown;
  recounted: unknown;
}

export interface RebuildReport {
  events: number;
  /** Where journals do not hang together, a hundred at most: what is counted from such events proves nothing. */
  damaged: ChainFault[];
  differences: Difference[];
  /** More differences than are listed. */
  more: boolean;
  repaired: boolean;
}

/** Differences listed: beyond this nobody reads them, and the number alone says enough. */
const DIFFERENCES_MAX = 1000;
type Row = Record<string, unknown>;

/**
 * Recounts everything from the events and compares: bodies read anew, derived tables rebuilt beside the held ones, and the
 * SQL's counts against the pure rule. Reports before it repairs; with `repair` all of it is put right in one transaction,
 * unless an event is damaged itself: then tables would be made to agree with what nobody ever wrote.
 * The edge must not be running: the report's transaction holds the write lock.
 */
export function rebuild(db: Store, keys: KeyStore, asked: boolean): RebuildReport {
  const differences = new DifferenceList();
  db.exec('BEGIN IMMEDIATE');
  try {
    const damaged = chainFaults(db);
    const repair = asked && damaged.length === 0;
    const events = readAgain(db, differences);
    project(db, keys);
    compareTables(db, differences);
    compareCounts(db, differences);
    if (repair && !differences.none) takeOver(db);
    dropTemporary(db);
    db.exec(repair ? 'COMMIT' : 'ROLLBACK');
    return {
      events,
      damaged,
      differences: differences.list,
      more: differences.more,
      repaired: repair && !differences.none,
    };
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

class DifferenceList {
  readonly list: Difference[] = [];
  more = false;

  add(difference: Difference): void {
    if (this.list.length < DIFFERENCES_MAX) this.list.push(difference);
    else this.more = true;
  }

  get none(): boolean {
    return this.list.length === 0;
  }
}

/** Reads every body as this version does: what an older one could not understand may be an event now. */
function readAgain(db: Store, differences: DifferenceList): number {
  const kinds = new Map(
    db
      .prepare<[], { install: InstallId; kind: string }>('SELECT install, kind FROM install')
      .all()
      .map((i) => [i.install, i.kind]),
  );
  const events = db.prepare<[InstallId], HeldEvent>(
    'SELECT install, sequence, body, type, status, time FROM event WHERE install = ? ORDER BY sequence',
  );
  const update = db.prepare(
    'UPDATE event SET type = ?, status = ?, time = ? WHERE install = ? AND sequence = ?',
  );
  const running = db.prepare('UPDATE install SET time = ? WHERE install = ? AND time IS NOT ?');
  let count = 0;
  for (const [install, kind] of kinds) {
    const read: (Reading & { event: Omit<HeldEvent, 'body'>; timed: TimedBody | null })[] = [];
    for (const { body, ...event } of events.iterate(install)) {
      const { timed, ...as } = reading({ ...event, body }, kind === 'edge');
      read.push({ event, ...as, timed });
    }
    const times = journalTimes(read.flatMap((r) => r.timed ?? []));
    let last: number | null = null;
    let usable = 0;
    for (const { event, timed, type, status } of read) {
      const time = timed === null ? null : times[usable++]!.time;
      last = time ?? last;
      count++;
      if (event.type === type && event.status === status && event.time === time) continue;
      const { sequence } = event;
      const held = { type: event.type, status: event.status, time: event.time };
      differences.add({
        table: 'event',
        row: eventId(install, sequence),
        held,
        recounted: { type, status, time },
      });
      update.run(type, status, time, install, sequence);
    }
    running.run(last, install, last);
  }
  return count;
}

interface Reading {
  type: string;
  status: string;
}
type HeldEvent = Reading & { install: InstallId; sequence: number; time: number | null; body: Uint8Array };

/** What this version makes of a stored event. `timed`: null if it cannot be used. */
function reading(event: HeldEvent, ofEdge: boolean): Reading & { timed: TimedBody | null } {
  const parsed = parseBody(event.body);
  if (!parsed.ok)
    return {
      type: event.type,
      status: parsed.code === 'not-understood' ? 'not-understood' : 'invalid',
      timed: null,
    };
  const { type, wallTime, monotonicTime, bootId, clockOffset, origin } = parsed.body;
  if (!ofEdge && isEdgeOnly(type)) return { type, status: 'invalid', timed: null };
  return { type, status: 'valid', timed: { wallTime, monotonicTime, bootId, clockOffset, origin } };
}

/** Temporary tables of the same names hide the held ones: the projection's own code fills them. */
function project(db: Store, keys: KeyStore): void {
  const names = DERIVED_TABLES.map((t) => `'${t}'`).join(', ');
  const made = db
    .prepare<[], { type: string; sql: string }>(
      `SELECT type, sql FROM main.sqlite_master WHERE tbl_name IN (${names}) AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC`,
    )
    .all();
  for (const { type, sql } of made)
    db.exec(
      type === 'table'
        ? sql.replace(/^CREATE TABLE /, 'CREATE TEMP TABLE ')
        : sql.replace(/^CREATE INDEX /, 'CREATE INDEX temp.'),
    );
  const projection = new Projection(db, keys);
  projection.references.lookAlways();
  const changes = new Changes();
  const rows = db.prepare<
    [],
    {
      install: InstallId;
      sequence: number;
      time: number;
      body: Uint8Array;
      sealed: Uint8Array | null;
      receivedAt: number;
    }
  >(
    `SELECT install, sequence, time, body, sealed, received_at AS receivedAt FROM event
     WHERE status = 'valid' ORDER BY install, sequence`,
  );
  const bounded = new BoundedTimes(db);
  for (const journal of Map.groupBy(rows.all(), (row) => row.install).values()) {
    const events = journal.map((row) => {
      const parsed = parseBody(row.body);
      if (!parsed.ok)
        throw new Error(`${eventId(row.install, row.sequence)} is stored as valid and cannot be read`);
      return { ...row, body: parsed.body };
    });
    const times = journalTimes(events.map((event) => event.body));
    for (const [i, event] of events.entries()) {
      projection.apply(event, changes);
      bounded.note({ ...event, ...times[i]! });
    }
  }
  for (const round of rounds(db)) projection.persons.refresh(round, changes);
  // A purged round has no keys left: what was derived while they were there stays.
  db.exec(`UPDATE temp.swipe AS t SET key = (SELECT m.key FROM main.swipe m
    WHERE m.install = t.install AND m.sequence = t.sequence AND m.round = t.round) WHERE t.key IS NULL AND t.round IS NOT NULL`);
}

function compareTables(db: Store, differences: DifferenceList): void {
  for (const table of DERIVED_TABLES) {
    const id = db
      .prepare<[], string>(`SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY cid`)
      .pluck()
      .all();
    const nameOf = (row: Row): string => id.map((column) => String(row[column])).join(' ');
    const only = (one: 'main' | 'temp', other: 'main' | 'temp'): Map<string, Row> =>
      new Map(
        db
          .prepare<[], Row>(`SELECT * FROM ${one}.${table} EXCEPT SELECT * FROM ${other}.${table}`)
          .all()
          .map((row) => [nameOf(row), row]),
      );
    const held = only('main', 'temp');
    const recounted = only('temp', 'main');
    for (const row of new Set([...held.keys(), ...recounted.keys()]))
      differences.add({ table, row, held: held.get(row) ?? null, recounted: recounted.get(row) ?? null });
  }
}

/** The SQL over the rebuilt tables against the pure rule over the events. */
function compareCounts(db: Store, differences: DifferenceList): void {
  const events = db
    .prepare<
      [],
      { install: InstallId; sequence: number; hash: Uint8Array; body: Uint8Array; key: string | null }
    >(
      `SELECT e.install, e.sequence, e.hash, e.body, s.key FROM event e
       LEFT JOIN swipe s ON s.install = e.install AND s.sequence = e.sequence WHERE e.status = 'valid'`,
    )
    .all()
    .flatMap((e): LedgerEvent[] => {
      const parsed = parseBody(e.body);
      return parsed.ok ? [{ ...e, hash: bytesToHex(e.hash), body: parsed.body }] : [];
    });
  const rosterOf = db.prepare<[RoundId], { credentials: string; identified: number }>(
    'SELECT r.credentials, r.identified FROM roster_row r JOIN round o ON o.round = r.round AND o.roster_version = r.version WHERE r.round = ?',
  );
  for (const round of rounds(db)) {
    const roster = rosterOf.all(round).map(({ credentials, identified }) => ({
      credentials: JSON.parse(credentials) as string[],
      identified: identified === 1,
    }));
    const pure = countRound({ round, events, roster });
    const sql = countAll(db, round);
    for (const part of Object.keys(pure) as (keyof RoundCount)[])
      if (!isDeepStrictEqual(sql[part], pure[part]))
        differences.add({ table: 'counts', row: `${round} ${part}`, held: sql[part], recounted: pure[part] });
  }
}

function takeOver(db: Store): void {
  for (const table of DERIVED_TABLES)
    db.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM temp.${table};`);
}

function dropTemporary(db: Store): void {
  for (const table of DERIVED_TABLES) db.exec(`DROP TABLE temp.${table}`);
}

const rounds = (db: Store): RoundId[] =>
  db.prepare<[], RoundId>('SELECT round FROM round ORDER BY number').pluck().all();
