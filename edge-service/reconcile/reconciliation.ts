import { type Discrepancy, discrepancyId } from '#shared/counting/discrepancy.ts';
import { isDecidedOn } from '#shared/event/difference-numbers.ts';
import { type BookedLine, type BookedTube, bookedTubes } from '../lab/lab-store.ts';
import {
  codeTwice,
  type Difference,
  entriesDiffer,
  numbersOf,
  ofTotal,
  ofTube,
  type ReconciliationInput,
  type SiteTube,
  type StationTotal,
  sum,
  unknownTube,
} from './difference.ts';
import { alignCounts } from './count-alignment.ts';
import { hypothesesOf } from './hypotheses.ts';
import { earlierDecision, sayDiscrepancy } from './discrepancy-words.ts';

/** Every difference between site and laboratory, each naming its place. Pure: the same facts give the same findings. */
export function reconcile(input: ReconciliationInput): Discrepancy[] {
  const all = bookedTubes(input.booked);
  const totals = all.filter((b) => b.tube === null).flatMap((b) => b.lines);
  const booked = all.filter((b) => b.tube !== null);
  const differences = [
    ...input.tubes.flatMap(againstSampler),
    ...all.filter((b) => b.contrary.length > 0).map((b) => againstEachOther(input, b)),
    ...(input.tubeMode === 'marks' ? byOrder(input, booked) : byCode(input, booked)),
    ...(input.listComplete ? stationTotals(input, booked) : []),
  ];
  differences.push(...siteTotals(input, { totals, differences }));
  return differences.map((d) => inWords(input, differences, d));
}

/** The sampler's count against the places swiped: needs no list, and is where the nine is found cheaply. */
function againstSampler(tube: SiteTube): Difference[] {
  if (tube.swabbed === null || tube.swabbed === tube.places) return [];
  return [ofTube(tube.swabbed < tube.places ? 'swabbed-fewer' : 'swabbed-more', tube, [])];
}

/** What people entered against the list and each other; which of it is right only the sheet says. */
function againstEachOther(input: ReconciliationInput, booked: BookedTube): Difference {
  const here = input.tubes.filter((t) => booked.tube !== null && t.code === booked.tube);
  return entriesDiffer(booked, here.find((t) => t.places > 0) ?? here[0] ?? null);
}

/** People's entries differ and no list decides: what the laboratory booked is not known, so nothing follows from it. */
const undecided = (booked: BookedTube | undefined): boolean => booked?.lines.length === 0;

function byCode(input: ReconciliationInput, booked: readonly BookedTube[]): Difference[] {
  const here = Map.groupBy(
    input.tubes.filter((t) => t.code !== null),
    (t) => t.code!,
  );
  const there = new Map(booked.map((b) => [b.tube!, b]));
  const found: Difference[] = [];
  for (const [code, all] of here) {
    const held = all.filter((t) => t.places > 0);
    const tubes = held.length > 0 ? held : all.slice(0, 1);
    const lines = there.get(code)?.lines ?? [];
    const counts = new Set(lines.map((l) => l.count));
    if (tubes.length > 1 || counts.size > 1) found.push(codeTwice(code, tubes, lines));
    else if (!undecided(there.get(code))) found.push(...compare(input, tubes[0]!, lines));
  }
  const after = new Set(input.stations.filter((s) => s.stand === 'after').map((s) => s.station));
  for (const [code, { lines, contrary }] of there) {
    if (here.has(code)) continue;
    const said = lines.length > 0 ? lines : contrary;
    // Tubes of a station after the swab are opened nowhere; its total is compared instead.
    if (after.size > 0 && said.every((l) => (l.station === null ? true : after.has(l.station)))) continue;
    found.push(unknownTube(code, said));
  }
  return [...found, ...unmarked(input, linesOf(booked), here)];
}

const linesOf = (booked: readonly BookedTube[]): BookedLine[] => booked.flatMap((b) => b.lines);

/** Tubes opened without a code in a round with codes: against lines of their station that fit no code. */
function unmarked(
  input: ReconciliationInput,
  lines: readonly BookedLine[],
  here: ReadonlyMap<string, unknown>,
): Difference[] {
  const nameless = input.tubes.filter((t) => t.code === null && t.places > 0);
  if (nameless.length === 0 || !input.listComplete) return [];
  const free = lines.filter((l) => !here.has(l.tube!));
  const counts = free.map((l) => l.count);
  return nameless.flatMap((tube) => {
    const at = counts.indexOf(tube.places);
    if (at === -1) return [ofTube('not-at-lab', tube, [])];
    counts.splice(at, 1);
    return [];
  });
}

function compare(input: ReconciliationInput, tube: SiteTube, booked: readonly BookedLine[]): Difference[] {
  const [line] = booked;
  if (!line) return input.listComplete && tube.places > 0 ? [ofTube('not-at-lab', tube, [])] : [];
  const found: Difference[] = [];
  // Where the lab agrees with the sampler there is one difference, and it is told already (swabbed-fewer or -more).
  const samplerTells = tube.swabbed !== null && tube.swabbed !== tube.places && line.count === tube.swabbed;
  if (line.count !== tube.places && !samplerTells)
    found.push(ofTube(line.count > tube.places ? 'booked-more' : 'booked-fewer', tube, booked));
  if (line.batch !== null && tube.batch !== null && line.batch !== tube.batch)
    found.push({ ...ofTube('other-batch', tube, booked), batch: line.batch });
  return found;
}

