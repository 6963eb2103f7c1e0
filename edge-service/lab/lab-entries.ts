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
  /** Nobody opened a tube of that code here; not for the eyes of who enters blind. */
  unknown: boolean;
}

interface Row {
  code: string;
  by: string;
  count: number;
  blind: 0 | 1;
}

/** A person's entries, the newest first. */
export function ownEntries(db: Store, of: { round: RoundId; by: string }): OwnEntry[] {
  const stored = readRound(db, of.round);
  if (stored === null) return [];
  const opened = openedCodes(db, stored);
  const isUnknown = (code: string): boolean => {
    const read = opened.complete(code);
    return opened.isUnknown(read.ok ? read.code : code);
  };
  const all = db
    .prepare<[RoundId], Row>(
      'SELECT code, by, count, blind FROM lab_entry WHERE round = ? ORDER BY at DESC, code',
    )
    .all(of.round);
  const alike = Map.groupBy(all, (e) => typedAlike(e.code));
  return all
    .filter(({ by }) => by === of.by)
    .map(({ code, by, count, blind }) => {
      const others = (alike.get(typedAlike(code)) ?? []).filter((e) => e.by !== by);
      return {
        tube: code === SITE_TOTAL_CODE ? null : code,
        count,
        blind: blind === 1,
        entries: new Set(others.map((e) => e.by)).size + 1,
        agreed: others.length === 0 ? null : others.every((e) => e.count === count),
        final: others.some((e) => e.count === count),
        unknown: code !== SITE_TOTAL_CODE && isUnknown(code),
      };
    });
}

/**
 * What two people typed of one tube, with and without its zeros, is alike. It depends on nothing that was opened here, or what
 * a clerk hears of the other's entry would tell of it.
 */
function typedAlike(code: string): string {
  return /^[0-9]+$/.test(code) ? code.replace(/^0+(?=.)/, '') : code.toUpperCase();
}

export const labEntryReports = {
  'lab.entries': ({ db }: ReportContext, of: { round: RoundId; by: string }): OwnEntry[] =>
    ownEntries(db, of),
};
