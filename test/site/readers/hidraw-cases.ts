import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { HidDevice, HidDeviceInfo } from '#drivers/port/hid-bus.ts';
import { systemHid } from '#drivers/port/hid-port.ts';
import { openHidScanner } from '#drivers/hid/hid-scanner.ts';
import { type HidProfile, hidPortOpener } from '#drivers/hid/hid-sdt.ts';
import type { Reader } from '#drivers/reader/kept-reader.ts';
import { LINE_TIMINGS } from '#drivers/line/line-reader.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { type InventedPerson, inventPeople } from '../invented-people.ts';
import { cardOf } from './simulated-reader-card.ts';
import { keyReports, posReports } from './simulated-hid-scanner.ts';
import { hidAddressOf, HidReader, HidTeller } from './simulated-hid.ts';
import { SimulatedReader } from './simulated-reader.ts';
import { HID_POS_DESCRIPTOR, KEYBOARD_DESCRIPTOR, UhidDevice, VENDOR_DESCRIPTOR } from './uhid-device.ts';
import { SaidError } from '#shared/language/said-error.ts';

const PROFILES: readonly HidProfile[] = ['raw64', 'miaxis', 'dk'];
const REPLUGS = 20;
const REPORTS = 1_000;
const REPORTS_PER_SECOND = 1_000;
/** The system keeps 63 reports for a reader that gets no processor for a while, and a device then loses what follows. */
const UNREAD_MAX = 48;
/** As hid-port.ts waits where silence never comes; timers may fire a moment early. */
const LISTING_WAITS_MS = 495;
/** A pause so long, and the way of a report to us, may be silence enough for a listing. */
const PAUSE_MS_MAX = 20;
/** So many rounds at full speed, of so many tries: on a busy machine the device falls behind. */
const FAST_ROUNDS = 3;
const ROUNDS_MAX = 25;
const WAIT_MS_MAX = 30_000;

const PEOPLE = inventPeople({ seed: 12, count: 6 });
const bus = systemHid(systemClock);
/** Ten times the patience, for an emulated machine on a busy one. */
const timings = {
  ...READER_TIMINGS,
  answerTimeoutMs: 10 * READER_TIMINGS.answerTimeoutMs,
  readTimeoutMs: 10 * READER_TIMINGS.readTimeoutMs,
  readTimeoutMsMax: 10 * READER_TIMINGS.readTimeoutMsMax,
  discoveryTimeoutMs: 10 * READER_TIMINGS.discoveryTimeoutMs,
  byteGapMsMax: 10 * READER_TIMINGS.byteGapMsMax,
  reopenDelayMsMin: 50,
  reopenDelayMsMax: 200,
};
const lineTimings = { ...LINE_TIMINGS, silenceMs: 10 * LINE_TIMINGS.silenceMs };

/** Waits until `is` holds; a failure says what was waited for. */
async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAtMs = performance.now() + WAIT_MS_MAX;
  while (!(await is())) {
    if (performance.now() > giveUpAtMs) throw new Error(`waited in vain: ${what}`);
    await sleep(5);
  }
}

async function listed(): Promise<readonly HidDeviceInfo[]> {
  const listing = await bus.list();
  if (listing.outcome !== 'listed') throw new SaidError(listing.words);
  return listing.devices;
}

const pathOf = async (productId: string): Promise<string | undefined> =>
  (await listed()).find((device) => device.productId === productId)?.path;

/** Every event of a reader so far. */
function follow(reader: Reader): ReaderEvent[] {
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  return events;
}

const has = (events: readonly ReaderEvent[], name: ReaderEvent['event']): boolean =>
  events.some(({ event }) => event === name);

function plugReader(profile: HidProfile) {
  const module = new SimulatedReader(systemClock);
  const usb = new UhidDevice(new HidReader(module, profile), VENDOR_DESCRIPTOR);
  usb.plugIn();
  return { module, usb };
}

function openProfile(profile: HidProfile): { reader: Reader; events: ReaderEvent[] } {
  const openPort = hidPortOpener({ profile, bus, clock: systemClock });
  const reader = openReader({ path: hidAddressOf(profile), openPort, clock: systemClock, timings });
  return { reader, events: follow(reader) };
}

const numbersOf = (events: readonly ReaderEvent[]): string[] =>
  events.flatMap((event) => (event.event === 'reading' ? [event.reading.number] : []));

