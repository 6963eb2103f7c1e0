/**
 * A small seeded generator (mulberry32): the same seed plays the same site on every machine. A seed is any whole number from 0
 * to `Number.MAX_SAFE_INTEGER`: what does not fit into the state changes the step, so that no two seeds are one.
 */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  // Odd whatever the seed, so that the state takes all its values before it comes again.
  const step = (0x6d2b79f5 ^ (Math.trunc(seed / 2 ** 32) << 1)) >>> 0;
  const next = (): number => {
    state = (state + step) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    shuffled: (items) => {
      const all = [...items];
      for (let i = all.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [all[i], all[j]] = [all[j]!, all[i]!];
      }
      return all;
    },
  };
}
