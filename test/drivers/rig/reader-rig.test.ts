import { afterEach, describe, expect, it } from 'vitest';

import { openConfiguredReader, serviceOrder } from '#drivers/rig/configured-reader.ts';
import {
  type Guard,
  guardedBus,
  guardedOpener,
  OPEN_MS_MAX,
  SETTLE_MS_MAX,
} from '#drivers/port/guarded-port.ts';
import type { HidBus } from '#drivers/port/hid-bus.ts';
import { keepReader, type Reader } from '#drivers/reader/kept-reader.ts';
import { LINE_TIMINGS } from '#drivers/line/line-reader.ts';
import type { OpenPort, Port, PortListener } from '#drivers/port/port.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { openReaderRig, type RigEvent } from '#drivers/rig/reader-rig.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { openServiceLine } from '#drivers/service/service-reader.ts';
import { RIG_TIMINGS } from '#drivers/rig/system-rig.ts';
import { READER_MODELS, readerIdOf, type ReaderSetting } from '#shared/reader-setting.ts';

import { inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { memoryLine, type MemoryLine } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { ch340, ftdi, PluggedDevices } from '../../support/readers/plugged-devices.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const A_WHILE_MS = 3_000;
/** A busy machine may take this long to refuse a connection to itself. */
const REAL_MS_MAX = 10_000;
const NO_HID: HidBus = {
  list: () => Promise.resolve({ outcome: 'listed', devices: [] }),
  open: () => Promise.reject(new Error('no HID here')),
};

const sdt = (at: string, usb: ReaderSetting['usb'] = null): ReaderSetting => ({
  model: 'sdt-serial',
  at,
  role: 'person',
  usb,
  numberFormat: null,
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A rig over lines in memory, by path; `open` of a test replaces the real way of opening. */
function bench(open: ((setting: ReaderSetting) => Reader) | null = null) {
  const clock = new HandClock(Date.UTC(2021, 0, 24));
  const devices = new PluggedDevices();
  const lines = new Map<string, MemoryLine>();
  const opened: string[] = [];
  const troubles: string[] = [];
  const onTrouble = (words: string) => troubles.push(words);
  const openPort: OpenPort = (path, listener) => {
    opened.push(path);
    const line = lines.get(path);
    if (line === undefined)
      return Promise.reject(new Error(`No such file or directory, cannot open ${path}`));
    return line.openPort(path, listener);
  };
  const rig = openReaderRig({
    lists: devices,
    open: (setting, findPath) =>
      open?.(setting) ??
      openConfiguredReader(setting, {
        openPort: guardedOpener(openPort, { clock, onTrouble }),
        hid: NO_HID,
        findPath,
        lastGood: null,
        remember: () => {},
        clock,
        timings: READER_TIMINGS,
        lineTimings: LINE_TIMINGS,
      }),
    clock,
    timings: RIG_TIMINGS,
    onTrouble,
  });
  const events: RigEvent[] = [];
  rig.subscribe((event) => events.push(event));
  cleanups.push(async () => {
    const closing = rig.close();
    await clock.advance(RIG_TIMINGS.closeMsMax);
    await closing;
  });
  return {
    clock,
    devices,
    rig,
    opened,
    troubles,
    events,
    /** A simulated reader on a line of its own. */
    line: (path: string) => {
      const simulated = new SimulatedReader(clock);
      const line = memoryLine(simulated);
      lines.set(path, line);
      return { simulated, line };
    },
    replug: (from: string, to: string) => {
      const line = lines.get(from);
      if (line === undefined) throw new Error(`nothing at ${from}`);
      line.unplug();
      lines.delete(from);
      lines.set(to, line);
      line.plugIn();
    },
    /** What one reader told since the last call. */
    told: (reader: string): string[] =>
      events
        .splice(0)
        .flatMap((each) => (each.rig === 'reader' && each.reader === reader ? [shortName(each.event)] : [])),
  };
}

function shortName(event: ReaderEvent): string {
  if (event.event === 'reading') return event.reading.number;
  if (event.event === 'reader-gone') return `gone: ${event.reason}`;
  return event.event;
}

/** A reader that tells what a test lets it tell. */
function puppet(): { reader: Reader; tell: (event: ReaderEvent) => void; closed: () => boolean } {
  let listener: ((event: ReaderEvent) => void) | null = null;
  let isClosed = false;
  return {
    tell: (event) => listener?.(event),
    closed: () => isClosed,
    reader: {
      subscribe: (given) => {
        listener = given;
        return () => {
          listener = null;
        };
      },
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    },
  };
}

const READY: ReaderEvent = { event: 'reader-ready', baudRate: null };

describe('the readers of a station', () => {
  it('RM4 no port is opened before a person has confirmed it', async () => {
    const { clock, devices, rig, opened, line, events } = bench();
    line('COM3');
    devices.serialPorts = [ch340('COM3')];
    rig.use([]);
    await clock.advance(60_000);
    expect(opened).toEqual([]);
    expect(events).toMatchObject([{ rig: 'candidates', candidates: [{ at: 'COM3' }] }]);
    rig.use([sdt('COM3', ch340('COM3').usb)]);
    await clock.advance(A_WHILE_MS);
    expect(new Set(opened)).toEqual(new Set(['COM3']));
    expect(events.at(-1)).toMatchObject({ rig: 'reader', event: { event: 'reader-ready' } });
    expect(events).toContainEqual({ rig: 'candidates', candidates: [] });
  });

  it('RM4 a service that a reader uses, or may use, is not asked by who looks: the card would be given to nobody', async () => {
    const { clock, devices, rig } = bench(() => puppet().reader);
    const asked = async (...models: ReaderSetting['model'][]) => {
      rig.use(models.map((model) => ({ ...sdt(`at ${model}`), model })));
      await clock.advance(A_WHILE_MS);
      rig.look();
      await clock.advance(A_WHILE_MS);
      return devices.servicesAsked.splice(0).map((at) => Number(new URL(at).port));
    };
    expect(await asked('sdt-serial')).toEqual([19196, 9000, 47903]);
    expect(await asked('sdt-serial', 'service-decard')).toEqual([19196, 9000]);
    expect(await asked('sdt-usb-bulk')).toEqual([]);
  });

  it('RM14 what is listed is open, what is no longer listed is closed, and what stays is not touched', async () => {
    const { clock, rig, opened, line, told } = bench();
    for (const path of ['a', 'b', 'c']) line(path);
    rig.use([sdt('a'), sdt('b')]);
    await clock.advance(A_WHILE_MS);
    rig.use([sdt('b'), sdt('c')]);
    await clock.advance(A_WHILE_MS);
    expect(opened).toEqual(['a', 'b', 'c']);
    expect(told('b')).toEqual(['reader-ready']);
    rig.use([{ ...sdt('b'), role: 'tube' }]);
    await clock.advance(A_WHILE_MS);
    expect(opened).toEqual(['a', 'b', 'c', 'b']);
    expect(told('b')).toEqual(['reader-ready']);
    await rig.close();
    rig.use([sdt('a')]);
    rig.look();
    await clock.advance(60_000);
    expect(opened.length).toBe(4);
    expect(clock.timersWaiting).toBe(0);
  });

  it('RM14 events name reader, role and model, and readers that type into the window are not opened', async () => {
    const p = puppet();
    const { clock, rig, events } = bench(() => p.reader);
    const scanner: ReaderSetting = {
      ...sdt('COM5', { vendorId: '0403', productId: '6001', serialNumber: 'A1' }),
      model: 'scanner-serial',
      role: 'tube',
    };
    rig.use([scanner, { ...sdt('wedge'), model: 'number-wedge' }]);
    p.tell({ event: 'scan', text: '0000017' });
    await clock.advance(0);
    expect(events).toEqual([
      {
        rig: 'reader',
        reader: 'usb:0403:6001:A1@COM5',
        role: 'tube',
        model: 'scanner-serial',
        event: { event: 'scan', text: '0000017' },
      },
    ]);
  });

  it('RM8 a reader at another hole is the same reader, and whatever lies in its old place gets no byte', async () => {
    const { clock, devices, rig, opened, line, replug, told } = bench();
    const { simulated } = line('COM3');
    const setting = sdt('COM3', ftdi('COM3', 'A1').usb);
    devices.serialPorts = [ftdi('COM3', 'A1')];
    rig.use([setting]);
    await clock.advance(A_WHILE_MS);
    const [person] = inventPeople({ seed: 8, count: 1 });
    replug('COM3', 'COM12');
    const scale = line('COM3');
    devices.serialPorts = [ch340('COM3'), ftdi('COM12', 'A1')];
    await clock.advance(2 * READER_TIMINGS.reopenDelayMsMax);
    simulated.layDown(cardOf(person!));
    await clock.advance(A_WHILE_MS);
    expect(told(readerIdOf(setting))).toEqual([
      'reader-ready',
      'gone: disconnected',
      'reader-ready',
      'card-present',
      person!.number,
    ]);
    expect(opened).toEqual(['COM3', 'COM12']);
    expect(scale.simulated.commandsTaken.size).toBe(0);
  });

  it('RM8 without a list of ports a confirmed USB device is not opened, one without an identity is', async () => {
    const { clock, devices, rig, opened, line } = bench();
    line('COM3');
    line('/dev/pts/1');
    devices.failing.set('serial', 'rejects');
    rig.use([sdt('COM3', ftdi('COM3', 'A1').usb), sdt('/dev/pts/1')]);
    await clock.advance(A_WHILE_MS);
    expect(opened).toEqual(['/dev/pts/1']);
  });

  it('RM10 a list of ports that hangs is a failed opening, is asked once, and when it answers the reader is opened', async () => {
    const { clock, devices, rig, opened, line, told } = bench();
    line('COM3');
    line('/dev/pts/1');
    devices.serialPorts = [ftdi('COM3', 'A1')];
    const setting = sdt('COM3', ftdi('COM3', 'A1').usb);
    rig.use([setting]);
    await clock.advance(A_WHILE_MS);
    devices.failing.set('serial', 'hangs');
    rig.use([setting, sdt('/dev/pts/1')]);
    line('COM3');
    const asked = devices.asked.serial;
    await clock.advance(60_000);
    expect(opened).toEqual(['COM3', '/dev/pts/1']);
    // Once for this opening, once by the finder.
    expect(devices.asked.serial - asked).toBeLessThanOrEqual(2);
    told('');
    rig.use([]);
    rig.use([setting]);
    await clock.advance(60_000);
    expect(told(readerIdOf(setting))).toEqual(['gone: cannot-open']);
    devices.answerHanging();
    devices.failing.clear();
    await clock.advance(2 * READER_TIMINGS.reopenDelayMsMax);
    expect(told(readerIdOf(setting))).toEqual(['reader-ready']);
  });

  it('RM10 looking for a serial device that never ends is a failed opening, tried again', async () => {
    const clock = new HandClock(0);
    let looked = 0;
    const reader = openConfiguredReader(sdt('COM3'), {
      openPort: () => Promise.reject(new Error('not reached')),
      hid: NO_HID,
      findPath: () => {
        looked += 1;
        return new Promise(() => {});
      },
      lastGood: null,
      remember: () => {},
      clock,
      timings: READER_TIMINGS,
      lineTimings: LINE_TIMINGS,
    });
    const told: string[] = [];
    reader.subscribe((event) => told.push(shortName(event)));
    await clock.advance(3 * (OPEN_MS_MAX + READER_TIMINGS.reopenDelayMsMax));
    expect(told).toEqual(['gone: cannot-open']);
    expect(looked).toBeGreaterThan(2);
    const closing = reader.close();
    await clock.advance(OPEN_MS_MAX);
    await closing;
  });

  it('RM5 a confirmed path that is a Bluetooth port is not opened', async () => {
    const { clock, rig, opened, line, told } = bench();
    line('/dev/rfcomm0');
    rig.use([sdt('/dev/rfcomm0')]);
    await clock.advance(60_000);
    expect(opened).toEqual([]);
    expect(told('/dev/rfcomm0')).toEqual(['gone: cannot-open']);
  });
});

describe('one reader’s trouble is its own', () => {
  it('RM9 readers that throw when opened, subscribed, told or closed disturb no other', async () => {
    const good = puppet();
    const bad: Record<string, () => Reader> = {
      opening: () => {
        throw new Error('no opening');
      },
      subscribing: () => ({
        subscribe: () => {
          throw new Error('no subscribing');
        },
        close: () => Promise.resolve(),
      }),
      closing: () => ({
        subscribe: () => () => {},
        close: () => {
          throw new Error('no closing');
        },
      }),
      connecting: () =>
        keepReader({
          connect: () => {
            throw new Error('no connecting');
          },
          clock,
          timings: READER_TIMINGS,
        }),
      running: () =>
        keepReader({
          connect: () => ({ lost: Promise.reject(new Error('no running')), end: () => {} }),
          clock,
          timings: READER_TIMINGS,
        }),
    };
    const { clock, rig, events, troubles } = bench(({ at }) => bad[at]?.() ?? good.reader);
    rig.use([...Object.keys(bad).map((at) => sdt(at)), sdt('good')]);
    good.tell(READY);
    await clock.advance(20 * READER_TIMINGS.reopenDelayMsMax);
    const byReader = (reader: string) =>
      events.flatMap((each) => (each.rig === 'reader' && each.reader === reader ? [each.event] : []));
    expect(byReader('good')).toEqual([READY]);
    expect(byReader('opening')).toEqual([
      { event: 'reader-gone', reason: 'cannot-open', detail: 'no opening' },
    ]);
    expect(byReader('subscribing')).toEqual([
      { event: 'reader-gone', reason: 'cannot-open', detail: 'no subscribing' },
    ]);
    expect(byReader('connecting')).toEqual([
      { event: 'reader-gone', reason: 'hung', detail: 'no connecting' },
    ]);
    expect(byReader('running')).toEqual([{ event: 'reader-gone', reason: 'hung', detail: 'no running' }]);
    rig.use([sdt('good')]);
    await clock.advance(1);
    expect(new Set(troubles)).toEqual(new Set(['closing closing: no closing']));
    expect(good.closed()).toBe(false);
  });

  it('RM9 a subscriber that throws costs neither the reader nor the other subscribers anything', async () => {
    const { clock, rig, line, events, troubles } = bench();
    const { simulated } = line('a');
    rig.subscribe(() => {
      throw new Error('a screen that broke');
    });
    const late: RigEvent[] = [];
    rig.subscribe((event) => late.push(event));
    rig.use([sdt('a')]);
    const people = inventPeople({ seed: 9, count: 3 });
    for (const person of people) {
      await clock.advance(A_WHILE_MS);
      simulated.layDown(cardOf(person));
      await clock.advance(A_WHILE_MS);
      simulated.lift();
    }
    const numbers = late.flatMap((each) =>
      each.rig === 'reader' && each.event.event === 'reading' ? [each.event.reading.number] : [],
    );
    expect(numbers).toEqual(people.map(({ number }) => number));
    expect(late).toEqual(events);
    expect(troubles.length).toBe(late.length);
  });

  it('RM10 a reader that says nothing is told as hung once, opened anew again and again, and used when it answers', async () => {
    const puppets: ReturnType<typeof puppet>[] = [];
    const { clock, rig, told } = bench(() => {
      const p = puppet();
      puppets.push(p);
      return p.reader;
    });
    rig.use([sdt('a')]);
    await clock.advance(4 * RIG_TIMINGS.firstWordMsMax + 10);
    expect(told('a')).toEqual(['gone: hung']);
    expect(puppets.length).toBe(5);
    expect(puppets.slice(0, -1).every((p) => p.closed())).toBe(true);
    puppets.at(-1)!.tell(READY);
    await clock.advance(10 * RIG_TIMINGS.firstWordMsMax);
    expect(told('a')).toEqual(['reader-ready']);
    expect(puppets.length).toBe(5);
  });

  it('RM10 a reader that never closes is left behind, and the next one on its device is opened', async () => {
    const opened: ReaderSetting[] = [];
    const { clock, rig, troubles } = bench((setting) => {
      opened.push(setting);
      return { subscribe: () => () => {}, close: () => new Promise(() => {}) };
    });
    rig.use([sdt('a')]);
    rig.use([{ ...sdt('a'), role: 'tube' }, sdt('b')]);
    await clock.advance(10);
    expect(opened.map(({ at }) => at)).toEqual(['a', 'b']);
    await clock.advance(RIG_TIMINGS.closeMsMax);
    expect(opened.map(({ at }) => at)).toEqual(['a', 'b', 'a']);
    expect(troubles).toEqual([`a did not close in ${RIG_TIMINGS.closeMsMax} ms`]);
  });

  it('RM10 a module that stops answering, behind a driver that does not close, is opened anew', async () => {
    const { clock, rig, line, told, troubles } = bench();
    const { simulated, line: memory } = line('a');
    const real = memory.openPort;
    memory.openPort = async (path, listener) => ({
      ...(await real(path, listener)),
      close: () => new Promise(() => {}),
    });
    rig.use([sdt('a')]);
    await clock.advance(A_WHILE_MS);
    simulated.misbehaviour.hung = true;
    await clock.advance(60_000);
    simulated.misbehaviour.hung = false;
    await clock.advance(60_000);
    expect(told('a')).toEqual(['reader-ready', 'gone: hung', 'gone: no-answer', 'reader-ready']);
    expect(troubles[0]).toContain('closing a takes longer');
  });
});

describe('a guarded port', () => {
  function guarded(port: Partial<Port>, opening: (() => Promise<void>) | null = null) {
    const clock = new HandClock(0);
    const troubles: string[] = [];
    const guard: Guard = { clock, onTrouble: (words) => troubles.push(words) };
    const heard: { listener: PortListener | null } = { listener: null };
    const opener = guardedOpener(async (_, listener) => {
      heard.listener = listener;
      await opening?.();
      return { write: () => {}, setBaudRate: null, close: () => Promise.resolve(), ...port };
    }, guard);
    const told: string[] = [];
    const listener: PortListener = {
      onData: (bytes) => {
        if (bytes[0] === 0xff) throw new Error('what is this');
        told.push(`data ${bytes.length}`);
      },
      onGone: (reason) => told.push(reason),
    };
    return { clock, troubles, told, heard, open: () => opener('a', listener) };
  }

  it('RM10 an opening that never ends fails, and what opens late is closed again', async () => {
    let finish: () => void = () => {};
    let closed = 0;
    const close = () => Promise.resolve(void (closed += 1));
    const { clock, heard, told, open } = guarded(
      { close },
      () => new Promise((resolve) => (finish = resolve)),
    );
    const opening = open();
    const failed = opening.then(String, String);
    await clock.advance(OPEN_MS_MAX);
    expect(await failed).toContain('did not open');
    finish();
    await clock.advance(1);
    expect(closed).toBe(1);
    heard.listener?.onData(Uint8Array.of(1));
    heard.listener?.onGone('disconnected');
    expect(told).toEqual([]);
  });

  it('RM10 closing and changing the rate end in bounded time, whether the driver hangs or refuses', async () => {
    for (const [behaves, trouble] of [
      [() => new Promise<void>(() => {}), 'takes longer'],
      [() => Promise.reject(new Error('refused')), 'refused'],
    ] as const) {
      const { clock, troubles, open } = guarded({ close: behaves, setBaudRate: behaves });
      const port = await open();
      let settled = 0;
      void port.setBaudRate?.(9_600).then(() => (settled += 1));
      void port.close().then(() => (settled += 1));
      await clock.advance(SETTLE_MS_MAX);
      expect(settled).toBe(2);
      expect(troubles.length).toBe(2);
      for (const words of troubles) expect(words).toContain(trouble);
    }
  });

  it('RM9 a decoder that throws at what came in ends its own connection', async () => {
    let closed = 0;
    const { heard, told, troubles, open } = guarded({ close: () => Promise.resolve(void (closed += 1)) });
    const port = await open();
    heard.listener?.onData(Uint8Array.of(1, 2));
    heard.listener?.onData(Uint8Array.of(0xff));
    heard.listener?.onData(Uint8Array.of(1));
    heard.listener?.onGone('disconnected');
    port.write(Uint8Array.of(1));
    expect(told).toEqual(['data 2', 'error']);
    expect(troubles).toEqual(['a: what is this']);
    expect(closed).toBe(1);
  });

  it('RM9, RM10 the same holds for HID devices', async () => {
    const clock = new HandClock(0);
    const troubles: string[] = [];
    let report: (bytes: Uint8Array) => void = () => {};
    const bus = guardedBus(
      {
        list: () => new Promise(() => {}),
        open: (path, { onReport }) => {
          report = onReport;
          if (path === 'never') return new Promise(() => {});
          return Promise.resolve({ write: () => {}, close: () => Promise.resolve() });
        },
      },
      { clock, onTrouble: (words) => troubles.push(words) },
    );
    const listing = bus.list();
    await clock.advance(SETTLE_MS_MAX);
    expect(await listing).toMatchObject({ outcome: 'unavailable' });
    const told: string[] = [];
    const listener = {
      onReport: () => {
        throw new Error('short report');
      },
      onGone: (reason: string) => told.push(reason),
    };
    const failed = bus.open('never', listener).then(String, String);
    await clock.advance(OPEN_MS_MAX);
    expect(await failed).toContain('did not open');
    await bus.open('device', listener);
    report(Uint8Array.of(1));
    report(Uint8Array.of(1));
    expect(told).toEqual(['error']);
    expect(troubles).toEqual(['device: short report']);
  });
});

describe('what a setting opens', () => {
  it('RM14 every model has a reader, and one that cannot be opened says why', async () => {
    for (const model of READER_MODELS) {
      const clock = new HandClock(0);
      const open: OpenPort = () => Promise.reject(new Error('nothing there'));
      const reader = openConfiguredReader(
        { ...sdt(model.startsWith('service') ? 'http://127.0.0.1:1' : 'hid:0425:8159'), model },
        {
          openPort: open,
          hid: NO_HID,
          findPath: () => Promise.resolve('COM3'),
          lastGood: null,
          remember: () => {},
          // The makers' own ports may be another program's; nobody listens at this one.
          openLine: (address, ...rest) => openServiceLine({ ...address, port: 1 }, ...rest),
          clock,
          timings: READER_TIMINGS,
          lineTimings: LINE_TIMINGS,
        },
      );
      const events: ReaderEvent[] = [];
      reader.subscribe((event) => events.push(event));
      for (let waited = 0; events.length === 0 && waited < REAL_MS_MAX; waited += 1) {
        await clock.advance(100);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(events[0], model).toMatchObject({ event: 'reader-gone' });
      const closing = reader.close();
      await clock.advance(60_000);
      await closing;
    }
  });

  it('RM7 a vendor-bulk reader is looked for at all makers’ services, in the table’s order or the setting’s', () => {
    const dialects = (at: string) => serviceOrder(at).map(({ dialect }) => dialect);
    expect(dialects('usb:0400:C35A')).toEqual(['huashi', 'shensi', 'decard']);
    expect(dialects('ws://127.0.0.1:47903')).toEqual(['decard', 'huashi', 'shensi']);
    expect(dialects('ws://127.0.0.1:47903, ws://127.0.0.1:9000')).toEqual(['decard', 'shensi', 'huashi']);
    expect(dialects('ws://localhost:9000/')).toEqual(['shensi', 'huashi', 'decard']);
  });

  it('RM7 a service set to another port is tried there first, as all that speak its protocol; never another machine', () => {
    const places = (at: string) => serviceOrder(at).map(({ dialect, at: place }) => `${dialect} ${place}`);
    const standard = places('');
    expect(places('http://127.0.0.1:19200')).toEqual(['huashi http://127.0.0.1:19200', ...standard]);
    expect(places('usb:0400:C35A,ws://127.0.0.1:9001,ws://[::1]:9001')).toEqual([
      'shensi ws://127.0.0.1:9001',
      'decard ws://127.0.0.1:9001',
      'shensi ws://[::1]:9001',
      'decard ws://[::1]:9001',
      ...standard,
    ]);
    expect(places('http://192.168.1.5:19196,ws://127.0.0.1')).toEqual(standard);
    const many = Array.from({ length: 40 }, (_, i) => `ws://127.0.0.1:${9_100 + i}`).join(',');
    // The settings file remembers a place up to 20.
    expect(places(many).length).toBeLessThanOrEqual(20);
  });
});

describe('the life of a reader', () => {
  it('RM12 unplugged and replugged a thousand times in the middle of a read, it ends ready and has lost no card laid down since', async () => {
    const { clock, devices, rig, line, replug, events } = bench();
    const { simulated } = line('port-0');
    const usb = ftdi('x', 'A1').usb;
    devices.serialPorts = [ftdi('port-0', 'A1')];
    const setting = sdt('port-0', usb);
    rig.use([setting]);
    await clock.advance(A_WHILE_MS);
    // Pieces with pauses, so that the cable can be pulled between any two of a reply.
    Object.assign(simulated.misbehaviour, { chunkBytes: 100, chunkGapMs: 10 });
    const random = seededRandom(12);
    const people = inventPeople({ seed: 12, count: 1_000 });
    let midRead = 0;
    const own = () => events.flatMap((each) => (each.rig === 'reader' ? [each.event] : []));
    for (const [i, person] of people.entries()) {
      events.length = 0;
      simulated.layDown(cardOf(person));
      for (
        let stepped = 0;
        stepped < 1_000 && !own().some(({ event }) => event === 'card-present');
        stepped += 1
      )
        await clock.advance(5);
      await clock.advance(random.below(300));
      if (!own().some(({ event }) => event === 'reading')) midRead += 1;
      const to = `port-${i + 1}`;
      replug(`port-${i}`, to);
      devices.serialPorts = [ftdi(to, 'A1')];
      simulated.lift();
      await clock.advance(2 * READER_TIMINGS.reopenDelayMsMin + 100);
      const told = own().map(({ event }) => event);
      expect(told.filter((event) => event === 'reader-gone').length, `round ${i}`).toBe(1);
      expect(told.at(-1), `round ${i}`).toBe('reader-ready');
    }
    expect(midRead).toBeGreaterThan(300);
    events.length = 0;
    const [last] = inventPeople({ seed: 13, count: 1 });
    simulated.layDown(cardOf(last!));
    await clock.advance(A_WHILE_MS);
    expect(own().map(shortName)).toEqual(['card-present', last!.number]);
    // One reader's timers, not a thousand readers'.
    expect(clock.timersWaiting).toBeLessThan(10);
  });
});
