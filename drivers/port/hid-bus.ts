import type { Message } from '#shared/language/message.ts';
import { SaidError } from '#shared/language/said-error.ts';
import type { PortGoneReason } from './port.ts';

/** A HID device as the system lists it; a device with several collections stands there once for each. */
export interface HidDeviceInfo {
  /** The system's own name of it, which `open` takes; may change at every plugging in. */
  path: string;
  /** Four upper-case hex digits. */
  vendorId: string;
  productId: string;
  serialNumber: string | null;
  /** Maker and product as the device reports them; empty where it reports none. */
  name: string;
  /** What the collection is for (HID usage tables); null where the system does not say. */
  usagePage: number | null;
  usage: number | null;
}

/** What the machine has, or in words why it cannot be asked: a kiosk without HID goes on with its other readers. */
export type HidListing =
  | { outcome: 'listed'; devices: readonly HidDeviceInfo[] }
  | { outcome: 'unavailable'; words: Message };

/** Given at opening, so that no report can arrive before somebody listens. */
export interface HidListener {
  /** Bytes of one input report, the report id first where the device has ids. */
  onReport(report: Uint8Array): void;
  /** At most once, and nothing after it. */
  onGone(reason: PortGoneReason): void;
}

/** One open device; what it is made of (node-hid, a test's memory) stays behind this interface. */
export interface HidDevice {
  /** Sends one output report, `reportId` 0 where the device has none; failing is told through `onGone`, never thrown. */
  write(reportId: number, data: Uint8Array): void;
  /** Ends it; resolves when the device may be opened again. Calls no `onGone`. */
  close(): Promise<void>;
}

/** All HID devices of a machine: `systemHid` of hid-port.ts, or a test's own. */
export interface HidBus {
  list(): Promise<HidListing>;
  /** Opens the device at a `path` of the list, or rejects with an Error in the system's words. */
  open(path: string, listener: HidListener): Promise<HidDevice>;
}

/** Which device is meant: `hid:VVVV:PPPP`, or `hid:VVVV:PPPP:SERIAL` where there are two of a kind. */
export interface HidAddress {
  vendorId: string;
  productId: string;
  serialNumber: string | null;
}

/** `at` of a reader setting; odd characters of the serial number are percent-encoded. */
export function formatHidAddress({ vendorId, productId, serialNumber }: HidAddress): string {
  const serial = serialNumber === null ? '' : `:${encodeURIComponent(serialNumber)}`;
  return `hid:${vendorId}:${productId}${serial}`;
}

/** The address, or null for anything that is none. */
export function parseHidAddress(at: string): HidAddress | null {
  const match = /^hid:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+))?$/i.exec(at);
  if (match === null) return null;
  const [, vendorId = '', productId = '', serial] = match;
  const ids = { vendorId: vendorId.toUpperCase(), productId: productId.toUpperCase() };
  if (serial === undefined) return { ...ids, serialNumber: null };
  try {
    return { ...ids, serialNumber: decodeURIComponent(serial) };
  } catch {
    return null; // A lone % or bytes that are no UTF-8: nothing `formatHidAddress` writes.
  }
}

/**
 * Opens the device at a `hid:` address. Of a device's several collections the one that `isWanted` is taken, because on
 * Windows each is a device of its own; where the system names no usages, the first. Rejects where there is none.
 */
export async function openHidAt(
  wanted: { at: string; bus: HidBus; isWanted: (device: HidDeviceInfo) => boolean },
  listener: HidListener,
): Promise<HidDevice> {
  const { at, bus, isWanted } = wanted;
  const address = parseHidAddress(at);
  if (address === null) throw new Error(`not a HID address: ${at} (hid:VVVV:PPPP or hid:VVVV:PPPP:SERIAL)`);
  const listing = await bus.list();
  if (listing.outcome === 'unavailable') throw new SaidError(listing.words);
  const here = listing.devices.filter((device) => isAt(device, address));
  const device = here.find(isWanted) ?? here.find(({ usagePage }) => usagePage === null);
  if (device === undefined) {
    throw new Error(here.length === 0 ? `no such device: ${at}` : `${at} has no collection for this`);
  }
  return bus.open(device.path, listener);
}

function isAt(device: HidDeviceInfo, address: HidAddress): boolean {
  const { vendorId, productId, serialNumber } = address;
  if (device.vendorId !== vendorId || device.productId !== productId) return false;
  return serialNumber === null || device.serialNumber === serialNumber;
}
