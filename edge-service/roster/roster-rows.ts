import type { ComparedRow } from '#shared/counting/roster-difference.ts';
import type { CredentialKey, RoundId } from '#shared/ids.ts';
import { prepared, type Store } from '../store/database.ts';
import { ROW_COLUMNS, type RowStored, sealedRow, type SealedRosterRow } from './roster-store.ts';

/** A version of the roster as far as two are compared: without boxes, 36,000 buffers. */
export function comparedRoster(db: Store, round: RoundId, version: number): ComparedRow[] {
  return db
    .prepare<[string, number], Omit<ComparedRow, 'credentials'> & { credentials: string }>(
      'SELECT credentials, workshop, team, shift FROM roster_row WHERE round = ? AND version = ? ORDER BY row',
    )
    .all(round, version)
    .map((r) => ({ ...r, credentials: JSON.parse(r.credentials) as CredentialKey[] }));
}

/** Which rows of a version: those behind the row `after`, of a workshop or team, with one of these keys; null: any. */
interface RosterPart {
  round: RoundId;
  version: number;
  after: number;
  workshop: string | null;
  team: string | null;
  keys: readonly CredentialKey[] | null;
  most: number;
}

/** Part of a version of the roster in file order, at most `most` rows. */
export function rosterPart(db: Store, { keys, ...part }: RosterPart): SealedRosterRow[] {
  return prepared<[Omit<RosterPart, 'keys'> & { keys: string | null }], RowStored>(
    db,
    `SELECT ${ROW_COLUMNS} FROM roster_row WHERE round = :round AND version = :version AND row > :after
       AND (:workshop IS NULL OR workshop = :workshop) AND (:team IS NULL OR team = :team)
       AND (:keys IS NULL OR EXISTS (SELECT 1 FROM json_each(:keys) k WHERE instr(credentials, k.value) > 0))
     ORDER BY row LIMIT :most`,
  )
    .all({ ...part, keys: keys === null ? null : JSON.stringify(keys) })
    .map(sealedRow);
}
