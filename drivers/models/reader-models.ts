import type { ReaderModelId } from '#shared/reader-setting.ts';
import type { Words } from '#shared/words.ts';

import type { ReaderModel, UsbMatch } from './reader-model.ts';
import {
  DIALOUT,
  DRIVERS_ALONG,
  KEYBOARD_ON_WINDOWS,
  MAKERS_SERVICE,
  NO_DRIVER,
  OWN_RULE,
  RATE_KEPT,
  REPEATS,
  RULES_AND_LIBUSB,
  SERVICE_LINUX,
  UNKNOWN_FORMAT,
  WINDOW_KEYS,
} from './reader-guide-words.ts';
import { SDT_BAUD_RATES } from '../sdt/sdt-commands.ts';

/** The vendor-bulk USB identity nearly every reader of the ministry's list has (reader-protocols.md 1.2, H). */
export const BULK_READER = { vendorId: '0400', productId: 'C35A' } as const;

/** Where the makers' services listen, in the order they are tried in unless a setting says otherwise (reader-protocols.md 1.2). */
export const MAKERS_SERVICES = [
  { model: 'service-huashi', dialect: 'huashi', at: 'http://127.0.0.1:19196' },
  { model: 'service-shensi', dialect: 'shensi', at: 'ws://127.0.0.1:9000' },
  { model: 'service-decard', dialect: 'decard', at: 'ws://127.0.0.1:47903' },
] as const;
const [HUASHI, SHENSI, DECARD] = MAKERS_SERVICES;

/** Seen in apps for ID readers, without a word about their wrapper; the base of some is unclear (reader-protocols.md 1.2, L). */
const SEEN_IN_APPS: readonly UsbMatch[] = [
  { vendorId: '2B19', productId: '0200', confidence: 'low', of: '捷宇 (?)' },
  { vendorId: '0316', productId: '5020', confidence: 'low', of: '?' },
  { vendorId: '0483', productId: '5750', confidence: 'low', of: '?' },
  { vendorId: 'C216', productId: '0102', confidence: 'low', of: '?' },
];

const SDT_HID = {
  carrier: 'hid',
  confidence: 'medium',
  baudRates: null,
  decoder: 'sdt',
  gives: 'reading',
} as const;
const SERVICE = { carrier: 'service', confidence: 'medium', baudRates: null, decoder: 'service' } as const;
/** Others are read where they can be, and named on the kiosk's screen where not. */
const TYPES_PLAINLY = {
  zh: '按说明书设为:USB 键盘、美式键盘、后缀回车、不用 ALT 模式、字符间隔 0',
  en: 'set by its manual to: USB keyboard, US layout, suffix CR, no ALT mode, inter-character delay 0',
};
const KEYS = { carrier: 'keys', match: { by: 'keys' }, confidence: 'medium', baudRates: null } as const;
const LINE = {
  carrier: 'serial',
  match: { by: 'serial-line' },
  confidence: 'medium',
  decoder: 'line',
} as const;
/** USB HID usage tables: keyboard; bar code scanner (HID-POS, reader-protocols.md 5). */
const KEYBOARD = { by: 'hid-usage', usagePage: 0x01, usage: 0x06 } as const;
const HID_POS = { by: 'hid-usage', usagePage: 0x8c, usage: 0x02 } as const;
const WINDOW = {
  wrapper: 'none',
  decoder: 'window-keys',
  quirks: [],
  recording: null,
  install: null,
} as const;

/** No reader was available: what can be replayed so far came from the simulators of test/site. */
const simulated = (file: string) => ({ file, of: 'simulation' }) as const;

function service(of: Words, at: string): Pick<ReaderModel, 'match' | 'name' | 'install' | 'guide'> {
  const install = {
    zh: `安装${of.zh}的网页读卡服务(${at},随机光盘或厂家网站)`,
    en: `install ${of.en}'s local reading service (${at}; from the disc or the maker's site)`,
  };
  return {
    match: { by: 'service', at },
    name: { zh: `${of.zh}读卡服务`, en: `${of.en} reading service` },
    install,
    guide: {
      windows: {
        zh: `${install.zh},启动后在采样台“读卡器”里按 * 再找一次,选用`,
        en: `${install.en}; start it, press * (look again) on the kiosk's page of readers and choose it`,
      },
      linux: SERVICE_LINUX,
    },
  };
}

