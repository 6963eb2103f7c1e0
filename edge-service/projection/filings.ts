import { inOrder } from '#shared/event/event-order.ts';
import { eventId, splitEventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Copies } from './copies.ts';
import type { Statement, Store } from '../store/database.ts';
import type { PlacedEvent } from './placed-event.ts';

interface Filing {
  install: InstallId;
  from_sequence: number;
  to_sequence: number;
  round: RoundId | null;
  time: number;
  by_install: InstallId;
  by_sequence: number;
}

/** Filed runs: which round an event belongs to, by the latest filing that covers it, else by the round it was opened for. */
export class Filings {
  readonly #db: Store;
  readonly #copies: Copies;
  readonly #insert: Statement<[Filing]>;
  #ordered: Filing[] | null = null;

  constructor(db: Store, copies: Copies) {
    this.#copies = copies;
    this.#db = db;
    this.#insert = db.prepare(`
      INSERT INTO filing(by_install, by_sequence, install, from_sequence, to_sequence, round, time)
      VALUES (:by_install, :by_sequence, :install, :from_sequence, :to_sequence, :round, :time) ON CONFLICT DO NOTHING`);
  }

  add(
    event: PlacedEvent & {
      body: { type: 'filed'; install: InstallId; from: number; to: number; round: RoundId | null };
    },
  ): void {
    const { body } = event;
    this.#insert.run({
      by_install: event.install,
      by_sequence: event.sequence,
      install: body.install,
      from_sequence: body.from,
      to_sequence: body.to,
      round: body.round,
      time: event.time,
    });
    this.forget();
  }

  /** The round the event counts in, filed under whatever name; null when in none. */
  roundOf(event: {
    install: InstallId;
    sequence: number;
    body: { phase: string | null; round: RoundId | null };
  }): RoundId | null {
    const filings = this.#filings();
    if (filings.length > 0) {
      const told = this.#copies.membersOf(eventId(event.install, event.sequence)).map(splitEventId);
      const filing = filings.findLast((f) =>
        told.some(
          (t) => t.install === f.install && f.from_sequence <= t.sequence && t.sequence <= f.to_sequence,
        ),
      );
      if (filing) return filing.round;
    }
    return event.body.phase === 'open' ? event.body.round : null;
  }

  /** After a rollback, or a new filing, they are read again. Filings are few: a lead writes them by hand. */
  forget(): void {
    this.#ordered = null;
  }

  /** In derived order. */
  #filings(): readonly Filing[] {
    if (this.#ordered) return this.#ordered;
    const all = this.#db.prepare<[], Filing>('SELECT * FROM filing').all();
    this.#ordered = all.toSorted((a, b) =>
      inOrder(
        { time: a.time, install: a.by_install, sequence: a.by_sequence },
        { time: b.time, install: b.by_install, sequence: b.by_sequence },
      ),
    );
    return this.#ordered;
  }
}