function byOrder(input: ReconciliationInput, booked: readonly BookedTube[]): Difference[] {
  return pairsInOrder(input, booked).flatMap(({ tube, line }): Difference[] => {
    if (tube && line) return compare(input, tube, [line]);
    if (tube) return input.listComplete ? [ofTube('not-at-lab', tube, [])] : [];
    return line ? [unknownTube(line.tube!, [line])] : [];
  });
}

/** A tube with the line it is compared with; either may stand alone. */
export interface Pair {
  tube: SiteTube | null;
  line: BookedLine | null;
}

/** Rounds with marks instead of codes: the two sequences of counts are laid side by side, station by station. */
export function pairsInOrder(input: ReconciliationInput, booked: readonly BookedTube[]): Pair[] {
  // A mark (第1管) may come again at every station: the list's lines are taken as they stand.
  const lines = [
    ...input.booked.filter((l) => l.from === 'list' && l.tube !== null),
    ...linesOf(booked).filter((l) => l.from === 'hand'),
  ];
  const open = new Set(booked.filter(undecided).map((b) => b.tube));
  const stations = new Set([...input.tubes.map((t) => t.station), ...lines.map((l) => l.station)]);
  // A list without stations is one sequence over the whole site.
  const groups = lines.every((l) => l.station === null) ? [null] : [...stations];
  return groups.flatMap((station) => {
    const here = input.tubes
      .filter((t) => (groups.length === 1 && station === null) || t.station === station)
      .filter((t) => t.places > 0 && !open.has(t.code))
      .toSorted(
        (a, b) =>
          (a.sealedAt ?? Infinity) - (b.sealedAt ?? Infinity) || (a.openedAt ?? 0) - (b.openedAt ?? 0),
      );
    const there = lines.filter((l) => l.station === station);
    const pairs = alignCounts(
      here.map((t) => ({ count: t.places, mark: t.code })),
      there.map((l) => ({ count: l.count, mark: l.tube })),
    );
    return pairs.map(([a, b]) => ({
      tube: a === null ? null : (here[a] ?? null),
      line: b === null ? null : (there[b] ?? null),
    }));
  });
}

/** Stations after the swab by totals: a finding names a window of time and accuses no tube. */
function stationTotals(input: ReconciliationInput, all: readonly BookedTube[]): Difference[] {
  const after = input.stations.filter((s) => s.stand === 'after');
  const here = new Set(input.tubes.map((t) => t.code));
  const strange = all.filter((b) => !here.has(b.tube));
  if (after.length === 0 || strange.some(undecided)) return [];
  const theirs = linesOf(strange);
  if (theirs.some((l) => l.station === null)) {
    const stations = new Set(after.map((s) => s.station));
    const booked = sum(
      theirs.filter((l) => l.station === null || stations.has(l.station)).map((l) => l.count),
    );
    const swiped = sum(after.map((s) => s.people));
    return booked === swiped
      ? []
      : [
          ofTotal({
            kind: 'site-total',
            about: 'after',
            station: null,
            swiped,
            booked,
            window: windowOf(after),
          }),
        ];
  }
  return after.flatMap((s) => {
    const booked = sum(theirs.filter((l) => l.station === s.station).map((l) => l.count));
    return booked === s.people
      ? []
      : [
          ofTotal({
            kind: 'station-total',
            about: String(s.station),
            station: s.station,
            swiped: s.people,
            booked,
            window: windowOf([s]),
          }),
        ];
  });
}

/** A bare total of the site; silent when the tubes already say where the difference lies. */
function siteTotals(
  input: ReconciliationInput,
  known: { totals: readonly BookedLine[]; differences: readonly Difference[] },
): Difference[] {
  const [line] = known.totals;
  if (!line) return [];
  const swiped = sum(input.tubes.map((t) => t.places)) + sum(input.stations.map((s) => s.people));
  const told = sum(
    known.differences
      .filter((d) => d.kind === 'booked-more' || d.kind === 'booked-fewer')
      .map((d) => (d.booked ?? 0) - (d.swiped ?? 0)),
  );
  if (line.count === swiped || line.count - swiped === told) return [];
  return [
    ofTotal({
      kind: 'site-total',
      about: 'site',
      station: null,
      swiped,
      booked: line.count,
      window: windowOf(input.stations),
    }),
  ];
}

function windowOf(stations: readonly StationTotal[]): { from: number | null; to: number | null } {
  const first = stations.map((s) => s.firstAt).filter((t) => t !== null);
  const last = stations.map((s) => s.lastAt).filter((t) => t !== null);
  return {
    from: first.length > 0 ? Math.min(...first) : null,
    to: last.length > 0 ? Math.max(...last) : null,
  };
}

function inWords(
  input: ReconciliationInput,
  all: readonly Difference[],
  difference: Difference,
): Discrepancy {
  const id = discrepancyId(difference.kind, difference.about);
  const numbers = numbersOf(difference);
  const decisions = input.decisions.get(id) ?? [];
  const latest = decisions.at(-1);
  const decided = latest !== undefined && isDecidedOn(latest.on, numbers) ? latest : null;
  const { kind, tube, station, batch, swiped, swabbed, booked, from, to } = difference;
  return {
    id,
    kind,
    tube: difference.code,
    opened: tube?.opened ?? null,
    station,
    batch,
    openedAt: from,
    sealedAt: to,
    swiped,
    swabbed,
    booked,
    hypotheses: hypothesesOf(input, all, difference),
    ...sayDiscrepancy(difference),
    state: decided?.state ?? 'open',
    reason: decided?.reason ?? null,
    decidedBy: decided?.by ?? null,
    numbers,
    earlier: decisions.filter((d) => d !== decided).map(earlierDecision),
  };
}
