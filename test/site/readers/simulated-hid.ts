import type { HidBus, HidDevice, HidDeviceInfo, HidListener, HidListing } from '#drivers/port/hid-bus.ts';
import type { HidProfile } from '#drivers/hid/hid-sdt.ts';
import type { Message } from '#shared/language/message.ts';

import { type HidWrapper, hidWrapper, REPORT_BYTES } from './simulated-hid-wrappers.ts';
import type { SimulatedReader } from './simulated-reader.ts';

/** A HID device in memory: what it is, and what it does with a report written to it. */
export interface SimulatedHidDevice {
  info: Omit<HidDeviceInfo, 'path'>;
  opened(send: (report: Uint8Array) => void): void;
  written(data: Uint8Array): void;
  closed(): void;
}

/** The HID devices of a machine, in memory; like the system's, a device gets another path at every plugging in. */
export class SimulatedHidBus implements HidBus {
  /** Set: the machine cannot use HID. */
  trouble: Message | null = null;
  readonly #plugged = new Map<SimulatedHidDevice, { path: string; gone: (() => void) | null }>();
  #nextPath = 0;
  listings = 0;

  plugIn(device: SimulatedHidDevice): void {
    if (this.#plugged.has(device)) throw new Error('plugged in already');
    this.#plugged.set(device, { path: `/dev/hidraw${this.#nextPath}`, gone: null });
    this.#nextPath += 1;
  }

  unplug(device: SimulatedHidDevice): void {
    const plug = this.#plugged.get(device);
    if (plug === undefined) throw new Error('not plugged in');
    this.#plugged.delete(device);
    plug.gone?.();
  }

  async list(): Promise<HidListing> {
    await Promise.resolve();
    this.listings += 1;
    if (this.trouble !== null) return { outcome: 'unavailable', words: this.trouble };
    const devices = [...this.#plugged].map(([device, { path }]) => ({ ...device.info, path }));
    return { outcome: 'listed', devices };
  }

  async open(path: string, listener: HidListener): Promise<HidDevice> {
    await Promise.resolve();
    const found = [...this.#plugged].find(([, plug]) => plug.path === path);
    if (found === undefined)
      throw new Error(`cannot open device with path ${path}: No such file or directory`);
    const [device, plug] = found;
    let isOpen = true;
    const end = () => {
      isOpen = false;
      plug.gone = null;
      device.closed();
    };
    plug.gone = () => {
      if (!isOpen) return;
      end();
      listener.onGone('disconnected');
    };
    device.opened((report) => {
      if (isOpen) listener.onReport(report);
    });
    return {
      write: (reportId, data) => {
        if (!isOpen) return;
        if (reportId !== 0 || data.length !== REPORT_BYTES)
          throw new Error(`no such output report: id ${reportId}, ${data.length} bytes`);
        device.written(data);
      },
      close: () => {
        if (isOpen) end();
        return Promise.resolve();
      },
    };
  }
}

const IDS = {
  raw64: { vendorId: '0425', productId: '8159' },
  miaxis: { vendorId: '10C4', productId: '0007' },
  dk: { vendorId: '0483', productId: '572B' },
} as const satisfies Record<HidProfile, object>;

/** Vendor and product of the simulated reader of a profile. */
export const hidIdsOf = (profile: HidProfile): { vendorId: string; productId: string } => IDS[profile];

/** `hid:` address of the simulated reader of a profile. */
export const hidAddressOf = (profile: HidProfile): string =>
  `hid:${IDS[profile].vendorId}:${IDS[profile].productId}`;

/** Enough for a test to look at; a bench writes millions. */
const REPORTS_KEPT_MAX = 64;

/** A simulated reader behind HID reports. */
export class HidReader implements SimulatedHidDevice {
  readonly info: Omit<HidDeviceInfo, 'path'>;
  /** The last output reports written to it, newest last. */
  readonly reportsWritten: Uint8Array[] = [];
  /** In place of the answer to the next request. */
  readonly answersInstead: Uint8Array[][] = [];
  readonly #reader: SimulatedReader;
  readonly #wrapper: HidWrapper;
  #attachment: { receive(bytes: Uint8Array): void; detach(): void } | null = null;
  #send: (report: Uint8Array) => void = () => {};

  constructor(reader: SimulatedReader, profile: HidProfile) {
    this.#reader = reader;
    this.#wrapper = hidWrapper(profile);
    this.info = { ...IDS[profile], serialNumber: null, name: profile, usagePage: 0xff00, usage: 1 };
  }

  opened(send: (report: Uint8Array) => void): void {
    this.#send = send;
    this.#attachment = this.#reader.attach({
      send: (bytes) => {
        for (const report of this.#wrapper.wrap(bytes)) send(report);
      },
      baudRate: () => null,
    });
  }

  /** A report nobody has asked for. */
  send(report: Uint8Array): void {
    this.#send(report);
  }

  written(data: Uint8Array): void {
    this.reportsWritten.push(data);
    if (this.reportsWritten.length > REPORTS_KEPT_MAX) this.reportsWritten.shift();
    const instead = this.answersInstead.shift();
    if (instead === undefined) this.#attachment?.receive(this.#wrapper.unwrap(data));
    else for (const report of instead) this.#send(report);
  }

  closed(): void {
    this.#attachment?.detach();
    this.#attachment = null;
    this.#send = () => {};
  }
}

/** A HID scanner or keyboard: sends what it is told to and takes nothing. */
export class HidTeller implements SimulatedHidDevice {
  readonly info: Omit<HidDeviceInfo, 'path'>;
  #send: (report: Uint8Array) => void = () => {};

  constructor(info: Omit<HidDeviceInfo, 'path'>) {
    this.info = info;
  }

  opened(send: (report: Uint8Array) => void): void {
    this.#send = send;
  }

  send(...reports: readonly Uint8Array[]): void {
    for (const report of reports) this.#send(report);
  }

  written(): void {
    throw new Error('nobody writes to a scanner');
  }

  closed(): void {
    this.#send = () => {};
  }
}
