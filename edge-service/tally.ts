import type { RoundId } from '#shared/ids.ts';
import type { Store } from './store.ts';

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
  tubes: ReadonlyMap<string, { people: ReadonlySet<number>; placed: ReadonlySet<number> }>;
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
  WHERE s.rowid >= (SELECT MIN(rowid) FROM swipe WHERE round = :round) AND s.round = :round`;
const ALONE = live('', '');
const JOINED = live('p.person, ', 'LEFT JOIN person p ON p.round = s.round AND p.key = s.key');

type Row = [number | null, 'before' | 'after' | null, string | null, 0 | 1, 0 | 1, string];

/** Counts the live swipes of a round; everything a screen shows of them follows from it. */
export function tallyRound(db: Store, round: RoundId): Tally {
  const joined = db.prepare('SELECT 1 FROM person WHERE round = ? LIMIT 1').get(round) !== undefined;
  const rows = db.prepare<[{ round: RoundId }], Row>(joined ? JOINED : ALONE).raw();
  const persons = new Map<string, number>();
  const stations = new Map<
    number,
    { stand: 'before' | 'after' | null; people: Set<number>; swipes: number }
  >();
  const tubes = new Map<string, { people: Set<number>; placed: Set<number> }>();
  const somewhere = new Set<number>();
  const before = new Set<number>();
  const beforeInTube = new Set<number>();
  let swipes = 0;
  let voided = 0;
  for (const [station, stand, tube, isVoided, isPlaced, who] of rows.iterate({ round })) {
    swipes++;
    if (isVoided === 1) {
      voided++;
      continue;
    }
    let person = persons.get(who);
    if (person === undefined) persons.set(who, (person = persons.size));
    if (station !== null) {
      somewhere.add(person);
      let at = stations.get(station);
      if (at === undefined) stations.set(station, (at = { stand: null, people: new Set(), swipes: 0 }));
      at.people.add(person);
      at.swipes++;
      if (stand !== null && at.stand !== 'before') at.stand = stand;
    }
    if (tube !== null) {
      let inTube = tubes.get(tube);
      if (inTube === undefined) tubes.set(tube, (inTube = { people: new Set(), placed: new Set() }));
      inTube.people.add(person);
      if (isPlaced === 1) inTube.placed.add(person);
    }
    if (stand === 'before') {
      before.add(person);
      if (tube !== null) beforeInTube.add(person);
    }
  }
  return {
    swipes,
    live: swipes - voided,
    persons,
    stations,
    tubes,
    somewhere: somewhere.size,
    withoutTube: before.size - beforeInTube.size,
  };
}
