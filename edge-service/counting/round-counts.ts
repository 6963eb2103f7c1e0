import type { CountedSwipe, CountedTube, RoundCount } from '#shared/counting/counting.ts';
import { isDecidedOn, samplerNumbers, storedNumbers } from '#shared/event/difference-numbers.ts';
import { eventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Ladder } from '#shared/counting/ladder.ts';
import { prepared, type Store } from '../store/database.ts';
import { tallyRound, type Tally } from './tally.ts';

/**
 * The counting rule in SQL; tested against shared/counting/counting.ts on random histories. `who` is the person: the joined one, else
 * the credential key, else the swipe itself (no key could be had).
 */
const LIVE = `
  live AS MATERIALIZED (
    SELECT s.install, s.sequence, s.station, s.stand, s.tube, s.time,
      COALESCE(p.person, s.key, s.install || ':' || s.sequence) AS who,
      (s.shown <> 'repeat-elsewhere' OR s.again IS 1) AS placed
    FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
    WHERE s.round = :round AND s.voided = 0)`;

/** Unreadable cards whose owner was sampled, per tube. */
const UNREAD = `
  SELECT tube, COUNT(*) AS places FROM unreadable
  WHERE round = :round AND outcome = 'sampled' AND tube IS NOT NULL GROUP BY tube`;

/** Persons of the roster with a live excuse. */
const EXCUSED = `
  SELECT DISTINCT r.person FROM excuse e LEFT JOIN person p ON p.round = e.round AND p.key = e.person
  JOIN roster_person r ON r.round = e.round AND r.person = COALESCE(p.person, e.person)
  WHERE e.round = :round AND e.withdrawn = 0`;

/** Tubes in which the sampler counted a number, with whether it was explained and on which numbers. */
const COUNTED_TUBES = `
  SELECT t.opened, t.swabbed, COALESCE(d.state, 'open') <> 'open' AS explained, d.decided_on
  FROM tube t LEFT JOIN decision d ON d.round = t.round AND d.discrepancy = 'swabbed-fewer/' || t.opened
  WHERE t.round = :round AND t.swabbed IS NOT NULL`;
interface CountedTubeRow {
  opened: EventId;
  swabbed: number;
  explained: 0 | 1;
  decided_on: string | null;
}

/** The ladder of a round. */
export function countLadder(db: Store, round: RoundId): Ladder {
  return ladderOf(db, round, tallyRound(db, round)).ladder;
}

/** What a board shows, from one look at the swipes: `tally` of the same round. */
export function countBoard(
  db: Store,
  round: RoundId,
  tally: Tally,
): {
  ladder: Ladder;
  /** How many of a shift's people are missing. */
  missingOfShift: (shift: string) => number;
  stations: StationCountRow[];
  seenAtSeveralStations: number;
  tubes: TubeCountRow[];
} {
  return { ...ladderOf(db, round, tally), ...stationsOf(tally), tubes: tubesOf(db, round, tally) };
}

function ladderOf(
  db: Store,
  round: RoundId,
  tally: Tally,
): { ladder: Ladder; missingOfShift: (shift: string) => number } {
  const { persons, tubes } = tally;
  const on = { round };
  const roster = prepared<[RoundId], string>(db, 'SELECT person FROM roster_person WHERE round = ?')
    .pluck()
    .all(round);
  const onRoster = roster.filter((person) => persons.has(person)).length;
  const excused = new Set(prepared<[typeof on], string>(db, EXCUSED).pluck().all(on));
  const unread = unreadPlaces(db, round);
  const toVerify = new Set<number>();
  for (const counted of prepared<[typeof on], CountedTubeRow>(db, COUNTED_TUBES).all(on)) {
    const tube = tubes.get(counted.opened);
    const places = (tube?.places ?? 0) + (unread.get(counted.opened) ?? 0);
    if (tube === undefined || counted.swabbed >= places || isExplained(counted, places)) continue;
    for (const person of tube.people) toVerify.add(person);
  }
  const sampledWithoutCard = prepared<[RoundId], number>(
    db,
    "SELECT COUNT(*) FROM unreadable WHERE round = ? AND outcome = 'sampled'",
  )
    .pluck()
    .get(round);
  const people = persons.size;
  const missingExcused = [...excused].filter((person) => !persons.has(person)).length;
  const expected = roster.length - missingExcused;
  const ladder: Ladder = {
    swipes: tally.swipes,
    voided: tally.swipes - tally.live,
    repeats: tally.live - people,
    people,
    onRoster,
    walkIns: people - onRoster,
    roster: roster.length,
    excused: missingExcused,
    expected,
    missing: expected - onRoster,
    untested: expected - onRoster + missingExcused,
    toVerify: toVerify.size,
    sampledWithoutCard: sampledWithoutCard ?? 0,
    withoutTube: tally.withoutTube,
  };
  const missingOfShift = (shift: string): number =>
    db
      .prepare<[RoundId, string], string>('SELECT person FROM roster_person WHERE round = ? AND shift = ?')
      .pluck()
      .all(round, shift)
      .filter((person) => !persons.has(person) && !excused.has(person)).length;
  return { ladder, missingOfShift };
}

const isExplained = ({ explained, decided_on, swabbed }: CountedTubeRow, places: number): boolean =>
  explained === 1 && isDecidedOn(storedNumbers(decided_on), samplerNumbers(places, swabbed));

