import { describe, expect, it } from 'vitest';

import { listForPeople, type Looked, lookOnce } from '#drivers/command/device-list-words.ts';
import type { DeviceLists } from '#drivers/finding/device-lists.ts';
import type { LineMeaning } from '#drivers/line/line-meaning.ts';
import { LINE_TIMINGS, openLineReader } from '#drivers/line/line-reader.ts';
import { chooseReader } from '#drivers/command/probe-choice.ts';
import { argumentsOf } from '#drivers/command/reader-arguments.ts';
import {
  type ProbeResult,
  probeReader,
  probeReport,
  type ProbeTimings,
} from '#drivers/command/reader-probe.ts';
import { tellerOf } from '#drivers/command/reader-teller.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';

import { inventPeople } from '../../site/invented-people.ts';
import { SimulatedLineDevice } from '../../site/readers/simulated-line-device.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { memoryLine } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { message } from '#shared/language/message.ts';

describe('arguments of the reader command', () => {
  it.each([
    [['--serial', 'COM3'], { model: 'sdt-serial', at: 'COM3' }],
    [['--tcp', '[::1]:4001'], { model: 'sdt-serial', at: 'tcp://[::1]:4001' }],
    [['--service', 'huashi'], { model: 'service-huashi', at: 'http://127.0.0.1:19196' }],
    [['--service', 'decard=ws://127.0.0.1:5'], { model: 'service-decard', at: 'ws://127.0.0.1:5' }],
    [['--scanner', '/dev/ttyACM0'], { model: 'scanner-serial', role: 'tube', numberFormat: null }],
    [['--number', 'COM4'], { model: 'scanner-serial', at: 'COM4', numberFormat: null }],
    [
      ['--number', 'tcp://box:1', '--format', '2h+4h-reversed'],
      {
        model: 'number-serial',
        role: 'person',
        numberFormat: { digits: 'decimal-comma', bytes: 3, byteOrder: 'reversed' },
      },
    ],
  ])('RT8 %j is a reader', (argv, setting) => {
    expect(argumentsOf(argv)).toMatchObject({
      command: 'read',
      source: { is: 'known', setting },
      record: null,
      json: false,
      showPersonalData: false,
    });
  });

  it('RT8 a HID reader, a recording and a self-test are taken with all they need', () => {
    expect(argumentsOf(['--hid', '0425:8159:A%3A1', '--model', 'sdt-hid-raw64'])).toMatchObject({
      command: 'read',
      source: {
        is: 'hid',
        address: { vendorId: '0425', productId: '8159', serialNumber: 'A:1' },
        model: 'sdt-hid-raw64',
      },
    });
    expect(
      argumentsOf(['--serial', 'COM3', '--record', 'x', '--keep-personal-data', '--note', '放卡']),
    ).toMatchObject({
      command: 'read',
      record: { file: 'x', note: '放卡' },
    });
    expect(argumentsOf(['--probe'])).toEqual({ command: 'probe', source: null });
    expect(argumentsOf(['--probe', '--serial', 'COM3'])).toMatchObject({
      command: 'probe',
      source: { is: 'known' },
    });
    expect(argumentsOf(['--list', '--json'])).toEqual({ command: 'list', json: true });
    expect(argumentsOf(['--replay', 'x', '--json'])).toMatchObject({
      command: 'replay',
      file: 'x',
      json: true,
    });
  });

  it.each([
    [[], '请给出 --serial'],
    [['--record', 'x'], '--record 与一台读卡器一起用'],
    [['--list', '--record', 'x', '--serial', 'COM3'], '--record 与一台读卡器一起用'],
    [['--serial', 'COM3', '--record', 'x'], '--keep-personal-data'],
    [['--list', '--probe'], '只能选一个'],
    [['--list', '--serial', 'COM3'], '不带读卡器'],
    [['--replay', 'x', '--serial', 'COM3'], '不带读卡器'],
    [['--serial', 'COM3', '--scanner', 'COM4'], '只能给出一台'],
    [['--number', 'COM3', '--format', '9D'], '不是卡号格式'],
    [['--serial', 'COM3', '--format', '10D'], '--format 只用于'],
    [['--serial', 'COM3', '--model', 'sdt-serial'], '--model 只用于'],
    [['--number', 'COM3', '--card', '1234'], '不是 16 位卡号'],
    [['--serial', 'COM3', '--card', '00A1B2C3D4E5F607'], '--card 用于'],
    [['--number', 'COM3', '--format', '8D', '--card', '00A1B2C3D4E5F607'], '--card 用于'],
    [['--scanner', 'tcp://nowhere'], '地址有误'],
    [['--hid', 'reader'], '不是 VID:PID'],
    [['--hid', '0425:8159', '--model', 'sdt-serial'], '不是 HID 型号'],
    [['--service', 'nobody'], '没有这个厂家服务'],
    [['--service', 'shensi=ws://192.168.1.2:9000'], '不是本机的服务地址'],
    [['--service', 'shensi=http://127.0.0.1:9000'], '不是本机的服务地址'],
    [['--replay', ''], '--replay 后面是空的'],
    [['COM3'], '参数有误'],
  ])('RT8 %j is refused in both languages', (argv, words) => {
    const refusal = argumentsOf(argv);
    expect(refusal).toContain(words);
    expect(refusal).toMatch(/[a-z]{3}/);
  });
});

