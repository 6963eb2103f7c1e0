import type { ReaderSetting } from '#shared/reader-setting.ts';

import { formatOfName } from '../line/number-format-name.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';
import type { RecordingHeader } from './recording.ts';

/**
 * What an event says in the header of a recording (`gives:`), or null for events whose time or number depends on who
 * records: `reading resident 110199195601310019 测试甲`, `physical-number 00A1B2C3D4E5F607`, `scan 0000017`,
 * `fault read-failed`. A card that lay there is personal data, and so is its line.
 */
export function expectationOf(event: ReaderEvent): string | null {
  switch (event.event) {
    case 'reading':
      return `reading ${event.reading.kind} ${event.reading.number} ${event.reading.name}`;
    case 'physical-number':
      return `physical-number ${event.number}`;
    case 'scan':
      return `scan ${event.text}`;
    case 'fault':
      return `fault ${event.code}`;
    case 'reader-ready':
    case 'reader-gone':
    case 'card-present':
    case 'removed':
    case 'discarded':
      return null;
  }
}

/** The setting a recording was made with, for `openConfiguredReader`. */
export function settingOf({ model, at, format }: RecordingHeader): ReaderSetting {
  const role = READER_MODEL_TABLE[model].gives === 'scan' ? 'tube' : 'person';
  return { model, at, role, usb: null, numberFormat: formatOfName(format) };
}
