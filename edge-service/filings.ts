import { inOrder } from '#shared/event-order.ts';
import type { InstallId, RoundId } from '#shared/ids.ts';
import type { PlacedEvent } from './references.ts';
import type { Statement, Store } from './store.ts';

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
  readonly #insert: Statement<[Filing]>;
  #byInstall: Map<InstallId, Filing[]> | null = null;

  constructor(db: Store) {
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

  /** The round the event counts in; null when in none. */
  roundOf(event: {
    install: InstallId;
    sequence: number;
    body: { phase: string | null; round: RoundId | null };
  }): RoundId | null {
    const filings = this.#filings().get(event.install);
    const filing = filings?.findLast(
      (f) => f.from_sequence <= event.sequence && event.sequence <= f.to_sequence,
    );
    if (filing) return filing.round;
    return event.body.phase === 'open' ? event.body.round : null;
  }

  /** After a rollback, or a new filing, they are read again. Filings are few: a lead writes them by hand. */
  forget(): void {
    this.#byInstall = null;
  }

  #filings(): Map<InstallId, Filing[]> {
    if (this.#byInstall) return this.#byInstall;
    const all = this.#db.prepare<[], Filing>('SELECT * FROM filing').all();
    const ordered = all.toSorted((a, b) =>
      inOrder(
        { time: a.time, install: a.by_install, sequence: a.by_sequence },
        { time: b.time, install: b.by_install, sequence: b.by_sequence },
      ),
    );
    this.#byInstall = Map.groupBy(ordered, (f) => f.install);
    return this.#byInstall;
  }
}
