import type { RoundId } from '#shared/ids.ts';
import { type RoundState, type SiteRound, siteRoundSchema } from '#shared/round.ts';
import type { Store } from '../store/database.ts';
import type { WriteContext } from './contexts.ts';
import { Refusal } from './refusal.ts';

/** A round as stored. Times in ms since 1970 UTC. */
export interface StoredRound {
  round: RoundId;
  number: number;
  definition: SiteRound;
  state: RoundState;
  publicKey: string;
  rosterVersion: number;
  /** The roster came as a workbook, which can be given back filled in. */
  rosterWorkbook: boolean;
  /** People of the roster with a number that is to be corrected. */
  rosterToCorrect: number;
  rosterKeys: string | null;
  labVersion: number;
  labLines: number;
  listComplete: boolean;
  createdAt: number;
  openedAt: number | null;
  closedAt: number | null;
}

export interface RoundTableRow {
  round: RoundId;
  number: number;
  definition: string;
  state: RoundState;
  public_key: string;
  roster_version: number;
  roster_workbook: number;
  roster_to_correct: number;
  roster_keys: string | null;
  lab_version: number;
  lab_lines: number;
  list_complete: number;
  created_at: number;
  opened_at: number | null;
  closed_at: number | null;
}

export const ROUNDS = `
  SELECT r.*, EXISTS (SELECT 1 FROM roster_file f WHERE f.round = r.round AND f.version = r.roster_version) AS roster_workbook,
    (SELECT COUNT(*) FROM roster_row w WHERE w.round = r.round AND w.version = r.roster_version AND w.to_correct = 1)
      AS roster_to_correct,
    (SELECT COUNT(*) FROM lab_line l WHERE l.round = r.round
      AND l.version = (SELECT MAX(version) FROM lab_line WHERE round = r.round)) AS lab_lines
  FROM round r`;

/** A round, or null when there is none of that id. */
export function readRound(db: Store, round: RoundId): StoredRound | null {
  const row = db.prepare<[string], RoundTableRow>(`${ROUNDS} WHERE r.round = ?`).get(round);
  return row ? storedRound(row) : null;
}

export function storedRound(row: RoundTableRow): StoredRound {
  return {
    round: row.round,
    number: row.number,
    definition: siteRoundSchema.parse(JSON.parse(row.definition)),
    state: row.state,
    publicKey: row.public_key,
    rosterVersion: row.roster_version,
    rosterWorkbook: row.roster_workbook === 1,
    rosterToCorrect: row.roster_to_correct,
    rosterKeys: row.roster_keys,
    labVersion: row.lab_version,
    labLines: row.lab_lines,
    listComplete: row.list_complete === 1,
    createdAt: row.created_at,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
  };
}

/** True if the round counts with a roster already: another one amends it, with a reason. */
export const isAmendment = ({
  state,
  rosterVersion,
}: Pick<StoredRound, 'state' | 'rosterVersion'>): boolean =>
  rosterVersion > 0 && (state === 'open' || state === 'settling');

/** The moment a round's figures are of: a closed one stays as it was closed. */
export const roundMoment = ({ closedAt }: Pick<StoredRound, 'closedAt'>, now: number): number =>
  closedAt ?? now;

/** The round, or a refusal (`no-round`). */
export function knownRound(context: Pick<WriteContext, 'db'>, round: RoundId): StoredRound {
  const found = readRound(context.db, round);
  if (found === null) throw new Refusal('no-round', 'no such round');
  return found;
}
