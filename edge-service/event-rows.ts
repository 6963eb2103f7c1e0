import type { InstallId } from '#shared/ids.ts';
import type { Statement, Store } from './store.ts';

export type EventStatus = 'valid' | 'invalid' | 'not-understood';

export interface RawEvent {
  install: InstallId;
  sequence: number;
  hash: Uint8Array;
  body: Uint8Array;
  sealed: Uint8Array | null;
}

/** The `event` table: the truth. Rows are inserted once and never changed; only a purge empties sealed parts. */
export class EventRows {
  readonly #insert: Statement<(string | number | Uint8Array | null)[]>;
  readonly #hash: Statement<[InstallId, number], Uint8Array>;

  constructor(db: Store) {
    this.#insert = db.prepare(
      'INSERT INTO event(install, sequence, hash, body, sealed, type, status, time, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#hash = db
      .prepare<[InstallId, number], Uint8Array>('SELECT hash FROM event WHERE install = ? AND sequence = ?')
      .pluck();
  }

  /** Times in ms; `time` is the corrected one, null for an event that cannot be used. Throws if the place is taken. */
  insert(
    event: RawEvent,
    as: { type: string; status: EventStatus; time: number | null; receivedAt: number },
  ): void {
    this.#insert.run(
      event.install,
      event.sequence,
      event.hash,
      event.body,
      event.sealed,
      as.type,
      as.status,
      as.time,
      as.receivedAt,
    );
  }

  /** Hash held at a place of a journal, or null. */
  hashAt(install: InstallId, sequence: number): Uint8Array | null {
    return this.#hash.get(install, sequence) ?? null;
  }
}
