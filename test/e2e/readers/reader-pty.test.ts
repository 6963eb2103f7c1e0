import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { portOpener } from '#drivers/rig/open-port.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { openSerialPort } from '#drivers/port/serial-port.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { ACCELERATED_READER_TIMINGS } from '../../site/readers/accelerated-reader-timings.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { ptyPair, ptyToTcp } from '../../support/machine/pty.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const QUICK = { holdMs: 0, patienceMs: 10_000 };
/** The device's name is looked for twice a second; a loaded machine gets more time than the rule. */
const GONE_WITHIN_MS = 5_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A simulated reader on a serial line (`pty`) or over TCP, and what was read from it. */
async function bench(carrier: 'pty' | 'tcp') {
  const simulated = new SimulatedReader(systemClock);
  const served = await serveReader(simulated, 0);
  cleanups.push(() => served.unplug());
  const pty = carrier === 'pty' ? await ptyToTcp(served.port) : null;
  if (pty !== null) cleanups.push(() => pty.dispose());
  const events: ReaderEvent[] = [];
  const reader = openReader({
    path: pty?.host ?? served.path,
    openPort: portOpener(systemClock),
    clock: systemClock,
    timings: { ...ACCELERATED_READER_TIMINGS, reopenDelayMsMax: READER_TIMINGS.reopenDelayMsMin },
  });
  cleanups.push(() => reader.close());
  reader.subscribe((event) => events.push(event));
  const numbers = () => events.flatMap((each) => (each.event === 'reading' ? [each.reading.number] : []));
  const until = async (has: () => boolean) => {
    for (let waitedMs = 0; !has(); waitedMs += 10) {
      if (waitedMs > GONE_WITHIN_MS)
        throw new Error(`not seen; the last events: ${JSON.stringify(events.slice(-3))}`);
      await sleep(10);
    }
  };
  return { simulated, pty, served, events, numbers, until };
}

function expectCards(events: readonly ReaderEvent[], numbers: readonly string[]): void {
  expect(events.flatMap((each) => (each.event === 'reading' ? [each.reading.number] : []))).toEqual(numbers);
  expect(events.filter(({ event }) => event === 'fault' || event === 'reader-gone')).toEqual([]);
}

