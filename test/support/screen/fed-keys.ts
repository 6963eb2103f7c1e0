import type { Key } from '../../../kiosk/screen/input/keys.ts';
import { NO_KEYS, releaseKeys, WEDGE_GAP_MS_MAX, wedgeKey } from '../../../kiosk/screen/input/wedge.ts';
import type { Wedge, WedgeStep } from '../../../kiosk/screen/input/wedge.ts';

export const ENTER: Key = { name: 'enter', char: '' };
export const char = (text: string): Key => ({ name: 'char', char: text });
/** A text as a device types it, `gapMs` before each key. */
export const burst = (text: string, gapMs: number) => Array.from(text, (c) => ({ key: char(c), gapMs }));

export interface Fed {
  typed: Key[];
  scans: string[];
  /** Parts of scans that were dropped. */
  cuts: string[];
  /** Scans that could not be read. */
  unreadable: number;
  /** Every character that came out, typed, scanned or cut off, in order. */
  text: string;
}

/** Feeds keys with the gaps before them (ms) and lets the gap pass wherever it does. */
export function feed(keys: readonly { key: Key; gapMs: number }[]): Fed {
  let wedge: Wedge = NO_KEYS;
  let at = 0;
  const out: Fed = { typed: [], scans: [], cuts: [], unreadable: 0, text: '' };
  const take = (step: WedgeStep) => {
    wedge = step.wedge;
    if (step.scan !== null) out.scans.push(step.scan);
    out.typed.push(...step.typed);
    if (step.cut !== '') out.cuts.push(step.cut);
    if (step.unreadable) out.unreadable += 1;
    out.text += step.cut + (step.scan ?? '') + step.typed.map(({ char: one }) => one).join('');
  };
  for (const { key, gapMs } of keys) {
    at += gapMs;
    if (gapMs > WEDGE_GAP_MS_MAX && wedge.held.length > 0) take(releaseKeys(wedge));
    take(wedgeKey(wedge, key, at));
  }
  take(releaseKeys(wedge));
  return out;
}
