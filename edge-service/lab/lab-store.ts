import type { RoundId } from '#shared/ids.ts';
import { openedCodes } from './opened-codes.ts';
import type { Store } from '../store/database.ts';
import { message, type Inset } from '#shared/language/message.ts';

/** What the laboratory is known to have booked: a line of the newest list or an entry by hand. */
export interface BookedLine {
  /** `第3版清单第5行` or `手工录入 王某`; for evidence. */
  /** Where it was read, to be said. */
  source: Inset;
  from: 'list' | 'hand';
  /** Null: a total of the whole site. */
  tube: string | null;
  count: number;
  batch: string | null;
  station: number | null;
}

/** One tube (or, null, the site's total) as booked. */
export interface BookedTube {
  tube: string | null;
  /** What it is compared by: its lines on the list, else what was entered by hand. Nothing while two people's entries differ. */
  lines: BookedLine[];
  /** Entries by hand that say otherwise than the list or, without one, than each other: the sheet is to be read again. */
  contrary: BookedLine[];
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

/** Everything booked for a round, or with `onlyBy` one person's own entries, their codes as they typed them. */
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
            source: message('booked.list-line', { version: l.version, line: l.line }),
            from: 'list',
            tube: l.code,
            count: l.count,
            batch: l.batch,
            station: l.station,
          }));
  const entered = db
    .prepare<[RoundId, string | null, string | null], Entry>(
      'SELECT code, by, count, batch, station FROM lab_entry WHERE round = ? AND (? IS NULL OR by = ?) ORDER BY at, by',
    )
    .all(round, onlyBy, onlyBy);
  const entries = (onlyBy === null ? completed(db, round, entered) : entered).map((e): BookedLine => ({
    source: message('booked.by-hand', { by: e.by }),
    from: 'hand',
    tube: e.code === SITE_TOTAL_CODE ? null : e.code,
    count: e.count,
    batch: e.batch,
    station: e.station,
  }));
  return [...lines, ...entries];
}

/** Entries with the codes they mean here; of a person's entries for one tube, typed in two ways, the newest. */
function completed(db: Store, round: RoundId, entered: readonly Entry[]): Entry[] {
  if (entered.length === 0) return [];
  const opened = openedCodes(db, { round, definition: { tubeMode: 'codes' } });
  const meant = entered.map((e) => {
    const read = opened.complete(e.code);
    return read.ok ? { ...e, code: read.code } : e;
  });
  return [...Map.groupBy(meant, (e) => JSON.stringify([e.by, e.code])).values()].map((own) => own.at(-1)!);
}

/** What is booked, tube by tube in the order it came; of lines and entries that say the same, one. */
export function bookedTubes(lines: readonly BookedLine[]): BookedTube[] {
  return [...Map.groupBy(lines, (line) => line.tube)].map(([tube, all]) => {
    const listed = all.filter((l) => l.from === 'list');
    const entries = all.filter((l) => l.from === 'hand');
    const agreed = new Set(entries.map((e) => e.count)).size === 1;
    const basis = listed.length > 0 ? listed : agreed ? entries : [];
    const contrary = entries.filter((e) => !basis.some((l) => l.count === e.count));
    return { tube, lines: onceEach([...basis, ...entries.filter((e) => !contrary.includes(e))]), contrary };
  });
}

/** Lines of one tube with the same count and no other station are one; what one leaves open the other says. */
function onceEach(lines: readonly BookedLine[]): BookedLine[] {
  const known: BookedLine[] = [];
  for (const line of lines) {
    const at = known.findIndex(
      (k) =>
        k.count === line.count && (k.station === line.station || k.station === null || line.station === null),
    );
    const before = known[at];
    if (before === undefined) known.push(line);
    else
      known[at] = {
        ...before,
        batch: before.batch ?? line.batch,
        station: before.station ?? line.station,
      };
  }
  return known;
}

/** Booked count per tube code; of a code booked with different counts the larger, which a discrepancy then names. */
export function bookedByCode(db: Store, round: RoundId): Map<string, number> {
  const booked = new Map<string, number>();
  for (const { tube, lines, contrary } of bookedTubes(bookedLines(db, round)))
    if (tube !== null)
      booked.set(tube, Math.max(...(lines.length > 0 ? lines : contrary).map((l) => l.count)));
  return booked;
}
