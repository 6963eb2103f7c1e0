import type { DiscrepancyKind } from '#shared/counting/discrepancy.ts';
import type { DifferenceNumbers } from '#shared/event/difference-numbers.ts';
import type { EventId } from '#shared/ids.ts';
import type { BookedLine, BookedTube } from '../lab/lab-store.ts';

/** A tube as the site knows it. Times in ms since 1970 UTC. */
export interface SiteTube {
  opened: EventId;
  code: string | null;
  batch: string | null;
  station: number | null;
  openedAt: number | null;
  sealedAt: number | null;
  capacity: number | null;
  /** By the counting rule; this is compared with the lab. */
  places: number;
  /** What the sampler counted; null if nobody did. */
  swabbed: number | null;
  /** What may explain a difference: swipes that count as repeats here, voided ones, unreadable cards nobody settled as sampled. */
  repeats: number;
  voided: number;
  unreadables: number;
}

/** People with a live swipe at a station and no tube: what a station after the swab counts. */
export interface StationTotal {
  station: number;
  stand: 'before' | 'after';
  people: number;
  firstAt: number | null;
  lastAt: number | null;
}

/** One decision of a person. `at`: ms. */
export interface Decided {
  state: 'open' | 'explained' | 'accepted';
  reason: string;
  by: string | null;
  at: number;
  /** Null: it was recorded without numbers. */
  on: DifferenceNumbers | null;
}

export interface ReconciliationInput {
  tubeMode: 'codes' | 'marks' | 'none';
  tubes: readonly SiteTube[];
  stations: readonly StationTotal[];
  booked: readonly BookedLine[];
  /** False: a tube not on the list is 未回, and totals mean nothing yet. */
  listComplete: boolean;
  /** Stations with a kiosk that may still hold something. */
  unsettledStations: ReadonlySet<number>;
  /** By discrepancy, in their order: the last one counts, as long as the numbers are those it was made on. */
  decisions: ReadonlyMap<string, readonly Decided[]>;
  /** Local time of day, `08:41`. */
  clockText(time: number): string;
}

/** A difference before it is put into words. */
export interface Difference {
  kind: DiscrepancyKind;
  about: string;
  tube: SiteTube | null;
  code: string | null;
  station: number | null;
  batch: string | null;
  swiped: number | null;
  swabbed: number | null;
  booked: number | null;
  from: number | null;
  to: number | null;
  /** Lines of the lab this rests on. */
  lines: readonly BookedLine[];
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((so, n) => so + n, 0);

/** What the difference rests on: a change in any of it is a new fact, whatever else of the tube changes. */
export function numbersOf({
  kind,
  swiped,
  swabbed,
  booked,
  tube,
  batch,
  lines,
}: Difference): DifferenceNumbers {
  const counts = (of: readonly BookedLine[]): number[] =>
    [...new Set(of.map((l) => l.count))].toSorted((a, b) => a - b);
  const none = { swiped: null, swabbed: null, booked: [], batches: [] };
  switch (kind) {
    case 'other-batch':
      return { ...none, batches: [tube?.batch ?? '', batch ?? ''] };
    case 'entries-differ': {
      const listed = lines.filter((l) => l.from === 'list');
      return { ...none, booked: [...counts(listed), ...counts(lines.filter((l) => l.from === 'hand'))] };
    }
    case 'station-total':
    case 'site-total':
      return { ...none, swiped, booked: booked === null ? [] : [booked] };
    default:
      return { ...none, swiped, swabbed, booked: counts(lines) };
  }
}

/** A difference about one tube; the first line of the lab says what it booked. */
export function ofTube(kind: DiscrepancyKind, tube: SiteTube, lines: readonly BookedLine[]): Difference {
  const { opened, code, station, batch, places, swabbed, openedAt, sealedAt } = tube;
  return {
    kind,
    about: opened,
    tube,
    code,
    station,
    batch,
    swiped: places,
    swabbed,
    booked: lines[0]?.count ?? null,
    from: openedAt,
    to: sealedAt,
    lines,
  };
}

/** One code on two tubes here, or on two lines of a list with different counts. */
export function codeTwice(
  code: string,
  tubes: readonly SiteTube[],
  lines: readonly BookedLine[],
): Difference {
  const tube = tubes[0]!;
  const swabbed = tubes.every((t) => t.swabbed !== null) ? sum(tubes.map((t) => t.swabbed ?? 0)) : null;
  return {
    ...ofTube('code-twice', tube, lines),
    about: code,
    swiped: sum(tubes.map((t) => t.places)),
    swabbed,
  };
}

/** Entries by hand that say otherwise than the list or each other; `tube`: the one here they are about, if it is known. */
export function entriesDiffer(
  { tube: code, lines, contrary }: BookedTube,
  tube: SiteTube | null,
): Difference {
  const said = [...lines, ...contrary];
  const of = tube === null ? unknownTube(code ?? 'site', said) : ofTube('entries-differ', tube, said);
  return { ...of, kind: 'entries-differ', code, booked: lines[0]?.count ?? null };
}

/** A code of the lab that nobody opened here. */
export function unknownTube(code: string, lines: readonly BookedLine[]): Difference {
  const [line] = lines;
  return {
    kind: 'unknown-tube',
    about: code,
    tube: null,
    code,
    station: line?.station ?? null,
    batch: line?.batch ?? null,
    swiped: null,
    swabbed: null,
    booked: line?.count ?? null,
    from: null,
    to: null,
    lines,
  };
}

/** A total that does not fit; names a window of time and no tube. */
export function ofTotal(made: {
  kind: 'station-total' | 'site-total';
  about: string;
  station: number | null;
  swiped: number;
  booked: number;
  window: { from: number | null; to: number | null };
}): Difference {
  const { kind, about, station, swiped, booked, window } = made;
  return {
    kind,
    about,
    tube: null,
    code: null,
    station,
    batch: null,
    swiped,
    swabbed: null,
    booked,
    ...window,
    lines: [],
  };
}
