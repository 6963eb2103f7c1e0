import type { RoundId } from '#shared/ids.ts';
import type { Store } from './store.ts';

/** What the laboratory is known to have booked: lines of the newest list and entries by hand, equal ones once. */
export interface BookedLine {
  /** Where it stands: `list 3` or `hand`, with the line or the person; for evidence. */
  source: string;
  /** Null: a total of the whole site. */
  tube: string | null;
  count: number;
  batch: string | null;
  station: number | null;
}

/** Entry by hand of a total of the site has no tube code. */
export const SITE_TOTAL_CODE = '';

interface Line {
  version: number;
  line: number;
  code: string | null;
  count: number;
  batch: string | null;
  station: number | null;
}
interface Entry {
  code: string;
  by: string;
  count: number;
  batch: string | null;
  station: number | null;
}

/**
 * Everything booked for a round, or with `onlyBy` one person's own entries. The same code with the same count is one line,
 * with another count another line.
 */
export function bookedLines(db: Store, round: RoundId, onlyBy: string | null = null): BookedLine[] {
  const lines =
    onlyBy !== null
      ? []
      : db
          .prepare<[{ round: RoundId }], Line>(
            `SELECT version, line, code, count, batch, station FROM lab_line
       WHERE round = :round AND version = (SELECT max(version) FROM lab_line WHERE round = :round) ORDER BY line`,
          )
          .all({ round })
          .map((l): BookedLine => ({
            source: `第${l.version}版清单第${l.line}行`,
            tube: l.code,
            count: l.count,
            batch: l.batch,
            station: l.station,
          }));
  const entries = db
    .prepare<[RoundId, string | null, string | null], Entry>(
      'SELECT code, by, count, batch, station FROM lab_entry WHERE round = ? AND (? IS NULL OR by = ?) ORDER BY at, by',
    )
    .all(round, onlyBy, onlyBy)
    .map((e): BookedLine => ({
      source: `手工录入 ${e.by}`,
      tube: e.code === SITE_TOTAL_CODE ? null : e.code,
      count: e.count,
      batch: e.batch,
      station: e.station,
    }));
  const known = new Map<string, BookedLine>();
  for (const line of [...lines, ...entries]) {
    const id = `${line.tube ?? ''}\0${line.count}\0${line.tube === null ? '' : (line.station ?? '')}`;
    const before = known.get(id);
    if (!before) known.set(id, line);
    else
      known.set(id, {
        ...before,
        batch: before.batch ?? line.batch,
        station: before.station ?? line.station,
      });
  }
  return [...known.values()];
}

/** Booked count per tube code; of a code on two lines with different counts the larger, which the discrepancy then names. */
export function bookedByCode(db: Store, round: RoundId): Map<string, number> {
  const booked = new Map<string, number>();
  for (const line of bookedLines(db, round))
    if (line.tube !== null) booked.set(line.tube, Math.max(line.count, booked.get(line.tube) ?? 0));
  return booked;
}
