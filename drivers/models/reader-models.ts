import { message } from '#shared/language/message.ts';
import type { ReaderModelId } from '#shared/reader-setting.ts';

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
const TYPES_PLAINLY = message('reader-note.types-plainly');
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

function service(
  maker: (typeof MAKERS_SERVICES)[number]['dialect'],
  at: string,
): Pick<ReaderModel, 'match' | 'name' | 'install' | 'guide'> {
  const of = message(`reader-maker.${maker}`);
  const install = message('reader-install.service', { maker: of, at });
  return {
    match: { by: 'service', at },
    name: message('reader-model.service', { maker: of }),
    install,
    guide: { windows: message('reader-guide.service-windows', { install }), linux: SERVICE_LINUX },
  };
}

/**
 * The one table of models: finding, opening, the udev file and the site's guide all follow from it. A row is needed for
 * every id, or this does not compile. Facts and their confidence: reader-protocols.md 1, 4 and 5.
 */
export const READER_MODEL_TABLE: Readonly<Record<ReaderModelId, ReaderModel>> = {
  'sdt-serial': {
    name: message('reader-model.sdt-serial'),
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
    name: message('reader-model.sdt-hid-raw64'),
    match: {
      by: 'usb',
      ids: [
        { vendorId: '0425', productId: '8159', confidence: 'medium', of: '精伦 Routon' },
        ...SEEN_IN_APPS,
      ],
    },
    wrapper: 'raw64',
    quirks: [message('reader-note.sdt-hid-raw64')],
    recording: simulated('sdt-hid-raw64.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: RULES_AND_LIBUSB },
  },
  'sdt-hid-miaxis': {
    ...SDT_HID,
    name: message('reader-model.sdt-hid-miaxis'),
    match: {
      by: 'usb',
      ids: [
        { vendorId: '10C4', productId: '0007', confidence: 'medium', of: 'Miaxis' },
        { vendorId: '203B', productId: '0101', confidence: 'medium', of: 'Miaxis (old)' },
        ...SEEN_IN_APPS,
      ],
    },
    wrapper: 'miaxis',
    quirks: [message('reader-note.sdt-hid-miaxis')],
    recording: simulated('sdt-hid-miaxis.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: RULES_AND_LIBUSB },
  },
  'sdt-hid-dk': {
    ...SDT_HID,
    name: message('reader-model.sdt-hid-dk'),
    match: {
      by: 'usb',
      ids: [{ vendorId: '0483', productId: '572B', confidence: 'medium', of: '德科 DK' }, ...SEEN_IN_APPS],
    },
    wrapper: 'dk',
    quirks: [message('reader-note.sdt-hid-dk')],
    recording: simulated('sdt-hid-dk.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: RULES_AND_LIBUSB },
  },
  'service-huashi': {
    ...SERVICE,
    ...service('huashi', HUASHI.at),
    wrapper: 'huashi',
    gives: 'reading',
    quirks: [],
    recording: simulated('service-huashi.txt'),
  },
  'service-shensi': {
    ...SERVICE,
    ...service('shensi', SHENSI.at),
    wrapper: 'shensi',
    gives: 'reading',
    quirks: [message('reader-note.service-shensi')],
    recording: simulated('service-shensi.txt'),
  },
  'service-decard': {
    ...SERVICE,
    ...service('decard', DECARD.at),
    wrapper: 'decard',
    gives: 'reading',
    quirks: [],
    recording: simulated('service-decard.txt'),
  },
  'sdt-usb-bulk': {
    name: message('reader-model.sdt-usb-bulk'),
    carrier: 'usb-bulk',
    match: { by: 'usb', ids: [{ ...BULK_READER, confidence: 'high', of: '部标' }] },
    confidence: 'high',
    baudRates: null,
    wrapper: 'none',
    decoder: 'service',
    gives: 'reading',
    quirks: [message('reader-note.sdt-usb-bulk')],
    recording: null,
    install: MAKERS_SERVICE,
    guide: { windows: MAKERS_SERVICE, linux: SERVICE_LINUX },
  },
  'number-serial': {
    ...LINE,
    name: message('reader-model.number-serial'),
    baudRates: [9_600, 115_200],
    wrapper: 'none',
    gives: 'physical-number',
    quirks: [UNKNOWN_FORMAT, REPEATS],
    recording: simulated('number-serial.txt'),
    install: null,
    guide: { windows: DRIVERS_ALONG, linux: DIALOUT },
  },
  'number-boot-keyboard': {
    name: message('reader-model.number-boot-keyboard'),
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
    name: message('reader-model.number-wedge'),
    gives: 'physical-number',
    quirks: [UNKNOWN_FORMAT, REPEATS],
    guide: { windows: WINDOW_KEYS, linux: WINDOW_KEYS },
  },
  'scanner-serial': {
    ...LINE,
    name: message('reader-model.scanner-serial'),
    baudRates: [9_600, 115_200],
    wrapper: 'none',
    gives: 'scan',
    quirks: [message('reader-note.scanner-serial')],
    recording: simulated('scanner-serial.txt'),
    install: null,
    guide: { windows: DRIVERS_ALONG, linux: DIALOUT },
  },
  'scanner-hid-pos': {
    name: message('reader-model.scanner-hid-pos'),
    carrier: 'hid',
    match: HID_POS,
    confidence: 'high',
    baudRates: null,
    wrapper: 'hid-pos',
    decoder: 'line',
    gives: 'scan',
    quirks: [message('reader-note.scanner-hid-pos')],
    recording: simulated('scanner-hid-pos.txt'),
    install: null,
    guide: { windows: NO_DRIVER, linux: OWN_RULE },
  },
  'scanner-boot-keyboard': {
    name: message('reader-model.scanner-boot-keyboard'),
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
    name: message('reader-model.scanner-wedge'),
    gives: 'scan',
    quirks: [TYPES_PLAINLY],
    guide: { windows: WINDOW_KEYS, linux: WINDOW_KEYS },
  },
};
