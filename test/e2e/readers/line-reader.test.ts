import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { afterEach, describe, expect, it } from 'vitest';

import type { LineMeaning } from '#drivers/line/line-meaning.ts';
import { LINE_TIMINGS, openLineReader } from '#drivers/line/line-reader.ts';
import { portOpener } from '#drivers/rig/open-port.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { ptyPair } from '../../support/machine/pty.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const NUMBERS: LineMeaning = {
  gives: 'physical-number',
  format: { digits: 'hex', bytes: 8, byteOrder: 'reversed' },
};
const DEADLINE_MS = 10_000;
const LINES = 200;
/** What a plug's contact may put in front of a line. */
const NOISE = Buffer.from([0xff, 0x00, 0xfe]);

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function bench(path: string, gives: LineMeaning) {
  const reader = openLineReader({
    path,
    openPort: portOpener(systemClock),
    gives,
    clock: systemClock,
    timings: LINE_TIMINGS,
  });
  cleanups.push(() => reader.close());
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  const until = async (isMet: () => boolean) => {
    for (let waitedMs = 0; !isMet(); waitedMs += 5) {
      if (waitedMs > DEADLINE_MS) throw new Error(`only ${JSON.stringify(events.slice(-5))}`);
      await sleep(5);
    }
  };
  return {
    events,
    until,
    ready: (times: number) =>
      until(() => events.filter(({ event }) => event === 'reader-ready').length === times),
    texts: () =>
      events.flatMap((event) => {
        if (event.event === 'physical-number') return [event.number];
        return event.event === 'scan' ? [event.text] : [];
      }),
  };
}

const cardNumber = (i: number): string =>
  (0xa1_b2c3_0000n + BigInt(i)).toString(16).toUpperCase().padStart(16, '0');
const asSent = (number: string): string =>
  Buffer.from(Uint8Array.from(Buffer.from(number, 'hex')).toReversed()).toString('hex');

describeNeeding(['socat'], 'lines over a pseudo-terminal', () => {
  it('LR12 200 cards and a hang-up between are 200 numbers in order', async () => {
    const pty = await ptyPair();
    cleanups.push(() => pty.dispose());
    const subject = bench(pty.host, NUMBERS);
    const device = () => createWriteStream(pty.device, { flags: 'r+' });
    const numbers = Array.from({ length: LINES }, (_, i) => cardNumber(i));
    const half = numbers.slice(0, LINES / 2);
    await subject.ready(1);
    let line = device();
    for (const number of half) {
      line.write(Buffer.concat([NOISE, Buffer.from(`${asSent(number)}\r\n`)]));
      await sleep(1);
    }
    await subject.until(() => subject.texts().length === half.length);
    line.end();
    await pty.unplug();
    await subject.until(() => subject.events.at(-1)?.event === 'reader-gone');
    await pty.plugIn();
    await subject.ready(2);
    line = device();
    for (const number of numbers.slice(LINES / 2)) line.write(`${asSent(number)}\r`);
    await subject.until(() => subject.texts().length === LINES);
    line.end();
    expect(subject.texts()).toEqual(numbers);
    expect(subject.events.find(({ event }) => event === 'reader-ready')).toEqual({
      event: 'reader-ready',
      baudRate: 9_600,
    });
  });
});

/** A device in a thread of its own: it sends while this one is not run. */
const DEVICE_THREAD = `
  const { createServer } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    parentPort.on('message', (text) => socket.write(text));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

describe('lines over TCP', () => {
  it('LR13 a number that came while the process stood still is one number', async () => {
    const device = new Worker(DEVICE_THREAD, { eval: true });
    cleanups.push(async () => void (await device.terminate()));
    const [port] = (await once(device, 'message')) as [number];
    const subject = bench(`tcp://127.0.0.1:${port}`, {
      gives: 'physical-number',
      format: { digits: 'decimal', bytes: 4, byteOrder: 'same' },
    });
    await subject.ready(1);
    device.postMessage('0007324551\r');
    await subject.until(() => subject.texts().length === 1);
    await sleep(2 * LINE_TIMINGS.silenceMs);
    device.postMessage('3456');
    await sleep(LINE_TIMINGS.silenceMs / 2);
    device.postMessage('789012\r');
    const until = performance.now() + 2 * LINE_TIMINGS.silenceMs;
    while (performance.now() < until);
    await subject.until(() => subject.texts().length === 2);
    await sleep(2 * LINE_TIMINGS.silenceMs);
    expect(subject.texts()).toEqual(['00000000006FC387', '00000000CE0A6A14']);
  });

  it('LR12 codes with and without an end are scans in order', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const subject = bench(`tcp://127.0.0.1:${address.port}`, { gives: 'scan' });
    await subject.ready(1);
    const codes = Array.from({ length: LINES }, (_, i) => `${1_000_000 + i}`);
    sockets[0]?.write('没有后缀');
    await subject.until(() => subject.texts().length === 1);
    for (const code of codes) sockets[0]?.write(`${code}\r\n`);
    await subject.until(() => subject.texts().length === LINES + 1);
    expect(subject.texts()).toEqual(['没有后缀', ...codes]);
    expect(subject.events[0]).toEqual({ event: 'reader-ready', baudRate: null });
  });
});