function unreadPlaces(db: Store, round: RoundId): Map<EventId, number> {
  const rows = prepared<[{ round: RoundId }], { tube: EventId; places: number }>(db, UNREAD).all({ round });
  return new Map(rows.map((r) => [r.tube, r.places]));
}

export interface TubeCountRow {
  opened: EventId;
  code: string | null;
  batch: string | null;
  station: number | null;
  stand: 'before' | 'after' | null;
  capacity: number | null;
  openedAt: number | null;
  sealedAt: number | null;
  swabbed: number | null;
  offered: number | null;
  people: number;
  places: number;
}

const TUBES = `
  SELECT opened, code, batch, station, stand, capacity, opened_at AS openedAt, sealed_at AS sealedAt, swabbed, offered
  FROM tube WHERE round = ?`;

/** Tubes of a round with people and places; one named only by swipes has no attributes. Ordered by station and opening. */
export function countTubes(db: Store, round: RoundId): TubeCountRow[] {
  return tubesOf(db, round, tallyRound(db, round));
}

function tubesOf(db: Store, round: RoundId, tally: Tally): TubeCountRow[] {
  const unread = unreadPlaces(db, round);
  const known = new Map(
    prepared<[RoundId], Omit<TubeCountRow, 'people' | 'places'>>(db, TUBES)
      .all(round)
      .map((tube) => [tube.opened, tube]),
  );
  for (const opened of [...tally.tubes.keys(), ...unread.keys()])
    if (!known.has(opened)) known.set(opened, { ...UNKNOWN_TUBE, opened });
  const rows = [...known.values()].map((tube): TubeCountRow => {
    const held = tally.tubes.get(tube.opened);
    const places = (held?.places ?? 0) + (unread.get(tube.opened) ?? 0);
    return { ...tube, people: held?.people.size ?? 0, places };
  });
  return rows.toSorted(
    (a, b) =>
      (a.station ?? -1) - (b.station ?? -1) ||
      (a.openedAt ?? -1) - (b.openedAt ?? -1) ||
      (a.opened < b.opened ? -1 : 1),
  );
}

const UNKNOWN_TUBE = {
  code: null,
  batch: null,
  station: null,
  stand: null,
  capacity: null,
  openedAt: null,
  sealedAt: null,
  swabbed: null,
  offered: null,
};

export interface StationCountRow {
  station: number;
  stand: 'before' | 'after' | null;
  people: number;
  swipes: number;
}

function stationsOf(tally: Tally): { stations: StationCountRow[]; seenAtSeveralStations: number } {
  const stations = [...tally.stations]
    .map(([station, { stand, people, swipes }]) => ({ station, stand, people: people.size, swipes }))
    .toSorted((a, b) => a.station - b.station);
  const sum = stations.reduce((total, s) => total + s.people, 0);
  return { stations, seenAtSeveralStations: sum - tally.somewhere };
}

/** Distinct people per batch. */
function countBatches(db: Store, round: RoundId): Map<string, number> {
  const rows = db
    .prepare<[{ round: RoundId }], { batch: string; people: number }>(
      `WITH ${LIVE} SELECT t.batch, COUNT(DISTINCT l.who) AS people FROM live l JOIN tube t ON t.opened = l.tube AND t.round = :round
       WHERE t.batch IS NOT NULL GROUP BY t.batch`,
    )
    .all({ round });
  return new Map(rows.map((r) => [r.batch, r.people]));
}

const LABELS = `
WITH whose AS (
  SELECT s.install, s.sequence, s.station, s.tube, s.time, s.voided,
    COALESCE(p.person, s.key, s.install || ':' || s.sequence) AS who
  FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key WHERE s.round = :round)
SELECT install, sequence, station, tube, time, who, voided,
  ROW_NUMBER() OVER (PARTITION BY who, voided ORDER BY time, install, sequence) AS nth
FROM whose`;

/** Every swipe of the round with its person and label. */
function labelledSwipes(db: Store, round: RoundId): Map<EventId, CountedSwipe> {
  const rows = db
    .prepare<
      [{ round: RoundId }],
      {
        install: InstallId;
        sequence: number;
        station: number | null;
        tube: EventId | null;
        time: number;
        who: string;
        voided: 0 | 1;
        nth: number;
      }
    >(LABELS)
    .all({ round });
  return new Map(
    rows.map((r): [EventId, CountedSwipe] => [
      eventId(r.install, r.sequence),
      {
        person: r.who,
        label: r.voided === 1 ? 'voided' : r.nth === 1 ? 'first' : 'repeat',
        station: r.station,
        tube: r.tube,
        time: r.time,
      },
    ]),
  );
}

/** All of it in the shape of the pure rule, to be compared with it: `rebuild` and the property tests do. */
export function countAll(db: Store, round: RoundId): RoundCount {
  const {
    ladder,
    stations,
    seenAtSeveralStations,
    tubes: rows,
  } = countBoard(db, round, tallyRound(db, round));
  const tubes = rows.map((t): [EventId, CountedTube] => [
    t.opened,
    {
      code: t.code,
      batch: t.batch,
      station: t.station,
      people: t.people,
      places: t.places,
      swabbed: t.swabbed,
      sealed: t.sealedAt !== null,
    },
  ]);
  return {
    ladder,
    swipes: labelledSwipes(db, round),
    tubes: new Map(tubes),
    stations: new Map(stations.map((s) => [s.station, s.people])),
    batches: countBatches(db, round),
    seenAtSeveralStations,
  };
}
