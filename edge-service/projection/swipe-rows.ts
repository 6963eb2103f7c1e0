import {
  eventId,
  splitEventId,
  type EventId,
  type InstallId,
  type RoundId,
  type CredentialKey,
} from '#shared/ids.ts';
import { shownTime } from './bounded-times.ts';
import type { Changes } from './commit-changes.ts';
import type { Filings } from './filings.ts';
import { inOrder } from '#shared/event/event-order.ts';
import { WrittenKeyRows } from './key-rows.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { PersonRows } from './person-rows.ts';
import type { References } from './references.ts';
import { RowInsert, type Value } from '../store/row-insert.ts';
import type { Statement, Store } from '../store/database.ts';
import { keyUnder } from '../keys/swipe-key.ts';
import { tubeNumber } from './tube-rows.ts';
import type { EarlierSwipe, PlacedEvent, PlacedOf } from './placed-event.ts';

interface SwipeRow {
  install: InstallId;
  sequence: number;
  round: RoundId | null;
  phase: string | null;
  station: number | null;
  stand: string | null;
  tube: EventId | null;
  key: CredentialKey | null;
  kind: string;
  shown: string;
  ordinal: number | null;
  entry: string;
  time: number;
  voided: 0 | 1;
  again: 0 | 1 | null;
}

interface ElsewhereRow {
  install: InstallId;
  sequence: number;
  station: number | null;
  code: string | null;
  time: number;
  /** The time to tell a person. */
  shown: number;
}

/** Rows of swipes and unreadables: own event, its filing and who names it. */
export class SwipeRows {
  readonly #keys: KeyStore;
  readonly #filings: Filings;
  readonly #references: References;
  readonly #persons: PersonRows;
  readonly #insert: RowInsert;
  readonly #write: RowInsert;
  readonly #held: Statement<
    [InstallId, number],
    { row: number; round: RoundId | null; key: CredentialKey | null; kind: string }
  >;
  readonly #keyRows: WrittenKeyRows;
  readonly #elsewhere: Statement<[number, RoundId, string, InstallId], ElsewhereRow>;
  readonly #writeUnreadable: Statement<(string | number | null)[]>;
  readonly #remove: Statement<[InstallId, number]>[];
  readonly #moveTube: Statement<[EventId, string, EventId]>[];