describeNeeding(['socat'], 'a reader on a real pseudo-terminal', () => {
  it('SR16 200 cards laid down are 200 readings in their order', async () => {
    const { simulated, events } = await bench('pty');
    const people = inventPeople({ seed: 200, count: 200 });
    for (const person of people) {
      expect(await simulated.placeCard(cardOf(person), QUICK)).toBe('read');
      await simulated.seenEmpty();
    }
    expectCards(
      events,
      people.map(({ number }) => number),
    );
    expect(events[0]).toEqual({ event: 'reader-ready', baudRate: 115_200 });
  });

  it('SR16 so are 50 cards in odd pieces with rubbish between the frames', async () => {
    const { simulated, events } = await bench('pty');
    Object.assign(simulated.misbehaviour, {
      strayBytes: true,
      chunkBytes: 61,
      noise: Uint8Array.of(0xaa, 0x96),
    });
    const people = inventPeople({ seed: 201, count: 50 });
    for (const person of people) {
      expect(await simulated.placeCard(cardOf(person), QUICK)).toBe('read');
      await simulated.seenEmpty();
    }
    expectCards(
      events,
      people.map(({ number }) => number),
    );
    expect(events.filter(({ event }) => event === 'discarded').length).toBeGreaterThan(200);
  });

  it('SR12 a pulled cable is told, and the reader is used again when it is back', async () => {
    const { simulated, pty, events, numbers, until } = await bench('pty');
    const [first, second] = inventPeople({ seed: 202, count: 2 });
    await simulated.placeCard(cardOf(first!), QUICK);
    await until(() => numbers().length === 1);
    await pty!.unplug();
    await until(() => events.some(({ event }) => event === 'reader-gone'));
    await pty!.plugIn();
    await until(() => events.filter(({ event }) => event === 'reader-ready').length === 2);
    expect(await simulated.placeCard(cardOf(second!), QUICK)).toBe('read');
    await until(() => numbers().length === 2);
    expect(numbers()).toEqual([first!.number, second!.number]);
  });

  it('SR17 a serial line carries every byte value both ways and has one opener', async () => {
    const pty = await ptyPair();
    cleanups.push(() => pty.dispose());
    const received: number[] = [];
    const device: FileHandle = await open(pty.device, 'r+');
    const port = await openSerialPort({ path: pty.host, baudRate: 115_200 }, systemClock, {
      onData: (bytes) => received.push(...bytes),
      onGone: () => {},
    });
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const ignored = { onData: () => {}, onGone: () => {} };
    const second = openSerialPort({ path: pty.host, baudRate: 9_600 }, systemClock, ignored);
    await expect(second).rejects.toThrow(/lock/i);
    await device.write(all);
    while (received.length < 256) await sleep(5);
    expect(received).toEqual([...all]);
    port.write(all);
    const echoed: number[] = [];
    const buffer = new Uint8Array(256);
    while (echoed.length < 256) echoed.push(...buffer.subarray(0, (await device.read(buffer)).bytesRead));
    expect(echoed).toEqual([...all]);
    await port.setBaudRate!(9_600);
    await port.close();
    await device.close();
  });

  it('SR17 a line that hangs up tells it once, while idle, behind data and during writes', async () => {
    for (const manner of ['idle', 'behind data', 'writing'] as const) {
      const pty = await ptyPair();
      cleanups.push(() => pty.dispose());
      const told: string[] = [];
      const port = await openSerialPort({ path: pty.host, baudRate: 115_200 }, systemClock, {
        onData: () => {},
        onGone: (reason) => told.push(reason),
      });
      if (manner === 'behind data') {
        const device = await open(pty.device, 'r+');
        await device.write(new Uint8Array(2_000));
        await device.close();
      }
      const unplugged = pty.unplug();
      const writes = manner === 'writing' ? 50 : 0;
      for (let i = 0; i < writes; i += 1) {
        port.write(new Uint8Array(100));
        await sleep(1);
      }
      await unplugged;
      for (let waitedMs = 0; told.length === 0 && waitedMs < GONE_WITHIN_MS; waitedMs += 10) await sleep(10);
      await sleep(50);
      expect(told, manner).toHaveLength(1);
      port.write(new Uint8Array(10));
      await port.setBaudRate!(9_600);
      await port.close();
    }
  });

  it('SR17 a device that is not there is an error in the words of the system', async () => {
    const open = portOpener(systemClock)('/dev/muster-no-such-device', {
      onData: () => {},
      onGone: () => {},
    });
    await expect(open).rejects.toThrow('No such file or directory');
  });
});

describe('a reader over TCP', () => {
  it('SR16 500 cards following each other without a pause are 500 readings', async () => {
    const { simulated, events, numbers, until } = await bench('tcp');
    const people = inventPeople({ seed: 203, count: 500 });
    for (const person of people) expect(await simulated.placeCard(cardOf(person), QUICK)).toBe('read');
    await until(() => numbers().length === people.length);
    expectCards(
      events,
      people.map(({ number }) => number),
    );
  });

  it('SR12 a box that goes and comes back is told and used again', async () => {
    const { simulated, served, events, numbers, until } = await bench('tcp');
    const [first, second] = inventPeople({ seed: 204, count: 2 });
    await simulated.placeCard(cardOf(first!), QUICK);
    await until(() => numbers().length === 1);
    await served.unplug();
    await until(() => events.some((each) => each.event === 'reader-gone' && each.reason === 'cannot-open'));
    await served.plugIn();
    await until(() => events.filter(({ event }) => event === 'reader-ready').length === 2);
    expect(await simulated.placeCard(cardOf(second!), QUICK)).toBe('read');
    await until(() => numbers().length === 2);
    expect(numbers()).toEqual([first!.number, second!.number]);
  });

  it('SR17 what is no address is refused in words', async () => {
    const listener = { onData: () => {}, onGone: () => {} };
    for (const path of ['tcp://', 'tcp://host', 'tcp://host:0', 'tcp://host:99999', 'tcp:host:1']) {
      await expect(portOpener(systemClock)(path, listener)).rejects.toThrow('not a reader');
    }
  });
});
