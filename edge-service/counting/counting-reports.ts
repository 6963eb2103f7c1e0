import { bytesToHex } from '#shared/bytes.ts';
import type { LadderReport } from '#shared/counting/ladder.ts';
import type { EventId, InstallId, RoundId } from '#shared/ids.ts';
import { roundContact, type RoundContact } from './completeness.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { countedEntries, countedKeys, packCounted, type PackedCounted } from './counted-entries.ts';
import type { Told } from '../kiosks/counted-feed.ts';
import {
  countBatches,
  countLadder,
  countStations,
  countTubes,
  type StationCountRow,
  type TubeCountRow,
} from './round-counts.ts';
import { EventRows } from '../ledger/event-rows.ts';
import { ledgerIdentity } from '../store/meta.ts';
import { IN_QUARANTINE } from '../projection/quarantine.ts';
import { tubeNumber } from '../projection/tube-rows.ts';

/** One journal as stored; the board adds what only the gateway knows (connected, reader, waiting). Times in ms. */
export interface InstallReport {
  install: InstallId;
  kind: 'kiosk' | 'edge';
  pairing: string | null;
  station: number | null;
  device: string | null;
  watermark: number;
  head: number;
  headHeldAt: number | null;
  lastContact: number | null;
  parent: InstallId | null;
  parentSequence: number | null;
  trouble: 'forked' | 'broken' | 'version' | null;
  forkReviewed: boolean;
  /** Events in quarantine that nobody has settled. */
  quarantined: number;
}

/** A swipe of a tube, or a neighbour of one; the box is opened by whoever may (people of a tube). Times in ms. */
export interface SwipeReport {
  install: InstallId;
  sequence: number;
  round: RoundId | null;
  station: number | null;
  tube: EventId | null;
  key: string | null;
  person: string;
  kind: string;
  entry: 'card' | 'scan' | 'manual';
  shown: string;
  ordinal: number | null;
  time: number;
  voided: boolean;
}

/** What a restored edge lost, by number: its own decisions of this journal. */
export interface RestoreLoss {
  install: InstallId;
  from: number;
  to: number;
  /** The kiosk that knew. */
  toldBy: InstallId;
  at: number;
}

/** An event that cannot be used and waits for a person. `receivedAt` in ms. */
export interface QuarantinedEvent {
  event: EventId;
  install: InstallId;
  station: number | null;
  type: string;
  status: 'invalid' | 'not-understood';
  receivedAt: number;
}

const QUARANTINED = `event e JOIN install i ON i.install = e.install
  WHERE ${IN_QUARANTINE}`;

