/**
 * A keyboard-wedge reader or scanner types like a person, only faster. Keys are held back for one gap; a burst that is fast
 * enough and ends with Enter, Tab or silence is a scan, anything else is released as typed. So the `0` that begins a tube
 * code never opens the manual entry. Numbers: reader-protocols.md 4.
 */
import type { Key } from './keys.ts';

/** Longest silence within a scan. Devices send every 8 to 10 ms, slow ones every 50; a busy system delivers one late. */
export const WEDGE_GAP_MS_MAX = 100;
/** Mean over a scan. The fastest typists need 60 ms and more a key, and 80 on a number pad. */
export const WEDGE_MEAN_MS_MAX = 55;
/** Shorter bursts are two fingers on a number pad; the shortest tube codes seen have four characters. */
const WEDGE_CHARACTERS_MIN = 4;
/** Keys that no hand presses for a command make a device of fewer. */
const DEVICE_CHARACTERS_MIN = 2;
/** Without Enter or Tab behind it less speaks for a scan: the shortest card numbers have six digits. */
const WEDGE_UNENDED_CHARACTERS_MIN = 6;
/** Longer than any tube code or pairing text; of a scan beyond it the rest is dropped, for no hand types so much so fast. */
export const WEDGE_CHARACTERS_MAX = 200;

/** What no hand means as commands: at least one digit, and nothing but what codes and numbers are made of. */
const UNENDED_SCAN = /^(?=.*[0-9])\]?[0-9A-Za-z.,:;_/-]+$/;

/** An Enter so soon after a scan that silence has ended belongs to it: a slow device must not open the menu. */
export const WEDGE_LATE_END_MS_MAX = 300;
/** So soon behind a scan that a silence has cut off its rest may come; nobody scans again so fast. */
export const WEDGE_REST_MS_MAX = 500;

/** How scans have ended here. Several devices may type into one window, so one that ends none goes on beside one that does. */
interface Ends {
  /** How long the last one was that Enter or Tab ended; from then on what silence ends is a part of one, unless as long. */
  last: number | null;
  /** How long the scans were that silence ended and that were told: they have no end. */
  unended: readonly number[];
  /** What was cut off last; the same text again was whole. */
  refused: string | null;
  /** When the last key of what was cut off came. */
  cutAt: number | null;
}

/** Keys held back, and when the first and the last of them came (ms, any origin). */
export interface Wedge {
  held: readonly Key[];
  /** Keys since the first one held, with those dropped. */
  count: number;
  /** Keys' time from the first one on: one each, of a character that took several strokes one for each. */
  gaps: number;
  firstAt: number;
  lastAt: number;
  /** When the last key of a scan without an end came; null when there was none of late. */
  unendedAt: number | null;
  ends: Ends;
}
export const NO_KEYS: Wedge = {
  held: [],
  count: 0,
  gaps: 0,
  firstAt: 0,
  lastAt: 0,
  unendedAt: null,
  ends: { last: null, unended: [], refused: null, cutAt: null },
};

export interface WedgeStep {
  wedge: Wedge;
  /** Text of a scan that has just ended, to act on before `typed`. */
  scan: string | null;
  /** Keys to act on as typed, in order. */
  typed: readonly Key[];
  /** What a silence has cut off of a scan, or the rest of it: dropped, for a part is another code. Empty: nothing. */
  cut: string;
  /** A device typed what cannot be read for certain: dropped. */
  unreadable: boolean;
}

/** One more key at `at`. Call `releaseKeys` when `WEDGE_GAP_MS_MAX` has passed without another. */
export function wedgeKey(wedge: Wedge, key: Key, at: number): WedgeStep {
  if (wedge.held.length > 0 && at - wedge.lastAt > WEDGE_GAP_MS_MAX) {
    const before = releaseKeys(wedge);
    // The key begins anew: alone it ends no scan, so it comes out as typed or is held.
    const step = wedgeKey(before.wedge, key, at);
    return { ...before, wedge: step.wedge, typed: [...before.typed, ...step.typed] };
  }
  const { held, count, gaps, unendedAt, ends } = wedge;
  const none = { ...NO_KEYS, ends };
  if (isEnd(key)) {
    if (isRest(wedge, at, gaps)) return dropped(held, { ...none, ends: { ...ends, cutAt: null } });
    const after = { ...none, ends: { ...ends, cutAt: null } };
    if (isFast(wedge, at, gaps) && count >= charactersMin(held))
      return isReadable(held)
        ? { ...quiet({ ...after, ends: { ...after.ends, last: count } }), scan: textOf(held) }
        : { ...quiet(after), unreadable: true };
    if (count === 0 && unendedAt !== null && at - unendedAt <= WEDGE_LATE_END_MS_MAX) return quiet(none);
  }
  if (isEnd(key) || (key.char === '' && key.name !== 'scan-only')) return typed(none, [...held, key]);
  const keys = count < WEDGE_CHARACTERS_MAX ? [...held, key] : held;
  const firstAt = count === 0 ? at : wedge.firstAt;
  // Slower than a scan can become again: a fast typist need not wait for a pause to see the digits.
  if (at - firstAt - WEDGE_MEAN_MS_MAX * gaps > WEDGE_GAP_MS_MAX - WEDGE_MEAN_MS_MAX)
    return typed(none, keys);
  const strokes = key.name === 'scan-only' ? key.strokes : 1;
  return quiet({
    held: keys,
    count: count + 1,
    gaps: gaps + strokes,
    firstAt,
    lastAt: at,
    unendedAt: null,
    ends,
  });
}

