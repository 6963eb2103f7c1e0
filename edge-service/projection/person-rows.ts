import type { RoundId, CredentialKey, EventId } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import { joinRound, rosterRows, watchedKeys } from './joined-round.ts';
import { keysWith } from './person-keys.ts';
import type { Statement, Store } from '../store/database.ts';

/** Which credential keys are one person: the roster's people and the links of a round, joined by shared/counting/persons.ts. */
export class PersonRows {
  readonly #db: Store;
  readonly #any: Statement<[RoundId]>;
  /** Whether anybody of a round is joined: asked of every swipe, and nearly always answered alike. */
  readonly #joined = new Map<RoundId, boolean>();
  /** Keys that links name and the roster does not have, with whether one is known as an ID number: that decides what is joined. */
  readonly #watched = new Map<RoundId, ReadonlyMap<string, boolean>>();

  constructor(db: Store) {
    this.#db = db;
    this.#any = db.prepare('SELECT 1 FROM person WHERE round = ? LIMIT 1');
  }

  /** Every credential key of the person this key belongs to. */
  keysOf(round: RoundId, key: CredentialKey): readonly CredentialKey[] {
    let joined = this.#joined.get(round);
    if (joined === undefined) this.#joined.set(round, (joined = this.#any.get(round) !== undefined));
    return joined ? keysWith(this.#db, round, key) : [key];
  }

  /**
   * Joins the round's persons anew. Only rows that differ are written: with a roster of 36,000 a link is a handful of
   * rows, not a table.
   */
  refresh(round: RoundId, changes: Changes): void {
    this.forget();
    const roster = rosterRows(this.#db, round);
    const { persons, held, foreign } = joinRound(this.#db, round, roster);
    this.#watched.set(round, foreign);
    this.#hold(round, held);
    this.#replace(
      'person',
      'key',
      round,
      new Map([...persons.joined()].map(([key, person]) => [key, [key, person]])),
    );
    const people = new Map<string, (string | number | null)[]>();
    for (const r of roster) {
      const [first] = r.keys;
      if (first === undefined) continue;
      const person = persons.of(first);
      // Two rows that turn out to be one person: the upper one says where they work.
      if (!people.has(person)) people.set(person, [person, r.row, r.workshop, r.team, r.shift]);
    }
    this.#replace('roster_person', 'person', round, people);
    changes.rounds.add(round);
    changes.renewed.add(round);
  }

  /** Writes down which links wait together, by the first of them. */
  #hold(round: RoundId, held: ReturnType<typeof joinRound>['held']): void {
    const groupOf = new Map(held.flatMap(({ links }) => links.map((link) => [link, links[0] ?? null])));
    const written = this.#db
      .prepare<[RoundId], { event: EventId; held: string | null }>(
        'SELECT event, held FROM link WHERE round = ?',
      )
      .all(round);
    const write = this.#db.prepare('UPDATE link SET held = ? WHERE event = ?');
    for (const { event, held: before } of written) {
      const group = groupOf.get(event) ?? null;
      if (group !== before) write.run(group, event);
    }
  }

  /** An ID number was given under this key, or (`gone`) a swipe that gave it left: where links name it, persons are joined anew. */
  idNumber(of: { round: RoundId; key: CredentialKey; gone: boolean }, changes: Changes): void {
    const { round, key, gone } = of;
    let watched = this.#watched.get(round);
    // What came since persons were last joined is not known: each of these keys is looked at once.
    if (watched === undefined) this.#watched.set(round, (watched = watchedKeys(this.#db, round)));
    const isKnown = watched.get(key);
    if (isKnown !== undefined && (gone || !isKnown)) this.refresh(round, changes);
  }

  /** After a rollback, and whenever persons are joined anew, it is asked again. */
  forget(): void {
    this.#joined.clear();
    this.#watched.clear();
  }

  #replace(
    table: 'person' | 'roster_person',
    id: string,
    round: RoundId,
    rows: Map<string, (string | number | null)[]>,
  ): void {
    const columns = table === 'person' ? 'key, person' : 'person, row, workshop, team, shift';
    const held = this.#db
      .prepare<[RoundId], (string | number | null)[]>(`SELECT ${columns} FROM ${table} WHERE round = ?`)
      .raw()
      .all(round);
    const remove = this.#db.prepare(`DELETE FROM ${table} WHERE round = ? AND ${id} = ?`);
    const same = new Set<string>();
    for (const row of held) {
      const key = String(row[0]);
      const wanted = rows.get(key);
      if (wanted && wanted.every((value, i) => value === row[i])) same.add(key);
      else remove.run(round, key);
    }
    const places = columns.replace(/\w+/g, '?');
    const insert = this.#db.prepare(`INSERT INTO ${table}(round, ${columns}) VALUES (?, ${places})`);
    for (const [key, row] of rows) if (!same.has(key)) insert.run(round, ...row);
  }
}
