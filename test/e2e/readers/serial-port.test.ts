import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, it } from 'vitest';

import { openSerialPort, pulseNeeded } from '#drivers/port/serial-port.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { openSystemRig } from '#drivers/rig/system-rig.ts';
import type { RigEvent } from '#drivers/rig/reader-rig.ts';

import { ACCELERATED_READER_TIMINGS } from '../../site/readers/accelerated-reader-timings.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { ptyBench } from '../../support/readers/port-benches.ts';
import { portContract } from '../../support/readers/port-contract.ts';
import { ptyPair, ptyToTcp } from '../../support/machine/pty.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** The device's name is looked for twice a second; a loaded machine gets more time than the rule. */
const GONE_MS_MAX = 5_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function until(has: () => boolean): Promise<void> {
  const deadline = performance.now() + GONE_MS_MAX;
  while (!has()) {
    if (performance.now() > deadline) throw new Error(`not seen within ${GONE_MS_MAX} ms`);
    await sleep(10);
  }
}

describeNeeding(['socat'], 'a serial line', () => {
  portContract(
    'a pseudo-terminal',
    { hasRate: true, isExclusive: true, carriesAnyBytes: true, goneMsMax: GONE_MS_MAX },
    ptyBench,
  );

  it('RM15 a line that hung up behind data costs no processor time and no memory once that was told', async () => {
    const pty = await ptyPair();
    cleanups.push(() => pty.dispose());
    const told: string[] = [];
    const port = await openSerialPort({ path: pty.host, baudRate: 115_200 }, systemClock, {
      // The line must be gone before the binding reads again: then it is answered 0 bytes and no error, for ever.
      onData: () => {
        pty.cut();
        const cutAtMs = performance.now();
        while (performance.now() - cutAtMs < 100);
      },
      onGone: (reason) => told.push(reason),
    });
    const device = await open(pty.device, 'r+');
    await device.write(Uint8Array.of(1, 2, 3));
    await until(() => told.length > 0);
    expect(told).toEqual(['disconnected']);
    const before = process.cpuUsage();
    const rssBefore = process.memoryUsage().rss;
    await sleep(1_000);
    const { user, system } = process.cpuUsage(before);
    // Reading 0 bytes in a loop takes 700 to 900 ms of these and 20 MB.
    expect((user + system) / 1_000).toBeLessThan(300);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(10_000_000);
    await device.close();
    await port.close();
  });

  it('RM15 a port that is only listened to, and never written, notices a pulled cable', async () => {
    const pty = await ptyPair();
    cleanups.push(() => pty.dispose());
    const told: string[] = [];
    const port = await openSerialPort({ path: pty.host, baudRate: 9_600 }, systemClock, {
      onData: () => {},
      onGone: (reason) => told.push(reason),
    });
    await pty.unplug();
    await until(() => told.length > 0);
    expect(told.length).toBe(1);
    await port.close();
  });

  it('RM15 bytes are heard at once, whatever timers wait', async () => {
    const pty = await ptyPair();
    cleanups.push(() => pty.dispose());
    let heard: () => void = () => {};
    const port = await openSerialPort({ path: pty.host, baudRate: 115_200 }, systemClock, {
      onData: () => heard(),
      onGone: () => {},
    });
    const device = await open(pty.device, 'r+');
    const delays: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const arrived = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const sentAtMs = performance.now();
      await device.write(Uint8Array.of(i));
      await arrived;
      delays.push(performance.now() - sentAtMs);
    }
    expect(delays.toSorted((a, b) => a - b)[10]).toBeLessThan(50);
    await device.close();
    await port.close();
  });

  it('RM9, RM12 two readers of a station on real lines: one pulled out and put in again does not disturb the other', async () => {
    const readers = [new SimulatedReader(systemClock), new SimulatedReader(systemClock)] as const;
    const lines = [];
    for (const reader of readers) {
      const served = await serveReader(reader, 0);
      cleanups.push(() => served.unplug());
      const pty = await ptyToTcp(served.port);
      cleanups.push(() => pty.dispose());
      lines.push(pty);
    }
    const [a, b] = lines.map(({ host }) => host) as [string, string];
    const rig = openSystemRig({
      clock: systemClock,
      devices: null,
      timings: { ...ACCELERATED_READER_TIMINGS, reopenDelayMsMax: 500 },
      lastGood: { get: () => null, set: () => {} },
      onTrouble: () => {},
    });
    cleanups.push(() => rig.close());
    const events: RigEvent[] = [];
    rig.subscribe((event) => events.push(event));
    const told = (reader: string, name: string) =>
      events.filter((each) => each.rig === 'reader' && each.reader === reader && each.event.event === name)
        .length;
    const setting = { model: 'sdt-serial', role: 'person', usb: null, numberFormat: null } as const;
    rig.use([
      { ...setting, at: a },
      { ...setting, at: b },
    ]);
    await until(() => told(a, 'reader-ready') === 1 && told(b, 'reader-ready') === 1);
    const patience = { holdMs: 0, patienceMs: 10_000 };
    const people = inventPeople({ seed: 31, count: 6 });
    for (const [i, person] of people.entries()) {
      await lines[0]!.unplug();
      expect(await readers[1].placeCard(cardOf(person), patience)).toBe('read');
      await until(() => told(a, 'reader-gone') >= i + 1);
      await lines[0]!.plugIn();
      await until(() => told(a, 'reader-ready') === i + 2);
      expect(await readers[0].placeCard(cardOf(person), patience)).toBe('read');
      // What is still on the line when the cable is pulled next is lost, and was never shown as read.
      await until(() => told(a, 'reading') === i + 1);
    }
    expect(told(b, 'reader-gone')).toBe(0);
    await until(() => told(b, 'reading') === people.length);
  });
});

it('RM15 the pulse that Node.js from 26.4 on needs beats there and nowhere else', () => {
  expect(['24.21.0', '26.3.9', '22.0.0', '25.9.0'].map(pulseNeeded)).toEqual([false, false, false, false]);
  expect(['26.4.0', '26.10.0', '27.0.0', '30.1.2'].map(pulseNeeded)).toEqual([true, true, true, true]);
});
