import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { type Candidate, candidatesOf, unusedOf } from '#drivers/finding/reader-candidates.ts';
import { FINDER_TIMINGS, openFinder } from '#drivers/finding/reader-finder.ts';
import { portOpener } from '#drivers/rig/open-port.ts';
import { serialPathOf } from '#drivers/finding/serial-lookup.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { isRealTty, systemDevices, usbDevicesAt } from '#drivers/finding/system-devices.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';

import { HandClock } from '../../support/hand-clock.ts';
import { ch340, ftdi, hidDevice, PluggedDevices } from '../../support/readers/plugged-devices.ts';
import { type SerialDevice, serialDeviceOf } from '#drivers/port/serial-device.ts';
import { zhOf } from '../../support/said.ts';
import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';

const NOTHING = { serial: [], hid: [], usb: [], services: [] };
const HUASHI = 'http://127.0.0.1:19196';
const SHENSI = 'ws://127.0.0.1:9000';
const BULK = { vendorId: '0400', productId: 'C35A', serialNumber: null };
const BLUETOOTH: SerialDevice[] = [
  { path: '/dev/rfcomm0' },
  { path: 'COM7', pnpId: 'BTHENUM\\{00001101-0000-1000-8000-00805F9B34FB}_LOCALMFG&0000\\7&1' },
  { path: 'COM8', friendlyName: '通过蓝牙链接的标准串行 (COM8)' },
  { path: 'COM9', friendlyName: 'Standard Serial over Bluetooth link (COM9)' },
  { path: '/dev/tty.Bluetooth-Incoming-Port' },
].map(serialDeviceOf);

