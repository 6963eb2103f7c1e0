/**
 * A keyboard-wedge reader or scanner types like a person, only faster. Keys are held back for one gap; a burst that is fast
 * enough and ends with Enter, Tab or silence is a scan, anything else is released as typed. So the `0` that begins a tube
 * code never opens the manual entry. Numbers: reader-protocols.md 4.
 */
import type { Key } from './keys.ts';

/** Longest silence within a scan. Devices send every 8 to 10 ms; a busy system delivers one late. */
export const WEDGE_GAP_MS_MAX = 100;
/** Mean over a scan. The fastest typists need 60 ms and more a key. */
export const WEDGE_MEAN_MS_MAX = 35;
/** Shorter bursts are two fingers on a number pad; the shortest tube codes seen have four characters. */
const WEDGE_CHARACTERS_MIN = 4;
/** Without Enter or Tab behind it less speaks for a scan: the shortest card numbers have six digits. */
const WEDGE_UNENDED_CHARACTERS_MIN = 6;
/** Longer than any tube code or pairing text; of a scan beyond it the rest is dropped, for no hand types so much so fast. */
export const WEDGE_CHARACTERS_MAX = 200;

/** What no hand means as commands: at least one digit, and nothing but what codes and numbers are made of. */
const UNENDED_SCAN = /^(?=.*[0-9])[0-9A-Za-z.,:;_/-]+$/;

/** An Enter so soon after a scan that silence has ended belongs to it: a slow device must not open the menu. */
export const WEDGE_LATE_END_MS_MAX = 300;

/** Keys held back, and when the first and the last of them came (ms, any origin). */
export interface Wedge {
  held: readonly Key[];
  /** Keys since the first one held, with those dropped. */
  count: number;
  firstAt: number;
  lastAt: number;
  /** When the last key of a scan without an end came; null when there was none of late. */
  unendedAt: number | null;
}
export const NO_KEYS: Wedge = { held: [], count: 0, firstAt: 0, lastAt: 0, unendedAt: null };

export interface WedgeStep {
  wedge: Wedge;
  /** Text of a scan that has just ended, to act on before `typed`. */
  scan: string | null;
  /** Keys to act on as typed, in order. */
  typed: readonly Key[];
}

/** One more key at `at`. Call `releaseKeys` when `WEDGE_GAP_MS_MAX` has passed without another. */
export function wedgeKey(wedge: Wedge, key: Key, at: number): WedgeStep {
  if (wedge.held.length > 0 && at - wedge.lastAt > WEDGE_GAP_MS_MAX) {
    const before = releaseKeys(wedge);
    // The key begins anew: alone it ends no scan, so it comes out as typed or is held.
    const step = wedgeKey(before.wedge, key, at);
    return { ...step, scan: before.scan, typed: [...before.typed, ...step.typed] };
  }
  const { held, count, unendedAt } = wedge;
  if (key.name === 'enter' || key.name === 'tab') {
    const isEnd = count >= WEDGE_CHARACTERS_MIN && isFast(wedge, at, count);
    if (isEnd) return { wedge: NO_KEYS, scan: textOf(held), typed: [] };
    if (count === 0 && unendedAt !== null && at - unendedAt <= WEDGE_LATE_END_MS_MAX)
      return { wedge: NO_KEYS, scan: null, typed: [] };
  }
  if (key.char === '') return { wedge: NO_KEYS, scan: null, typed: [...held, key] };
  const keys = count < WEDGE_CHARACTERS_MAX ? [...held, key] : held;
  const firstAt = count === 0 ? at : wedge.firstAt;
  // Slower than a scan can become again: a fast typist need not wait for a pause to see the digits.
  if (at - firstAt - WEDGE_MEAN_MS_MAX * count > WEDGE_GAP_MS_MAX)
    return { wedge: NO_KEYS, scan: null, typed: keys };
  const next = { held: keys, count: count + 1, firstAt, lastAt: at, unendedAt: null };
  return { wedge: next, scan: null, typed: [] };
}

/** The gap has passed: what was held back was a scan without an end, or typed by hand. */
export function releaseKeys(wedge: Wedge): WedgeStep {
  const { held, count, lastAt } = wedge;
  const text = textOf(held);
  const isWhole = count >= WEDGE_UNENDED_CHARACTERS_MIN && UNENDED_SCAN.test(text);
  const isScan = (isWhole || count > held.length) && isFast(wedge, lastAt, count - 1);
  if (!isScan) return { wedge: NO_KEYS, scan: null, typed: held };
  return { wedge: { ...NO_KEYS, unendedAt: lastAt }, scan: text, typed: [] };
}

/** Whether the keys held came as fast as no hand types, over `gaps` up to `endAt`. */
function isFast({ firstAt }: Wedge, endAt: number, gaps: number): boolean {
  return endAt - firstAt <= WEDGE_MEAN_MS_MAX * gaps;
}

const textOf = (keys: readonly Key[]): string => keys.map((key) => key.char).join('');
