import { type ComparedRow, rosterDifference } from '#shared/counting/roster-difference.ts';
import type { WriteContext } from '../ledger/contexts.ts';
import type { StoredRound } from '../ledger/stored-round.ts';
import { comparedRoster } from '../roster/roster-rows.ts';
import { rosterContent, type SealedRosterRow } from '../roster/roster-store.ts';

/** The journal's word on the roster of a round that counts: the first it counts with, or another in place of that. */
export function rosterMoved(
  context: WriteContext,
  to: {
    before: StoredRound;
    version: number;
    rows: readonly SealedRosterRow[];
    by: string;
    reason: string | null;
  },
): void {
  const { before, version, rows, by, reason } = to;
  const { round, rosterVersion: base } = before;
  const roster = { rosterVersion: version, content: rosterContent(rows), people: rows.length, round, by };
  if (base === 0 || reason === null) {
    context.decide({ type: 'roster-frozen', ...roster });
    return;
  }
  const { joined, left, changed } = rosterDifference<ComparedRow>(
    comparedRoster(context.db, round, base),
    rows,
  );
  context.decide({
    type: 'roster-amended',
    ...roster,
    base,
    joined: joined.length,
    left: left.length,
    changed: changed.length,
    reason,
  });
}