describe('a card-number reader whose format nobody knows', () => {
  const tell = (text: string, card: string | null): string[] => {
    const lines: string[] = [];
    const out = (line: string) => lines.push(line);
    const options = { json: false, showPersonalData: false, gives: 'scan', guessesFormat: true } as const;
    tellerOf({ ...options, card, out, err: out })({ event: 'scan', text });
    return lines;
  };

  it('LR4 the command names the format of a known card, or that it does not fit', () => {
    expect(tell('3571840519', '00A1B2C3D4E5F607').at(-1)).toContain('--format 10D');
    expect(tell('07F6E5D4C3B2A100', '00A1B2C3D4E5F607').at(-1)).toContain('--format 16H-reversed');
    expect(tell('3571840520', '00A1B2C3D4E5F607').at(-1)).toMatch(/对不上.*does not fit/);
    expect(tell('BOX 7', null).at(-1)).toMatch(/不像物理卡号/);
    expect(tell('3571840519', null).at(-1)).toContain('10D, 10D-reversed');
  });

  it('RT8 what it sends is masked, however little is known of it', () => {
    expect(tell('3571840519', null).join()).not.toContain('3571840519');
    expect(tell('3571840519', '00A1B2C3D4E5F607').join()).not.toContain('3571840519');
  });
});

const BULK = { vendorId: '0400', productId: 'C35A', serialNumber: null };
const lists = (parts: Partial<DeviceLists>): DeviceLists => ({
  serial: () => Promise.resolve([]),
  hid: () => Promise.resolve({ outcome: 'listed', devices: [] }),
  usb: () => Promise.resolve([]),
  services: () => Promise.resolve([]),
  askServices: () => Promise.resolve([]),
  opensKeyboards: true,
  ...parts,
});
const TWO_READERS: Partial<DeviceLists> = {
  serial: () =>
    Promise.resolve([
      {
        path: 'COM3',
        name: 'USB-SERIAL CH340 (COM3)',
        usb: { vendorId: '1A86', productId: '7523', serialNumber: null },
        bluetooth: false,
      },
      { path: 'COM9', name: '蓝牙链接上的标准串行', usb: null, bluetooth: true },
    ]),
  hid: () =>
    Promise.resolve({
      outcome: 'listed',
      devices: [
        {
          vendorId: '0425',
          productId: '8159',
          serialNumber: null,
          path: 'a',
          name: 'iDR210',
          usagePage: 0xff00,
          usage: 1,
        },
        {
          vendorId: '046D',
          productId: 'C077',
          serialNumber: null,
          path: 'b',
          name: 'Mouse',
          usagePage: 1,
          usage: 2,
        },
      ],
    }),
};

