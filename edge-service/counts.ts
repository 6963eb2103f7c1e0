import type { CountedSwipe, CountedTube, RoundCount } from '#shared/counting.ts';
import { eventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Ladder } from '#shared/ladder.ts';
import type { Store } from './store.ts';

/**
 * The counting rule in SQL; tested against shared/counting.ts on random histories. `who` is the person: the joined one, else
 * the credential key, else the swipe itself (no key could be had).
 */
const LIVE = `
  live AS MATERIALIZED (
    SELECT s.install, s.sequence, s.station, s.stand, s.tube, s.time,
      COALESCE(p.person, s.key, s.install || ':' || s.sequence) AS who,
      (s.shown <> 'repeat-elsewhere' OR s.again IS 1) AS placed
    FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
    WHERE s.round = :round AND s.voided = 0)`;

const IN_TUBE = `
  in_tube AS MATERIALIZED (
    SELECT tube, COUNT(DISTINCT who) AS people, COUNT(DISTINCT CASE WHEN placed THEN who END) AS places
    FROM live WHERE tube IS NOT NULL GROUP BY tube),
  unread AS (
    SELECT tube, COUNT(*) AS places FROM unreadable
    WHERE round = :round AND outcome = 'sampled' AND tube IS NOT NULL GROUP BY tube)`;

const LADDER = `
WITH ${LIVE}, ${IN_TUBE},
  seen AS MATERIALIZED (SELECT DISTINCT who FROM live),
  excused AS (
    SELECT DISTINCT COALESCE(p.person, e.person) AS who FROM excuse e
    LEFT JOIN person p ON p.round = e.round AND p.key = e.person WHERE e.round = :round AND e.withdrawn = 0),
  short AS (
    SELECT t.opened FROM tube t LEFT JOIN in_tube i ON i.tube = t.opened LEFT JOIN unread u ON u.tube = t.opened
    LEFT JOIN decision d ON d.round = t.round AND d.discrepancy = 'swabbed-fewer/' || t.opened
    WHERE t.round = :round AND t.swabbed < COALESCE(i.places, 0) + COALESCE(u.places, 0) AND COALESCE(d.state, 'open') = 'open')
SELECT
  (SELECT COUNT(*) FROM swipe WHERE round = :round) AS swipes,
  (SELECT COUNT(*) FROM live) AS live,
  (SELECT COUNT(*) FROM seen) AS people,
  (SELECT COUNT(*) FROM seen s JOIN roster_person r ON r.round = :round AND r.person = s.who) AS onRoster,
  (SELECT COUNT(*) FROM roster_person WHERE round = :round) AS roster,
  (SELECT COUNT(*) FROM excused e JOIN roster_person r ON r.round = :round AND r.person = e.who
    WHERE e.who NOT IN (SELECT who FROM seen)) AS excused,
  (SELECT COUNT(DISTINCT l.who) FROM live l JOIN short s ON s.opened = l.tube) AS toVerify,
  (SELECT COUNT(*) FROM unreadable WHERE round = :round AND outcome = 'sampled') AS sampledWithoutCard,
  (SELECT COUNT(*) FROM (SELECT who FROM live WHERE stand = 'before' GROUP BY who HAVING COUNT(tube) = 0)) AS withoutTube`;

interface LadderRow {
  swipes: number;
  live: number;
  people: number;
  onRoster: number;
  roster: number;
  excused: number;
  toVerify: number;
  sampledWithoutCard: number;
  withoutTube: number;
}

/** The ladder of a round. */
export function countLadder(db: Store, round: RoundId): Ladder {
  const row = db.prepare<[{ round: RoundId }], LadderRow>(LADDER).get({ round });
  if (!row) throw new Error('a count without a row');
  const expected = row.roster - row.excused;
  return {
    swipes: row.swipes,
    voided: row.swipes - row.live,
    repeats: row.live - row.people,
    people: row.people,
    onRoster: row.onRoster,
    walkIns: row.people - row.onRoster,
    roster: row.roster,
    excused: row.excused,
    expected,
    missing: expected - row.onRoster,
    untested: expected - row.onRoster + row.excused,
    toVerify: row.toVerify,
    sampledWithoutCard: row.sampledWithoutCard,
    withoutTube: row.withoutTube,
  };
}

const TUBES = `
WITH ${LIVE}, ${IN_TUBE},
  known AS (
    SELECT opened FROM tube WHERE round = :round UNION SELECT tube FROM in_tube UNION SELECT tube FROM unread)
SELECT k.opened, t.code, t.batch, t.station, t.stand, t.capacity, t.opened_at AS openedAt, t.sealed_at AS sealedAt, t.swabbed, t.offered,
  COALESCE(i.people, 0) AS people, COALESCE(i.places, 0) + COALESCE(u.places, 0) AS places
FROM known k LEFT JOIN tube t ON t.opened = k.opened AND t.round = :round
LEFT JOIN in_tube i ON i.tube = k.opened LEFT JOIN unread u ON u.tube = k.opened
ORDER BY t.station, t.opened_at, k.opened`;

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

/** Tubes of a round with people and places; one named only by swipes has no attributes. Ordered by station and opening. */
export function countTubes(db: Store, round: RoundId): TubeCountRow[] {
  return db.prepare<[{ round: RoundId }], TubeCountRow>(TUBES).all({ round });
}

export interface StationCountRow {
  station: number;
  stand: 'before' | 'after' | null;
  people: number;
  swipes: number;
}

/** Distinct people and live swipes per station. `stand`: before if any swipe there says so. */
export function countStations(
  db: Store,
  round: RoundId,
): { stations: StationCountRow[]; seenAtSeveralStations: number } {
  const stations = db
    .prepare<[{ round: RoundId }], StationCountRow>(
      `WITH ${LIVE} SELECT station, MAX(stand) AS stand, COUNT(DISTINCT who) AS people, COUNT(*) AS swipes
       FROM live WHERE station IS NOT NULL GROUP BY station ORDER BY station`,
    )
    .all({ round });
  const somewhere = db
    .prepare<[{ round: RoundId }], number>(
      `WITH ${LIVE} SELECT COUNT(DISTINCT who) FROM live WHERE station IS NOT NULL`,
    )
    .pluck()
    .get({ round });
  return {
    stations,
    seenAtSeveralStations: stations.reduce((sum, s) => sum + s.people, 0) - (somewhere ?? 0),
  };
}

/** Distinct people per batch. */
export function countBatches(db: Store, round: RoundId): Map<string, number> {
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
export function labelledSwipes(db: Store, round: RoundId): Map<EventId, CountedSwipe> {
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
  const { stations, seenAtSeveralStations } = countStations(db, round);
  const tubes = countTubes(db, round).map((t): [EventId, CountedTube] => [
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
    ladder: countLadder(db, round),
    swipes: labelledSwipes(db, round),
    tubes: new Map(tubes),
    stations: new Map(stations.map((s) => [s.station, s.people])),
    batches: countBatches(db, round),
    seenAtSeveralStations,
  };
}
