import { changedBy } from '#shared/event/event-table.ts';
import type { DifferenceDecision, EventOf, EventType } from '#shared/event/event.ts';
import { eventId, splitEventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import { Copies } from './copies.ts';
import { DecisionRows } from './decision-rows.ts';
import { Filings } from './filings.ts';
import { IdentityRows } from './identity-rows.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { PersonRows } from './person-rows.ts';
import { decisionTarget, type EventRow, References } from './references.ts';
import { RosterChangeRows } from './roster-change-rows.ts';
import type { Statement, Store } from '../store/database.ts';
import { SwipeRows } from './swipe-rows.ts';
import { TubeRows } from './tube-rows.ts';
import { type EarlierSwipe, is, type PlacedEvent, type PlacedOf } from './placed-event.ts';

/** Derives an event's own row, from itself and from who names it. */
type RowOf<T extends EventType> = (event: PlacedEvent & { body: EventOf<T> }, changes: Changes) => void;
/** By type; null: it has no row of its own. A type that is missing does not compile. */
type RowsOf = { readonly [T in EventType]: RowOf<T> | null };

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
  readonly #identities: IdentityRows;
  readonly #rosterChanges: RosterChangeRows;
  readonly #run: Statement<[InstallId, number, number], EventRow>;
  readonly #rows: RowsOf;

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
    this.#identities = new IdentityRows(db, this.references);
    this.#rosterChanges = new RosterChangeRows(db);
    this.#rows = this.#rowsOf();
    this.#run = db.prepare(`
      SELECT install, sequence, time, body, sealed FROM event
      WHERE install = ? AND sequence BETWEEN ? AND ? AND status = 'valid'
        AND type IN ('swipe', 'unreadable', 'tube-opened', 'round-ended')`);
  }

  #rowsOf(): RowsOf {
    const [swipes, tubes, decisions] = [this.#swipes, this.#tubes, this.#decisions];
    const roundsChanged = (_: PlacedEvent, changes: Changes): void => void (changes.roundsChanged = true);
    return {
      swipe: (event, changes) => swipes.derive(event, changes),
      unreadable: (event, changes) => swipes.unreadable(event, changes),
      'tube-opened': (event, changes) => tubes.derive(event, changes),
      'round-ended': (event, changes) => decisions.roundEnded(event, changes),
      link: (event, changes) => {
        decisions.link(event);
        if (event.body.round !== null) this.persons.refresh(event.body.round, changes);
      },
      excuse: (event, changes) => decisions.excuse(event, changes),
      exception: (event, changes) => decisions.exception(event, changes),
      'fork-reviewed': (event, changes) => decisions.forkReviewed(event, changes),
      'claim-decided': (event, changes) => decisions.claimDecided(event, changes),
      'roster-frozen': (event, changes) => this.#rosterChanges.frozen(event, changes),
      'roster-amended': (event, changes) => this.#rosterChanges.amended(event, changes),
      'round-state': roundsChanged,
      'round-defined': roundsChanged,
      // Rows of the events they name follow from these, or none at all.
      installed: null,
      'sampled-again': null,
      void: null,
      'tube-joined': null,
      'tube-sealed': null,
      'tube-corrected': null,
      'swipes-moved': null,
      'unreadable-settled': null,
      'roster-stored': null,
      'lab-counts-stored': null,
      'excuse-withdrawn': null,
      unlink: null,
      'link-decided': null,
      'identity-decided': null,
      'walk-ins-described': null,
      filed: null,
      'quarantine-settled': null,
      'discrepancy-decided': null,
      'difference-decided': null,
      'personal-data-opened': null,
      'restore-loss-acknowledged': null,
      restored: null,
    };
  }

  /** Takes in a usable event that is new to the ledger and already in its table. Returns a swipe's earlier one elsewhere. */
  apply(event: PlacedEvent, changes: Changes): EarlierSwipe | null {
    this.copies.add(event);
    const id = eventId(event.install, event.sequence);
    const body = this.copies.renamed(event.body);
    const named: PlacedEvent = body === event.body ? event : { ...event, body };
    const earlier = this.copies.concerns(id) ? this.#together(id, named, changes) : this.#own(named, changes);
    for (const target of changedBy(event.body)) {
      this.references.add(target, event);
      this.#again(this.copies.speakerOf(target), named, changes);
    }
    if (is(named, 'discrepancy-decided') || is(named, 'difference-decided')) this.#decide(named, changes);
    if (is(named, 'filed')) this.#file(named, changes);
    if (is(named, 'identity-decided')) this.#identify(named, changes);
    if (is(named, 'walk-ins-described')) this.#describe(named, changes);
    return earlier;
  }

  /** Usable swipes that are new to the ledger, one after the other: what `apply` does of each, for less. */
  applySwipes(events: readonly PlacedOf<'swipe'>[], changes: Changes): (EarlierSwipe | null)[] {
    const isOrdinary = this.copies.none && events.every(({ body }) => body.origin === null);
    return isOrdinary ? this.#swipes.add(events, changes) : events.map((event) => this.apply(event, changes));
  }

  /** The corrected time of a held event has changed: its row and those of what it names are derived anew. */
  retimed(event: { install: InstallId; sequence: number }, changes: Changes): void {
    const held = this.references.event(eventId(event.install, event.sequence));
    if (held === null) return;
    for (const counted of this.#copiesOf(held)) this.#derive(counted, changes);
    for (const target of changedBy(held.body)) this.#again(this.copies.speakerOf(target), held, changes);
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
    this.#derive(event, changes);
    return null;
  }

  /** A target's row derived anew, if the target is here; otherwise its own arrival will look for who names it. */
  #again(target: EventId, by: PlacedEvent, changes: Changes): void {
    const named = this.references.event(target);
    if (named !== null) this.#derive(named, changes);
    else if (is(by, 'quarantine-settled')) changes.installs.add(splitEventId(target).install);
  }

  #derive(event: PlacedEvent, changes: Changes): void {
    // The compiler does not see that the row found by an event's type takes that event.
    const row = this.#rows[event.body.type] as ((event: PlacedEvent, changes: Changes) => void) | null;
    row?.(event, changes);
  }

  #decide(event: PlacedOf<DifferenceDecision['type']>, changes: Changes): void {
    const { round, discrepancy } = event.body;
    if (round === null) return;
    const target = decisionTarget(round, discrepancy);
    this.references.add(target, event);
    this.#decisions.decided(target, event, changes);
  }

  #identify(event: PlacedOf<'identity-decided'>, changes: Changes): void {
    const { round, walkIn, person } = event.body;
    if (round === null) return;
    const target = decisionTarget(round, `identity/${walkIn}/${person}`);
    this.references.add(target, event);
    this.#identities.decided(target, changes);
    this.persons.refresh(round, changes);
  }

  #describe(event: PlacedOf<'walk-ins-described'>, changes: Changes): void {
    const { round, people } = event.body;
    if (round === null) return;
    for (const key of people) {
      const target = decisionTarget(round, `walk-in/${key}`);
      this.references.add(target, event);
      this.#identities.described(target, key, changes);
    }
  }

  /** The event under the name it is counted by; the end of a round under all its names. */
  #countedAs(row: EventRow): PlacedEvent[] {
    return this.#copiesOf(this.references.placed(row));
  }

  #copiesOf(event: PlacedEvent): PlacedEvent[] {
    const members = this.copies.membersOf(eventId(event.install, event.sequence));
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
