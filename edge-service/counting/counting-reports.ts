import type { EventId, RoundId } from '#shared/ids.ts';
import { roundContact, type RoundContact } from './completeness.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import {
  countedEntries,
  countedKeys,
  packCounted,
  type PackedCounted,
  type Told,
} from './counted-entries.ts';
import { tubeNumber } from '../projection/tube-rows.ts';

/** Named reports of what is counted; they run on a connection that cannot write. */
export const countingReports = {
  contact: ({ db }: ReportContext, { round }: { round: RoundId }): RoundContact => roundContact(db, round),
  /** The tube of the round opened last under this code, with its places, or null. */
  'kiosk.tube-used': (
    { db }: ReportContext,
    { round, code }: { round: RoundId; code: string },
  ): { opened: EventId; station: number | null; time: number; sealed: boolean; count: number } | null => {
    const tube = db
      .prepare<
        [RoundId, string],
        { opened: EventId; station: number | null; opened_at: number; sealed_at: number | null }
      >(
        'SELECT opened, station, opened_at, sealed_at FROM tube WHERE round = ? AND code = ? ORDER BY opened_at DESC, opened DESC LIMIT 1',
      )
      .get(round, code);
    if (!tube) return null;
    const count = db
      .prepare<[string, EventId], number>(
        `SELECT COUNT(DISTINCT COALESCE(p.person, s.key, s.sequence)) FROM swipe s
         LEFT JOIN person p ON p.round = s.round AND p.key = s.key
         WHERE substr(s.tube, 38) = ? AND s.tube = ? AND s.voided = 0 AND (s.shown <> 'repeat-elsewhere' OR s.again IS 1)`,
      )
      .pluck()
      .get(tubeNumber(tube.opened), tube.opened);
    return {
      opened: tube.opened,
      station: tube.station,
      time: tube.opened_at,
      sealed: tube.sealed_at !== null,
      count: count ?? 0,
    };
  },
  /** Counted entries of these keys, those of these rows and everybody joined with them, packed; keys without an entry are removals. */
  'counted.entries': ({ db }: ReportContext, { round, ...told }: { round: RoundId } & Told): PackedCounted =>
    packCounted(countedEntries(db, round, told)),
  /** Everything counted in a round, packed. */
  'counted.all': ({ db }: ReportContext, { round }: { round: RoundId }): PackedCounted =>
    packCounted(countedEntries(db, round, { keys: countedKeys(db, round), rows: [] })),
};
