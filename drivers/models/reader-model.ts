/** What a row of the table of models (reader-models.ts) says. */

import type { Message } from '#shared/language/message.ts';

/** How well public material bears a fact out: H (three sources or more), M (one or two) or L (a weak one) of reader-protocols.md. */
export type Confidence = 'high' | 'medium' | 'low';

export type Carrier = 'serial' | 'hid' | 'usb-bulk' | 'service' | 'keys';

/** A USB identity some device of the model has; hex digits in upper case. */
export interface UsbMatch {
  vendorId: string;
  productId: string;
  confidence: Confidence;
  /** Whose device it is, as far as known. */
  of: string;
}

/** How a device of the model is recognised before a byte was exchanged. */
export type ModelMatch =
  /** Any serial line: nothing but an answer proves what is at its end, and a person must allow the question. */
  | { by: 'serial-line' }
  | { by: 'usb'; ids: readonly UsbMatch[] }
  /** A HID collection of this use, whoever made it. */
  | { by: 'hid-usage'; usagePage: number; usage: number }
  /** A maker's service that listens here. */
  | { by: 'service'; at: string }
  /** Nothing to see: it types into the window like a keyboard. */
  | { by: 'keys' };

/** What is put around what is read: nothing, or one of the makers' ways (reader-protocols.md 1.2, 5). */
type Wrapper =
  | 'none'
  | 'raw64'
  | 'miaxis'
  | 'dk'
  | 'hid-pos'
  | 'boot-keyboard'
  | 'huashi'
  | 'shensi'
  | 'decard';

type ModelDecoder = 'sdt' | 'line' | 'service' | 'window-keys';

export interface ReaderModel {
  name: Message;
  carrier: Carrier;
  match: ModelMatch;
  /** How well what is written here about the model's bytes is borne out; nothing was tried on hardware. */
  confidence: Confidence;
  /** Rates in bit/s to try, likeliest first; null where the carrier has none. */
  baudRates: readonly number[] | null;
  wrapper: Wrapper;
  decoder: ModelDecoder;
  gives: 'reading' | 'physical-number' | 'scan';
  quirks: readonly Message[];
  /** A recording under test/recordings and what it is of, or null. Only one of a real device bears the row out. */
  recording: { file: string; of: RecordingOrigin } | null;
  /** Null where Muster drives it alone; else what must be installed first. */
  install: Message | null;
  guide: { windows: Message; linux: Message };
}

export const ORIGINS = ['device', 'simulation'] as const;

export type RecordingOrigin = (typeof ORIGINS)[number];