async function listsWhatIsThere(): Promise<void> {
  const { usb } = plugReader('raw64');
  const scanner = new UhidDevice(
    new HidTeller({
      vendorId: '05E0',
      productId: '1300',
      serialNumber: 'S1',
      name: 'Scanner',
      usagePage: 0x8c,
      usage: 2,
    }),
    HID_POS_DESCRIPTOR,
  );
  scanner.plugIn();
  await until('both listed', async () => (await listed()).length >= 2);
  const found = (await listed()).toSorted((a, b) => a.vendorId.localeCompare(b.vendorId));
  assert.deepEqual(
    found.map(({ path: _, ...info }) => info),
    [
      { vendorId: '0425', productId: '8159', serialNumber: null, name: 'raw64', usagePage: 0xff00, usage: 1 },
      { vendorId: '05E0', productId: '1300', serialNumber: 'S1', name: 'Scanner', usagePage: 0x8c, usage: 2 },
    ],
  );
  usb.unplug();
  scanner.unplug();
  await until('none listed', async () => (await listed()).length === 0);
  await assert.rejects(bus.open(found[0]!.path, { onReport() {}, onGone() {} }), /No such (file|device)/);
}

async function readsCards(profile: HidProfile): Promise<void> {
  const { module, usb } = plugReader(profile);
  const { reader, events } = openProfile(profile);
  for (const person of PEOPLE.slice(0, 3)) {
    assert.equal(await module.placeCard(cardOf(person), { holdMs: 0, patienceMs: WAIT_MS_MAX }), 'read');
    await module.seenEmpty();
  }
  await until('the last removed', () => events.at(-1)?.event === 'removed');
  assert.deepEqual(
    numbersOf(events),
    PEOPLE.slice(0, 3).map(({ number }) => number),
  );
  assert.deepEqual(
    events.filter(({ event }) => event === 'discarded' || event === 'fault'),
    [],
  );
  await reader.close();
  usb.unplug();
}

async function takesScansAndNumbers(): Promise<void> {
  const scanner = new HidTeller({
    vendorId: '05E0',
    productId: '1300',
    serialNumber: null,
    name: 'Scanner',
    usagePage: 0x8c,
    usage: 2,
  });
  const keyboard = new HidTeller({
    vendorId: 'FFFF',
    productId: '0035',
    serialNumber: null,
    name: 'Reader',
    usagePage: 1,
    usage: 6,
  });
  const plugs = [new UhidDevice(scanner, HID_POS_DESCRIPTOR), new UhidDevice(keyboard, KEYBOARD_DESCRIPTOR)];
  for (const plug of plugs) plug.plugIn();
  const parts = { bus, clock: systemClock, timings: lineTimings };
  const scans = openHidScanner({
    at: 'hid:05E0:1300',
    layout: 'hid-pos',
    gives: { gives: 'scan' },
    ...parts,
  });
  const numbers = openHidScanner({
    at: 'hid:FFFF:0035',
    layout: 'boot-keyboard',
    gives: { gives: 'physical-number', format: { digits: 'hex', bytes: 8, byteOrder: 'same' } },
    ...parts,
  });
  const events = { scans: follow(scans), numbers: follow(numbers) };
  await until('both ready', () => has(events.scans, 'reader-ready') && has(events.numbers, 'reader-ready'));
  scanner.send(...posReports('900000000017', ']C0'), ...posReports('健康码'.repeat(30), null));
  for (const report of keyReports('00a1B2C3D4E5F607\r')) {
    keyboard.send(report);
    await sleep(4);
  }
  await until('all told', () => has(events.numbers, 'physical-number') && events.scans.length === 3);
  assert.deepEqual(events.scans.slice(1), [
    { event: 'scan', text: '900000000017' },
    { event: 'scan', text: '健康码'.repeat(30) },
  ]);
  assert.deepEqual(events.numbers.at(-1), { event: 'physical-number', number: '00A1B2C3D4E5F607' });
  await Promise.all([scans.close(), numbers.close()]);
  for (const plug of plugs) plug.unplug();
}

async function survivesReplugs(): Promise<void> {
  const { module, usb } = plugReader('raw64');
  const { reader, events } = openProfile('raw64');
  let withinRead = 0;
  for (let round = 0; round < REPLUGS; round += 1) {
    await until(`ready, round ${round}`, () => events.at(-1)?.event === 'reader-ready');
    events.length = 0;
    module.misbehaviour.replyDelayMs = 20;
    module.layDown(cardOf(PEOPLE[0] as InventedPerson));
    await until('the card seen', () => has(events, 'card-present'));
    await sleep(round * 3);
    usb.unplug();
    if (!has(events, 'reading')) withinRead += 1;
    module.lift();
    module.misbehaviour.replyDelayMs = 0;
    await until('told gone', () => has(events, 'reader-gone'));
    usb.plugIn();
  }
  await until('ready at the end', () => events.at(-1)?.event === 'reader-ready');
  assert.ok(withinRead >= REPLUGS / 2, `${withinRead} of them within a read`);
  module.layDown(cardOf(PEOPLE[1] as InventedPerson));
  await until('the card read', () => has(events, 'reading'));
  await reader.close();
  usb.unplug();
}

