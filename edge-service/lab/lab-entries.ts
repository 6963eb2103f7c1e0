import type { RoundId } from '#shared/ids.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { SITE_TOTAL_CODE } from './lab-store.ts';
import { openedCodes } from './opened-codes.ts';
import type { Store } from '../store/database.ts';
import { readRound } from '../ledger/stored-round.ts';

/** What a person entered, and whether others entered the same; never what others entered. */
export interface OwnEntry {
  /** Null: a total of the whole site. */
  tube: string | null;
  count: number;
  blind: boolean;
  /** By how many people. */
  entries: number;
  agreed: boolean | null;
  /** Somebody else entered the same number. */
  final: boolean;
  /** Nobody opened a tube of that code here. */
  unknown: boolean;
}

interface Row {
  code: string;
  count: number;
  blind: 0 | 1;
  entries: number;
  same: number;
}

/** A person's entries, the newest first. */
export function ownEntries(db: Store, of: { round: RoundId; by: string }): OwnEntry[] {
  const stored = readRound(db, of.round);
  if (stored === null) return [];
  const opened = openedCodes(db, stored);
  return db
    .prepare<[typeof of], Row>(
      `SELECT e.code, e.count, e.blind, COUNT(*) AS entries, SUM(o.count = e.count) AS same
       FROM lab_entry e JOIN lab_entry o ON o.round = e.round AND o.code = e.code
       WHERE e.round = :round AND e.by = :by GROUP BY e.code ORDER BY e.at DESC, e.code`,
    )
    .all(of)
    .map(({ code, count, blind, entries, same }) => ({
      tube: code === SITE_TOTAL_CODE ? null : code,
      count,
      blind: blind === 1,
      entries,
      agreed: entries === 1 ? null : same === entries,
      final: same > 1,
      unknown: code !== SITE_TOTAL_CODE && opened.isUnknown(code),
    }));
}

export const labEntryReports = {
  'lab.entries': ({ db }: ReportContext, of: { round: RoundId; by: string }): OwnEntry[] =>
    ownEntries(db, of),
};
