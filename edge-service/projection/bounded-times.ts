import { boundedTime, type JournalTime, type TimedBody } from '#shared/event/journal-time.ts';
import type { EventId, InstallId, RoundId } from '#shared/ids.ts';
import { prepared, type Statement, type Store } from '../store/database.ts';

/** An event with its times and the moment, ms, at which the edge received it. */
export interface ReceivedEvent extends JournalTime {
  install: InstallId;
  sequence: number;
  body: TimedBody;
  receivedAt: number;
}

/**
 * Events whose corrected time cannot be believed, with the time to show instead: the latest at which they can have
 * happened. Counts and labels never look here, for receipt differs between deliveries; where clocks are sane no row exists.
 */
export class BoundedTimes {
  readonly #write: Statement<[InstallId, number, number]>;
  readonly #remove: Statement<[InstallId, number]>;

  constructor(db: Store) {
    this.#write = db.prepare(`
      INSERT INTO bounded_time(install, sequence, shown) VALUES (?, ?, ?)
      ON CONFLICT(install, sequence) DO UPDATE SET shown = excluded.shown`);
    this.#remove = db.prepare('DELETE FROM bounded_time WHERE install = ? AND sequence = ?');
  }

  /** An event new to the ledger. */
  note(event: ReceivedEvent): void {
    const shown = boundedTime(event.body, event);
    if (shown !== null) this.#write.run(event.install, event.sequence, shown);
  }

  /** An event held already whose bounds have changed. */
  noteAgain(event: ReceivedEvent): void {
    this.#remove.run(event.install, event.sequence);
    this.note(event);
  }
}

/** SQL: the time to show of the row `of`, which has install, sequence and time. */
export const shownTime = (of: string): string =>
  `COALESCE((SELECT b.shown FROM bounded_time b WHERE b.install = ${of}.install AND b.sequence = ${of}.sequence), ${of}.time)`;

/** SQL: 1 where that is not the row's own time but the latest it can have been. */
export const isBounded = (of: string): string =>
  `EXISTS (SELECT 1 FROM bounded_time b WHERE b.install = ${of}.install AND b.sequence = ${of}.sequence)`;

/** Boards and kiosks ask several times a second, and nearly never is there one. */
const hasBounded = (db: Store): boolean =>
  prepared<[], number>(db, 'SELECT 1 FROM bounded_time LIMIT 1').get() !== undefined;

/** The times to show of events, ms, one at a time; asked within one transaction. */
export function shownTimes(
  db: Store,
): (event: { install: InstallId; sequence: number; time: number }) => number {
  if (!hasBounded(db)) return ({ time }) => time;
  const bounded = prepared<[InstallId, number], number>(
    db,
    'SELECT shown FROM bounded_time WHERE install = ? AND sequence = ?',
  ).pluck();
  return ({ install, sequence, time }) => bounded.get(install, sequence) ?? time;
}

const TUBES = `
SELECT t.opened,
  (SELECT b.shown FROM bounded_time b WHERE b.install = t.install AND b.sequence = CAST(substr(t.opened, 38) AS INTEGER)) AS openedAt,
  (SELECT MAX(b.shown) FROM reference r JOIN bounded_time b ON b.install = r.by_install AND b.sequence = r.by_sequence
     JOIN event e ON e.install = b.install AND e.sequence = b.sequence AND e.time = t.sealed_at WHERE r.target = t.opened) AS sealedAt
FROM tube t WHERE t.round = ?`;

/** Of the round's tubes the times to show where their own cannot be believed. */
export function shownTubeTimes(
  db: Store,
  round: RoundId,
): Map<EventId, { openedAt: number | null; sealedAt: number | null }> {
  if (!hasBounded(db)) return new Map();
  const tubes = prepared<[RoundId], { opened: EventId; openedAt: number | null; sealedAt: number | null }>(
    db,
    TUBES,
  ).all(round);
  return new Map(tubes.map((t) => [t.opened, t]));
}