describe('the list of devices', () => {
  it('RT8 names each with what it may be, how to try it and what to install; Bluetooth is only mentioned', async () => {
    const text = listForPeople(
      await lookOnce(lists({ ...TWO_READERS, usb: () => Promise.resolve([BULK]) })),
    ).join('\n');
    expect(text).toMatch(/iDR210.*\(USB 0425:8159\)/);
    expect(text).toContain('npm run reader -- --hid 0425:8159');
    expect(text).toContain('npm run reader -- --serial COM3');
    expect(text).toMatch(/要安装 to install: 这台读卡器需要厂家服务/);
    expect(text).toContain('046D:C077 Mouse');
    expect(text).toContain('蓝牙串口从不打开');
    expect(text).not.toContain('COM9');
  });

  it('RT8 a list that cannot be had is named and hides no other', async () => {
    const looked = await lookOnce(
      lists({
        ...TWO_READERS,
        hid: () =>
          Promise.resolve({ outcome: 'unavailable', words: message('reader-gone.hid-needs-libusb') }),
        usb: () => Promise.reject(new Error('EACCES')),
      }),
    );
    expect(looked.troubles.toSorted()).toEqual([
      expect.stringMatching(/^HID: .*请安装 libusb-1\.0-0.* · .*install libusb-1\.0-0/),
      'USB: EACCES',
    ]);
    expect(listForPeople(looked).join('\n')).toMatch(/COM3[^]*libusb/);
    expect(listForPeople(await lookOnce(lists({})))[0]).toContain('没有看到读卡器');
  });
});

const TIMINGS: ProbeTimings = { openMs: 15_000, stepMs: 60_000, holdMs: 5_000 };
const [ANN, BEN] = inventPeople({ seed: 41, count: 2 });
const outcomes = (result: ProbeResult): string[] => result.steps.map(({ outcome }) => outcome);

/** A self-test in which `act` plays the person; `say` collects what that person is told. */
function probing(
  clock: HandClock,
  reader: ReturnType<typeof openReader>,
  gives: 'reading' | 'physical-number' | 'scan',
) {
  const said: string[] = [];
  const skips = new Set<() => void>();
  let result: ProbeResult | null = null;
  void probeReader({
    reader,
    gives,
    clock,
    timings: TIMINGS,
    say: (line) => said.push(line),
    onSkip: (skip) => {
      skips.add(skip);
      return () => skips.delete(skip);
    },
  }).then((done) => {
    result = done;
  });
  return {
    said,
    skip: () => [...skips].forEach((skip) => skip()),
    finish: async (): Promise<ProbeResult> => {
      await clock.advance(10 * 60_000);
      await reader.close();
      if (result === null) throw new Error(`the self-test did not end: ${said.at(-1)}`);
      return result;
    },
  };
}

function sdtBench() {
  const clock = new HandClock(0);
  const simulated = new SimulatedReader(clock);
  const line = memoryLine(simulated);
  const reader = openReader({ path: 'COM3', openPort: line.openPort, clock, timings: READER_TIMINGS });
  return { clock, simulated, line, ...probing(clock, reader, 'reading') };
}

