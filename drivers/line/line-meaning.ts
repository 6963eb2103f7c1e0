import type { NumberFormat } from '#shared/reader-setting.ts';

import { physicalNumber } from './physical-number.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';

/** What the lines of a device are, whatever carries them: serial line, HID-POS report, key presses. */
export type LineMeaning = { gives: 'physical-number'; format: NumberFormat } | { gives: 'scan' };

export type LineEvent = Extract<ReaderEvent, { event: 'physical-number' | 'scan' | 'fault' }>;

/**
 * What one line (without its end, never empty) tells. A number the configured format cannot be is a fault, never a
 * guess: a wrong format would make strangers of everybody.
 */
export function eventOfLine(text: string, meaning: LineMeaning): LineEvent {
  if (meaning.gives === 'scan') return { event: 'scan', text };
  const number = physicalNumber(text, meaning.format);
  return number === null ? { event: 'fault', code: 'number-format' } : { event: 'physical-number', number };
}
