import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { formatHidAddress, parseHidAddress } from '#drivers/port/hid-bus.ts';
import { type HidProfile, hidPortOpener, QUIET_WAIT_MS_MAX } from '#drivers/hid/hid-sdt.ts';
import type { PortListener } from '#drivers/port/port.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { encodeCommand } from '#drivers/sdt/sdt-commands.ts';

import { type InventedPerson, inventPeople } from '../../site/invented-people.ts';
import { DK_REFUSAL, padded } from '../../site/readers/simulated-hid-wrappers.ts';
import { hidAddressOf, HidReader, SimulatedHidBus } from '../../site/readers/simulated-hid.ts';
import { cardOf, fingerprintFiller } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { message } from '#shared/language/message.ts';

const PROFILES: readonly HidProfile[] = ['raw64', 'miaxis', 'dk'];
const [ANN, BEN] = inventPeople({ seed: 9, count: 2 }) as [InventedPerson, InventedPerson];
/** Time for the module to be found, or for a card to be read and held. */
const A_WHILE_MS = 3_000;
/** Every answer so late, so that a read (search, selection, content) takes long enough to be met at any of its steps. */
const ANSWER_DELAY_MS = 40;
/** Longer than the pause between two searches and a read together. */
const PULL_WITHIN_MS = 500;

function memory(profile: HidProfile) {
  const clock = new HandClock(0);
  const module = new SimulatedReader(clock);
  const device = new HidReader(module, profile);
  const bus = new SimulatedHidBus();
  bus.plugIn(device);
  return { clock, module, device, bus, openPort: hidPortOpener({ profile, bus, clock }) };
}

/** A reader on a HID device in memory, and what it has told. */
async function bench(profile: HidProfile) {
  const parts = memory(profile);
  const { clock, openPort } = parts;
  const reader = openReader({ path: hidAddressOf(profile), openPort, clock, timings: READER_TIMINGS });
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  await clock.advance(A_WHILE_MS);
  return { ...parts, reader, told: () => events.splice(0).map(shortName) };
}

function shortName(event: ReaderEvent): string {
  if (event.event === 'reading') return event.reading.number;
  if (event.event === 'fault') return event.code;
  if (event.event === 'reader-gone') return `gone: ${event.reason}`;
  if (event.event === 'discarded') return `discarded: ${event.reason} ${event.bytes}`;
  return event.event;
}

