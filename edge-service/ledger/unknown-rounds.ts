import type { InstallId, RoundId } from '#shared/ids.ts';
import { prepared, type Store } from '../store/database.ts';

/** Steps from one round of the index to the next, so that a look costs as many rows as there are rounds. */
const UNKNOWN = `
WITH RECURSIVE held(round) AS (
  SELECT MIN(round) FROM swipe WHERE round IS NOT NULL
  UNION ALL
  SELECT (SELECT MIN(s.round) FROM swipe s WHERE s.round > held.round) FROM held WHERE held.round IS NOT NULL
), unread(round) AS (
  SELECT MIN(round) FROM unreadable WHERE round IS NOT NULL
  UNION ALL
  SELECT (SELECT MIN(u.round) FROM unreadable u WHERE u.round > unread.round) FROM unread WHERE unread.round IS NOT NULL
)
SELECT round FROM (SELECT round FROM held UNION SELECT round FROM unread)
WHERE round IS NOT NULL AND round NOT IN (SELECT round FROM round)`;

/** The rounds that swipes or unreadables held here belong to and that this edge does not know, after a restore for instance. */
export const unknownRounds = (db: Store): RoundId[] => prepared<[], RoundId>(db, UNKNOWN).pluck().all();

/** How many swipes and unreadables of rounds nobody knows, beside `asked`, each journal holds; those without any are left out. */
export function strayedEvents(db: Store, asked: RoundId): Map<InstallId, number> {
  const strayed = new Map<InstallId, number>();
  for (const round of unknownRounds(db)) {
    if (round === asked) continue;
    const counted = prepared<[{ round: RoundId }], { install: InstallId; events: number }>(
      db,
      `SELECT install, COUNT(*) AS events FROM (
         SELECT install FROM swipe WHERE round = :round UNION ALL SELECT install FROM unreadable WHERE round = :round
       ) GROUP BY install`,
    ).all({ round });
    for (const { install, events } of counted) strayed.set(install, (strayed.get(install) ?? 0) + events);
  }
  return strayed;
}
