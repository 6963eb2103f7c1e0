import { setTimeout as sleep } from 'node:timers/promises';

import { openConfiguredReader } from '#drivers/rig/configured-reader.ts';
import type { HidBus } from '#drivers/port/hid-bus.ts';
import type { HidProfile } from '#drivers/hid/hid-sdt.ts';
import { LINE_TIMINGS } from '#drivers/line/line-reader.ts';
import { nameOfFormat } from '#drivers/line/number-format-name.ts';
import type { OpenPort } from '#drivers/port/port.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { expectationOf, settingOf } from '#drivers/recording/recorded-events.ts';
import {
  Recorder,
  recordingBus,
  recordingOpenPort,
  recordingServiceLine,
} from '#drivers/recording/recorder.ts';
import type { Recording, RecordingHeader } from '#drivers/recording/recording.ts';
import { SERVICE_DIALECTS, type ServiceDialect } from '#drivers/service/service-dialects.ts';
import { parseServiceAddress } from '#drivers/service/service-line.ts';
import { openServiceLine, type OpenServiceLine } from '#drivers/service/service-reader.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import type { Clock } from '#shared/clock.ts';
import type { NumberFormat, ReaderModelId } from '#shared/reader-setting.ts';

import { type InventedPerson, inventPerson } from '../invented-people.ts';
import { keyReports, posReports } from './simulated-hid-scanner.ts';
import { hidAddressOf, HidReader, HidTeller, SimulatedHidBus } from './simulated-hid.ts';
import { SimulatedLineDevice } from './simulated-line-device.ts';
import { cardOf } from './simulated-reader-card.ts';
import { memoryLine } from './simulated-reader-carriers.ts';
import { SimulatedReader } from './simulated-reader.ts';
import { SimulatedService } from './simulated-service.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** The day the makers wrote below; recordings come again the same, whenever they are made. */
const DATE = '2026-11-22';
const CARD_MS = 1_200;
const REMOVAL_MS = 1_200;

const random = seededRandom(3);
const RESIDENT = inventPerson(random, 'resident');
const HMT = inventPerson(random, 'hmt');
const FOREIGNER = inventPerson(random, 'foreigner-2023');

const TEN_DIGITS: NumberFormat = { digits: 'decimal', bytes: 4, byteOrder: 'same' };
const TUBE_CODES = ['0000017', '0000018'];

/** One recording to be made: what it is of, and what is done while it runs. */
interface Scene {
  model: ReaderModelId;
  carrier: RecordingHeader['carrier'];
  at: string;
  device: string;
  usage: string;
  format: NumberFormat | null;
  done: string;
  openPort: OpenPort | null;
  bus: HidBus | null;
  openLine: OpenServiceLine | null;
  clock: Clock;
  act: () => Promise<void>;
}

/** Every recording of the repository by its file name, made anew with simulated devices and invented people. */
export async function makeRecordings(): Promise<Map<string, Recording>> {
  const made = new Map<string, Recording>();
  made.set('sdt-serial.txt', await make(sdtSerial()));
  for (const profile of ['raw64', 'miaxis', 'dk'] as const)
    made.set(`sdt-hid-${profile}.txt`, await make(sdtHid(profile)));
  made.set('number-serial.txt', await make(lines('number-serial')));
  made.set('scanner-serial.txt', await make(lines('scanner-serial')));
  made.set('number-boot-keyboard.txt', await make(keys('number-boot-keyboard')));
  made.set('scanner-boot-keyboard.txt', await make(keys('scanner-boot-keyboard')));
  made.set('scanner-hid-pos.txt', await make(hidPos()));
  for (const dialect of ['huashi', 'shensi', 'decard'] as const) {
    const service = new SimulatedService(dialect);
    await service.start(0);
    made.set(`service-${dialect}.txt`, await make(serviceScene(dialect, service)));
    await service.stop();
  }
  return made;
}

