import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BootKeyboardDecoder } from '#drivers/hid/boot-keyboard.ts';
import { HidPosDecoder } from '#drivers/hid/hid-pos.ts';
import { type HidScannerLayout, openHidScanner } from '#drivers/hid/hid-scanner.ts';
import type { LineMeaning } from '#drivers/line/line-meaning.ts';
import { LINE_TIMINGS } from '#drivers/line/line-reader.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';

import { keyReports, posReports } from '../../site/readers/simulated-hid-scanner.ts';
import { padded } from '../../site/readers/simulated-hid-wrappers.ts';
import { HidTeller, SimulatedHidBus } from '../../site/readers/simulated-hid.ts';
import { readerCase } from '../../site/readers/reader-case.ts';
import { HandClock } from '../../support/hand-clock.ts';

interface Vectors {
  hidPos: { name: string; report: string; text: string }[];
  bootKeyboard: { name: string; reports: string[]; text: string }[];
  physicalNumber: { uidHex: string }[];
}
const vectors = JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as Vectors;
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Texts of scans and reasons of discards, of reports that come at the times given. */
function scans(reports: readonly { report: Uint8Array; atMs: number }[]): string[] {
  const decoder = new HidPosDecoder();
  return reports
    .flatMap(({ report, atMs }) => decoder.push(report, atMs))
    .map((each) => (each.type === 'scan' ? new TextDecoder().decode(each.bytes) : each.reason));
}
const scansAtOnce = (reports: readonly Uint8Array[]): string[] =>
  scans(reports.map((report) => ({ report, atMs: 0 })));

const typedAtOnce = (reports: readonly Uint8Array[]): string => {
  const decoder = new BootKeyboardDecoder();
  return reports.map((report) => decoder.push(report)).join('');
};

/** Codes as tubes bear them, and addresses with Chinese as health codes do; never blank at the end. */
const code = fc
  .oneof(
    fc.stringMatching(/^[0-9A-Z-]{1,40}$/),
    fc
      .array(fc.constantFrom('健', '康', '码', 'a', ']', '9'), { minLength: 1, maxLength: 80 })
      .map((all) => all.join('')),
  )
  .filter((text) => !text.startsWith(']'));
/** Of labels without FNC1 in front. */
const aim = fc.constantFrom(null, ']C0', ']Q1');

describe('HID-POS reports', () => {
  it.each(vectors.hidPos)('HI7 vector: $name', ({ report, text }) => {
    expect(scansAtOnce([bytesOf(report)])).toEqual([text]);
  });

  it('HI7 a code of any length in either layout is one scan, and any number of them are told in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(code, aim), { maxLength: 5 }), (all) => {
        const reports = all.flatMap(([text, identifier]) => posReports(text, identifier));
        expect(scansAtOnce(reports)).toEqual(all.map(([text]) => text));
      }),
    );
  });

  it('HI7 whatever reports stand between two scans, both are told once the noise has ended', () => {
    const noise = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => padded([0x02, ...bytes.subarray(1)])),
        code.map((text) => posReports(text.padEnd(60, '0'), null)[0]!),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(code, noise, code, aim, (first, between, second, identifier) => {
        const told = scans([
          ...posReports(first, identifier).map((report) => ({ report, atMs: 0 })),
          ...between.map((report) => ({ report, atMs: 10 })),
          ...posReports(second, identifier).map((report) => ({ report, atMs: 1_000 })),
        ]);
        expect(told[0]).toBe(first);
        expect(told.at(-1)).toBe(second);
      }),
    );
  });

  it('HI15 an identifier one byte later is cut off as well: 04-hid-pos-aim-one-later', async () => {
    const [{ report }] = (await readerCase<{ report: string }>('04-hid-pos-aim-one-later')) as [
      { report: string },
    ];
    const bytes = new Uint8Array(Buffer.from(report, 'hex'));
    expect(scansAtOnce([padded([...bytes])])).toEqual(['202211300001']);
  });

  it('HI15 an identifier that says FNC1 stands in front leaves a GS there, over any number of reports', () => {
    const gs1 = fc.constantFrom(']C1', ']e0', ']d2', ']Q3');
    const elements = fc.stringMatching(/^[0-9]{2}[0-9A-Z]{0,98}$/);
    fc.assert(
      fc.property(elements, gs1, (text, identifier) => {
        expect(scansAtOnce(posReports(text, identifier))).toEqual([`\u001d${text}`]);
        expect(scansAtOnce(posReports(`x${text}`, identifier))).toEqual([`x${text}`]);
      }),
    );
  });

  it('HI7 a scan whose next report does not come is discarded, never told short or glued to the next', () => {
    const [begun] = posReports('1'.repeat(60), null);
    const next = posReports('900000000017', ']C0')[0]!;
    expect(
      scans([
        { report: begun!, atMs: 0 },
        { report: next, atMs: 501 },
      ]),
    ).toEqual(['cut-off', '900000000017']);
  });

  it('HI7 lengths that cannot be, other report ids and the report of one maker', () => {
    expect(scansAtOnce([padded([0x02, 57, 0x39])])).toEqual(['length']);
    expect(scansAtOnce([padded([0x02, 60, 0x5d, 0x43, 0x30, 0x39])])).toEqual(['length']);
    expect(scansAtOnce([padded([0x02, 3, 0x31])])).toEqual(['1']);
    expect(scansAtOnce([Uint8Array.of(0x02, 3, 0x31, 0x32, 0x33)])).toEqual(['length']);
    expect(scansAtOnce([padded([0x04, 3, 0x31, 0x32, 0x33])])).toEqual(['noise']);
    expect(scansAtOnce([padded([0x01, 3, 0x31, 0x32, 0x33])])).toEqual(['123']);
    expect(scansAtOnce([padded([0x01, 63, 0x31])])).toEqual(['length']);
    expect(scansAtOnce([padded([0x02, 0])])).toEqual([]);
    // A length that counts the identifier too brings filling along, or is longer than data may be.
    expect(scansAtOnce([padded([0x02, 4, 0x5d, 0x43, 0x30, 0x39])])).toEqual(['9']);
    const full = padded([0x02, 59, 0x5d, 0x43, 0x30, ...new Uint8Array(56).fill(0x39)]);
    expect(scansAtOnce([full])).toEqual(['9'.repeat(56)]);
    const endless = padded([0x02, 56, ...new Uint8Array(56).fill(0x39), 0, 0, 0, 0, 0, 1]);
    expect(scansAtOnce(Array.from({ length: 129 }, () => endless))).toEqual(['length']);
  });
});

