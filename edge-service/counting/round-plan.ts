import { siteRoundSchema } from '#shared/round.ts';
import type { RoundId } from '#shared/ids.ts';
import type { Store } from '../store/database.ts';

/** What decides whose journals concern a round. Times in ms. */
export interface RoundPlan {
  stations: readonly number[];
  createdAt: number;
  openedAt: number | null;
  /** Null: not closed. */
  closedAt: number | null;
}

/** The plan of a round; an empty one for a round nobody knows. */
export function planOf(db: Store, round: RoundId): RoundPlan {
  const row = db
    .prepare<
      [RoundId],
      { definition: string; created_at: number; opened_at: number | null; closed_at: number | null }
    >('SELECT definition, created_at, opened_at, closed_at FROM round WHERE round = ?')
    .get(round);
  if (!row) return { stations: [], createdAt: 0, openedAt: null, closedAt: null };
  const definition = siteRoundSchema.parse(JSON.parse(row.definition));
  return {
    stations: definition.stations.map((s) => s.station),
    createdAt: row.created_at,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
  };
}
