import { describe, expect, it } from 'vitest';

import type { LineMeaning } from '#drivers/line-meaning.ts';
import { LINE_BAUD_RATES } from '#drivers/line-rate.ts';
import { LINE_TIMINGS, openLineReader } from '#drivers/line-reader.ts';
import type { ReaderEvent } from '#drivers/reader-event.ts';

import { SimulatedLineDevice } from '../site/simulated-line-device.ts';
import { HandClock } from '../support/hand-clock.ts';

const NUMBERS: LineMeaning = {
  gives: 'physical-number',
  format: { digits: 'decimal', bytes: 4, byteOrder: 'same' },
};
const CARD = '3571840519';
const CARD_NUMBER = '00000000D4E5F607';
const OTHER_CARD = '0013110988';
const OTHER_NUMBER = '0000000000C80ECC';
/** Time for a silence to be noticed. */
const SILENCE_MS = LINE_TIMINGS.silenceMs;
const LIFTED_MS = LINE_TIMINGS.numberGapMs;

async function bench(gives: LineMeaning = NUMBERS, baudRate: number | null = null) {
  const clock = new HandClock(0);
  const device = new SimulatedLineDevice();
  device.baudRate = baudRate;
  const reader = openLineReader({
    path: 'memory',
    openPort: device.openPort,
    gives,
    clock,
    timings: LINE_TIMINGS,
  });
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  await clock.advance(LINE_TIMINGS.silenceMs);
  return {
    clock,
    device,
    reader,
    events,
    /** Short names of the events since the last call. */
    told: (): string[] => events.splice(0).map(shortName),
    send: async (text: string, waitMs: number) => {
      device.send(text);
      await clock.advance(waitMs);
    },
  };
}

function shortName(event: ReaderEvent): string {
  switch (event.event) {
    case 'physical-number':
      return event.number;
    case 'scan':
      return event.text;
    case 'fault':
      return event.code;
    case 'discarded':
      return `${event.reason} ${event.bytes}`;
    case 'reader-gone':
      return `gone: ${event.reason}`;
    default:
      return event.event;
  }
}

describe('a reader that sends lines', () => {
  it('LR9 a card left lying is one number however often it is repeated, and lifted for a second it is another', async () => {
    const { told, send } = await bench();
    for (let i = 0; i < 100; i += 1) await send(`${CARD}\r\n`, LIFTED_MS - 1);
    expect(told()).toEqual(['reader-ready', CARD_NUMBER]);
    await send('', 1);
    await send(`${CARD}\r\n`, 200);
    await send(`${OTHER_CARD}\r\n`, 200);
    await send(`${CARD}\r\n`, 200);
    expect(told()).toEqual([CARD_NUMBER, OTHER_NUMBER]);
  });

  it('LR9 a loose plug does not count the card that lies there again', async () => {
    const { clock, device, told, send } = await bench();
    await send(`${CARD}\r`, 100);
    device.unplug();
    device.plugIn();
    await clock.advance(LINE_TIMINGS.reopenDelayMsMin + SILENCE_MS);
    await send(`${CARD}\r`, 100);
    expect(told()).toEqual(['reader-ready', CARD_NUMBER, 'gone: disconnected', 'reader-ready']);
  });

  it('LR2 what is no number of the format is a fault, and the next card is read', async () => {
    const { told, send } = await bench();
    await send('D4E5F607\r', 100);
    await send(`${CARD}\r`, 100);
    expect(told()).toEqual(['reader-ready', 'number-format', CARD_NUMBER]);
  });

  it('LR5 a scan is told as it came, at the silence when it has no end', async () => {
    const { told, send } = await bench({ gives: 'scan' });
    await send('0000017', SILENCE_MS - 1);
    expect(told()).toEqual(['reader-ready']);
    await send('', 1);
    expect(told()).toEqual(['0000017']);
    await send('0000017\r\n', 0);
    await send('0000018\r\n', 0);
    expect(told()).toEqual(['0000017', '0000018']);
  });

  it('LR11 nothing is written to it, and silence for a day tells nothing and keeps no timer', async () => {
    const { clock, device, told, send } = await bench();
    await send(`${CARD}\r`, 24 * 60 * 60_000);
    expect(told()).toEqual(['reader-ready', CARD_NUMBER]);
    expect(clock.timersWaiting).toBe(0);
    expect(device.written).toBe(0);
  });

  it('LR11 pulled in the middle of a number it is told once and tried again at bounded intervals; half a number is none', async () => {
    const { clock, device, told, send } = await bench();
    await send('35718', 10);
    device.unplug();
    await clock.advance(60_000);
    expect(told()).toEqual(['reader-ready', 'cut-off 5', 'gone: disconnected', 'gone: cannot-open']);
    expect(device.openings).toBeGreaterThan(60_000 / LINE_TIMINGS.reopenDelayMsMax);
    expect(device.openings).toBeLessThan(20);
    device.plugIn();
    await clock.advance(LINE_TIMINGS.reopenDelayMsMax + SILENCE_MS);
    await send(`${CARD}\r`, 10);
    expect(told()).toEqual(['reader-ready', CARD_NUMBER]);
  });

  it('LR8 opened while a number is being sent, its tail is no number, and the repeat of it is', async () => {
    const { clock, device, told, send } = await bench();
    device.unplug();
    device.plugIn();
    await clock.advance(LINE_TIMINGS.reopenDelayMsMin);
    await send('40519\r\n', 50);
    await send(`${CARD}\r\n`, 50);
    expect(told().slice(2)).toEqual(['cut-off 5', CARD_NUMBER, 'reader-ready']);
  });

  it('LR11 unplugged 1,000 times in the middle of a number it ends ready and reads', async () => {
    const { clock, device, told, send } = await bench();
    for (let i = 0; i < 1_000; i += 1) {
      await send(CARD.slice(0, i % CARD.length), 1);
      device.unplug();
      await clock.advance(i % 700);
      device.plugIn();
      await clock.advance(LINE_TIMINGS.reopenDelayMsMax);
    }
    expect(told().at(-1)).toBe('reader-ready');
    await send(`${CARD}\r`, 10);
    expect(told()).toEqual([CARD_NUMBER]);
  });

  it('LR11 after closing nothing is told, opened or waited for', async () => {
    const { clock, device, reader, told, send } = await bench();
    await send('35718', 10);
    await reader.close();
    told();
    const { openings } = device;
    await send(`${CARD}\r`, 60_000);
    expect(told()).toEqual([]);
    expect(device.openings).toBe(openings);
    expect(clock.timersWaiting).toBe(0);
  });

  it.each(LINE_BAUD_RATES)(
    'LR10 a device at %i bit/s is read after a few garbled cards at most',
    async (baudRate) => {
      const { device, told, send } = await bench(NUMBERS, baudRate);
      let cards = 0;
      while (!told().includes(CARD_NUMBER)) {
        cards += 1;
        expect(cards).toBeLessThanOrEqual(2 * LINE_BAUD_RATES.length);
        await send(`${CARD}\r`, LIFTED_MS);
      }
      expect(device.hostBaudRate).toBe(baudRate);
      for (let i = 0; i < 10; i += 1) {
        device.send(Uint8Array.of(0xff, 0x00));
        await send('', SILENCE_MS);
      }
      expect(device.hostBaudRate).toBe(baudRate);
      device.unplug();
      device.plugIn();
      await send('', LINE_TIMINGS.reopenDelayMsMax);
      expect(device.hostBaudRate).toBe(baudRate);
    },
  );
});
