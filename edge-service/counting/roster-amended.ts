import type { RosterAmended } from '#shared/counting/ladder.ts';
import type { RoundId } from '#shared/ids.ts';
import { prepared, type Store } from '../store/database.ts';

const SUMS = `
SELECT COUNT(*) AS amendments, SUM(joined) AS joined, SUM(gone) AS "left", SUM(changed) AS changed
FROM roster_change WHERE round = ? AND base IS NOT NULL`;

/** Who left the roster by an amendment, had swiped, and stands on it under no other credential: walk-ins that once were not. */
const LEFT_SWIPED = `
SELECT COUNT(DISTINCT COALESCE(p.person, s.key)) FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
WHERE s.round = :round AND s.voided = 0 AND s.key IN (SELECT key FROM roster_leaver WHERE round = :round)
  AND NOT EXISTS (SELECT 1 FROM roster_person r WHERE r.round = s.round AND r.person = COALESCE(p.person, s.key))`;

/** What became of the round's roster since it was frozen; null: nothing. */
export function rosterAmended(db: Store, round: RoundId): RosterAmended | null {
  const sums = prepared<[RoundId], Omit<RosterAmended, 'leftSwiped' | 'frozenKnown'>>(db, SUMS).get(round);
  if (sums === undefined || sums.amendments === 0) return null;
  const leftSwiped = prepared<[{ round: RoundId }], number>(db, LEFT_SWIPED).pluck().get({ round }) ?? 0;
  const frozen = prepared<[RoundId], number>(
    db,
    'SELECT 1 FROM roster_change WHERE round = ? AND base IS NULL',
  ).get(round);
  return { ...sums, leftSwiped, frozenKnown: frozen !== undefined };
}
