/**
 * The socket contract of the board: namespace `/board`, session cookie. `watch` {round} answers a snapshot; then numbered
 * changes follow after commit, at most five a second; a jump in the numbers means: watch again.
 */
import type { LadderReport } from '../counting/ladder.ts';
import type { RoundState } from '../round.ts';
import type { Stand } from '../event/event.ts';

/** Closed list of roles. A lab clerk alone is blind: no expected or actual number reaches that role. */
export const ROLES = ['station-staff', 'site-lead', 'lab-clerk', 'hr', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

export interface StationRow {
  station: number;
  stand: Stand | null;
  people: number;
  swipes: number;
  openTube: { code: string | null; count: number } | null;
  installs: InstallRow[];
}

export interface InstallRow {
  install: string;
  station: number | null;
  device: string | null;
  connected: boolean;
  /** ms since 1970 UTC, edge clock. */
  lastContact: number | null;
  watermark: number;
  head: number;
  /** Events the kiosk says it still holds: 还有 3 条未到. */
  waiting: number;
  reader: 'ready' | 'gone' | 'none' | 'fault' | null;
  readerSince: number | null;
  /** How often something else than a card or a tube code was given there in this round. */
  wrongObjects: number;
  settled: boolean;
  /** A lead has answered for what of it will never come. */
  excepted: boolean;
  parent: string | null;
  trouble: 'forked' | 'broken' | 'version' | 'quarantine' | null;
}

export interface TubeRow {
  opened: string;
  code: string | null;
  batch: string | null;
  station: number | null;
  openedAt: number | null;
  sealedAt: number | null;
  people: number;
  places: number;
  capacity: number | null;
  swabbed: number | null;
  /** Null: not on any list yet (未回). */
  booked: number | null;
}

export interface BoardSnapshot {
  number: number;
  round: string;
  name: string;
  state: RoundState;
  expectedBasis: 'roster' | 'roster-minus-excused';
  ladder: LadderReport;
  /** The ladder's missing by the time (ms) from which on they may be called so: before their sessions are over nobody is 漏检. */
  missingFrom: { at: number; people: number }[];
  seenAtSeveralStations: number;
  stations: StationRow[];
  tubes: TubeRow[];
  /** Rises when the missing list or the discrepancies may have changed: fetch them again over HTTP. */
  listsVersion: number;
}

/** Only what changed since the number before; rows replace rows of the same station or tube. */
export interface BoardChange {
  number: number;
  round: string;
  state: RoundState | null;
  ladder: LadderReport | null;
  missingFrom: BoardSnapshot['missingFrom'] | null;
  seenAtSeveralStations: number | null;
  stations: StationRow[];
  tubes: TubeRow[];
  listsVersion: number;
}

/** Applies a change; null means a number was jumped: watch again. */
export function applyChange(snapshot: BoardSnapshot, change: BoardChange): BoardSnapshot | null {
  if (change.round !== snapshot.round || change.number !== snapshot.number + 1) return null;
  const replace = <Row, Id>(rows: Row[], changed: Row[], id: (row: Row) => Id): Row[] => {
    const byId = new Map([...rows, ...changed].map((row) => [id(row), row]));
    return [...byId.values()];
  };
  return {
    ...snapshot,
    number: change.number,
    state: change.state ?? snapshot.state,
    ladder: change.ladder ?? snapshot.ladder,
    missingFrom: change.missingFrom ?? snapshot.missingFrom,
    seenAtSeveralStations: change.seenAtSeveralStations ?? snapshot.seenAtSeveralStations,
    stations: replace(snapshot.stations, change.stations, (row) => row.station),
    tubes: replace(snapshot.tubes, change.tubes, (row) => row.opened),
    listsVersion: change.listsVersion,
  };
}