describe('boot keyboard reports', () => {
  it.each(vectors.bootKeyboard)('HI8 vector: $name', ({ reports, text }) => {
    expect(typedAtOnce(reports.map(bytesOf))).toBe(`${text}\r`);
  });

  it('HI8 whatever is typed on the keys of readers and scanners comes out, released between or rolled over', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Za-z-]{1,30}$/), fc.boolean(), (text, rollsOver) => {
        const reports = keyReports(`${text}\t`);
        const isRepeat = (i: number) => text[i]?.toLowerCase() === text[i + 1]?.toLowerCase();
        const kept = rollsOver ? reports.filter((_, i) => i % 2 === 0 || isRepeat((i - 1) / 2)) : reports;
        expect(typedAtOnce(kept)).toBe(`${text}\r`);
      }),
    );
  });

  it('HI8 a key held down is one character, two at once are two, and too many keys are none', () => {
    const keys = (...down: number[]) => Uint8Array.of(0, 0, ...down, ...new Uint8Array(6 - down.length));
    expect(typedAtOnce([keys(0x1e), keys(0x1e), keys(0x1e, 0x1f), keys(0x1f), keys()])).toBe('12');
    expect(typedAtOnce([keys(0x1e, 0x1f)])).toBe('12');
    expect(typedAtOnce([keys(0x1e), keys(1, 1, 1, 1, 1, 1), keys(0x1e)])).toBe('1');
    expect(typedAtOnce([keys(0x62), keys(0x59), keys(0x61), keys(0x58)])).toBe('019\r');
    expect(typedAtOnce([Uint8Array.of(1, 0x20, 0, 0x04, 0, 0, 0, 0, 0)])).toBe('A');
    expect(typedAtOnce([Uint8Array.of(0, 0, 0x04)])).toBe('');
    expect(typedAtOnce([keys(0x39), keys(), keys(0x04)])).toBe('a');
  });

  it('HI8 a key or a chord that gives no character is told as a byte no line holds', () => {
    const one = Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0);
    const controlOne = Uint8Array.of(0x01, 0, 0x1e, 0, 0, 0, 0, 0);
    const f1 = Uint8Array.of(0, 0, 0x3a, 0, 0, 0, 0, 0);
    const up = new Uint8Array(8);
    expect(typedAtOnce([one, up, controlOne, up, f1, up, one])).toBe('1\0\x001');
    expect(typedAtOnce([Uint8Array.of(0x01, 0, 0x28, 0, 0, 0, 0, 0)])).toBe('\r');
  });
});

const SCAN: LineMeaning = { gives: 'scan' };
const NUMBER: LineMeaning = {
  gives: 'physical-number',
  format: { digits: 'hex', bytes: 8, byteOrder: 'same' },
};
const INFO = {
  'hid-pos': { vendorId: '05E0', productId: '1300', usagePage: 0x8c, usage: 0x02 },
  'boot-keyboard': { vendorId: 'FFFF', productId: '0035', usagePage: 0x01, usage: 0x06 },
} as const;