/** Named reports of the ledger itself; they run on a connection that cannot write. */
export const ledgerReports = {
  ladder: ({ db }: ReportContext, { round }: { round: RoundId }): LadderReport => {
    const { complete, finalUpTo } = roundContact(db, round);
    return { ...countLadder(db, round), complete, finalUpTo };
  },
  tubes: ({ db }: ReportContext, { round }: { round: RoundId }): TubeCountRow[] => countTubes(db, round),
  stations: (
    { db }: ReportContext,
    { round }: { round: RoundId },
  ): { stations: StationCountRow[]; seenAtSeveralStations: number } => countStations(db, round),
  batches: ({ db }: ReportContext, { round }: { round: RoundId }): { batch: string; people: number }[] =>
    [...countBatches(db, round)].map(([batch, people]) => ({ batch, people })),
  contact: ({ db }: ReportContext, { round }: { round: RoundId }): RoundContact => roundContact(db, round),
  installs: ({ db }: ReportContext, _: Record<string, never>): InstallReport[] => installs(db),
  'ledger.identity': (
    { db }: ReportContext,
    _: Record<string, never>,
  ): { epoch: string; edgeInstall: InstallId } => ledgerIdentity(db),
  'kiosk.hashes': (
    { db }: ReportContext,
    { install, sequences }: { install: InstallId; sequences: readonly number[] },
  ): (string | null)[] => {
    const events = new EventRows(db);
    return sequences.map((sequence) => {
      const hash = events.hashAt(install, sequence);
      return hash === null ? null : bytesToHex(hash);
    });
  },
  /** The tube of the round opened last under this code, with its places, or null. */
  'kiosk.tube-used': (
    { db }: ReportContext,
    { round, code }: { round: RoundId; code: string },
  ): { opened: EventId; station: number | null; time: number; sealed: boolean; count: number } | null => {
    const tube = db
      .prepare<
        [RoundId, string],
        { opened: EventId; station: number | null; opened_at: number; sealed_at: number | null }
      >(
        'SELECT opened, station, opened_at, sealed_at FROM tube WHERE round = ? AND code = ? ORDER BY opened_at DESC, opened DESC LIMIT 1',
      )
      .get(round, code);
    if (!tube) return null;
    const count = db
      .prepare<[string, EventId], number>(
        `SELECT COUNT(DISTINCT COALESCE(p.person, s.key, s.sequence)) FROM swipe s
         LEFT JOIN person p ON p.round = s.round AND p.key = s.key
         WHERE substr(s.tube, 38) = ? AND s.tube = ? AND s.voided = 0 AND (s.shown <> 'repeat-elsewhere' OR s.again IS 1)`,
      )
      .pluck()
      .get(tubeNumber(tube.opened), tube.opened);
    return {
      opened: tube.opened,
      station: tube.station,
      time: tube.opened_at,
      sealed: tube.sealed_at !== null,
      count: count ?? 0,
    };
  },
  /** Counted entries of these keys, those of these rows and everybody joined with them, packed; keys without an entry are removals. */
  'counted.entries': ({ db }: ReportContext, { round, ...told }: { round: RoundId } & Told): PackedCounted =>
    packCounted(countedEntries(db, round, told)),
  /** Everything counted in a round, packed. */
  'counted.all': ({ db }: ReportContext, { round }: { round: RoundId }): PackedCounted =>
    packCounted(countedEntries(db, round, { keys: countedKeys(db, round), rows: [] })),
  /** Swipes of a tube in order, voided ones too. */
  'tube.swipes': ({ db }: ReportContext, { opened }: { opened: EventId }): SwipeReport[] =>
    swipes(db, 'substr(s.tube, 38) = ? AND s.tube = ?', [tubeNumber(opened), opened]),
  /** Swipes of a station between two times (ms, inclusive): the neighbours over a tube's borders. */
  'station.swipes': (
    { db }: ReportContext,
    { round, station, from, to }: { round: RoundId; station: number; from: number; to: number },
  ): SwipeReport[] =>
    swipes(db, 's.round = ? AND s.station = ? AND s.time BETWEEN ? AND ?', [round, station, from, to]),
  /** All swipes of a round with person and time, for exports. */
  'round.swipes': ({ db }: ReportContext, { round }: { round: RoundId }): SwipeReport[] =>
    swipes(db, 's.round = ?', [round]),
  /** Events in quarantine that nobody has settled, oldest first, at most `rowsMax`; `total` counts them all. */
  quarantine: (
    { db }: ReportContext,
    { rowsMax }: { rowsMax: number },
  ): { total: number; events: QuarantinedEvent[] } => ({
    total: db.prepare<[], number>(`SELECT COUNT(*) FROM ${QUARANTINED}`).pluck().get() ?? 0,
    events: db
      .prepare<[number], QuarantinedEvent>(
        `SELECT e.install || ':' || e.sequence AS event, e.install, i.station, e.type, e.status, e.received_at AS receivedAt
         FROM ${QUARANTINED} ORDER BY e.received_at, e.install, e.sequence LIMIT ?`,
      )
      .all(rowsMax),
  }),
  'restore-loss': ({ db }: ReportContext, _: Record<string, never>): RestoreLoss[] =>
    db
      .prepare<[], RestoreLoss>(
        'SELECT install, from_sequence AS "from", to_sequence AS "to", told_by AS toldBy, at FROM restore_loss ORDER BY at, install',
      )
      .all(),
};

function installs(db: ReportContext['db']): InstallReport[] {
  return db
    .prepare<[], Omit<InstallReport, 'forkReviewed'> & { forkReviewed: 0 | 1 }>(
      `SELECT i.install, i.kind, i.pairing, i.station, i.device, i.watermark, i.head, i.head_held_at AS headHeldAt,
         i.last_contact AS lastContact, i.parent, i.parent_sequence AS parentSequence, i.trouble,
         EXISTS (SELECT 1 FROM fork_review f WHERE f.install = i.install OR f.install = i.parent
           OR f.install IN (SELECT c.install FROM install c WHERE c.parent = i.install)) AS forkReviewed,
         (SELECT COUNT(*) FROM event e WHERE e.install = i.install AND ${IN_QUARANTINE}) AS quarantined
       FROM install i ORDER BY i.station, i.install`,
    )
    .all()
    .map((row) => ({ ...row, forkReviewed: row.forkReviewed === 1 }));
}

function swipes(db: ReportContext['db'], where: string, values: readonly (string | number)[]): SwipeReport[] {
  return db
    .prepare<(string | number)[], Omit<SwipeReport, 'voided'> & { voided: 0 | 1 }>(
      `SELECT s.install, s.sequence, s.round, s.station, s.tube, s.key,
         COALESCE(p.person, s.key, s.install || ':' || s.sequence) AS person, s.kind, s.entry, s.shown, s.ordinal, s.time, s.voided
       FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
       WHERE ${where} ORDER BY s.time, s.install, s.sequence`,
    )
    .all(...values)
    .map((row) => ({ ...row, voided: row.voided === 1 }));
}
