import type { RowError } from '#shared/contract/http.ts';
import { Refusal } from '../ledger/refusal.ts';
import { barsOf } from './closing.ts';
import type { BoardSnapshot, TubeRow } from '#shared/contract/board.ts';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import type { EventId, RoundId } from '#shared/ids.ts';
import type { LadderReport } from '#shared/counting/ladder.ts';
import { roundContact, type RoundContact } from '../counting/completeness.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { countBoard, countLadder, type StationCountRow } from '../counting/round-counts.ts';
import { identityQuestions, uncertainFrom } from '../identity/identity-questions.ts';
import { installReports, type InstallReport } from '../ledger/install-reports.ts';
import { rosterAmended } from '../counting/roster-amended.ts';
import { missingFrom, notBegun } from '../counting/sessions-over.ts';
import { reconcileRound } from '../reconcile/reconcile-round.ts';
import { tubeRows } from './round-reports.ts';
import { LastSwipes } from '../counting/last-swipes.ts';
import { standingFor } from '../store/kept-reading.ts';
import type { Store } from '../store/database.ts';
import { GrowingTally } from '../counting/tally.ts';
import { readRound, type StoredRound } from '../ledger/stored-round.ts';

/** All that a board shows of a round, as stored; what only the gateway knows is added by `stationRows`. */
export interface StoredBoard {
  round: StoredRound;
  closing: BoardSnapshot['closing'];
  ladder: LadderReport;
  missingFrom: { at: number; people: number; toIdentify?: number }[];
  seenAtSeveralStations: number;
  stations: StationCountRow[];
  tubes: TubeRow[];
  contact: RoundContact;
  installs: InstallReport[];
}

/** What a board's eye sees: everything (`full`), or of the tubes only those that read otherwise than at the look before. */
export interface BoardLook extends StoredBoard {
  /** Number of this look; told with the next one. */
  look: number;
  full: boolean;
}

/** Rounds remembered: boards look at one or two, and one forgotten is told whole. */
const LOOKED_AT_MAX = 8;
/** What was last seen of each round through a connection: 3,600 tubes are compared here, so that few cross threads. */
const lastLooks = new WeakMap<Store, Map<RoundId, { look: number; tubes: ReadonlyMap<EventId, string> }>>();

/** What stands counted between looks. */
const tallies = standingFor(() => new GrowingTally());
const swipesSeen = standingFor(() => new LastSwipes());

function boardState(context: ReportContext, { round }: { round: RoundId }): StoredBoard | null {
  const stored = readRound(context.db, round);
  if (stored === null) return null;
  const contact = roundContact(context.db, round, swipesSeen(context.db).look(round));
  const { ladder, missingOfShift, stations, seenAtSeveralStations, tubes } = countBoard(
    context.db,
    round,
    tallies(context.db).look(round),
  );
  return {
    round: stored,
    closing: closingOf(stored),
    ladder: {
      ...ladder,
      complete: contact.complete,
      finalUpTo: contact.finalUpTo,
      rosterAmended: rosterAmended(context.db, round),
    },
    missingFrom: accusable(context, stored, { all: ladder.missing, ofShift: missingOfShift }),
    stations,
    seenAtSeveralStations,
    tubes: tubeRows(context.db, round, tubes),
    contact,
    installs: installReports.installs(context, {}),
  };
}

function closingOf({ definition, closedAt }: StoredRound): BoardSnapshot['closing'] {
  if (closedAt === null) return null;
  return { at: closedAt, notBegun: notBegun(definition, closedAt).map(({ name }) => name) };
}

/** The missing by the time from which on they may be called so, with those of them who may stand among the walk-ins. */
function accusable(
  context: ReportContext,
  stored: StoredRound,
  missing: { all: number; ofShift(shift: string): number },
): StoredBoard['missingFrom'] {
  const { uncertain } = identityQuestions(context, stored.round);
  const open = new Map(uncertainFrom(context.db, stored, uncertain).map(({ at, people }) => [at, people]));
  return missingFrom(stored.definition, missing).map(({ at, people }) => {
    const toIdentify = open.get(at) ?? 0;
    open.delete(at);
    return toIdentify === 0 ? { at, people } : { at, people, toIdentify };
  });
}

export const boardReports = {
  ladder: (context: ReportContext, { round }: { round: RoundId }): LadderReport & { toIdentify: number } => {
    const { db } = context;
    const { complete, finalUpTo } = roundContact(db, round);
    const stored = readRound(db, round);
    const open =
      stored === null ? [] : uncertainFrom(db, stored, identityQuestions(context, round).uncertain);
    const toIdentify = open.reduce((sum, { people }) => sum + people, 0);
    return {
      ...countLadder(db, round),
      toIdentify,
      complete,
      finalUpTo,
      rosterAmended: rosterAmended(db, round),
    };
  },

  /** Null for a round nobody knows. One transaction: numbers, tubes and who is settled are of the same moment. */
  'board.state': (context: ReportContext, args: { round: RoundId }): StoredBoard | null =>
    context.db.transaction(() => boardState(context, args))(),

  /** `since`: the number of the look before, null for none. One asker per round. Null for a round nobody knows. */
  'board.look': (
    context: ReportContext,
    { round, since }: { round: RoundId; since: number | null },
  ): BoardLook | null => {
    const state = boardReports['board.state'](context, { round });
    if (state === null) return null;
    const looks =
      lastLooks.get(context.db) ?? new Map<RoundId, { look: number; tubes: Map<EventId, string> }>();
    lastLooks.set(context.db, looks);
    const before = looks.get(round);
    const tubes = new Map(state.tubes.map((tube) => [tube.opened, JSON.stringify(Object.values(tube))]));
    const look = (before?.look ?? 0) + 1;
    looks.delete(round);
    looks.set(round, { look, tubes });
    const [oldest] = looks.keys();
    if (looks.size > LOOKED_AT_MAX && oldest !== undefined) looks.delete(oldest);
    const followsOn =
      before !== undefined &&
      since === before.look &&
      [...before.tubes.keys()].every((opened) => tubes.has(opened));
    if (!followsOn) return { ...state, look, full: true };
    const changed = state.tubes.filter((tube) => before.tubes.get(tube.opened) !== tubes.get(tube.opened));
    return { ...state, tubes: changed, look, full: false };
  },

  /** What keeps the round from being closed for this reason; `no-round`. */
  'round.bars': (
    { db, wall }: ReportContext,
    { round, reason }: { round: RoundId; reason: string | null },
  ): RowError[] => {
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    return barsOf(db, stored, { reason, now: wall() });
  },

  'round.discrepancies': (context: ReportContext, { round }: { round: RoundId }): Discrepancy[] | null =>
    readRound(context.db, round) === null ? null : reconcileRound(context, round),
};
