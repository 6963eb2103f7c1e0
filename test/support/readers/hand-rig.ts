import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { readerIdOf, type ReaderSetting } from '#shared/reader-setting.ts';
import type { Candidate } from '#drivers/finding/reader-candidates.ts';
import type { ReaderRig, RigEvent } from '#drivers/rig/reader-rig.ts';

/** A rig turned by hand: what it was told to use, and what the test lets its readers tell. */
export class HandRig implements ReaderRig {
  used: readonly ReaderSetting[] = [];
  looks = 0;
  closed = false;
  readonly #listeners = new Set<(event: RigEvent) => void>();

  subscribe(listener: (event: RigEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  use(settings: readonly ReaderSetting[]): void {
    this.used = settings;
  }
  look(): void {
    this.looks++;
  }
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  tell({ model, role, ...of }: ReaderSetting, event: ReaderEvent): void {
    this.#emit({ rig: 'reader', reader: readerIdOf(of), role, model, event });
  }
  find(...candidates: Candidate[]): void {
    this.#emit({ rig: 'candidates', candidates });
  }

  #emit(event: RigEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const HEX16 = { digits: 'hex', bytes: 8, byteOrder: 'same' } as const;
/** A station with everything: an ID-card reader, a reader of card numbers, a scanner for tubes and one for badges. */
export const READERS = {
  card: {
    model: 'sdt-serial',
    at: '/dev/ttyUSB0',
    role: 'person',
    usb: { vendorId: '1A86', productId: '7523', serialNumber: null },
    numberFormat: null,
  },
  number: { model: 'number-serial', at: '/dev/ttyUSB1', role: 'person', usb: null, numberFormat: HEX16 },
  tubes: { model: 'scanner-serial', at: '/dev/ttyACM0', role: 'tube', usb: null, numberFormat: null },
  badges: {
    model: 'scanner-hid-pos',
    at: 'hid:0C2E:0901:17',
    role: 'person',
    usb: { vendorId: '0C2E', productId: '0901', serialNumber: '17' },
    numberFormat: null,
  },
} as const satisfies Record<string, ReaderSetting>;

/** Readers that type like a keyboard. */
export const WEDGES = {
  number: {
    model: 'number-wedge',
    at: 'wedge:number-wedge:person',
    role: 'person',
    usb: null,
    numberFormat: { digits: 'decimal', bytes: 4, byteOrder: 'same' },
  },
  tubes: {
    model: 'scanner-wedge',
    at: 'wedge:scanner-wedge:tube',
    role: 'tube',
    usb: null,
    numberFormat: null,
  },
  badges: {
    model: 'scanner-wedge',
    at: 'wedge:scanner-wedge:person',
    role: 'person',
    usb: null,
    numberFormat: null,
  },
} as const satisfies Record<string, ReaderSetting>;
