import type { Device, HIDAsync } from 'node-hid';

import type { Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';
import { message, type Message } from '#shared/language/message.ts';
import { SaidError } from '#shared/language/said-error.ts';

import type { HidBus, HidDevice, HidDeviceInfo, HidListener, HidListing } from './hid-bus.ts';
import type { PortGoneReason } from './port.ts';

/** Listing while reports come and go slows them about tenfold (node-hid#272), so it waits for a silence so long … */
const LIST_QUIET_MS = 30;
/** … but not for ever: a scanner may never be silent, and a reader plugged in must be seen. */
const LIST_WAIT_MS_MAX = 500;

/** A reader gets one request at a time, of one report or a few; so many waiting mean that it takes nothing any more. */
const WRITES_WAITING_MAX = 64;

/**
 * The HID devices of this machine, through node-hid. Nothing native is loaded before it is asked, so a machine where it
 * cannot load is told so in words and reads by other carriers. One for a process: it knows of the traffic of its own only.
 */
export function systemHid(clock: Clock): HidBus {
  const traffic = { lastAtMs: Number.NEGATIVE_INFINITY };
  const note = () => {
    traffic.lastAtMs = clock.monotonic();
  };
  let listing: Promise<HidListing> | null = null;
  const list = async (): Promise<HidListing> => {
    await silence(clock, traffic);
    try {
      const { devicesAsync } = await import('node-hid');
      return { outcome: 'listed', devices: (await devicesAsync()).flatMap(infoOf) };
    } catch (error) {
      return { outcome: 'unavailable', words: wordsOfTrouble(error) };
    }
  };
  return {
    list: () => {
      listing ??= list().finally(() => {
        listing = null;
      });
      return listing;
    },
    open: async (path, listener) => {
      const { HIDAsync: Native } = await import('node-hid');
      const device = keep(await Native.open(path).catch(toldInWords), note, listener);
      // Reading begins a tick after a listener was put on. Closed before that, node-hid 3.4.0 throws "device has been
      // closed" where nobody can catch it, and the process ends.
      await new Promise<void>((resolve) => {
        process.nextTick(resolve);
      });
      return device;
    },
  };
}

/**
 * One lasting `data` listener from open to close: a second one ends in "read is already running", and one put on and
 * taken off loses reports and can hang `close` (seen with 3.4.0). An unplugged device tells it by `error` alone, whose
 * argument is a string, and only while there is a `data` listener; there is no `close` event.
 */
function keep(native: HIDAsync, onTraffic: () => void, listener: HidListener): HidDevice {
  let over = false;
  let closing: Promise<void> | null = null;
  let writing: Promise<void> = Promise.resolve();
  let waiting = 0;
  const close = (): Promise<void> => {
    over = true;
    // What was written before goes out first; the system ends a write that a device does not take (Linux after 5 s). A
    // device that has gone may refuse to be closed, but then there is nothing left to close.
    closing ??= writing.then(() => native.close()).catch(() => undefined);
    return closing;
  };
  const gone = (reason: PortGoneReason) => {
    if (over) return;
    void close();
    listener.onGone(reason);
  };
  native.on('error', () => gone('disconnected'));
  native.on('data', (report: Buffer) => {
    if (over) return;
    onTraffic();
    listener.onReport(report);
  });
  return {
    write: (reportId, data) => {
      if (over) return;
      if (waiting >= WRITES_WAITING_MAX) return gone('error');
      waiting += 1;
      // The id always leads: on Linux a report sent without one goes out a byte short, without a word.
      const report = Buffer.of(reportId, ...data);
      writing = writing.then(async () => {
        waiting -= 1;
        onTraffic();
        await native.write(report).catch(() => gone('error'));
      });
    },
    close,
  };
}

/** Nearly every Linux machine refuses its first HID reader for want of a udev rule, which the system does not say. */
function toldInWords(error: unknown): never {
  const detail = wordsOf(error);
  if (!/permission denied/i.test(detail)) throw new Error(detail);
  throw new SaidError(message('reader-gone.hid-permission'));
}

/** Resolves when no report has come or gone for a while, or when that takes too long. */
async function silence(clock: Clock, traffic: { lastAtMs: number }): Promise<void> {
  const giveUpAtMs = clock.monotonic() + LIST_WAIT_MS_MAX;
  for (;;) {
    const nowMs = clock.monotonic();
    const waitMs = Math.min(traffic.lastAtMs + LIST_QUIET_MS, giveUpAtMs) - nowMs;
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      clock.timer(waitMs, resolve);
    });
  }
}

function infoOf(device: Device): HidDeviceInfo[] {
  const { path, serialNumber, manufacturer, product, usagePage, usage } = device;
  if (path === undefined || path === '') return [];
  return [
    {
      path,
      vendorId: hexId(device.vendorId),
      productId: hexId(device.productId),
      serialNumber: serialNumber?.trim() || null,
      name: [manufacturer, product]
        .map((part) => part?.trim() ?? '')
        .filter((part) => part !== '')
        .join(' '),
      // hidapi says 0 where it cannot read the descriptor; no real collection has page 0
      usagePage: usagePage || null,
      usage: usage || null,
    },
  ];
}

const hexId = (id: number): string => id.toString(16).toUpperCase().padStart(4, '0');

/**
 * Why HID cannot be used on this machine and what to do. The package loads without libusb and libudev and only the first
 * call fails, even for the hidraw build, which never uses libusb.
 */
function wordsOfTrouble(error: unknown): Message {
  const detail = wordsOf(error);
  return /libusb-1\.0/.test(detail)
    ? message('reader-gone.hid-needs-libusb')
    : message('reader-gone.hid-unusable', { detail });
}