/** A part of a character at `at`: what is held is waited for from then on. */
export function wedgeStroke(wedge: Wedge, at: number): WedgeStep {
  if (wedge.held.length === 0) return quiet(wedge);
  return at - wedge.lastAt > WEDGE_GAP_MS_MAX ? releaseKeys(wedge) : quiet({ ...wedge, lastAt: at });
}

/** The gap has passed: what was held back was a scan without an end, a part of one, or typed by hand. */
export function releaseKeys(wedge: Wedge): WedgeStep {
  const { held, count, gaps, lastAt, ends } = wedge;
  const none = { ...NO_KEYS, ends };
  const text = textOf(held);
  const cut = dropped(held, { ...none, unendedAt: lastAt, ends: { ...ends, cutAt: lastAt } });
  if (isRest(wedge, lastAt, gaps - 1)) return cut;
  const isQuick = isFast(wedge, lastAt, gaps - 1);
  const unreadable = { ...quiet({ ...none, unendedAt: lastAt }), unreadable: true };
  const isDevices = isQuick && held.some(isScanOnly) && count >= DEVICE_CHARACTERS_MIN;
  if (isDevices && !isReadable(held)) return unreadable;
  const isBurst = (UNENDED_SCAN.test(text) || count > held.length) && isQuick;
  const isKnown =
    ends.last === null || count === ends.last || ends.unended.includes(count) || text === ends.refused;
  if (isBurst && count >= WEDGE_CHARACTERS_MIN && !isKnown)
    return { ...cut, wedge: { ...cut.wedge, ends: { ...cut.wedge.ends, refused: text } } };
  if (!isBurst || count < WEDGE_UNENDED_CHARACTERS_MIN) return isDevices ? unreadable : typed(none, held);
  const unended = ends.unended.includes(count) ? ends.unended : [...ends.unended, count].slice(-LENGTHS_KEPT);
  const after = { ...none, unendedAt: lastAt, ends: { ...ends, unended, refused: null, cutAt: null } };
  return { ...quiet(after), scan: text };
}

/** Two or three devices type into one window at most, each two or three lengths. */
const LENGTHS_KEPT = 8;

/** Whether the keys held, up to `endAt`, are the rest of what was cut off: as fast as a device and soon behind it. */
function isRest(wedge: Wedge, endAt: number, gaps: number): boolean {
  const { held, count, firstAt, ends } = wedge;
  if (ends.cutAt === null || count === 0 || firstAt - ends.cutAt > WEDGE_REST_MS_MAX) return false;
  return held.every((key) => key.name === 'char' || isScanOnly(key)) && isFast(wedge, endAt, gaps);
}

const quiet = (wedge: Wedge): WedgeStep => ({ wedge, scan: null, typed: [], cut: '', unreadable: false });
const typed = (wedge: Wedge, keys: readonly Key[]): WedgeStep => ({
  ...quiet(wedge),
  typed: keys.filter((key) => !isScanOnly(key)),
});
const dropped = (keys: readonly Key[], wedge: Wedge): WedgeStep => ({ ...quiet(wedge), cut: textOf(keys) });

/** Whether the keys held came as fast as no hand types, over `gaps` up to `endAt`. */
function isFast({ firstAt }: Wedge, endAt: number, gaps: number): boolean {
  return endAt - firstAt <= WEDGE_MEAN_MS_MAX * gaps;
}

const isScanOnly = (key: Key): boolean => key.name === 'scan-only';
const isReadable = (keys: readonly Key[]): boolean => keys.every(({ char }) => char !== '');
const charactersMin = (keys: readonly Key[]): number =>
  keys.some(isScanOnly) ? DEVICE_CHARACTERS_MIN : WEDGE_CHARACTERS_MIN;

function isEnd(key: Key): boolean {
  if (key.name === 'scan-only') return key.char !== '' && '\r\n\t'.includes(key.char);
  return key.name === 'enter' || key.name === 'tab';
}

const textOf = (keys: readonly Key[]): string => keys.map((key) => key.char).join('');