async function make(scene: Scene): Promise<Recording> {
  const { model, carrier, at, device, usage, done, clock, openPort, bus, openLine } = scene;
  const recorder = new Recorder(clock);
  const made = { date: DATE, done, people: 'invented', of: 'simulation' } as const;
  const header = { model, carrier, at, device, usage, ...made };
  const format = scene.format === null ? 'none' : nameOfFormat(scene.format);
  const nothing: HidBus = {
    list: () => Promise.resolve({ outcome: 'listed', devices: [] }),
    open: () => Promise.reject(new Error('no HID here')),
  };
  const noPort: OpenPort = () => Promise.reject(new Error('no line here'));
  const setting = settingOf({ ...header, format, gives: [] });
  const reader = openConfiguredReader(setting, {
    openPort: recordingOpenPort(openPort ?? noPort, recorder),
    hid: recordingBus(bus ?? nothing, recorder),
    openLine: recordingServiceLine(openLine ?? openServiceLine, recorder),
    findPath: () => Promise.resolve(at),
    lastGood: null,
    remember: () => {},
    clock,
    timings: READER_TIMINGS,
    lineTimings: LINE_TIMINGS,
  });
  const gives: string[] = [];
  reader.subscribe((event) => {
    const expectation = expectationOf(event);
    if (expectation !== null) gives.push(expectation);
  });
  await scene.act();
  recorder.finish();
  await reader.close();
  return { header: { ...header, format, gives }, entries: recorder.entries };
}

/** Three cards, the first of which cannot be read at once and is laid down again. */
async function layCards(simulated: SimulatedReader, clock: HandClock): Promise<void> {
  await clock.advance(CARD_MS);
  simulated.spoilNext('read-card', { with: 'status', sw3: 0x41 });
  for (const person of [RESIDENT, RESIDENT, HMT, FOREIGNER]) {
    simulated.layDown(cardOf(person));
    await clock.advance(CARD_MS);
    simulated.lift();
    await clock.advance(REMOVAL_MS);
  }
}

const CARDS_DONE =
  '放居民身份证(第一次读不出,重放),再放港澳居民居住证、外国人永久居留身份证,各放各取 · a resident card that is not read at first, then an HMT permit and a foreigner card, each laid down and lifted';

function sdtSerial(): Scene {
  const clock = new HandClock(0);
  const simulated = new SimulatedReader(clock);
  simulated.baudRate = 57_600;
  simulated.misbehaviour.strayBytes = true;
  return {
    model: 'sdt-serial',
    carrier: 'serial',
    at: '/dev/ttyUSB0',
    device: '模拟读卡器 simulated reader, 57600 bit/s, AA 00 before each frame',
    usage: 'none',
    format: null,
    done: CARDS_DONE,
    openPort: memoryLine(simulated).openPort,
    bus: null,
    openLine: null,
    clock,
    act: () => layCards(simulated, clock),
  };
}

function sdtHid(profile: HidProfile): Scene {
  const clock = new HandClock(0);
  const simulated = new SimulatedReader(clock);
  const bus = new SimulatedHidBus();
  const device = new HidReader(simulated, profile);
  bus.plugIn(device);
  return {
    model: `sdt-hid-${profile}`,
    carrier: 'hid',
    at: hidAddressOf(profile),
    device: '模拟读卡器 simulated reader',
    usage: 'FF00:1',
    format: null,
    done: CARDS_DONE,
    openPort: null,
    bus,
    openLine: null,
    clock,
    act: () => layCards(simulated, clock),
  };
}

function lines(model: 'number-serial' | 'scanner-serial'): Scene {
  const clock = new HandClock(0);
  const device = new SimulatedLineDevice();
  const isScanner = model === 'scanner-serial';
  const send = async (text: string, waitMs: number) => {
    device.send(text);
    await clock.advance(waitMs);
  };
  return {
    model,
    carrier: 'serial',
    at: '/dev/ttyUSB0',
    device: isScanner ? '模拟扫码枪 simulated scanner' : '模拟卡号读头 simulated card-number reader',
    usage: 'none',
    format: isScanner ? null : TEN_DIGITS,
    done: isScanner
      ? '扫两个管号(CRLF 结尾)、一个没有后缀的管号、一个带中文的二维码 · two tube codes with CRLF, one without an end, a QR code with Chinese in it'
      : '一张卡放 2 秒,读头每 400 毫秒重发;再放另一张;插头抖动;一行损坏 · one card for 2 s, repeated every 400 ms; another; line noise; a damaged line',
    openPort: device.openPort,
    bus: null,
    openLine: null,
    clock,
    act: async () => {
      await clock.advance(CARD_MS);
      if (isScanner) {
        for (const code of TUBE_CODES) await send(`${code}\r\n`, CARD_MS);
        await send('0000019', CARD_MS);
        await send('健康码 https://example.invalid/?p=1\r', CARD_MS);
        return;
      }
      for (let i = 0; i < 5; i += 1) await send('3571840519\r\n', 400);
      await clock.advance(REMOVAL_MS);
      device.send(Uint8Array.of(0xff, 0x00, 0xfe));
      await send('0013110988\r\n', CARD_MS);
      await send('00131\u000010988\r\n', CARD_MS);
      await send('D4E5F607\r\n', CARD_MS);
    },
  };
}