const setting = (at: string, more: Partial<ReaderSetting> = {}): ReaderSetting => ({
  model: 'sdt-serial',
  at,
  role: 'person',
  usb: null,
  numberFormat: null,
  ...more,
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('what is offered', () => {
  it('RM4 a known USB-serial chip is offered as what may be behind it, other ports after it', () => {
    const cdc = serialDeviceOf({
      path: 'COM5',
      manufacturer: 'Scan Co',
      vendorId: '1EAB',
      productId: '1a03',
    });
    const own = serialDeviceOf({ path: 'COM1' });
    const candidates = candidatesOf({ ...NOTHING, serial: [own, cdc, ch340('COM3')] }, true);
    expect(candidates).toMatchObject([
      { at: 'COM3', name: 'wch.cn · CH340', models: ['sdt-serial', 'number-serial', 'scanner-serial'] },
      { at: 'COM5', name: 'Scan Co', models: ['scanner-serial', 'number-serial', 'sdt-serial'] },
      { at: 'COM1', name: 'COM1', usb: null },
    ]);
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(3);
  });

  it('RM4 a HID device is offered as the model of its identity, uncertain ones as all three, or by its use', () => {
    const hid = [
      hidDevice('0425:8159', { usagePage: 0xff00, usage: 1, serialNumber: 'A/1' }),
      hidDevice('2B19:0200', { usagePage: 0xff00, usage: 1 }),
      hidDevice('1EAB:1A10', { usagePage: 0x8c, usage: 2 }),
      hidDevice('1EAB:1A10', { usagePage: 0x01, usage: 6 }),
      hidDevice('04D9:A0CD', { usagePage: 0x01, usage: 6 }),
      hidDevice('046D:C077', { usagePage: 0x01, usage: 2 }),
    ];
    const offered = (opensKeyboards: boolean) =>
      candidatesOf({ ...NOTHING, hid }, opensKeyboards).map(({ at, models }) => [at, ...models]);
    expect(offered(true)).toEqual([
      ['hid:0425:8159:A%2F1', 'sdt-hid-raw64'],
      ['hid:2B19:0200', 'sdt-hid-raw64', 'sdt-hid-miaxis', 'sdt-hid-dk'],
      ['hid:1EAB:1A10', 'scanner-hid-pos', 'number-boot-keyboard', 'scanner-boot-keyboard'],
      ['hid:04D9:A0CD', 'number-boot-keyboard', 'scanner-boot-keyboard'],
    ]);
    expect(offered(false).slice(2)).toEqual([['hid:1EAB:1A10', 'scanner-hid-pos']]);
  });

  it('RM5 a Bluetooth port is neither offered nor opened, in whichever way it shows', () => {
    expect(BLUETOOTH.map(({ bluetooth }) => bluetooth)).toEqual(BLUETOOTH.map(() => true));
    expect(candidatesOf({ ...NOTHING, serial: BLUETOOTH }, true)).toEqual([]);
    for (const { path: at } of BLUETOOTH) {
      const lookup = serialPathOf(setting(at), BLUETOOTH, []);
      expect(lookup).toMatchObject({ outcome: 'none' });
      if (lookup.outcome === 'none') expect(zhOf(lookup.detail)).toContain('蓝牙端口从不打开');
    }
    expect(serialPathOf(setting('/dev/rfcomm3'), [], [])).toMatchObject({ outcome: 'none' });
  });

  it('RM5 not even a person who names one opens it', async () => {
    const ignored = { onData: () => {}, onGone: () => {} };
    for (const at of ['/dev/rfcomm0', '/dev/tty.Bluetooth-Incoming-Port'])
      await expect(portOpener(systemClock)(at, ignored)).rejects.toThrow('蓝牙端口从不打开');
  });

  it('RM7 a 0400:C35A that is seen cannot be chosen and says what to install, until a maker’s service answers', () => {
    const [bulk] = candidatesOf({ ...NOTHING, usb: [BULK] }, true);
    expect(bulk).toMatchObject({ at: 'usb:0400:C35A', models: [] });
    expect(bulk?.install && zhOf(bulk.install)).toContain('这台读卡器需要厂家服务');
    expect(candidatesOf({ ...NOTHING, usb: [BULK], services: [HUASHI] }, true)).toMatchObject([
      { at: 'usb:0400:C35A', models: ['sdt-usb-bulk'], install: null },
      {
        at: HUASHI,
        name: READER_MODEL_TABLE['service-huashi'].name,
        models: ['service-huashi', 'sdt-usb-bulk'],
        install: null,
      },
    ]);
  });

  it('RM7 other USB devices are nobody’s business', () => {
    const usb = [{ vendorId: '046D', productId: 'C077', serialNumber: null }];
    expect(candidatesOf({ ...NOTHING, usb }, true)).toEqual([]);
  });

  it('RM6 what a confirmed reader is at is offered no more, and what lies in its place is', () => {
    const seen = (...serial: SerialDevice[]) => candidatesOf({ ...NOTHING, serial }, true);
    const ats = (candidates: readonly Candidate[]) => candidates.map(({ at }) => at);
    const confirmed = setting('COM3', { usb: ftdi('COM3', 'A1').usb });
    expect(ats(unusedOf(seen(ftdi('COM3', 'A1'), ch340('COM4')), [confirmed]))).toEqual(['COM4']);
    expect(ats(unusedOf(seen(ftdi('COM9', 'A1')), [confirmed]))).toEqual([]);
    expect(ats(unusedOf(seen(ftdi('COM3', 'B2')), [confirmed]))).toEqual(['COM3']);
    const nameless = setting('COM3', { usb: ch340('COM3').usb });
    expect(ats(unusedOf(seen(ch340('COM6')), [nameless]))).toEqual([]);
    const services = candidatesOf({ ...NOTHING, usb: [BULK], services: [HUASHI] }, true);
    expect(unusedOf(services, [setting('usb:0400:C35A', { model: 'sdt-usb-bulk' })])).toEqual([]);
    expect(unusedOf(services, [setting(HUASHI, { model: 'service-huashi' })])).toEqual([]);
  });
});

describe('finding a confirmed device again', () => {
  const usb = ftdi('x', 'A1').usb;

  it('RM8 it is found by its identity wherever it is plugged in', () => {
    const ports = [ch340('COM3'), ftdi('COM12', 'A1'), ftdi('COM13', 'B2')];
    expect(serialPathOf(setting('COM3', { usb }), ports, [])).toEqual({ outcome: 'found', path: 'COM12' });
  });

  it('RM8 another device called as it was called gets nothing', () => {
    for (const other of [ch340('COM3'), ftdi('COM3', 'B2'), serialDeviceOf({ path: 'COM3' })])
      expect(serialPathOf(setting('COM3', { usb }), [other], [])).toMatchObject({ outcome: 'none' });
  });

  it('RM8 nor does a USB device called as a port of the machine itself was when it was confirmed', () => {
    expect(serialPathOf(setting('COM1'), [serialDeviceOf({ path: 'COM1' })], [])).toMatchObject({
      path: 'COM1',
    });
    expect(serialPathOf(setting('COM1'), [ch340('COM1')], [])).toMatchObject({ outcome: 'none' });
  });

  it('RM8 devices without serial numbers keep their places, and the only free one is taken', () => {
    const kind = ch340('x').usb;
    const [a, b] = [setting('ttyUSB0', { usb: kind }), setting('ttyUSB1', { usb: kind })];
    const ports = [ch340('ttyUSB1'), ch340('ttyUSB2')];
    expect(serialPathOf(b, ports, [a])).toEqual({ outcome: 'found', path: 'ttyUSB1' });
    expect(serialPathOf(a, ports, [b])).toEqual({ outcome: 'found', path: 'ttyUSB2' });
    expect(serialPathOf(a, ports, [])).toMatchObject({ outcome: 'none' });
    expect(serialPathOf(a, [], [b])).toMatchObject({ outcome: 'none' });
    // One is back at a new place: nobody can say which.
    expect(serialPathOf(a, [ch340('ttyUSB5')], [b])).toMatchObject({ outcome: 'none' });
    expect(serialPathOf(b, [ch340('ttyUSB5')], [a])).toMatchObject({ outcome: 'none' });
  });

  it('RM8 whatever is plugged in wherever, what is opened is of the confirmed kind and opened for one setting only', () => {
    const paths = ['COM1', 'COM2', 'COM3', 'COM4'];
    const usbs = [ch340('x').usb, ftdi('x', 'A1').usb, ftdi('x', 'B2').usb];
    const machine = fc.uniqueArray(
      fc.record({
        path: fc.constantFrom(...paths),
        usb: fc.constantFrom(null, ...usbs),
        bluetooth: fc.boolean(),
      }),
      { selector: ({ path: at }) => at },
    );
    const confirmed = fc.uniqueArray(
      fc.record({ at: fc.constantFrom(...paths), usb: fc.constantFrom(...usbs) }),
      { selector: ({ at }) => at },
    );
    fc.assert(
      fc.property(machine, confirmed, (listed, settings) => {
        const ports = listed.map((port) => ({ ...port, name: port.path }));
        const found = settings.flatMap((each) => {
          const lookup = serialPathOf(
            each,
            ports,
            settings.filter((other) => other !== each),
          );
          return lookup.outcome === 'found' ? [{ each, path: lookup.path }] : [];
        });
        for (const { each, path: at } of found) {
          const port = ports.find((one) => one.path === at);
          expect(port).toMatchObject({ usb: each.usb, bluetooth: false });
        }
        const opened = found.map(({ path: at }) => at);
        return new Set(opened).size === opened.length;
      }),
      { numRuns: 2_000 },
    );
  });

  it('RM8 a path without an identity is itself', () => {
    expect(serialPathOf(setting('/dev/pts/3'), [ch340('COM3')], [])).toEqual({
      outcome: 'found',
      path: '/dev/pts/3',
    });
  });

  it('RM8 serial numbers Windows makes of the hole are no serial numbers, and hex is written one way', () => {
    const listed = { path: 'COM3', vendorId: '1a86', productId: '7523', serialNumber: '5&2A7E1B3C&0&2' };
    expect(serialDeviceOf(listed).usb).toEqual({ vendorId: '1A86', productId: '7523', serialNumber: null });
    expect(serialDeviceOf({ path: 'x', vendorId: '0x403', productId: '6001' }).usb?.vendorId).toBe('0403');
    expect(serialDeviceOf({ path: 'x', vendorId: 'no hex', productId: '6001' }).usb).toBeNull();
    fc.assert(
      fc.property(fc.string(), fc.string(), (vendorId, serialNumber) => {
        const { usb: made } = serialDeviceOf({ path: 'x', vendorId, productId: '6001', serialNumber });
        return made === null || (/^[0-9A-F]{4}$/.test(made.vendorId) && made.serialNumber !== '');
      }),
    );
  });
});

describe('looking again and again', () => {
  function bench() {
    const clock = new HandClock(0);
    const devices = new PluggedDevices();
    const told: string[][] = [];
    const troubles: string[] = [];
    const finder = openFinder({
      lists: devices,
      clock,
      timings: FINDER_TIMINGS,
      askable: () => [HUASHI, SHENSI],
      onCandidates: (candidates) => told.push(candidates.map(({ at }) => at)),
      onTrouble: (words) => troubles.push(words),
    });
    return { clock, devices, told, troubles, finder };
  }

  it('RM6 what comes and goes is told once, within two seconds', async () => {
    const { clock, devices, told } = bench();
    await clock.advance(0);
    expect(told).toEqual([[]]);
    for (let i = 0; i < 20; i += 1) {
      devices.serialPorts = [ch340('COM3')];
      await clock.advance(FINDER_TIMINGS.lookGapMsMax);
      expect(told.at(-1)).toEqual(['COM3']);
      await clock.advance(60_000);
      devices.serialPorts = [];
      await clock.advance(FINDER_TIMINGS.lookGapMsMax);
      await clock.advance(60_000);
    }
    expect(told.length).toBe(41);
  });

  it('RM6 another device at the same place between two looks is another candidate', async () => {
    const { clock, devices, told, finder } = bench();
    devices.serialPorts = [ftdi('COM3', 'A1')];
    await clock.advance(3_000);
    devices.serialPorts = [ftdi('COM3', 'B2')];
    await clock.advance(3_000);
    expect(told).toEqual([[], ['COM3'], ['COM3']]);
    finder.close();
    await clock.advance(60_000);
    expect(clock.timersWaiting).toBe(0);
  });

  it('RM6 a list that fails keeps what it said, is told once, asked less and less, and disturbs no other', async () => {
    const { clock, devices, told, troubles } = bench();
    devices.serialPorts = [ch340('COM3')];
    await clock.advance(3_000);
    devices.failing.set('serial', 'rejects');
    devices.hidDevices = [hidDevice('0425:8159', { usagePage: 0xff00, usage: 1 })];
    await clock.advance(3_000);
    expect(told.at(-1)).toEqual(['hid:0425:8159', 'COM3']);
    const before = devices.asked.serial;
    await clock.advance(10 * 60_000);
    expect(devices.asked.serial - before).toBeLessThan(30);
    expect(troubles).toEqual(['serial: no serial list']);
    devices.failing.clear();
    devices.serialPorts = [];
    await clock.advance(FINDER_TIMINGS.failedGapMsMax);
    expect(told.at(-1)).toEqual(['hid:0425:8159']);
  });

  it('RM6 a list that hangs holds up the others once and is not asked a second time', async () => {
    const { clock, devices, told, troubles } = bench();
    devices.failing.set('hid', 'hangs');
    await clock.advance(30_000);
    devices.serialPorts = [ch340('COM3')];
    await clock.advance(3_000);
    expect(told.at(-1)).toEqual(['COM3']);
    // Once it answered; the second time it hung.
    expect(devices.asked.hid).toBe(2);
    expect(troubles).toEqual(['hid: no answer in 10000 ms']);
  });

  it('RM4 a program that listens at a service’s port is nothing, and hides nothing, until a person looks and it answers', async () => {
    const { clock, devices, told, finder } = bench();
    devices.usbDevices = [BULK];
    devices.listening = [SHENSI, HUASHI];
    await clock.advance(0);
    told.length = 0;
    await clock.advance(60_000);
    expect(told).toEqual([['usb:0400:C35A']]);
    expect(devices.servicesAsked).toEqual([]);
    finder.look();
    await clock.advance(60_000);
    expect(told.length).toBe(1);
    devices.answering = [HUASHI];
    finder.look();
    await clock.advance(0);
    expect(told.at(-1)).toEqual(['usb:0400:C35A', HUASHI]);
    expect(devices.servicesAsked).toEqual([HUASHI, SHENSI, HUASHI, SHENSI]);
    await clock.advance(60_000);
    devices.listening = [SHENSI];
    await clock.advance(FINDER_TIMINGS.serviceGapMs + FINDER_TIMINGS.lookGapMsMax);
    expect(told.at(-1)).toEqual(['usb:0400:C35A']);
    // Whatever listens there next has to answer anew.
    devices.listening = [SHENSI, HUASHI];
    await clock.advance(60_000);
    expect(told.length).toBe(3);
    expect(devices.servicesAsked.length).toBe(4);
  });

  it('RM6 a program that keeps silent at a service’s port holds up no other list', async () => {
    const { clock, devices, told, finder } = bench();
    await clock.advance(10_000);
    devices.failing.set('askServices', 'hangs');
    devices.serialPorts = [ch340('COM3')];
    finder.look();
    await clock.advance(0);
    expect(told.at(-1)).toEqual(['COM3']);
  });

  it('RM13 no list is asked more than once a second, the services less, however often somebody wants to look', async () => {
    const { clock, devices, finder } = bench();
    devices.listening = [HUASHI];
    devices.answering = [HUASHI];
    for (let i = 0; i < 100; i += 1) {
      finder.look();
      await clock.advance(100);
    }
    expect(devices.asked.hid).toBeLessThanOrEqual(11);
    expect(devices.asked.hid).toBeGreaterThan(4);
    expect(devices.asked.askServices).toBeLessThanOrEqual(11);
    expect(devices.asked.askServices).toBeGreaterThan(4);
    const before = { ...devices.asked };
    await clock.advance(100_000);
    expect(devices.asked.services - before.services).toBeLessThanOrEqual(11);
    expect(devices.asked.services - before.services).toBeGreaterThan(4);
    expect(devices.asked.askServices - before.askServices).toBeLessThanOrEqual(1);
  });
});

describe('this machine', () => {
  it('RM4 its lists can be had without opening anything, and knocking at a service’s port writes nothing', async () => {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.on('data', (bytes) => heard.push(bytes.toString('hex')));
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const hid = {
      list: () => Promise.reject(new Error('not asked')),
      open: () => Promise.reject(new Error()),
    };
    const lists = systemDevices({ hid, clock: systemClock, servicePort: (port) => port });
    const here = `http://127.0.0.1:${address.port}`;
    expect(await lists.services([here, 'ws://127.0.0.1:1'])).toEqual([here]);
    expect(await lists.askServices([here])).toEqual([]);
    expect(Array.isArray(await lists.usb())).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
  });

  it('RM7 Linux’s list of USB devices names every device and no interface', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'muster-usb-'));
    cleanups.push(() => rm(root, { recursive: true }));
    const device = async (name: string, files: Record<string, string>) => {
      await mkdir(path.join(root, name));
      for (const [file, text] of Object.entries(files))
        await writeFile(path.join(root, name, file), `${text}\n`);
    };
    await device('1-1', { idVendor: '0400', idProduct: 'c35a' });
    await device('1-2', { idVendor: '0403', idProduct: '6001', serial: 'A1' });
    await device('1-1:1.0', { idVendor: '0400', idProduct: 'c35a' });
    await device('usb9', { idVendor: 'bad' });
    const found = await usbDevicesAt(root);
    expect(found.toSorted((a, b) => a.vendorId.localeCompare(b.vendorId))).toEqual([
      BULK,
      { vendorId: '0403', productId: '6001', serialNumber: 'A1' },
    ]);
    expect(await usbDevicesAt(path.join(root, 'not-there'))).toEqual([]);
  });

  it('RM4 serial ports Linux names without having them are not offered', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'muster-tty-'));
    cleanups.push(() => rm(root, { recursive: true }));
    for (const [name, type] of [
      ['ttyS0', '4'],
      ['ttyS9', '0'],
    ] as const) {
      await mkdir(path.join(root, name));
      await writeFile(path.join(root, name, 'type'), `${type}\n`);
    }
    expect(await isRealTty(root, '/dev/ttyS0')).toBe(true);
    expect(await isRealTty(root, '/dev/ttyS9')).toBe(false);
    expect(await isRealTty(root, '/dev/ttyUSB0')).toBe(true);
  });
});
