import type { WalkInCategory } from '#shared/event/identity.ts';
import type { RoundId } from '#shared/ids.ts';
import type { Store } from '../store/database.ts';

/** Where a walk-in comes from, as far as somebody has said. */
export interface DescribedWalkIn {
  person: string;
  unit: string | null;
  category: WalkInCategory | null;
}

/** By person; of several keys of one person the latest word. */
export function describedWalkIns(db: Store, round: RoundId): ReadonlyMap<string, DescribedWalkIn> {
  const rows = db
    .prepare<[RoundId], DescribedWalkIn>(
      `SELECT COALESCE(p.person, w.key) AS person, w.unit, w.category FROM walk_in w
       LEFT JOIN person p ON p.round = w.round AND p.key = w.key WHERE w.round = ? ORDER BY w.at, w.key`,
    )
    .all(round);
  return new Map(rows.map((row) => [row.person, row]));
}
