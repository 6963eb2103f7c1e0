import { inOrder } from '#shared/event/event-order.ts';
import type { EventBody } from '#shared/event/event.ts';
import { bytesToUtf8 } from '#shared/bytes.ts';
import { eventId, splitEventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Copies } from './copies.ts';
import type { Statement, Store } from '../store/database.ts';
import type { PlacedEvent } from './placed-event.ts';

/** Names what events decide that is no event itself. */
type DecisionTarget = `decision/${string}`;
export const decisionTarget = (round: RoundId, discrepancy: string): DecisionTarget =>
  `decision/${round}/${discrepancy}`;

export interface EventRow {
  install: InstallId;
  sequence: number;
  time: number;
  body: Uint8Array;
  sealed: Uint8Array | null;
}

/** Remembers who names whom, so that a void may come before its swipe. */
export class References {
  readonly #insert: Statement<[string, InstallId, number]>;
  readonly #naming: Statement<[string], { install: InstallId; sequence: number }>;
  readonly #event: Statement<[InstallId, number], EventRow>;
  readonly #here: Statement<[InstallId, number], number>;
  readonly #absent: Statement<[], string>;
  #early: Set<string> | null = null;
  #lookAlways = false;

  readonly #copies: Copies;

  constructor(db: Store, copies: Copies) {
    this.#copies = copies;
    this.#insert = db.prepare(
      'INSERT INTO reference(target, by_install, by_sequence) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#naming = db.prepare(
      'SELECT by_install AS install, by_sequence AS sequence FROM reference WHERE target = ?',
    );
    this.#here = db
      .prepare<[InstallId, number], number>('SELECT 1 FROM event WHERE install = ? AND sequence = ?')
      .pluck();
    this.#absent = db
      .prepare<[], string>(
        `SELECT DISTINCT target FROM reference r WHERE NOT EXISTS (
           SELECT 1 FROM event e WHERE e.install = substr(r.target, 1, 36) AND e.sequence = CAST(substr(r.target, 38) AS INTEGER))`,
      )
      .pluck();
    this.#event = db.prepare(
      "SELECT install, sequence, time, body, sealed FROM event WHERE install = ? AND sequence = ? AND status = 'valid'",
    );
  }

  add(target: EventId | DecisionTarget, by: { install: InstallId; sequence: number }): void {
    this.#insert.run(target, by.install, by.sequence);
    if (!this.#isHere(target)) this.#namedEarly().add(target);
  }

  /**
   * Did somebody name this event before it came? Asked of every new swipe, so it must cost no query: a void that overtakes
   * its swipe is rare, and those names fit in memory.
   */
  namedBeforeItCame({ install, sequence }: { install: InstallId; sequence: number }): boolean {
    const early = this.#namedEarly();
    return this.#lookAlways || (early.size > 0 && early.has(eventId(install, sequence)));
  }

  /** For a projection of events that are all in their table already: nobody can be said to have come early. */
  lookAlways(): void {
    this.#lookAlways = true;
  }

  /** After a rollback the early names are read again. */
  forget(): void {
    this.#early = null;
  }

  #namedEarly(): Set<string> {
    this.#early ??= new Set(this.#absent.all());
    return this.#early;
  }

  #isHere(target: EventId | DecisionTarget): boolean {
    if (isDecision(target)) return false;
    const { install, sequence } = splitEventId(target);
    return this.#here.get(install, sequence) !== undefined;
  }

  /** Events that name the target, in derived order: the last one decides. */
  naming(target: EventId | DecisionTarget): PlacedEvent[] {
    const names = isDecision(target) ? [target] : this.#copies.membersOf(target);
    const naming = names.flatMap((name) => this.#naming.all(name));
    if (naming.length === 0) return [];
    // Of several copies of one naming event only the one that speaks for them counts.
    return naming
      .filter((by) => this.#speaks(by))
      .flatMap((by) => this.#event.get(by.install, by.sequence) ?? [])
      .map((row) => this.placed(row))
      .toSorted(inOrder);
  }

  /** A usable event by id; null when it has not arrived or is in quarantine. */
  event(id: EventId): PlacedEvent | null {
    const { install, sequence } = splitEventId(id);
    const row = this.#event.get(install, sequence);
    return row ? this.placed(row) : null;
  }

  /**
   * Bodies were parsed when they were stored as valid; here only the JSON is read back, and other events are named as they
   * are counted.
   */
  placed(row: EventRow): PlacedEvent {
    return { ...row, body: this.#copies.renamed(JSON.parse(bytesToUtf8(row.body)) as EventBody) };
  }

  #speaks({ install, sequence }: { install: InstallId; sequence: number }): boolean {
    const id = eventId(install, sequence);
    return this.#copies.speakerOf(id) === id;
  }
}

function isDecision(target: string): target is DecisionTarget {
  return target.startsWith('decision/');
}
