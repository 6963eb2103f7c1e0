import { describe, expect, it } from 'vitest';

import type { LineMeaning } from '#drivers/line/line-meaning.ts';
import { LINE_BAUD_RATES } from '#drivers/line/line-rate.ts';
import { LINE_TIMINGS, openLineReader } from '#drivers/line/line-reader.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';

import { SimulatedLineDevice } from '../../site/readers/simulated-line-device.ts';
import { readerCase } from '../../site/readers/reader-case.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { heardAt } from '../../support/readers/uart.ts';

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

async function bench(
  gives: LineMeaning = NUMBERS,
  baudRate: number | null = null,
  { hasRates } = { hasRates: true },
) {
  const clock = new HandClock(0);
  const device = new SimulatedLineDevice();
  device.baudRate = baudRate;
  const reader = openLineReader({
    path: 'memory',
    openPort: hasRates
      ? device.openPort
      : async (path, listener) => ({ ...(await device.openPort(path, listener)), setBaudRate: null }),
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

  it('LR9 a card whose number the format cannot be is one fault while it lies there, and another is another', async () => {
    const { told, send } = await bench();
    for (let i = 0; i < 10; i += 1) await send('00A1B2C3D4E5F607\r\n', 300);
    expect(told()).toEqual(['reader-ready', 'number-format']);
    await send('00A1B2C3D4E5F608\r\n', 300);
    await send('00A1B2C3D4E5F607\r\n', 300);
    expect(told()).toEqual(['number-format']);
    await send('', LIFTED_MS);
    await send('00A1B2C3D4E5F607\r\n', 300);
    await send(`${CARD}\r\n`, 300);
    expect(told()).toEqual(['number-format', CARD_NUMBER]);
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

  it.each([
    { file: '01-number-line-split', gives: NUMBERS, torn: 10, next: CARD, told: CARD_NUMBER },
    { file: '02-scan-split', gives: { gives: 'scan' }, torn: 13, next: '0000017', told: '0000017' },
  ] as const)('LR13 a line cut in two by silence is one discard, never two people: $file', async (one) => {
    for (const hasRates of [true, false]) {
      const { clock, device, told, send } = await bench(one.gives, null, { hasRates });
      await device.sendTorn(await readerCase(one.file), (ms) => clock.advance(ms));
      await clock.advance(LINE_TIMINGS.restMs);
      expect(told().slice(2)).toEqual([`cut-off ${one.torn}`]);
      await send(`${one.next}\r`, 10);
      expect(told()).toEqual([one.told]);
    }
  });

  it('LR13 a process that was not run reads what came before it judges a silence', async () => {
    for (const stallMs of [120, 150, 5_000]) {
      const { clock, device, told, send } = await bench();
      await send('0007324551\r', 900);
      device.send('3456');
      clock.stall(stallMs);
      device.send('789012\r');
      await clock.advance(0);
      expect(told(), `${stallMs} ms`).toEqual(['reader-ready', '00000000006FC387', '00000000CE0A6A14']);
    }
  });

  it('LR13 a timer that fires late has heard no silence: the rest may still be on its way', async () => {
    const { clock, device, told, send } = await bench({ gives: 'scan' });
    await send('8901086261', 0);
    clock.stall(5_000);
    await clock.advance(SILENCE_MS - 1);
    expect(told()).toEqual(['reader-ready']);
    device.send('410\r');
    expect(told()).toEqual(['8901086261410']);
  });

  it('LR13 a code as long as those before it, or a number with all its digits, has lost only its end', async () => {
    const scanner = await bench({ gives: 'scan' });
    for (const text of ['0000017\r', '0000018\r', '0000019', '0000020\r', '00000', '21\r'])
      await scanner.send(text, 500);
    expect(scanner.told()).toEqual(['reader-ready', '0000017', '0000018', '0000019', '0000020', 'cut-off 7']);
    const reader = await bench();
    for (const text of [`${CARD}\r`, OTHER_CARD, '3571840', '519\r']) await reader.send(text, 500);
    expect(reader.told()).toEqual(['reader-ready', CARD_NUMBER, OTHER_NUMBER, 'cut-off 10']);
  });

  it('LR13 a device set to send no end any more is believed after three lines', async () => {
    const { told, send } = await bench({ gives: 'scan' });
    await send('0000017\r', 500);
    for (const code of ['0000018', '0000019', '0000020', '0000021', '0000022'])
      await send(code, LINE_TIMINGS.restMs);
    expect(told()).toEqual([
      'reader-ready',
      '0000017',
      'cut-off 7',
      'cut-off 7',
      'cut-off 7',
      '0000021',
      '0000022',
    ]);
  });

  it('LR14 of a device that writes all digits a shorter number is half of one', async () => {
    const { told, send } = await bench();
    await send('0007324551', 500);
    await send('3456', 130);
    await send('789012', 500);
    await send('3456789012', 500);
    expect(told()).toEqual([
      'reader-ready',
      '00000000006FC387',
      'number-format',
      'number-format',
      '00000000CE0A6A14',
    ]);
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

  // At 9600 every code of a scanner at 19200 is printable and ends in silence, as some scanners' codes do.
  const PAIRS = LINE_BAUD_RATES.filter((rate) => rate !== 19_200).flatMap((sentAt) =>
    [true, false].map((keepsBroken) => ({ sentAt, keepsBroken })),
  );
  it.each(PAIRS)(
    'LR10 a scanner at $sentAt bit/s, heard as a UART hears it (bytes without a stop bit kept: $keepsBroken), ends at its rate and stays there',
    async ({ sentAt, keepsBroken }) => {
      for (let first = 1; first <= 40; first += 1) {
        const { device, told, send } = await bench({ gives: 'scan' });
        const codes = Array.from({ length: 40 }, (_, i) => `90${first}0000${1_000 + 7 * i}`);
        const garbage: string[] = [];
        let read = 0;
        for (const code of codes) {
          const sent = new TextEncoder().encode(`${code}\r\n`);
          device.send(heardAt(sent, { sentAt, heardAt: device.hostBaudRate ?? 0, keepsBroken }));
          await send('', 500);
          const scans = told().filter((name) => !/^(reader-ready|noise|cut-off)/.test(name));
          read = scans.includes(code) ? read + 1 : 0;
          garbage.push(...scans.filter((scan) => scan !== code));
        }
        expect(device.hostBaudRate).toBe(sentAt);
        expect(read).toBeGreaterThan(20);
        expect(garbage.filter((scan) => scan.length < 4)).toEqual([]);
      }
    },
  );

  it('LR10 a printable byte of garbage is no scan and keeps no wrong rate; where there is no rate it is a scan', async () => {
    const wrong = await bench({ gives: 'scan' });
    for (let i = 0; i < 2; i += 1) await wrong.send('3', SILENCE_MS);
    expect(wrong.told()).toEqual(['reader-ready', 'noise 1', 'noise 1']);
    expect(wrong.device.hostBaudRate).toBe(LINE_BAUD_RATES[1]);
    await wrong.send('0000017\r', SILENCE_MS);
    await wrong.send('3\r', SILENCE_MS);
    expect(wrong.told()).toEqual(['0000017', '3']);
    const rateless = await bench({ gives: 'scan' }, null, { hasRates: false });
    await rateless.send('3', SILENCE_MS);
    expect(rateless.told()).toEqual(['reader-ready', '3']);
  });
});
