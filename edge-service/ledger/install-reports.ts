import { bytesToHex } from '#shared/bytes.ts';
import type { EventId, InstallId } from '#shared/ids.ts';
import type { ReportContext } from './contexts.ts';
import { EventRows } from './event-rows.ts';
import { openClaims, type JournalClaim } from './journal-claims.ts';
import { ledgerIdentity } from '../store/meta.ts';
import { IN_QUARANTINE } from '../projection/quarantine.ts';

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

/** What a restored edge lost, by number: its own decisions of this journal. */
export interface RestoreLoss {
  install: InstallId;
  from: number;
  to: number;
  /** The kiosk that knew. */
  toldBy: InstallId;
  at: number;
  /** Null: nobody has taken note of it yet. */
  acknowledgedBy: string | null;
  acknowledgedAt: number | null;
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

/**
 * Events among which the newest by time is looked for. Enough that a clock put back shows for the whole of a morning, few
 * enough that one once put forward is forgotten in time.
 */
const NEWEST_EVENTS = 2000;

const QUARANTINED = `event e JOIN install i ON i.install = e.install
  WHERE ${IN_QUARANTINE}`;

/** Named reports of journals: who writes one, how far each has come, what of them waits for a person. */
export const installReports = {
  installs: ({ db }: ReportContext, _: Record<string, never>): InstallReport[] => installs(db),
  'ledger.identity': (
    { db }: ReportContext,
    _: Record<string, never>,
  ): { epoch: string; edgeInstall: InstallId } => ledgerIdentity(db),
  /** Of a journal of another pairing nothing is told. */
  'kiosk.hashes': (
    { db }: ReportContext,
    { install, sequences, pairing }: { install: InstallId; sequences: readonly number[]; pairing: string },
  ): (string | null)[] => {
    const owner = db.prepare<[InstallId], string | null>('SELECT pairing FROM install WHERE install = ?');
    if (owner.pluck().get(install) !== pairing) return sequences.map(() => null);
    const events = new EventRows(db);
    return sequences.map((sequence) => {
      const hash = events.hashAt(install, sequence);
      return hash === null ? null : bytesToHex(hash);
    });
  },
  /** When, by the edge's clock, the newest event was received; null: none is held. Of the last ones: a clock put back shows in none but the first. */
  'event.newest': ({ db }: ReportContext, _: Record<string, never>): number | null =>
    db
      .prepare<[number], number | null>(
        'SELECT MAX(received_at) FROM (SELECT received_at FROM event ORDER BY rowid DESC LIMIT ?)',
      )
      .pluck()
      .get(NEWEST_EVENTS) ?? null,
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
  claims: ({ db }: ReportContext, _: Record<string, never>): JournalClaim[] => openClaims(db),
  'restore-loss': ({ db }: ReportContext, _: Record<string, never>): RestoreLoss[] =>
    db
      .prepare<[], RestoreLoss>(
        'SELECT install, from_sequence AS "from", to_sequence AS "to", told_by AS toldBy, at, acknowledged_by AS acknowledgedBy, acknowledged_at AS acknowledgedAt FROM restore_loss ORDER BY at, install',
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
