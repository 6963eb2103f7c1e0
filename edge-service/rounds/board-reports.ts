import type { InstallRow, StationRow, TubeRow } from '#shared/contract/board.ts';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import type { EventId, RoundId } from '#shared/ids.ts';
import type { LadderReport } from '#shared/counting/ladder.ts';
import { roundContact, type RoundContact } from '../counting/completeness.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { countBoard, type StationCountRow } from '../counting/round-counts.ts';
import type { LiveKiosk } from '../kiosks/kiosk-desk.ts';
import { ledgerReports, type InstallReport } from '../counting/counting-reports.ts';
import { missingFrom } from '../counting/sessions-over.ts';
import { reconcileRound } from '../reconcile/reconcile-round.ts';
import { readRound, tubeRows, type StoredRound } from './round-reports.ts';
import { LastSwipes } from '../counting/last-swipes.ts';
import { standingFor } from '../store/kept-reading.ts';
import type { Store } from '../store/database.ts';
import { GrowingTally } from '../counting/tally.ts';

/** All that a board shows of a round, as stored; what only the gateway knows is added by `stationRows`. */
export interface StoredBoard {
  round: StoredRound;
  ladder: LadderReport;
  missingFrom: { at: number; people: number }[];
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
    ladder: { ...ladder, complete: contact.complete, finalUpTo: contact.finalUpTo },
    missingFrom: missingFrom(stored.definition, { all: ladder.missing, ofShift: missingOfShift }),
    stations,
    seenAtSeveralStations,
    tubes: tubeRows(context.db, round, tubes),
    contact,
    installs: ledgerReports.installs(context, {}),
  };
}

export const boardReports = {
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

  'round.discrepancies': (context: ReportContext, { round }: { round: RoundId }): Discrepancy[] | null =>
    readRound(context.db, round) === null ? null : reconcileRound(context, round),
};

/** Stations planned or seen, with their kiosks as stored and as heard just now. */
export function stationRows(stored: StoredBoard, live: ReadonlyMap<string, LiveKiosk>): StationRow[] {
  const planned = stored.round.definition.stations;
  const installs = stored.installs
    .filter((i) => i.kind === 'kiosk')
    .map((i) => installRow(i, { contact: stored.contact, live: live.get(i.install) ?? null }));
  const taking = new Set(stored.contact.installs.map((i) => i.install));
  const numbers = new Set([...planned.map((s) => s.station), ...stored.stations.map((s) => s.station)]);
  return [...numbers]
    .toSorted((a, b) => a - b)
    .map((station) => {
      const counted = stored.stations.find((s) => s.station === station);
      const here = installs.filter((i) => i.station === station && (taking.has(i.install) || i.connected));
      const open = here
        .map((i) => live.get(i.install))
        .find(
          (l) =>
            l?.connected === true && l.status?.round === stored.round.round && l.status.openTube !== null,
        );
      return {
        station,
        stand: planned.find((s) => s.station === station)?.stand ?? counted?.stand ?? null,
        people: counted?.people ?? 0,
        swipes: counted?.swipes ?? 0,
        openTube: open?.status?.openTube ?? null,
        installs: here,
      };
    });
}

/** One kiosk for people: what is stored, and what its last heartbeat said. */
export function installRow(
  stored: InstallReport,
  now: { contact: RoundContact | null; live: LiveKiosk | null },
): InstallRow {
  const { live, contact } = now;
  const inRound = contact?.installs.find((i) => i.install === stored.install);
  const head = Math.max(stored.head, live?.status?.head.sequence ?? 0, inRound?.lastNumber ?? 0);
  return {
    install: stored.install,
    station: live?.station ?? stored.station,
    device: stored.device,
    connected: live?.connected ?? false,
    lastContact: live?.at ?? stored.lastContact,
    watermark: stored.watermark,
    head,
    waiting: Math.max(0, head - stored.watermark),
    reader: live?.status?.reader ?? null,
    readerSince: live?.status?.readerSince ?? null,
    wrongObjects: live?.status?.wrongObjects ?? 0,
    settled: inRound?.settled ?? false,
    excepted: inRound?.excepted ?? false,
    parent: stored.parent,
    trouble:
      inRound?.trouble ??
      (stored.forkReviewed ? null : stored.trouble) ??
      (stored.quarantined > 0 ? 'quarantine' : null),
  };
}
