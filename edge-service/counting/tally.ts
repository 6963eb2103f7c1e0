import type { RoundId, EventId } from '#shared/ids.ts';
import { SwipesRead, type Gathered } from '../store/kept-reading.ts';
import { prepared, type Store } from '../store/database.ts';

/** Live swipes of a round gone through once. Persons are small numbers, the same within one tally. */
export interface Tally {
  /** All swipes of the round, voided ones included. */
  swipes: number;
  live: number;
  /** Person → number: every person with a live swipe. */
  persons: ReadonlyMap<string, number>;
  stations: ReadonlyMap<
    number,
    { stand: 'before' | 'after' | null; people: ReadonlySet<number>; swipes: number }
  >;
  /** `places`: of its people those with a swipe there that takes a place. */
  tubes: ReadonlyMap<EventId, { people: ReadonlySet<number>; places: number }>;
  /** Persons with a swipe at some station. */
  somewhere: number;
  /** Persons with a swipe before the swab, but none of those in a tube. */
  withoutTube: number;
}

/**
 * `who` is the person: the joined one, else the credential key, else the swipe itself (no key could be had). The rows of
 * a round lie together in order of arrival: reading them there takes a fifth of what looking each up through an index
 * takes, and boards look several times a second (docs/performance.md).
 */
const live = (person: string, join: string): string => `
  SELECT s.station, s.stand, s.tube, s.voided, (s.shown <> 'repeat-elsewhere' OR s.again IS 1),
    COALESCE(${person}s.key, s.install || ':' || s.sequence)
  FROM swipe s NOT INDEXED ${join}
  WHERE s.rowid > :after AND s.round = :round`;
const ALONE = live('', '');
const JOINED = live('p.person, ', 'LEFT JOIN person p ON p.round = s.round AND p.key = s.key');

type Row = [number | null, 'before' | 'after' | null, EventId | null, 0 | 1, 0 | 1, string];

/** Counts the live swipes of a round; everything a screen shows of them follows from it. */
export function tallyRound(db: Store, round: RoundId): Tally {
  const tally = new GrowingTally();
  tally.read(db, round);
  return tally;
}

interface TubeTally {
  people: Set<number>;
  places: number;
  /** Of its people those without a place so far: hardly a tube has any, and there are thousands of tubes. */
  placeless: Set<number> | null;
}

function takePlace(tube: TubeTally, person: number, placed: boolean): void {
  const first = !tube.people.has(person);
  tube.people.add(person);
  if (placed && (first || tube.placeless?.delete(person) === true)) tube.places++;
  if (!placed && first) (tube.placeless ??= new Set()).add(person);
}

/** A tally that takes in what was added; boards keep it standing between looks. */
export class GrowingTally implements Tally, Gathered {
  readonly persons = new Map<string, number>();
  readonly stations = new Map<
    number,
    { stand: 'before' | 'after' | null; people: Set<number>; swipes: number }
  >();
  readonly tubes = new Map<EventId, TubeTally>();
  readonly #somewhere = new PersonSet();
  readonly #before = new PersonSet();
  readonly #beforeInTube = new PersonSet();
  readonly #swipesRead = new SwipesRead();
  #voided = 0;
  swipes = 0;

  get live(): number {
    return this.swipes - this.#voided;
  }
  get somewhere(): number {
    return this.#somewhere.size;
  }
  get withoutTube(): number {
    return this.#before.size - this.#beforeInTube.size;
  }

  /** Takes in the swipes that came after the last one looked at. */
  read(db: Store, round: RoundId): void {
    const after = this.#swipesRead.next(db, round);
    if (after === null) return;
    const joined = prepared(db, 'SELECT 1 FROM person WHERE round = ? LIMIT 1').get(round) !== undefined;
    const rows = prepared<[{ round: RoundId; after: number }], Row>(db, joined ? JOINED : ALONE).raw();
    for (const row of rows.iterate({ round, after })) this.#take(row);
  }

  #take([station, stand, tube, isVoided, isPlaced, who]: Row): void {
    this.swipes++;
    if (isVoided === 1) {
      this.#voided++;
      return;
    }
    let person = this.persons.get(who);
    if (person === undefined) this.persons.set(who, (person = this.persons.size));
    if (station !== null) {
      this.#somewhere.add(person);
      let at = this.stations.get(station);
      if (at === undefined) this.stations.set(station, (at = { stand: null, people: new Set(), swipes: 0 }));
      at.people.add(person);
      at.swipes++;
      if (stand !== null && at.stand !== 'before') at.stand = stand;
    }
    if (tube !== null) {
      let inTube = this.tubes.get(tube);
      if (inTube === undefined)
        this.tubes.set(tube, (inTube = { people: new Set(), places: 0, placeless: null }));
      takePlace(inTube, person, isPlaced === 1);
    }
    if (stand === 'before') {
      this.#before.add(person);
      if (tube !== null) this.#beforeInTube.add(person);
    }
  }
}

/** Persons of a tally: they are numbered from 0, so a byte each serves, where a Set of all of them takes forty. */
class PersonSet {
  #holds = new Uint8Array(1024);
  size = 0;

  add(person: number): void {
    if (person >= this.#holds.length) {
      const wider = new Uint8Array(Math.max(person + 1, this.#holds.length * 2));
      wider.set(this.#holds);
      this.#holds = wider;
    }
    this.size += 1 - this.#holds[person]!;
    this.#holds[person] = 1;
  }
}
