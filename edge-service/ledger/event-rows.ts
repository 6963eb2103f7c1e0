import type { InstallId } from '#shared/ids.ts';
import { RowInsert, type Value } from '../store/row-insert.ts';
import type { Statement, Store } from '../store/database.ts';

type EventStatus = 'valid' | 'invalid' | 'not-understood';

/** A row of `event`. Times in ms; `time` is the corrected one, null for an event that cannot be used. */
export interface StoredEvent {
  install: InstallId;
  sequence: number;
  hash: Uint8Array;
  body: Uint8Array;
  sealed: Uint8Array | null;
  type: string;
  status: EventStatus;
  time: number | null;
  receivedAt: number;
}

const COLUMNS = ['install', 'sequence', 'hash', 'body', 'sealed', 'type', 'status', 'time', 'received_at'];

/** The `event` table: the truth. Rows are inserted once and never changed; only a purge empties sealed parts. */
export class EventRows {
  readonly #insert: RowInsert;
  readonly #hash: Statement<[InstallId, number], Uint8Array>;

  constructor(db: Store) {
    this.#insert = new RowInsert(db, 'event', COLUMNS);
    this.#hash = db
      .prepare<[InstallId, number], Uint8Array>('SELECT hash FROM event WHERE install = ? AND sequence = ?')
      .pluck();
  }

  /** Throws if a place is taken. */
  insert(events: readonly StoredEvent[]): void {
    const values: Value[] = [];
    for (const e of events) {
      values.push(e.install, e.sequence, e.hash, e.body, e.sealed);
      values.push(e.type, e.status, e.time, e.receivedAt);
    }
    this.#insert.run(values);
  }

  /** Hash held at a place of a journal, or null. */
  hashAt(install: InstallId, sequence: number): Uint8Array | null {
    return this.#hash.get(install, sequence) ?? null;
  }
}
