import { eventId, splitEventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import { Copies } from './copies.ts';
import { DecisionRows } from './decision-rows.ts';
import { Filings } from './filings.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { PersonRows } from './person-rows.ts';
import { type EventRow, References, targetsOf } from './references.ts';
import type { Statement, Store } from '../store/database.ts';
import { SwipeRows } from './swipe-rows.ts';
import { TubeRows } from './tube-rows.ts';
import { type EarlierSwipe, is, type PlacedEvent, type PlacedOf } from './placed-event.ts';

/**
 * Keeps the derived tables. Order-free: every row is a pure function of its own event and of the events that name it, so
 * any order of arrival ends in the same tables (SPEC.md CT rules).
 */
export class Projection {
  readonly copies: Copies;
  readonly references: References;
  readonly filings: Filings;
  readonly persons: PersonRows;
  readonly #swipes: SwipeRows;
  readonly #tubes: TubeRows;
  readonly #decisions: DecisionRows;
  readonly #run: Statement<[InstallId, number, number], EventRow>;

  constructor(db: Store, keys: KeyStore) {
    this.copies = new Copies(db);
    this.references = new References(db, this.copies);
    this.filings = new Filings(db, this.copies);
    this.persons = new PersonRows(db);
    this.#swipes = new SwipeRows({
      db,
      keys,
      filings: this.filings,
      references: this.references,
      persons: this.persons,
    });
    this.#tubes = new TubeRows({ db, filings: this.filings, references: this.references });
    this.#decisions = new DecisionRows({ db, filings: this.filings, references: this.references });
    this.#run = db.prepare(`
      SELECT install, sequence, time, body, sealed FROM event
      WHERE install = ? AND sequence BETWEEN ? AND ? AND status = 'valid'
        AND type IN ('swipe', 'unreadable', 'tube-opened', 'round-ended')`);
  }

  /** Takes in a usable event that is new to the ledger and already in its table. Returns a swipe's earlier one elsewhere. */
  apply(event: PlacedEvent, changes: Changes): EarlierSwipe | null {
    this.copies.add(event);
    const id = eventId(event.install, event.sequence);
    const body = this.copies.renamed(event.body);
    const named: PlacedEvent = body === event.body ? event : { ...event, body };
    const earlier = this.copies.concerns(id) ? this.#together(id, named, changes) : this.#own(named, changes);
    for (const target of targetsOf(event.body)) {
      this.references.add(target, event);
      this.#again(this.copies.speakerOf(target), named, changes);
    }
    if (is(named, 'filed')) this.#file(named, changes);
    return earlier;
  }

  /** Usable swipes that are new to the ledger, one after the other: what `apply` does of each, for less. */
  applySwipes(events: readonly PlacedOf<'swipe'>[], changes: Changes): (EarlierSwipe | null)[] {
    const isOrdinary = this.copies.none && events.every(({ body }) => body.origin === null);
    return isOrdinary ? this.#swipes.add(events, changes) : events.map((event) => this.apply(event, changes));
  }

  /** One of several copies of an event has come: one of them has rows, whichever came first. */
  #together(id: EventId, event: PlacedEvent, changes: Changes): null {
    const [speaker = id, ...others] = this.copies.membersOf(id);
    for (const other of others) {
      this.#swipes.withdraw(other, changes);
      if (is(event, 'link')) this.#decisions.withdrawLink(other);
      if (event.body.type !== 'tube-opened') continue;
      this.#tubes.withdraw(other);
      this.#swipes.moveTube(other, speaker);
    }
    // Which kiosk has ended its round is a fact about its journal, not about the round: it stands under every name.
    if (is(event, 'round-ended')) this.#decisions.roundEnded(event, changes);
    const spoken = this.references.event(speaker);
    if (spoken !== null) this.#derive(spoken, changes);
    return null;
  }

  /** Removes what this thread remembers of a transaction that was rolled back. */
  forget(): void {
    this.filings.forget();
    this.persons.forget();
    this.references.forget();
    this.copies.forget();
  }

  /** The row of the event itself. */
  #own(event: PlacedEvent, changes: Changes): EarlierSwipe | null {
    if (is(event, 'swipe')) return this.#swipes.add([event], changes)[0] ?? null;
    if (is(event, 'unreadable')) this.#swipes.unreadable(event, changes);
    else if (is(event, 'tube-opened')) this.#tubes.derive(event, changes);
    else if (is(event, 'round-ended')) this.#decisions.roundEnded(event, changes);
    else if (is(event, 'link')) {
      this.#decisions.link(event);
      if (event.body.round !== null) this.persons.refresh(event.body.round, changes);
    } else if (is(event, 'excuse')) this.#decisions.excuse(event, changes);
    else if (is(event, 'exception')) this.#decisions.exception(event, changes);
    else if (is(event, 'fork-reviewed')) this.#decisions.forkReviewed(event, changes);
    else if (event.body.type === 'round-state' || event.body.type === 'round-defined')
      changes.roundsChanged = true;
    return null;
  }

  /** A target's row derived anew, if the target is here; otherwise its own arrival will look for who names it. */
  #again(target: string, by: PlacedEvent, changes: Changes): void {
    if (is(by, 'discrepancy-decided')) return this.#decisions.decided(target, by, changes);
    const named = this.references.event(target);
    if (named === null) {
      if (is(by, 'quarantine-settled')) changes.installs.add(splitEventId(target).install);
      return;
    }
    this.#derive(named, changes);
  }

  #derive(event: PlacedEvent, changes: Changes): void {
    if (is(event, 'swipe')) this.#swipes.derive(event, changes);
    else if (is(event, 'unreadable')) this.#swipes.unreadable(event, changes);
    else if (is(event, 'tube-opened')) this.#tubes.derive(event, changes);
    else if (is(event, 'round-ended')) this.#decisions.roundEnded(event, changes);
    else if (is(event, 'excuse')) this.#decisions.excuse(event, changes);
    else if (is(event, 'link')) {
      this.#decisions.link(event);
      if (event.body.round !== null) this.persons.refresh(event.body.round, changes);
    }
  }

  /** The event under the name it is counted by; the end of a round under all its names. */
  #countedAs(row: EventRow): PlacedEvent[] {
    const event = this.references.placed(row);
    const members = this.copies.membersOf(eventId(row.install, row.sequence));
    const names = is(event, 'round-ended') ? members : members.slice(0, 1);
    return names.flatMap((name) => this.references.event(name) ?? []);
  }

  /** The rounds in which events of this run count now. */
  roundsOf({ install, from, to }: { install: InstallId; from: number; to: number }): Set<RoundId> {
    const events = this.#run.all(install, from, to).flatMap((row) => this.#countedAs(row));
    return new Set(events.flatMap((event) => this.filings.roundOf(event) ?? []));
  }

  /** Rows of a filed run move to the round they were filed under; keys are derived anew there. */
  #file(event: PlacedOf<'filed'>, changes: Changes): void {
    this.filings.add(event);
    for (const row of this.#run.all(event.body.install, event.body.from, event.body.to))
      for (const counted of this.#countedAs(row)) this.#derive(counted, changes);
  }
}