describe('the guided self-test', () => {
  it('RT10 a good reader passes every step, and nothing of the card stands in the block to mail', async () => {
    const { clock, simulated, line, said, finish } = sdtBench();
    simulated.misbehaviour.strayBytes = true;
    await clock.advance(2_000);
    simulated.layDown(cardOf(ANN!));
    await clock.advance(8_000);
    simulated.lift();
    await clock.advance(3_000);
    simulated.layDown(cardOf(ANN!));
    await clock.advance(3_000);
    simulated.lift();
    line.unplug();
    await clock.advance(3_000);
    line.plugIn();
    const result = await finish();
    expect(outcomes(result)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    for (const instruction of said.filter((text) => text.startsWith('第')))
      expect(instruction).toMatch(/^第 [1-7] 步 step [1-7]: \p{Script=Han}.* · [a-z]/u);
    const report = probeReport(result, ['win32 x64', 'sdt-serial · COM3']).join('\n');
    expect(report).toMatch(/115200 bit\/s/);
    expect(report).toMatch(/丢弃 discarded: noise [0-9]+× [0-9]+ bytes/);
    expect(report).toMatch(/结果 result: 7 ok, 0 failed, 0 not done/);
    for (const secret of [
      ANN!.number,
      ANN!.name,
      ANN!.birth,
      ANN!.number.slice(6, 14),
      ANN!.number.slice(-4),
    ])
      expect(`${report}${said.join('\n')}`).not.toContain(secret);
  });

  it('RT10 a reader that does not answer fails the first step, and nothing else is asked', async () => {
    const { simulated, said, finish } = sdtBench();
    simulated.misbehaviour.hung = true;
    const result = await finish();
    expect(result.steps).toMatchObject([{ outcome: 'failed', detail: 'no-answer' }]);
    expect(said).toHaveLength(2);
  });

  it('RT10 another card than before and a card told gone while it lies fail their steps', async () => {
    const { clock, simulated, skip, finish } = sdtBench();
    await clock.advance(2_000);
    simulated.layDown(cardOf(ANN!));
    await clock.advance(2_000);
    simulated.lift();
    await clock.advance(6_000);
    simulated.layDown(cardOf(BEN!));
    await clock.advance(2_000);
    skip();
    await clock.advance(1);
    const result = await finish();
    // "Leave it there" fails because it was taken away; "take it away" then waits for a removal in vain.
    expect(outcomes(result).slice(0, 3)).toEqual(['ok', 'ok', 'failed']);
    expect(result.steps.map(({ detail }) => detail).join()).toMatch(/removed while it lay there/);
    expect(result.steps.at(-1)?.outcome).toBe('not-done');
  });

  it('RT10 what nobody does is not done, faults met on the way are named', async () => {
    const { clock, simulated, finish } = sdtBench();
    await clock.advance(2_000);
    simulated.spoilNext('read-card', { with: 'status', sw3: 0x41 });
    simulated.spoilNext('read-card', { with: 'status', sw3: 0x41 });
    simulated.layDown(cardOf(ANN!));
    await clock.advance(400);
    simulated.lift();
    const result = await finish();
    expect(outcomes(result)).toEqual(['ok', 'failed', 'not-done']);
    expect(result.steps[1]?.detail).toContain('faults: read-failed');
  });

  it('RT10 a card-number reader and a scanner have the steps that mean something to them', async () => {
    const clock = new HandClock(0);
    const format = { digits: 'decimal', bytes: 4, byteOrder: 'same' } as const;
    const run = async (gives: LineMeaning, lines: readonly string[]) => {
      const device = new SimulatedLineDevice();
      const reader = openLineReader({
        path: 'COM4',
        openPort: device.openPort,
        gives,
        clock,
        timings: LINE_TIMINGS,
      });
      const probe = probing(clock, reader, gives.gives);
      await clock.advance(1_000);
      for (const each of lines) {
        device.send(`${each}\r`);
        await clock.advance(7_000);
      }
      return probe.finish();
    };
    const numbers = await run({ gives: 'physical-number', format }, ['3571840519', '3571840519']);
    expect(outcomes(numbers)).toEqual(['ok', 'ok', 'ok', 'ok', 'not-done']);
    const codes = await run({ gives: 'scan' }, ['0000017', '0000018']);
    expect(outcomes(codes)).toEqual(['ok', 'ok', 'failed', 'not-done']);
    const reports = [numbers, codes].flatMap((result) => probeReport(result, [])).join('\n');
    expect(reports).toContain('7 characters');
    for (const secret of ['3571840519', 'D4E5F607', '0000017', '0000018'])
      expect(reports).not.toContain(secret);
  });
});

describe('choosing what to test', () => {
  const choose = async (looked: Looked, answers: readonly string[]) => {
    const left = [...answers];
    const said: string[] = [];
    const setting = await chooseReader(looked, {
      say: (line) => said.push(line),
      ask: () => Promise.resolve(left.shift() ?? null),
    });
    return { setting, said };
  };

  it('RT10 a device is chosen by its number, and by what it is where that cannot be told', async () => {
    const looked = await lookOnce(lists(TWO_READERS));
    expect((await choose(looked, ['1'])).setting).toMatchObject({
      model: 'sdt-hid-raw64',
      at: 'hid:0425:8159',
    });
    expect((await choose(looked, ['2', '1'])).setting).toMatchObject({
      model: 'sdt-serial',
      at: 'COM3',
      role: 'person',
    });
    // A card-number reader whose format nobody has told shows its lines.
    expect((await choose(looked, ['2', '2'])).setting).toMatchObject({
      model: 'scanner-serial',
      numberFormat: null,
    });
  });

  it.each([[['9']], [['']], [['x']], [[]]])(
    'RT10 %j chooses nothing, and nothing is opened',
    async (answers) => {
      expect((await choose(await lookOnce(lists(TWO_READERS)), answers)).setting).toBeNull();
      expect(
        (await choose(await lookOnce(lists({ usb: () => Promise.resolve([BULK]) })), ['1'])).setting,
      ).toBeNull();
    },
  );
});
