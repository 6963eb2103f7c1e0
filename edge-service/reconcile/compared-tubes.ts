import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import type { ReconciliationInput, SiteTube } from './difference.ts';
import { type BookedLine, type BookedTube, bookedTubes } from '../lab/lab-store.ts';
import { pairsInOrder } from './reconciliation.ts';

/** A tube beside what the laboratory booked for it. Without `tube`: of its list, and nobody here opened it. */
export interface ComparedTube {
  tube: SiteTube | null;
  code: string | null;
  station: number | null;
  batch: string | null;
  /** Null: not on any list yet, or people entered different numbers and no list decides. */
  booked: number | null;
  findings: readonly Discrepancy[];
}

/** Every tube of the site in order of station and sealing, then what the laboratory lists besides. */
export function comparedTubes(input: ReconciliationInput, found: readonly Discrepancy[]): ComparedTube[] {
  const booked = bookedTubes(input.booked).filter((b) => b.tube !== null);
  const { of, besides } =
    input.tubeMode === 'marks' ? matchedByOrder(input, booked) : matchedByCode(input, booked);
  const ours = input.tubes
    .toSorted(
      (a, b) =>
        (a.station ?? Infinity) - (b.station ?? Infinity) ||
        (a.sealedAt ?? Infinity) - (b.sealedAt ?? Infinity) ||
        (a.openedAt ?? 0) - (b.openedAt ?? 0),
    )
    .map((tube): ComparedTube => ({
      tube,
      code: tube.code,
      station: tube.station,
      batch: tube.batch,
      booked: of.get(tube.opened) ?? null,
      findings: found.filter(
        (d) => d.opened === tube.opened || (d.kind === 'code-twice' && d.tube === tube.code),
      ),
    }));
  const theirs = besides.map(({ code, station, batch, count }): ComparedTube => ({
    tube: null,
    code,
    station,
    batch,
    booked: count,
    findings: found.filter(
      (d) => d.opened === null && d.tube === code && (input.tubeMode !== 'marks' || d.station === station),
    ),
  }));
  return [...ours, ...theirs];
}

interface Besides {
  code: string | null;
  station: number | null;
  batch: string | null;
  count: number | null;
}
interface Matched {
  /** Booked count by the tube's opened event. */
  of: ReadonlyMap<string, number>;
  besides: readonly Besides[];
}

/** A code opened twice here is booked once: with the first of its tubes that holds anybody. */
function matchedByCode(input: ReconciliationInput, booked: readonly BookedTube[]): Matched {
  const here = Map.groupBy(
    input.tubes.filter((t) => t.code !== null),
    (t) => t.code,
  );
  const of = new Map<string, number>();
  const besides: Besides[] = [];
  for (const { tube: code, lines, contrary } of booked) {
    const count = largest(lines);
    const tubes = here.get(code);
    const first = tubes?.find((t) => t.places > 0) ?? tubes?.[0];
    if (first === undefined) {
      const [line] = [...lines, ...contrary];
      besides.push({ code, station: line?.station ?? null, batch: line?.batch ?? null, count });
    } else if (count !== null) of.set(first.opened, count);
  }
  return { of, besides };
}

function matchedByOrder(input: ReconciliationInput, booked: readonly BookedTube[]): Matched {
  const of = new Map<string, number>();
  const besides: Besides[] = [];
  for (const { tube, line } of pairsInOrder(input, booked)) {
    if (line === null) continue;
    if (tube === null)
      besides.push({ code: line.tube, station: line.station, batch: line.batch, count: line.count });
    else of.set(tube.opened, line.count);
  }
  return { of, besides };
}

/** Of different counts under one code the larger, as the board shows it; a finding names them all. */
const largest = (lines: readonly BookedLine[]): number | null =>
  lines.length === 0 ? null : Math.max(...lines.map((l) => l.count));
