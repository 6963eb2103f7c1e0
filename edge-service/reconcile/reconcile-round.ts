import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import type { RoundId } from '#shared/ids.ts';
import { decidedOn, isDifferenceDecision } from '#shared/event/event.ts';
import { Copies } from '../projection/copies.ts';
import { decisionTarget, References } from '../projection/references.ts';
import { roundContact, type RoundContact } from '../counting/completeness.ts';
import { countTubes } from '../counting/round-counts.ts';
import { bookedLines } from '../lab/lab-store.ts';
import type { Decided, ReconciliationInput, SiteTube, StationTotal } from './difference.ts';
import { reconcile } from './reconciliation.ts';
import { clockText } from '#shared/site-time.ts';
import type { Store } from '../store/database.ts';
import { readRound, type StoredRound } from '../ledger/stored-round.ts';

/** The differences of a round as the ledger stands now; empty for a round nobody knows. */
export function reconcileRound({ db }: { db: Store }, round: RoundId): Discrepancy[] {
  const stored = readRound(db, round);
  return stored === null ? [] : reconcile(reconciliationInput(db, stored));
}

/** What is compared: the site's tubes and stations, and all that is booked. */
export function reconciliationInput(
  db: Store,
  stored: StoredRound,
  contact: RoundContact = roundContact(db, stored.round),
): ReconciliationInput {
  const { round } = stored;
  const unsettled = contact.installs.filter((i) => !i.settled && i.station !== null).map((i) => i.station!);
  return {
    tubeMode: stored.definition.tubeMode,
    tubes: siteTubes(db, round),
    stations: stationTotals(db, round),
    booked: bookedLines(db, round),
    listComplete: stored.listComplete,
    unsettledStations: new Set([...unsettled, ...contact.unheardStations]),
    decisions: decisions(db, round),
    clockText,
  };
}

function siteTubes(db: Store, round: RoundId): SiteTube[] {
  const facts = db
    .prepare<[{ round: RoundId }], { tube: string; repeats: number; voided: number }>(
      `SELECT s.tube, SUM(s.voided = 0) - COUNT(DISTINCT CASE WHEN s.voided = 0 THEN COALESCE(p.person, s.key, s.install || ':' || s.sequence) END) AS repeats,
         SUM(s.voided) AS voided
       FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
       WHERE s.round = :round AND s.tube IS NOT NULL GROUP BY s.tube`,
    )
    .all({ round });
  const unread = db
    .prepare<[RoundId], { tube: string; n: number }>(
      `SELECT tube, COUNT(*) AS n FROM unreadable WHERE round = ? AND tube IS NOT NULL AND outcome IS NULL GROUP BY tube`,
    )
    .all(round);
  const factsOf = new Map(facts.map((f) => [f.tube, f]));
  const unreadOf = new Map(unread.map((u) => [u.tube, u.n]));
  return countTubes(db, round).map((t) => ({
    opened: t.opened,
    code: t.code,
    batch: t.batch,
    station: t.station,
    openedAt: t.openedAt,
    sealedAt: t.sealedAt,
    capacity: t.capacity,
    places: t.places,
    swabbed: t.swabbed,
    repeats: factsOf.get(t.opened)?.repeats ?? 0,
    voided: factsOf.get(t.opened)?.voided ?? 0,
    unreadables: unreadOf.get(t.opened) ?? 0,
  }));
}

/** People with a live swipe at the station, a place by the counting rule, and no tube. */
function stationTotals(db: Store, round: RoundId): StationTotal[] {
  return db
    .prepare<[{ round: RoundId }], StationTotal>(
      `SELECT s.station, MIN(s.stand) AS stand, COUNT(DISTINCT COALESCE(p.person, s.key, s.install || ':' || s.sequence)) AS people,
         MIN(s.time) AS firstAt, MAX(s.time) AS lastAt
       FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
       WHERE s.round = :round AND s.voided = 0 AND s.tube IS NULL AND s.station IS NOT NULL AND s.stand IS NOT NULL
         AND (s.shown <> 'repeat-elsewhere' OR s.again IS 1)
       GROUP BY s.station ORDER BY s.station`,
    )
    .all({ round });
}

/** Every decision of the round: they all stand in the edge's journals, the latest of each in a table. */
function decisions(db: Store, round: RoundId): Map<string, Decided[]> {
  const references = new References(db, new Copies(db));
  const decided = db
    .prepare<[RoundId], string>('SELECT discrepancy FROM decision WHERE round = ?')
    .pluck()
    .all(round);
  return new Map(
    decided.map((discrepancy) => [
      discrepancy,
      references.naming(decisionTarget(round, discrepancy)).flatMap(({ body, time }): Decided[] => {
        if (!isDifferenceDecision(body)) return [];
        const { state, reason, by } = body;
        return [{ state, reason, by, at: time, on: decidedOn(body) }];
      }),
    ]),
  );
}
