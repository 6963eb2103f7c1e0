/** One tube of a sequence: what it holds, and the mark it bears (第3管), if any. */
export interface CountedMark {
  count: number;
  mark: string | null;
}

/** Beyond this many tubes per station the table of costs is no longer small; no station fills a tenth of it in a day. */
export const SEQUENCE_LENGTH_MAX = 2000;
/** A tube missing on one side costs a little more than a miscounted one, and two missing more than one miscounted. */
const GAP_COST = 1.2;
const MISCOUNT_COST = 1;
/** Equal marks decide between otherwise equal alignments; a list may be numbered anew, so they decide nothing else. */
const OTHER_MARK_COST = 0.05;

/**
 * Lays two sequences of counts side by side so that one miscounted or missing tube does not shift all later pairs
 * (Needleman and Wunsch, 1970). Pairs of indexes in order; null where one side has no counterpart.
 */
export function alignCounts(
  here: readonly CountedMark[],
  there: readonly CountedMark[],
): [number | null, number | null][] {
  if (here.length > SEQUENCE_LENGTH_MAX || there.length > SEQUENCE_LENGTH_MAX)
    throw new RangeError('too many tubes at one station');
  const width = there.length + 1;
  const cost = new Float64Array((here.length + 1) * width);
  const at = (a: number, b: number): number => cost[a * width + b]!;
  const pairCost = (a: number, b: number): number => {
    const [x, y] = [here[a]!, there[b]!];
    return (
      (x.count === y.count ? 0 : MISCOUNT_COST + Math.abs(x.count - y.count) / 1000) +
      (x.mark !== null && x.mark === y.mark ? 0 : OTHER_MARK_COST)
    );
  };
  for (let a = 0; a <= here.length; a++)
    for (let b = 0; b <= there.length; b++) {
      const both = a > 0 && b > 0 ? at(a - 1, b - 1) + pairCost(a - 1, b - 1) : Infinity;
      const alone = Math.min(
        a > 0 ? at(a - 1, b) + GAP_COST : Infinity,
        b > 0 ? at(a, b - 1) + GAP_COST : Infinity,
      );
      cost[a * width + b] = a + b === 0 ? 0 : Math.min(both, alone);
    }
  const pairs: [number | null, number | null][] = [];
  let [a, b] = [here.length, there.length];
  while (a > 0 || b > 0) {
    if (a > 0 && b > 0 && at(a, b) === at(a - 1, b - 1) + pairCost(a - 1, b - 1)) pairs.push([--a, --b]);
    else if (a > 0 && at(a, b) === at(a - 1, b) + GAP_COST) pairs.push([--a, null]);
    else pairs.push([null, --b]);
  }
  return pairs.toReversed();
}
