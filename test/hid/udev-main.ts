import { setTimeout as sleep } from 'node:timers/promises';

import { systemHid } from '#drivers/port/hid-port.ts';
import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';
import { wordsOf } from '#shared/error-words.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { HidTeller } from '../site/readers/simulated-hid.ts';
import { KEYBOARD_DESCRIPTOR, UhidDevice, VENDOR_DESCRIPTOR } from '../site/readers/uhid-device.ts';
import { SaidError } from '#shared/language/said-error.ts';

/** The emulated machine's udevd takes its time. */
const SETTLE_MS_MAX = 10_000;
const PAUSE_MS = 100;

/** Plugs in a device of this identity and writes one JSON line: whether it can be opened. */
async function judge(vendorId: string, productId: string, descriptor: readonly number[]): Promise<void> {
  const bus = systemHid(systemClock);
  const info = { vendorId, productId, serialNumber: null, name: 'device', usagePage: 0xff00, usage: 1 };
  const usb = new UhidDevice(new HidTeller(info), descriptor);
  usb.plugIn();
  let opens = false;
  let detail = '';
  for (let waitedMs = 0; !opens && waitedMs < SETTLE_MS_MAX; waitedMs += PAUSE_MS) {
    await sleep(PAUSE_MS);
    const listing = await bus.list();
    if (listing.outcome === 'unavailable') throw new SaidError(listing.words);
    const device = listing.devices.find((one) => one.vendorId === vendorId && one.productId === productId);
    if (device === undefined) continue;
    try {
      const opened = await bus.open(device.path, { onReport: () => {}, onGone: () => {} });
      await opened.close();
      opens = true;
    } catch (error) {
      detail = wordsOf(error);
    }
    if (descriptor === KEYBOARD_DESCRIPTOR && waitedMs > SETTLE_MS_MAX / 4) break;
  }
  usb.unplug();
  process.stdout.write(
    `${JSON.stringify({ device: `${vendorId}:${productId}`, opens, detail, user: process.getuid?.() })}\n`,
  );
}

async function main(): Promise<void> {
  const ids = Object.values(READER_MODEL_TABLE).flatMap(({ carrier, match }) =>
    carrier === 'hid' && match.by === 'usb' ? match.ids : [],
  );
  const known = new Map(ids.map((id) => [`${id.vendorId}:${id.productId}`, id]));
  for (const { vendorId, productId } of known.values()) await judge(vendorId, productId, VENDOR_DESCRIPTOR);
  await judge('04D9', 'A0CD', KEYBOARD_DESCRIPTOR);
  process.exit();
}

await main();