/** A scanner plugged in, opened, and what it has told. */
async function bench(layout: HidScannerLayout, gives: LineMeaning) {
  const clock = new HandClock(0);
  const bus = new SimulatedHidBus();
  const device = new HidTeller({ ...INFO[layout], serialNumber: 'S/1', name: 'scanner' });
  bus.plugIn(device);
  const at = `hid:${INFO[layout].vendorId}:${INFO[layout].productId}:S%2F1`;
  const reader = openHidScanner({ at, layout, gives, bus, clock, timings: LINE_TIMINGS });
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  await clock.advance(2 * LINE_TIMINGS.silenceMs);
  return { clock, bus, device, reader, told: () => events.splice(0) };
}

describe('scanners and card-number readers over HID', () => {
  it('HI9 a HID-POS scanner is ready when it is open, tells every scan, and is opened again after a replug', async () => {
    const { clock, bus, device, reader, told } = await bench('hid-pos', SCAN);
    expect(told()).toEqual([{ event: 'reader-ready', baudRate: null }]);
    device.send(...posReports('900000000017', ']C0'), ...posReports('健康码'.repeat(20), null));
    expect(told()).toEqual([
      { event: 'scan', text: '900000000017' },
      { event: 'scan', text: '健康码'.repeat(20) },
    ]);
    device.send(posReports('1'.repeat(60), null)[0]!);
    bus.unplug(device);
    await clock.advance(10);
    expect(told()).toMatchObject([{ event: 'reader-gone', reason: 'disconnected' }]);
    await clock.advance(60_000);
    expect(told()).toMatchObject([{ event: 'reader-gone', reason: 'cannot-open' }]);
    bus.plugIn(device);
    await clock.advance(LINE_TIMINGS.reopenDelayMsMax);
    device.send(...posReports('900000000025', null));
    expect(told()).toEqual([
      { event: 'reader-ready', baudRate: null },
      { event: 'scan', text: '900000000025' },
    ]);
    await reader.close();
    device.send(...posReports('900000000033', null));
    bus.unplug(device);
    await clock.advance(60_000);
    expect(told()).toEqual([]);
    expect(clock.timersWaiting).toBe(0);
  });

  it('HI9 a card-number reader that types gives the number, with Enter or without, and a shortcut spoils the line', async () => {
    const { clock, device, told } = await bench('boot-keyboard', NUMBER);
    told();
    const { uidHex } = vectors.physicalNumber[0]!;
    device.send(...keyReports(`${uidHex}\r`));
    expect(told()).toEqual([{ event: 'physical-number', number: uidHex }]);
    await clock.advance(5_000);
    device.send(...keyReports(uidHex.toLowerCase()));
    expect(told()).toEqual([]);
    await clock.advance(LINE_TIMINGS.silenceMs);
    expect(told()).toEqual([{ event: 'physical-number', number: uidHex }]);
    await clock.advance(5_000);
    const control = Uint8Array.of(0x01, 0, 0x06, 0, 0, 0, 0, 0);
    device.send(...keyReports('00'), control, new Uint8Array(8), ...keyReports(`${uidHex}\r`));
    expect(told().map(({ event }) => event)).toEqual(['discarded']);
  });

  it('HI9 of a scanner’s collections the right one is opened, and a device that has none says so', async () => {
    const clock = new HandClock(0);
    const bus = new SimulatedHidBus();
    const ids = { vendorId: '05E0', productId: '1300', serialNumber: null, name: 'scanner' };
    const keyboard = new HidTeller({ ...ids, usagePage: 0x01, usage: 0x06 });
    const pos = new HidTeller({ ...ids, usagePage: 0x8c, usage: 0x02 });
    bus.plugIn(keyboard);
    const options = {
      at: 'hid:05E0:1300',
      layout: 'hid-pos',
      gives: SCAN,
      bus,
      clock,
      timings: LINE_TIMINGS,
    } as const;
    const reader = openHidScanner(options);
    const events: ReaderEvent[] = [];
    reader.subscribe((event) => events.push(event));
    await clock.advance(1);
    expect(events).toMatchObject([{ event: 'reader-gone', reason: 'cannot-open', detail: /no collection/ }]);
    bus.plugIn(pos);
    await clock.advance(LINE_TIMINGS.reopenDelayMsMax);
    keyboard.send(...keyReports('12\r'));
    pos.send(...posReports('900000000017', null));
    expect(events.slice(1)).toEqual([
      { event: 'reader-ready', baudRate: null },
      { event: 'scan', text: '900000000017' },
    ]);
    await reader.close();
  });
});
