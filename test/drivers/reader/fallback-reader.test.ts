import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import {
  CANDIDATE_MS_MAX,
  type FallbackCandidate,
  HELD_OVER_MS_MAX,
  openFallback,
} from '#drivers/reader/fallback-reader.ts';
import type { Reader } from '#drivers/reader/kept-reader.ts';
import { portOpener } from '#drivers/rig/open-port.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { openServiceReader } from '#drivers/service/service-reader.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import type { Reading } from '#shared/reading.ts';

import { type InventedPerson, inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { SimulatedService } from '../../site/readers/simulated-service.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { QUICK, Told } from '../../support/readers/told-events.ts';

const [ANN, BEN, CEM] = inventPeople({ seed: 21, count: 3 }) as [
  InventedPerson,
  InventedPerson,
  InventedPerson,
];

/** 神思, then 华视, then a reader on a line, none of them there yet. */
async function site(lastGood: number | null) {
  const shensi = new SimulatedService('shensi');
  const huashi = new SimulatedService('huashi');
  const module = new SimulatedReader(systemClock);
  const line = await serveReader(module, 0);
  await shensi.start(0);
  await huashi.start(0);
  await Promise.all([shensi.stop(), huashi.stop(), line.unplug()]);
  const parts = { clock: systemClock, timings: QUICK };
  const openPort = portOpener(systemClock);
  const remembered: number[] = [];
  const begin = () => {
    const reader = openFallback({
      candidates: [
        { name: 'A', open: () => openServiceReader({ dialect: 'shensi', at: shensi.at, ...parts }) },
        { name: 'B', open: () => openServiceReader({ dialect: 'huashi', at: huashi.at, ...parts }) },
        { name: 'C', open: () => openReader({ path: line.path, openPort, ...parts }) },
      ],
      lastGood,
      remember: (index) => remembered.push(index),
      ...parts,
    });
    return { reader, told: new Told(reader) };
  };
  return { shensi, huashi, module, line, remembered, begin };
}

describe('several ways to a reader', () => {
  it('VS15 the first of the configured order that answers is used, and the others are left alone', async () => {
    const { shensi, huashi, line, remembered, begin } = await site(null);
    await huashi.start(0);
    await line.plugIn();
    const { reader, told } = begin();
    expect(await told.upTo('reader-ready')).toEqual(['reader-ready']);
    huashi.layDown(ANN);
    expect(await told.upTo(ANN.number)).toEqual([ANN.number]);
    expect(remembered).toEqual([1]);
    await shensi.start(0);
    await told.during(sleep(150));
    expect(shensi.asked).toEqual([]);
    await reader.close();
    await Promise.all([shensi.stop(), huashi.stop(), line.unplug()]);
  });

  it('VS16 the last good one is tried before all others', async () => {
    const { shensi, huashi, remembered, begin } = await site(1);
    await shensi.start(0);
    await huashi.start(0);
    const { reader, told } = begin();
    await told.upTo('reader-ready');
    huashi.layDown(ANN);
    await told.upTo(ANN.number);
    expect(shensi.asked).toEqual([]);
    expect(remembered).toEqual([]);
    await reader.close();
    await Promise.all([shensi.stop(), huashi.stop()]);
  });

  it('VS15 when the one in use is gone the next takes over, round and round, and each card is read once', async () => {
    const { shensi, huashi, module, line, remembered, begin } = await site(null);
    await shensi.start(0);
    const { reader, told } = begin();
    await told.upTo('reader-ready');
    shensi.layDown(ANN);
    await told.upTo('removed');
    shensi.liftAll();

    await huashi.start(0);
    await shensi.stop();
    expect(await told.upTo('reader-ready')).toEqual(['gone: disconnected', 'reader-ready']);
    huashi.layDown(BEN);
    await told.upTo('removed');
    huashi.liftAll();

    await line.plugIn();
    await huashi.stop();
    expect(await told.upTo('reader-ready')).toEqual(['gone: disconnected', 'reader-ready']);
    module.layDown(cardOf(CEM));
    await told.upTo(CEM.number);
    module.lift();
    await told.upTo('removed');

    await shensi.start(0);
    await line.unplug();
    expect(await told.upTo('reader-ready')).toEqual(['gone: disconnected', 'reader-ready']);
    shensi.layDown(BEN);
    await told.upTo(BEN.number);
    expect(remembered).toEqual([0, 1, 2, 0]);
    const numbers = told.events.flatMap((event) => (event.event === 'reading' ? [event.reading.number] : []));
    expect(numbers).toEqual([ANN.number, BEN.number, CEM.number, BEN.number]);
    await reader.close();
    await shensi.stop();
  });

  it('VS15 nobody there is told once with all that was tried, and whoever comes first is used', async () => {
    const { huashi, begin } = await site(null);
    const { reader, told } = begin();
    expect(await told.upTo('gone: cannot-open')).toEqual(['gone: cannot-open']);
    const [gone] = told.events;
    expect(gone).toMatchObject({ detail: expect.stringMatching(/^A: .*; B: .*; C: /) });
    expect(await told.during(sleep(250))).toEqual([]);
    await huashi.start(0);
    expect(await told.upTo('reader-ready')).toEqual(['reader-ready']);
    await reader.close();
    await huashi.stop();
  });
});

/** A reader a test speaks for. */
class StandIn implements Reader {
  isOpen = false;
  #listener: (event: ReaderEvent) => void = () => {};

  get candidate(): FallbackCandidate {
    return {
      name: 'stand-in',
      open: () => {
        this.isOpen = true;
        return this;
      },
    };
  }

  subscribe(listener: (event: ReaderEvent) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }

  close(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }

  tell(event: ReaderEvent): void {
    this.#listener(event);
  }
}

const READY: ReaderEvent = { event: 'reader-ready', baudRate: null };
const GONE: ReaderEvent = { event: 'reader-gone', reason: 'hung', detail: 'it hangs' };
const readingOf = ({ number, name, sex, birth }: InventedPerson): ReaderEvent => {
  const holder = { number, name, nameEnglish: null, sex, birth, validFrom: null, validTo: null };
  return { event: 'reading', reading: { kind: 'resident', ...holder, ethnicity: '' } satisfies Reading };
};

async function standIns() {
  const clock = new HandClock(0);
  const first = new StandIn();
  const second = new StandIn();
  const reader = openFallback({
    candidates: [first.candidate, second.candidate],
    lastGood: null,
    remember: () => {},
    clock,
    timings: READER_TIMINGS,
  });
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  await clock.advance(0);
  return { clock, first, second, reader, events };
}

describe('candidates that behave badly', () => {
  it('VS15 one that tells nothing is given up after 15 s, and only one is ever open', async () => {
    const { clock, first, second, reader, events } = await standIns();
    expect([first.isOpen, second.isOpen]).toEqual([true, false]);
    await clock.advance(CANDIDATE_MS_MAX - 1);
    expect([first.isOpen, second.isOpen]).toEqual([true, false]);
    await clock.advance(1);
    expect([first.isOpen, second.isOpen]).toEqual([false, true]);
    second.tell(READY);
    await clock.advance(60_000);
    expect([first.isOpen, second.isOpen]).toEqual([false, true]);
    second.tell(GONE);
    await clock.advance(READER_TIMINGS.reopenDelayMsMin);
    expect([first.isOpen, second.isOpen]).toEqual([true, false]);
    expect(events.map(({ event }) => event)).toEqual(['reader-ready', 'reader-gone']);
    await reader.close();
    expect([first.isOpen, second.isOpen]).toEqual([false, false]);
    expect(clock.timersWaiting).toBe(0);
  });

  it('VS17 a card that lay there when the reader went is not read again at its return, but it is later', async () => {
    const { clock, first, second, events } = await standIns();
    first.tell(READY);
    first.tell(readingOf(ANN));
    first.tell(GONE);
    await clock.advance(READER_TIMINGS.reopenDelayMsMin);
    second.tell(READY);
    second.tell(readingOf(ANN));
    expect(events.filter(({ event }) => event === 'reading')).toHaveLength(1);
    second.tell({ event: 'removed' });
    second.tell(readingOf(ANN));
    second.tell(readingOf(BEN));
    expect(events.filter(({ event }) => event === 'reading')).toHaveLength(3);
    second.tell(GONE);
    await clock.advance(READER_TIMINGS.reopenDelayMsMin);
    first.tell(READY);
    await clock.advance(HELD_OVER_MS_MAX + 1);
    first.tell(readingOf(BEN));
    expect(events.filter(({ event }) => event === 'reading')).toHaveLength(4);
  });

  it.each([
    [HELD_OVER_MS_MAX - 1, 1],
    [HELD_OVER_MS_MAX, 1],
    [HELD_OVER_MS_MAX + 1, 2],
  ])(
    'BN1 the card that lay there, given again %d ms after the return, is read %d times in all',
    async (ms, times) => {
      const { clock, first, second, events } = await standIns();
      first.tell(READY);
      first.tell(readingOf(ANN));
      first.tell(GONE);
      await clock.advance(READER_TIMINGS.reopenDelayMsMin);
      second.tell(READY);
      await clock.advance(ms);
      second.tell(readingOf(ANN));
      expect(events.filter(({ event }) => event === 'reading')).toHaveLength(times);
    },
  );
});