/**
 * The one table of models: finding, opening, the udev file and the site's guide all follow from it. A row is needed for
 * every id, or this does not compile. Facts and their confidence: reader-protocols.md 1, 4 and 5.
 */
export const READER_MODEL_TABLE: Readonly<Record<ReaderModelId, ReaderModel>> = {
  'sdt-serial': {
    name: { zh: '串口身份证读卡器', en: 'ID-card reader on a serial line' },
    carrier: 'serial',
    match: { by: 'serial-line' },
    confidence: 'high',
    baudRates: SDT_BAUD_RATES,
    wrapper: 'none',
    decoder: 'sdt',
    gives: 'reading',
    quirks: [RATE_KEPT],
    recording: simulated('sdt-serial.txt'),
    install: null,
    guide: { windows: DRIVERS_ALONG, linux: DIALOUT },
  },
  'sdt-hid-raw64': {
    ...SDT_HID,
    name: { zh: '精伦 iDR210 类 USB 读卡器(HID)', en: 'Routon iDR210 and alike (HID, raw 64-byte reports)' },
    match: {
      by: 'usb',
      ids: [
        { vendorId: '0425', productId: '8159', confidence: 'medium', of: '精伦 Routon' },
        ...SEEN_IN_APPS,
      ],
    },
    wrapper: 'raw64',
    quirks: [
      {
        zh: '写与读之间至少 5 毫秒;只有一个端点、靠 GET_REPORT 应答的型号读不了',
        en: 'at least 5 ms between write and read; devices with one endpoint that answer by GET_REPORT cannot be read',
      },
    ],
    recording: simulated('sdt-hid-raw64.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: RULES_AND_LIBUSB },
  },
  'sdt-hid-miaxis': {
    ...SDT_HID,
    name: { zh: '中正 Miaxis 类 USB 读卡器(HID)', en: 'Miaxis and alike (HID, wrapped)' },
    match: {
      by: 'usb',
      ids: [
        { vendorId: '10C4', productId: '0007', confidence: 'medium', of: 'Miaxis' },
        { vendorId: '203B', productId: '0101', confidence: 'medium', of: 'Miaxis (old)' },
        ...SEEN_IN_APPS,
      ],
    },
    wrapper: 'miaxis',
    quirks: [
      {
        zh: '先清空残留输入;读后关天线',
        en: 'stale input is drained first; the antenna is switched off after a read',
      },
    ],
    recording: simulated('sdt-hid-miaxis.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: RULES_AND_LIBUSB },
  },
  'sdt-hid-dk': {
    ...SDT_HID,
    name: { zh: '德科 DK 类 USB 读卡器(HID)', en: 'DK and alike (HID, length-prefixed)' },
    match: {
      by: 'usb',
      ids: [{ vendorId: '0483', productId: '572B', confidence: 'medium', of: '德科 DK' }, ...SEEN_IN_APPS],
    },
    wrapper: 'dk',
    quirks: [{ zh: '寻卡最多重试 10 次', en: 'finding a card is retried up to ten times' }],
    recording: simulated('sdt-hid-dk.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: RULES_AND_LIBUSB },
  },
  'service-huashi': {
    ...SERVICE,
    ...service({ zh: '华视电子', en: 'Huashi (China-Vision)' }, HUASHI.at),
    wrapper: 'huashi',
    gives: 'reading',
    quirks: [],
    recording: simulated('service-huashi.txt'),
  },
  'service-shensi': {
    ...SERVICE,
    ...service({ zh: '神思', en: 'Shensi (Synthesis)' }, SHENSI.at),
    wrapper: 'shensi',
    gives: 'reading',
    quirks: [
      {
        zh: '9000 端口也可能是别的程序:按 * 再找时才问一句,答得上的才列出来',
        en: 'another program may listen on port 9000: it is asked when somebody looks again, and listed when it answers as the service does',
      },
    ],
    recording: simulated('service-shensi.txt'),
  },
  'service-decard': {
    ...SERVICE,
    ...service({ zh: '德卡', en: 'Decard' }, DECARD.at),
    wrapper: 'decard',
    gives: 'reading',
    quirks: [],
    recording: simulated('service-decard.txt'),
  },
  'sdt-usb-bulk': {
    name: { zh: 'USB 部标身份证读卡器', en: 'ID-card reader on vendor-bulk USB (0400:C35A)' },
    carrier: 'usb-bulk',
    match: { by: 'usb', ids: [{ ...BULK_READER, confidence: 'high', of: '部标' }] },
    confidence: 'high',
    baudRates: null,
    wrapper: 'none',
    decoder: 'service',
    gives: 'reading',
    quirks: [
      {
        zh: '三家服务按顺序逐一尝试,记住上次能用的;Windows 上此设备不在串口和 HID 列表里,只能看到服务',
        en: "the makers' services are tried in order and the last good one is remembered; on Windows the device is in no list of serial or HID devices, only its service is seen",
      },
    ],
    recording: null,
    install: MAKERS_SERVICE,
    guide: { windows: MAKERS_SERVICE, linux: SERVICE_LINUX },
  },
  'number-serial': {
    ...LINE,
    name: { zh: '串口卡号读头', en: 'card-number reader on a serial line' },
    baudRates: [9_600, 115_200],
    wrapper: 'none',
    gives: 'physical-number',
    quirks: [UNKNOWN_FORMAT, REPEATS],
    recording: simulated('number-serial.txt'),
    install: null,
    guide: { windows: DRIVERS_ALONG, linux: DIALOUT },
  },
  'number-boot-keyboard': {
    name: { zh: 'USB 键盘式卡号读头(直接读取)', en: 'card-number reader as USB keyboard, opened directly' },
    carrier: 'hid',
    match: KEYBOARD,
    confidence: 'high',
    baudRates: null,
    wrapper: 'boot-keyboard',
    decoder: 'line',
    gives: 'physical-number',
    quirks: [UNKNOWN_FORMAT, REPEATS],
    recording: simulated('number-boot-keyboard.txt'),
    install: null,
    guide: { windows: KEYBOARD_ON_WINDOWS, linux: OWN_RULE },
  },
  'number-wedge': {
    ...KEYS,
    ...WINDOW,
    name: { zh: '键盘式卡号读头', en: 'card-number reader that types into the window' },
    gives: 'physical-number',
    quirks: [UNKNOWN_FORMAT, REPEATS],
    guide: { windows: WINDOW_KEYS, linux: WINDOW_KEYS },
  },
  'scanner-serial': {
    ...LINE,
    name: { zh: '串口扫码枪', en: 'barcode scanner on a serial line' },
    baudRates: [9_600, 115_200],
    wrapper: 'none',
    gives: 'scan',
    quirks: [{ zh: '后缀 CR、LF、CRLF 或停顿都认', en: 'CR, LF, CRLF or a silence ends a code' }],
    recording: simulated('scanner-serial.txt'),
    install: null,
    guide: { windows: DRIVERS_ALONG, linux: DIALOUT },
  },
  'scanner-hid-pos': {
    name: { zh: 'HID-POS 扫码枪', en: 'HID-POS barcode scanner' },
    carrier: 'hid',
    match: HID_POS,
    confidence: 'high',
    baudRates: null,
    wrapper: 'hid-pos',
    decoder: 'line',
    gives: 'scan',
    quirks: [{ zh: '两种报文排列都认', en: 'both layouts of the report are read' }],
    recording: simulated('scanner-hid-pos.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: OWN_RULE },
  },
  'scanner-boot-keyboard': {
    name: { zh: 'USB 键盘式扫码枪(直接读取)', en: 'barcode scanner as USB keyboard, opened directly' },
    carrier: 'hid',
    match: KEYBOARD,
    confidence: 'high',
    baudRates: null,
    wrapper: 'boot-keyboard',
    decoder: 'line',
    gives: 'scan',
    quirks: [],
    recording: simulated('scanner-boot-keyboard.txt'),
    install: null,
    guide: { windows: KEYBOARD_ON_WINDOWS, linux: OWN_RULE },
  },
  'scanner-wedge': {
    ...KEYS,
    ...WINDOW,
    name: { zh: '键盘式扫码枪', en: 'barcode scanner that types into the window' },
    gives: 'scan',
    quirks: [TYPES_PLAINLY],
    guide: { windows: WINDOW_KEYS, linux: WINDOW_KEYS },
  },
};
