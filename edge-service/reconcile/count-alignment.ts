/** One tube of a sequence: what it holds, and the mark it bears (第3管), if any. */
export interface CountedMark {
  count: number;
  mark: string | null;
}

/**
 * Above the tubes of the largest site we know of (36,000 people, ten to a tube), whose list may come without stations: at this
 * length the table of steps is 16 MB and made in half a second.
 */
export const SEQUENCE_LENGTH_MAX = 4000;
/** A tube missing on one side costs a little more than a miscounted one, and two missing more than one miscounted. */
const GAP_COST = 1.2;
const MISCOUNT_COST = 1;
/** Equal marks decide between otherwise equal alignments; a list may be numbered anew, so they decide nothing else. */
const OTHER_MARK_COST = 0.05;

/** Steps back from the end of both sequences. */
const BOTH = 0;
const HERE_ALONE = 1;
const THERE_ALONE = 2;

/**
 * Lays two sequences of counts side by side so that one miscounted or missing tube does not shift all later pairs
 * (Needleman and Wunsch, 1970). Pairs of indexes in order; null where one side has no counterpart. Sequences beyond the bound
 * are paired as they stand.
 */
export function alignCounts(
  here: readonly CountedMark[],
  there: readonly CountedMark[],
): [number | null, number | null][] {
  if (here.length > SEQUENCE_LENGTH_MAX || there.length > SEQUENCE_LENGTH_MAX)
    return asTheyStand(here, there);
  const width = there.length + 1;
  const steps = cheapestSteps(here, there);
  const pairs: [number | null, number | null][] = [];
  let [a, b] = [here.length, there.length];
  while (a > 0 || b > 0) {
    const step = steps[a * width + b];
    if (step === BOTH) pairs.push([--a, --b]);
    else if (step === HERE_ALONE) pairs.push([--a, null]);
    else pairs.push([null, --b]);
  }
  return pairs.toReversed();
}

function asTheyStand(
  here: readonly CountedMark[],
  there: readonly CountedMark[],
): [number | null, number | null][] {
  return Array.from({ length: Math.max(here.length, there.length) }, (_, i) => [
    i < here.length ? i : null,
    i < there.length ? i : null,
  ]);
}

/** For every pair of lengths the last step of the cheapest way there. Of the costs only two rows are held. */
function cheapestSteps(here: readonly CountedMark[], there: readonly CountedMark[]): Uint8Array {
  const width = there.length + 1;
  const steps = new Uint8Array((here.length + 1) * width);
  let before = new Float64Array(width);
  let costs = new Float64Array(width);
  for (let a = 0; a <= here.length; a++) {
    for (let b = 0; b <= there.length; b++) {
      if (a + b === 0) continue;
      const both = a > 0 && b > 0 ? before[b - 1]! + pairCost(here[a - 1]!, there[b - 1]!) : Infinity;
      const hereAlone = a > 0 ? before[b]! + GAP_COST : Infinity;
      const thereAlone = b > 0 ? costs[b - 1]! + GAP_COST : Infinity;
      const cheapest = Math.min(both, hereAlone, thereAlone);
      costs[b] = cheapest;
      steps[a * width + b] = cheapest === both ? BOTH : cheapest === hereAlone ? HERE_ALONE : THERE_ALONE;
    }
    [before, costs] = [costs, before];
  }
  return steps;
}

const pairCost = (x: CountedMark, y: CountedMark): number =>
  (x.count === y.count ? 0 : MISCOUNT_COST + Math.abs(x.count - y.count) / 1000) +
  (x.mark !== null && x.mark === y.mark ? 0 : OTHER_MARK_COST);
