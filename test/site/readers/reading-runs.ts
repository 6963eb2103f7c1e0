import { setImmediate as turn } from 'node:timers/promises';

import type { HidBus } from '#drivers/port/hid-bus.ts';
import { openHidScanner } from '#drivers/hid/hid-scanner.ts';
import { type HidProfile, hidPortOpener } from '#drivers/hid/hid-sdt.ts';
import { LINE_TIMINGS } from '#drivers/line/line-reader.ts';
import type { OpenPort, PortGoneReason, PortListener } from '#drivers/port/port.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { READER_TIMINGS, type ReaderTimings } from '#drivers/reader/reader-timings.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import type { Clock } from '#shared/clock.ts';

import { HandClock } from '../../support/hand-clock.ts';
import { inventPeople } from '../invented-people.ts';
import { posReports } from './simulated-hid-scanner.ts';
import { hidAddressOf, HidReader, HidTeller, SimulatedHidBus } from './simulated-hid.ts';
import { cardOf } from './simulated-reader-card.ts';
import { memoryLine } from './simulated-reader-carriers.ts';
import { SimulatedReader } from './simulated-reader.ts';

/** How a reader in memory is reached: as over a serial line in pieces of 64 bytes, or in HID reports. */
export type BenchCarrier = 'serial' | HidProfile;

/** A simulated reader does not need the pauses a real one does; what is measured lies between them. */
const HURRIED: ReaderTimings = {
  ...READER_TIMINGS,
  pollGapMs: 1,
  probeGapMs: 1,
  reopenDelayMsMin: 1,
};

interface Line {
  path: string;
  openPort: OpenPort;
}

/** `onBytes` is called before anything of ours sees a piece of 64 bytes or a report. */
function lineTo(
  module: SimulatedReader,
  carrier: BenchCarrier,
  { clock, onBytes }: { clock: Clock; onBytes: () => void },
): Line {
  if (carrier === 'serial') {
    module.misbehaviour.chunkBytes = 64;
    const { openPort } = memoryLine(module);
    return {
      path: 'memory',
      openPort: (path, listener) => openPort(path, heard(listener, 'onData', onBytes)),
    };
  }
  const bus = new SimulatedHidBus();
  bus.plugIn(new HidReader(module, carrier));
  const timed: HidBus = {
    list: () => bus.list(),
    open: (path, listener) => bus.open(path, heard(listener, 'onReport', onBytes)),
  };
  return { path: hidAddressOf(carrier), openPort: hidPortOpener({ profile: carrier, bus: timed, clock }) };
}

/** The same listener, `onBytes` called in front of what comes in. */
function heard<
  K extends string,
  T extends { [name in K]: (bytes: Uint8Array) => void } & { onGone: PortListener['onGone'] },
>(listener: T, name: K, onBytes: () => void): T {
  return {
    ...listener,
    onGone: (reason: PortGoneReason) => listener.onGone(reason),
    [name]: (bytes: Uint8Array) => {
      onBytes();
      listener[name](bytes);
    },
  };
}

/**
 * Milliseconds of our own time from the moment the last bytes of a card's content are handed to us to the reading
 * that is told, of `cards` cards.
 */
export async function ownTimesMs(carrier: BenchCarrier, cards: number): Promise<number[]> {
  const module = new SimulatedReader(systemClock);
  let lastBytesAtMs = 0;
  const onBytes = () => {
    lastBytesAtMs = performance.now();
  };
  const { path, openPort } = lineTo(module, carrier, { clock: systemClock, onBytes });
  const reader = openReader({ path, openPort, clock: systemClock, timings: HURRIED });
  const times: number[] = [];
  reader.subscribe(({ event }) => {
    if (event === 'reading') times.push(performance.now() - lastBytesAtMs);
  });
  for (const person of inventPeople({ seed: 31, count: cards })) {
    await module.placeCard(cardOf(person), { holdMs: 0, patienceMs: 10_000 });
    await module.seenEmpty();
  }
  await reader.close();
  return times;
}

export interface ReportRun {
  sent: number;
  /** Scans told, in order and without a gap. */
  told: number;
  seconds: number;
}

/** A HID-POS scanner in memory that sends one scan a report, `perSecond` of them (null: as fast as they are taken). */
export async function reportsTold(reports: number, perSecond: number | null): Promise<ReportRun> {
  const bus = new SimulatedHidBus();
  const scanner = new HidTeller({
    vendorId: '05E0',
    productId: '1300',
    serialNumber: null,
    name: 'scanner',
    usagePage: 0x8c,
    usage: 0x02,
  });
  bus.plugIn(scanner);
  const reader = openHidScanner({
    at: 'hid:05E0:1300',
    layout: 'hid-pos',
    gives: { gives: 'scan' },
    bus,
    clock: systemClock,
    timings: LINE_TIMINGS,
  });
  let told = 0;
  await new Promise<void>((ready) => {
    reader.subscribe((event) => {
      if (event.event === 'reader-ready') ready();
      if (event.event === 'scan' && event.text === codeOf(told)) told += 1;
    });
  });
  const startMs = performance.now();
  for (let sent = 0; sent < reports;) {
    const onTime =
      perSecond === null ? reports : Math.floor(((performance.now() - startMs) * perSecond) / 1_000);
    for (; sent < Math.min(reports, onTime); sent += 1) scanner.send(...posReports(codeOf(sent), ']C0'));
    await turn();
  }
  const seconds = (performance.now() - startMs) / 1_000;
  await reader.close();
  return { sent: reports, told, seconds };
}

const codeOf = (i: number): string => String(900_000_000_000 + i);

export interface HeapRun {
  cards: number;
  /** Bytes in use after a tenth of the cards, so that everything has been compiled and filled, and after all. */
  earlyBytes: number;
  lateBytes: number;
}

/**
 * Heap after a tenth of `cards` cards and after all of them, read one after another by one reader that is never closed,
 * against a clock turned by hand. `collect` is the engine's `gc` (`node --expose-gc`).
 */
export async function heapOver(carrier: BenchCarrier, cards: number, collect: () => void): Promise<HeapRun> {
  const clock = new HandClock(0);
  const module = new SimulatedReader(clock);
  const { path, openPort } = lineTo(module, carrier, { clock, onBytes: () => {} });
  const reader = openReader({ path, openPort, clock, timings: HURRIED });
  let read = 0;
  reader.subscribe(({ event }) => {
    if (event === 'reading') read += 1;
  });
  const people = inventPeople({ seed: 32, count: 50 }).map(cardOf);
  const inUse = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  await clock.advance(1_000);
  let earlyBytes = 0;
  for (let card = 1; card <= cards; card += 1) {
    module.layDown(people[card % people.length]!);
    await until(clock, () => read === card);
    module.lift();
    const empty = { seen: false };
    void module.seenEmpty().then(() => {
      empty.seen = true;
    });
    await until(clock, () => empty.seen);
    if (card === Math.ceil(cards / 10)) earlyBytes = inUse();
  }
  const lateBytes = inUse();
  await Promise.all([reader.close(), clock.advance(10_000)]);
  return { cards, earlyBytes, lateBytes };
}

/** Turns the clock millisecond by millisecond; a reader in memory needs tens of them for a card. */
async function until(clock: HandClock, is: () => boolean): Promise<void> {
  for (let ms = 0; !is(); ms += 1) {
    if (ms > 60_000) throw new Error('the reader does not get on');
    await clock.advance(1);
  }
}
