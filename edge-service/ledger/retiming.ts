import { bytesToUtf8 } from '#shared/bytes.ts';
import type { EventBody } from '#shared/event/event.ts';
import { isMeasured, runTimes } from '#shared/event/journal-time.ts';
import type { InstallId } from '#shared/ids.ts';
import { BoundedTimes } from '../projection/bounded-times.ts';
import type { Changes } from '../projection/commit-changes.ts';
import type { Projection } from '../projection/projection.ts';
import type { Statement, Store } from '../store/database.ts';

interface HeldRow {
  sequence: number;
  time: number;
  body: Uint8Array;
  receivedAt: number;
}

/**
 * Puts right the times of events that came before the first measured one behind them: only that one tells that a clock
 * had been wrong. Where clocks are sane nothing moves.
 */
export class Retiming {
  readonly bounded: BoundedTimes;
  readonly #projection: Projection;
  readonly #back: Statement<[InstallId, number], HeldRow>;
  readonly #move: Statement<[number, InstallId, number]>;
  /** Per journal: is its last usable event a measured one? What is not known is looked up. */
  readonly #isMeasured = new Map<InstallId, boolean>();

  constructor(db: Store, projection: Projection) {
    this.bounded = new BoundedTimes(db);
    this.#projection = projection;
    this.#back = db.prepare(`
      SELECT sequence, time, body, received_at AS receivedAt FROM event
      WHERE install = ? AND sequence < ? AND status = 'valid' ORDER BY sequence DESC`);
    this.#move = db.prepare('UPDATE event SET time = ? WHERE install = ? AND sequence = ?');
  }

  /** True if this event, new to the ledger, bounds others before it. Remembers it as the journal's last. */
  bounds({ install, sequence, body }: { install: InstallId; sequence: number; body: EventBody }): boolean {
    const measured = isMeasured(body);
    const isAfterMeasured = measured && (this.#isMeasured.get(install) ?? this.#lookedUp(install, sequence));
    this.#isMeasured.set(install, measured);
    return measured && !isAfterMeasured;
  }

  /** The run before `next` derived anew; returns the corrected time before it, −Infinity at the journal's start. */
  before(next: { install: InstallId; sequence: number; body: EventBody }, changes: Changes): number {
    const { install } = next;
    const run: (HeldRow & { read: EventBody })[] = [];
    let previous = -Infinity;
    for (const row of this.#back.iterate(install, next.sequence)) {
      const read = bodyOf(row);
      if (isMeasured(read)) {
        previous = row.time;
        break;
      }
      run.unshift({ ...row, read });
    }
    const times = runTimes(
      run.map((row) => row.read),
      { previous, next: next.body },
    );
    const moved: number[] = [];
    for (const [i, { sequence, time, read, receivedAt }] of run.entries()) {
      const now = times[i]!;
      if (now.time !== time) {
        this.#move.run(now.time, install, sequence);
        moved.push(sequence);
      }
      this.bounded.noteAgain({ install, sequence, body: read, receivedAt, ...now });
    }
    for (const sequence of moved) this.#projection.retimed({ install, sequence }, changes);
    return times.at(-1)?.time ?? previous;
  }

  /** After a rollback it may remember what never happened. */
  forget(): void {
    this.#isMeasured.clear();
  }

  #lookedUp(install: InstallId, sequence: number): boolean {
    const last = this.#back.get(install, sequence);
    return last === undefined || isMeasured(bodyOf(last));
  }
}

/** Bodies were parsed when they were stored as valid; here only the JSON is read back. */
const bodyOf = (row: HeldRow): EventBody => JSON.parse(bytesToUtf8(row.body)) as EventBody;
