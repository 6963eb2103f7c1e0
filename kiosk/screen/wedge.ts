/**
 * A keyboard-wedge scanner types like a person, only faster. Keys are held back for one gap; a burst ended by Enter is
 * a scan, anything else is released as typed. So the `0` that begins a tube code never opens the manual entry.
 */
import type { Key } from './keys.ts';

/** Between two keys of a scan. Scanners send every 1 to 30 ms; a fast typist needs 60 ms and more. */
export const WEDGE_GAP_MS_MAX = 50;
/** Shorter bursts are two fingers on a number pad; the shortest tube codes seen have four characters. */
export const WEDGE_CHARACTERS_MIN = 4;
/** Longer than any tube code or pairing text; a scan beyond it is released in pieces rather than kept without bound. */
export const WEDGE_CHARACTERS_MAX = 200;

/** Keys held back, and when the last of them came (ms, any origin). */
export interface Wedge {
  held: readonly Key[];
  lastAt: number;
}
export const NO_KEYS: Wedge = { held: [], lastAt: 0 };

export interface WedgeStep {
  wedge: Wedge;
  /** Keys to act on as typed, in order. */
  typed: readonly Key[];
  /** Text of a scan that has just ended. */
  scan: string | null;
}

/** One more key at `at`. Call `releaseKeys` when `WEDGE_GAP_MS_MAX` has passed without another. */
export function wedgeKey(wedge: Wedge, key: Key, at: number): WedgeStep {
  const fresh = wedge.held.length > 0 && at - wedge.lastAt > WEDGE_GAP_MS_MAX;
  const before = fresh ? wedge.held : [];
  const held = fresh ? [] : wedge.held;
  if (key.name === 'enter' && held.length >= WEDGE_CHARACTERS_MIN)
    return { wedge: NO_KEYS, typed: before, scan: held.map((k) => k.char).join('') };
  if (key.char === '') return { wedge: NO_KEYS, typed: [...before, ...held, key], scan: null };
  if (held.length === WEDGE_CHARACTERS_MAX)
    return { wedge: { held: [key], lastAt: at }, typed: held, scan: null };
  return { wedge: { held: [...held, key], lastAt: at }, typed: before, scan: null };
}

/** The gap has passed: what was held back was typed by hand. */
export function releaseKeys(wedge: Wedge): WedgeStep {
  return { wedge: NO_KEYS, typed: wedge.held, scan: null };
}