function keys(model: 'number-boot-keyboard' | 'scanner-boot-keyboard'): Scene {
  const clock = new HandClock(0);
  const isScanner = model === 'scanner-boot-keyboard';
  const { bus, teller } = tellerOn({ usagePage: 0x01, usage: 0x06 });
  return {
    model,
    carrier: 'hid',
    at: 'hid:FFFF:0035',
    device: '模拟键盘 simulated keyboard',
    usage: '1:6',
    format: isScanner ? null : TEN_DIGITS,
    done: isScanner ? '扫两个管号 · two tube codes' : '放两张卡 · two cards',
    openPort: null,
    bus,
    openLine: null,
    clock,
    act: async () => {
      await clock.advance(CARD_MS);
      for (const text of isScanner ? TUBE_CODES : ['3571840519', '0013110988']) {
        for (const report of keyReports(`${text}\r`)) {
          teller.send(report);
          await clock.advance(4);
        }
        await clock.advance(CARD_MS);
      }
    },
  };
}

function hidPos(): Scene {
  const clock = new HandClock(0);
  const { bus, teller } = tellerOn({ usagePage: 0x8c, usage: 0x02 });
  return {
    model: 'scanner-hid-pos',
    carrier: 'hid',
    at: 'hid:FFFF:0035',
    device: '模拟扫码枪 simulated scanner',
    usage: '8C:2',
    format: null,
    done: '两种报文排列各扫一个管号,再扫一个长码 · a tube code in each layout, then a code of two reports',
    openPort: null,
    bus,
    openLine: null,
    clock,
    act: async () => {
      await clock.advance(CARD_MS);
      const all = [
        posReports('900000000017', ']C0'),
        posReports('900000000018', null),
        posReports(`https://example.invalid/${'0123456789'.repeat(6)}`, ']Q3'),
      ];
      for (const reports of all) {
        teller.send(...reports);
        await clock.advance(CARD_MS);
      }
    },
  };
}

function tellerOn(use: { usagePage: number; usage: number }): { bus: SimulatedHidBus; teller: HidTeller } {
  const teller = new HidTeller({
    vendorId: 'FFFF',
    productId: '0035',
    serialNumber: null,
    name: 'simulated',
    ...use,
  });
  const bus = new SimulatedHidBus();
  bus.plugIn(teller);
  return { bus, teller };
}

/** A service is a real server on this machine, so its scene takes real time. */
function serviceScene(dialect: ServiceDialect, service: SimulatedService): Scene {
  const show = async (person: InventedPerson) => {
    service.layDown(person);
    await sleep(CARD_MS);
    service.liftAll();
    await sleep(REMOVAL_MS);
  };
  return {
    model: `service-${dialect}`,
    carrier: 'service',
    at: SERVICE_DIALECTS[dialect].at,
    device: '模拟读卡服务 simulated service',
    usage: 'none',
    format: null,
    done: '两张居民身份证 · two resident cards',
    openPort: null,
    bus: null,
    openLine: (_, clock, onUnasked) => {
      const address = parseServiceAddress(service.at);
      if (address === null) throw new Error(`no address: ${service.at}`);
      return openServiceLine(address, clock, onUnasked);
    },
    clock: systemClock,
    act: async () => {
      await sleep(CARD_MS);
      await show(RESIDENT);
      await show(inventPerson(seededRandom(4), 'resident'));
    },
  };
}