describe('ID-card readers over HID', () => {
  it.each(PROFILES)('HI5 %s: cards are read, held and lifted, and nothing is discarded', async (profile) => {
    const { clock, module, reader, told } = await bench(profile);
    expect(told()).toEqual(['reader-ready']);
    for (const person of [ANN, BEN, ANN]) {
      module.layDown({ ...cardOf(person), fingerprint: fingerprintFiller() });
      await clock.advance(A_WHILE_MS);
      module.lift();
      await clock.advance(A_WHILE_MS);
      expect(told()).toEqual(['card-present', person.number, 'removed']);
    }
    await reader.close();
    expect(clock.timersWaiting).toBe(0);
  });

  it.each(PROFILES)('HI5 %s: a damaged, cut or missing answer costs no card', async (profile) => {
    const { clock, module, told } = await bench(profile);
    told();
    for (const spoil of ['checksum', 'half-frame', 'silence'] as const) {
      module.spoilNext('read-card', { with: spoil });
      module.layDown(cardOf(ANN));
      await clock.advance(4 * A_WHILE_MS);
      module.lift();
      await clock.advance(A_WHILE_MS);
      expect(told().filter((name) => name === ANN.number)).toEqual([ANN.number]);
    }
  });

  it('HI5 reports of no use to a profile are told as discarded, and the next card is read', async () => {
    const { clock, device, module, told } = await bench('miaxis');
    told();
    device.send(padded([0x55, 1, 2]));
    expect(told()).toEqual(['discarded: noise 64']);
    module.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['card-present', ANN.number]);
  });

  it('HI6 a DK reader that refuses every search of an empty plate is ready, and stays so', async () => {
    const { clock, device, module, told } = await bench('dk');
    expect(told()).toEqual(['reader-ready']);
    device.answersInstead.push(...Array.from({ length: 50 }, () => [DK_REFUSAL]));
    await clock.advance(60_000);
    expect(device.answersInstead).toEqual([]);
    module.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['card-present', ANN.number]);
  });

  it.each(PROFILES)(
    'HI4 %s: a request waits until the device has been silent for 5 ms, at most 100',
    async (profile) => {
      const { clock, device, openPort } = memory(profile);
      const port = await openPort(hidAddressOf(profile), { onData: () => {}, onGone: () => {} });
      port.write(encodeCommand('sam-status'));
      expect(device.reportsWritten).toHaveLength(1);
      port.write(encodeCommand('find-card'));
      await clock.advance(4);
      expect(device.reportsWritten).toHaveLength(1);
      await clock.advance(1);
      expect(device.reportsWritten).toHaveLength(2);
      port.write(encodeCommand('find-card'));
      for (let ms = 0; ms < QUIET_WAIT_MS_MAX - 1; ms += 1) {
        device.send(new Uint8Array(64));
        await clock.advance(1);
      }
      expect(device.reportsWritten).toHaveLength(2);
      await clock.advance(1);
      expect(device.reportsWritten).toHaveLength(3);
      port.write(encodeCommand('find-card'));
      await port.close();
      await clock.advance(A_WHILE_MS);
      expect(device.reportsWritten).toHaveLength(profile === 'miaxis' ? 4 : 3);
      expect(clock.timersWaiting).toBe(0);
    },
  );

  it('HI4 miaxis: the antenna goes off when the port is closed, and not when the device has gone', async () => {
    const { bus, device, openPort } = memory('miaxis');
    const gone: string[] = [];
    const listener: PortListener = { onData: () => {}, onGone: (reason) => gone.push(reason) };
    const port = await openPort(hidAddressOf('miaxis'), listener);
    await port.close();
    const [farewell] = device.reportsWritten;
    expect(Buffer.from(farewell!.subarray(6, 17)).toString('hex')).toBe('aaaaaa96690004fa1100ef');
    const again = await openPort(hidAddressOf('miaxis'), listener);
    bus.unplug(device);
    expect(gone).toEqual(['disconnected']);
    await again.close();
    expect(device.reportsWritten).toHaveLength(1);
  });

  it.each(PROFILES)(
    'HI11 %s: unplugged and plugged in again at any moment of a read, 350 times, it ends ready and reads',
    async (profile) => {
      const { clock, bus, device, module, reader, told } = await bench(profile);
      const { reopenDelayMsMin } = READER_TIMINGS;
      module.misbehaviour.replyDelayMs = ANSWER_DELAY_MS;
      const seen = { before: 0, within: 0, after: 0 };
      for (let round = 0; round < 350; round += 1) {
        module.layDown(cardOf(round % 2 === 0 ? ANN : BEN));
        await clock.advance((7 * round) % PULL_WITHIN_MS);
        bus.unplug(device);
        await clock.advance(1);
        const names = told();
        if (!names.includes('card-present')) seen.before += 1;
        else if (!names.includes(ANN.number) && !names.includes(BEN.number)) seen.within += 1;
        else seen.after += 1;
        bus.plugIn(device);
        module.lift();
        await clock.advance(2 * reopenDelayMsMin);
        const later = told();
        expect([...names, ...later].filter((name) => name.startsWith('gone'))).toEqual([
          'gone: disconnected',
        ]);
        expect(later.at(-1)).toBe('reader-ready');
      }
      for (const times of Object.values(seen)) expect(times).toBeGreaterThan(10);
      module.misbehaviour.replyDelayMs = 0;
      module.layDown(cardOf(ANN));
      await clock.advance(A_WHILE_MS);
      expect(told()).toEqual(['card-present', ANN.number]);
      await reader.close();
      expect(clock.timersWaiting).toBe(0);
    },
  );

  it('HI14 an address names vendor, product and perhaps serial number, with whatever characters that has', () => {
    for (const serialNumber of [null, 'A1', 'S/1 ü:%', '0425:8159']) {
      const address = { vendorId: '0425', productId: '8159', serialNumber };
      expect(parseHidAddress(formatHidAddress(address))).toEqual(address);
    }
    expect(parseHidAddress('hid:10c4:0007')).toEqual({
      vendorId: '10C4',
      productId: '0007',
      serialNumber: null,
    });
    for (const none of [
      'hid:',
      'hid:425:8159',
      'hid:0425:8159:',
      'hid:0425:8159:%',
      'usb:0425:8159',
      '/dev/hidraw0',
    ])
      expect(parseHidAddress(none), none).toBeNull();
  });

  it('HI14 of two of a kind the one with the serial number is opened', async () => {
    const { bus, device, openPort } = memory('raw64');
    const other = new HidReader(new SimulatedReader(new HandClock(0)), 'raw64');
    bus.unplug(device);
    bus.plugIn(other);
    bus.plugIn(device);
    other.info.serialNumber = 'A';
    device.info.serialNumber = 'B:1';
    const listener: PortListener = { onData: () => {}, onGone: () => {} };
    const port = await openPort(`${hidAddressOf('raw64')}:B%3A1`, listener);
    port.write(encodeCommand('sam-status'));
    expect([other, device].map(({ reportsWritten }) => reportsWritten.length)).toEqual([0, 1]);
    await expect(openPort(`${hidAddressOf('raw64')}:C`, listener)).rejects.toThrow('no such device');
    await expect(openPort('tcp://127.0.0.1:1', listener)).rejects.toThrow('hid:VVVV:PPPP');
    bus.trouble = message('reader-gone.hid-needs-libusb');
    await expect(openPort(hidAddressOf('raw64'), listener)).rejects.toThrow(
      /请安装 libusb-1\.0-0.* · .*install libusb-1\.0-0/,
    );
  });
});

describe('a machine that cannot use HID', () => {
  it('HI10 a missing libusb is told in words that say what to install, and nothing else stops', () => {
    // A library that is none stands in front of the real one, so that node-hid fails as on a machine without it.
    const dir = mkdtempSync(path.join(tmpdir(), 'no-libusb-'));
    try {
      writeFileSync(path.join(dir, 'libusb-1.0.so.0'), '');
      const script = `
        import { systemHid } from ${JSON.stringify(path.resolve('drivers/port/hid-port.ts'))};
        import { systemClock } from ${JSON.stringify(path.resolve('shared/node/system-clock.ts'))};
        const bus = systemHid(systemClock);
        console.log(JSON.stringify([await bus.list(), await bus.list()]));`;
      const run = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
        env: { ...process.env, LD_LIBRARY_PATH: dir },
        encoding: 'utf8',
      });
      expect(run.stderr).toBe('');
      const listings = JSON.parse(run.stdout) as unknown[];
      const words = process.platform === 'linux' ? { outcome: 'unavailable' } : { outcome: 'listed' };
      expect(listings).toMatchObject([words, words]);
      if (process.platform === 'linux') {
        expect(listings).toMatchObject([{ words: message('reader-gone.hid-needs-libusb') }, {}]);
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