  constructor(parts: {
    db: Store;
    keys: KeyStore;
    filings: Filings;
    references: References;
    persons: PersonRows;
  }) {
    const { db } = parts;
    this.#keys = parts.keys;
    this.#filings = parts.filings;
    this.#references = parts.references;
    this.#persons = parts.persons;
    this.#insert = new RowInsert(db, 'swipe', COLUMNS);
    this.#write = new RowInsert(
      db,
      'swipe',
      COLUMNS,
      ` ON CONFLICT(install, sequence) DO UPDATE SET round = excluded.round, tube = excluded.tube, key = excluded.key,
        time = excluded.time, voided = excluded.voided, again = excluded.again`,
    );
    this.#held = db.prepare(
      'SELECT rowid AS row, round, key, kind FROM swipe WHERE install = ? AND sequence = ?',
    );
    this.#keyRows = new WrittenKeyRows(db);
    this.#elsewhere = db.prepare(`
      SELECT s.install, s.sequence, s.station, t.code, s.time, ${shownTime('s')} AS shown FROM swipe s LEFT JOIN tube t ON t.opened = s.tube
      WHERE s.rowid = ? AND s.round = ? AND s.key = ? AND s.voided = 0 AND s.install <> ?`);
    this.#writeUnreadable = db.prepare(`
      INSERT INTO unreadable(install, sequence, round, phase, station, tube, time, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(install, sequence) DO UPDATE SET round = excluded.round, tube = excluded.tube, time = excluded.time, outcome = excluded.outcome`);
    const tables = ['swipe', 'unreadable'] as const;
    this.#remove = tables.map((t) => db.prepare(`DELETE FROM ${t} WHERE install = ? AND sequence = ?`));
    this.#moveTube = tables.map((t) =>
      db.prepare(`UPDATE ${t} SET tube = ? WHERE substr(tube, 38) = ? AND tube = ?`),
    );
  }

  /**
   * Swipes new to the ledger, none a copy of another. Returns for each the person's earliest live swipe on another install:
   * the provisional verdict.
   */
  add(events: readonly PlacedOf<'swipe'>[], changes: Changes): (EarlierSwipe | null)[] {
    const fresh: SwipeRow[] = [];
    const verdicts = events.map((event) => {
      const isNamed = this.#references.namedBeforeItCame(event);
      const naming = isNamed ? this.#references.naming(eventId(event.install, event.sequence)) : [];
      const row = this.#row(event, naming);
      const earlier =
        row.round === null || row.key === null || row.voided === 1
          ? null
          : this.#earlier(row.round, row.key, row.install);
      // Only one that was named can have a row already (rebuild.ts), and asking SQLite to see to that is a tenth of an insert.
      if (isNamed) this.#save(row, { heldAs: null }, changes);
      else fresh.push(row);
      return earlier;
    });
    const next = this.#insert.run(valuesOf(fresh)) + 1 - fresh.length;
    for (const [i, row] of fresh.entries()) this.#noted(row, { id: next + i, isNew: true }, changes);
    return verdicts;
  }

  /** A swipe held already, named or filed anew. */
  derive(event: PlacedOf<'swipe'>, changes: Changes): void {
    const before = this.#held.get(event.install, event.sequence);
    if (before?.round) {
      changes.rounds.add(before.round);
      if (before.key !== null) changes.key(before.round, before.key);
    }
    const naming = this.#references.naming(eventId(event.install, event.sequence));
    const row = this.#row(event, naming);
    this.#save(row, { heldAs: before?.row ?? null }, changes);
    if (before && (before.round !== row.round || before.key !== row.key)) this.#left(before, changes);
  }

  /** Another copy of the event speaks for it now: its own row goes. */
  withdraw(id: EventId, changes: Changes): void {
    const { install, sequence } = splitEventId(id);
    const before = this.#held.get(install, sequence);
    if (before?.round) {
      changes.rounds.add(before.round);
      if (before.key !== null) changes.key(before.round, before.key);
    }
    for (const remove of this.#remove) remove.run(install, sequence);
    if (before) this.#left(before, changes);
  }

  /** Another copy of the tube's event speaks for it now: what lay in the one lies in the other. */
  moveTube(from: EventId, to: EventId): void {
    for (const move of this.#moveTube) move.run(to, tubeNumber(from), from);
  }

  unreadable(event: PlacedOf<'unreadable'>, changes: Changes): void {
    const { body } = event;
    const naming = this.#references.naming(eventId(event.install, event.sequence));
    const settled = naming.findLast((n) => n.body.type === 'unreadable-settled')?.body;
    const outcome = settled?.type === 'unreadable-settled' ? settled.outcome : null;
    const round = this.#filings.roundOf(event);
    if (round !== null) changes.rounds.add(round);
    this.#writeUnreadable.run(
      event.install,
      event.sequence,
      round,
      body.phase,
      body.station,
      tubeAfter(event, naming),
      event.time,
      outcome,
    );
  }

  #row(event: PlacedOf<'swipe'>, naming: readonly PlacedEvent[]): SwipeRow {
    const { body, install, sequence } = event;
    const round = this.#filings.roundOf(event);
    const again = naming.findLast((n) => n.body.type === 'sampled-again')?.body;
    return {
      install,
      sequence,
      round,
      phase: body.phase,
      station: body.station,
      stand: body.stand,
      tube: naming.length === 0 ? body.tube : tubeAfter(event, naming),
      key: keyUnder(this.#keys, event, round),
      kind: body.credential.kind,
      shown: body.shown,
      ordinal: body.ordinal,
      entry: body.entry,
      time: event.time,
      voided: naming.some((n) => n.body.type === 'void') ? 1 : 0,
      again: again?.type === 'sampled-again' ? (again.sampled ? 1 : 0) : null,
    };
  }

  /** `heldAs`: id of the row that is there already, null for a new one. */
  #save(row: SwipeRow, { heldAs }: { heldAs: number | null }, changes: Changes): void {
    const written = this.#write.run(valuesOf([row]));
    this.#noted(row, { id: heldAs ?? written, isNew: false }, changes);
  }

  /** A swipe no longer stands there. */
  #left({ round, key, kind }: Pick<SwipeRow, 'round' | 'key' | 'kind'>, changes: Changes): void {
    if (round !== null && key !== null && kind === 'id')
      this.#persons.idNumber({ round, key, gone: true }, changes);
  }

  #noted(
    { round, key, kind }: SwipeRow,
    { id, isNew }: { id: number; isNew: boolean },
    changes: Changes,
  ): void {
    if (round === null) return;
    changes.rounds.add(round);
    if (key === null) return;
    if (isNew) changes.row(round, id);
    else changes.key(round, key);
    this.#keyRows.of(round).add(key, id);
    if (kind === 'id') this.#persons.idNumber({ round, key, gone: false }, changes);
  }

  #earlier(round: RoundId, key: CredentialKey, install: InstallId): EarlierSwipe | null {
    const keyRows = this.#keyRows.of(round);
    let earliest: ElsewhereRow | null = null;
    for (const one of this.#persons.keysOf(round, key))
      for (const row of keyRows.rowsOf(one)) {
        const found = this.#elsewhere.get(row, round, one, install);
        if (found && (earliest === null || inOrder(found, earliest) < 0)) earliest = found;
      }
    return earliest === null
      ? null
      : { station: earliest.station, tubeCode: earliest.code, time: earliest.shown };
  }
}

const COLUMNS = [
  'install',
  'sequence',
  'round',
  'phase',
  'station',
  'stand',
  'tube',
  'key',
  'kind',
  'shown',
  'ordinal',
  'entry',
  'time',
  'voided',
  'again',
] as const satisfies (keyof SwipeRow)[];

/** One row behind the other. Positions, not names: binding by name looks every name up again, which is a tenth of an insert. */
function valuesOf(rows: readonly SwipeRow[]): Value[] {
  const values: Value[] = [];
  for (const row of rows) for (const column of COLUMNS) values.push(row[column]);
  return values;
}

/** The tube an event lies in after all moves and collections, in derived order. */
function tubeAfter(event: PlacedEvent, naming: readonly PlacedEvent[]): EventId | null {
  const last = naming.findLast((n) => n.body.type === 'swipes-moved' || n.body.type === 'tube-opened');
  if (last === undefined) return event.body.tube;
  return last.body.type === 'swipes-moved' ? last.body.to : eventId(last.install, last.sequence);
}