async function losesNoReport(): Promise<void> {
  const teller = new HidTeller({
    vendorId: '1234',
    productId: '0001',
    serialNumber: null,
    name: 'fast',
    usagePage: 0xff00,
    usage: 1,
  });
  const usb = new UhidDevice(teller, VENDOR_DESCRIPTOR);
  usb.plugIn();
  let path: string | undefined;
  await until('listed', async () => (path = await pathOf('0001')) !== undefined);
  const received: number[] = [];
  const device: HidDevice = await bus.open(path!, {
    onReport: (report) => received.push(Buffer.from(report).readUInt32LE(0)),
    onGone: (reason) => assert.fail(reason),
  });
  let fastRounds = 0;
  for (let round = 0; round < ROUNDS_MAX && fastRounds < FAST_ROUNDS; round += 1) {
    received.length = 0;
    const { seconds, longestPauseMs, listedAfterMs } = await sendAtRate(teller, received);
    await until('all received', () => received.length >= REPORTS);
    assert.deepEqual(
      received,
      Array.from({ length: REPORTS }, (_, i) => i),
    );
    if (seconds <= (1.1 * REPORTS) / REPORTS_PER_SECOND) fastRounds += 1;
    if (longestPauseMs < PAUSE_MS_MAX)
      assert.ok(listedAfterMs >= LISTING_WAITS_MS, `listed after ${listedAfterMs} ms`);
  }
  assert.equal(fastRounds, FAST_ROUNDS, 'this machine is too busy to send so fast');
  await device.close();
  usb.unplug();
}

interface Sending {
  seconds: number;
  longestPauseMs: number;
  /** How long the listing took that was asked for on the way. */
  listedAfterMs: number;
}

/** Sends numbered reports at the rate, as well as the machine can; `received` says how far the reading has come. */
async function sendAtRate(teller: HidTeller, received: readonly number[]): Promise<Sending> {
  let listing: Promise<number> | null = null;
  let longestPauseMs = 0;
  const startMs = performance.now();
  let sentAtMs = startMs;
  for (let sent = 0; sent < REPORTS;) {
    const nowMs = performance.now();
    const onTime = Math.floor(((nowMs - startMs) * REPORTS_PER_SECOND) / 1_000);
    const due = Math.min(REPORTS, received.length + UNREAD_MAX, onTime);
    longestPauseMs = Math.max(longestPauseMs, nowMs - sentAtMs);
    assert.ok(nowMs - sentAtMs < WAIT_MS_MAX, `of ${sent} reports ${received.length} have arrived`);
    if (sent < due) sentAtMs = nowMs;
    for (; sent < due; sent += 1) {
      const report = Buffer.alloc(64);
      report.writeUInt32LE(sent, 0);
      teller.send(report);
    }
    if (sent > REPORTS / 4) listing ??= listingMs();
    await sleep(1);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  return { seconds, longestPauseMs, listedAfterMs: (await listing) ?? 0 };
}

async function listingMs(): Promise<number> {
  const askedMs = performance.now();
  await bus.list();
  return performance.now() - askedMs;
}

async function opensAndCloses(): Promise<void> {
  const { usb } = plugReader('raw64');
  let path: string | undefined;
  await until('listed', async () => (path = await pathOf('8159')) !== undefined);
  const told: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const device = await bus.open(path!, {
      onReport: () => told.push('report'),
      onGone: () => told.push('gone'),
    });
    if (round % 2 === 0) device.write(0, new Uint8Array(64));
    await Promise.all([device.close(), device.close()]);
    device.write(0, new Uint8Array(64));
  }
  const last = await bus.open(path!, {
    onReport: () => told.push('report'),
    onGone: (reason) => told.push(reason),
  });
  assert.deepEqual(told, []);
  usb.unplug();
  await until('told gone', () => told.length > 0);
  last.write(0, new Uint8Array(64));
  await last.close();
  await sleep(100);
  assert.deepEqual(told, ['disconnected']);
}

export interface HidrawCase {
  title: string;
  run: () => Promise<void>;
}

/**
 * Run in a virtual machine whose kernel has /dev/uhid (guest-main.ts): devices made there stand behind the system's own
 * HID driver and node-hid, as real ones do. Everything takes five to ten times longer there.
 */
export const HIDRAW_CASES: readonly HidrawCase[] = [
  {
    title: 'devices plugged in are listed with what they are, and no more once they have gone',
    run: listsWhatIsThere,
  },
  ...PROFILES.map((profile) => ({
    title: `${profile}: cards are read over the system’s HID driver`,
    run: () => readsCards(profile),
  })),
  {
    title: 'HID-POS scans and typed card numbers arrive whole over the system’s HID driver',
    run: takesScansAndNumbers,
  },
  {
    title: `unplugged and plugged in again in the middle of a read, ${REPLUGS} times, it ends ready and reads`,
    run: survivesReplugs,
  },
  {
    title: `at ${REPORTS_PER_SECOND} reports a second none is lost or moved, and a listing meanwhile waits half a second`,
    run: losesNoReport,
  },
  {
    title: 'a device is opened and closed again and again, and tells nothing once it is closed',
    run: opensAndCloses,
  },
];
