/** States of a kiosk's screen by the readers that are there. */
import type { ReaderCandidate } from '#shared/contract/kiosk-readers.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { BANDS, BEFORE, reader } from './kiosk-states.ts';

const model = (
  of: ReaderCandidate['models'][number]['model'],
  zh: string,
  gives: 'reading' | 'physical-number' | 'scan',
) => ({
  model: of,
  name: { zh, en: of },
  gives,
});
const BULK: ReaderCandidate = {
  candidate: 'usb:0400:C35A',
  at: 'usb:0400:C35A',
  name: 'USB 0400:C35A',
  models: [],
  install: {
    zh: '这台读卡器需要厂家服务:请在本机安装读卡器厂家的网页读卡服务(华视电子 HTTP 19196、神思 WebSocket 9000 或德卡 WebSocket 47903;随机光盘或厂家网站),装好后再选',
    en: "this reader needs its maker's service: install the maker's local reading service on this machine, then choose it",
  },
};
const WEDGE: ReaderCandidate = {
  candidate: 'wedge',
  at: 'wedge',
  name: '像键盘一样打字的读卡器、扫码枪',
  models: [
    model('number-wedge', '键盘式卡号读卡器', 'physical-number'),
    model('scanner-wedge', '键盘式扫码枪', 'scan'),
  ],
  install: null,
};
const SERIAL: ReaderCandidate = {
  candidate: '/dev/ttyUSB0',
  at: '/dev/ttyUSB0',
  name: 'USB-SERIAL CH340 (/dev/ttyUSB0)',
  models: [
    model('sdt-serial', '串口身份证读卡器', 'reading'),
    model('number-serial', '串口卡号读卡器', 'physical-number'),
    model('scanner-serial', '串口扫码枪', 'scan'),
  ],
  install: null,
};
const SERVICE: ReaderCandidate = {
  candidate: 'http://127.0.0.1:19196',
  at: 'http://127.0.0.1:19196',
  name: '华视电子读卡服务 (127.0.0.1:19196)',
  models: [model('service-huashi', '华视电子读卡服务', 'reading')],
  install: null,
};
const NONE = { ...BEFORE, reader: 'none', readers: [] } as const satisfies KioskState;
/** Stations by the readers they have. */
export const READER_STATES = {
  nothing: { ...NONE, candidates: [WEDGE] },
  found: { ...NONE, candidates: [SERIAL, SERVICE, WEDGE] },
  bulk: { ...NONE, candidates: [BULK, WEDGE] },
  using: {
    ...BEFORE,
    readers: [
      reader('/dev/ttyUSB0', {}),
      reader('/dev/ttyACM0', {
        name: { zh: '串口扫码枪', en: 'Barcode scanner on a serial line' },
        role: 'tube',
        state: 'gone',
      }),
      reader('wedge:number-wedge:person', {
        name: { zh: '键盘式卡号读卡器', en: 'Number reader that types' },
        state: 'waiting',
      }),
    ],
    bands: [BANDS['scanner-gone']],
    candidates: [WEDGE],
    wrongObjects: [
      { given: 'tube-code', count: 3 },
      { given: 'person-code', count: 2 },
    ],
  },
} as const satisfies Record<string, KioskState>;

/** Steps of the page of the readers, by the keys that lead there from the face. */
export const READER_DIALOGS: readonly { name: string; state: KioskState; keys: readonly string[] }[] = [
  { name: 'readers-none', state: READER_STATES.nothing, keys: ['NumpadEnter', 'Numpad6'] },
  { name: 'readers-found', state: READER_STATES.found, keys: ['NumpadEnter', 'Numpad6'] },
  { name: 'readers-using', state: READER_STATES.using, keys: ['NumpadEnter', 'Numpad6'] },
  { name: 'reader-bulk', state: READER_STATES.bulk, keys: ['NumpadEnter', 'Numpad6', 'Numpad1'] },
  { name: 'reader-model', state: READER_STATES.found, keys: ['NumpadEnter', 'Numpad6', 'Numpad1'] },
  { name: 'reader-role', state: READER_STATES.found, keys: ['NumpadEnter', 'Numpad6', 'Numpad1', 'Numpad3'] },
  {
    name: 'reader-format',
    state: READER_STATES.found,
    keys: ['NumpadEnter', 'Numpad6', 'Numpad1', 'Numpad2'],
  },
  { name: 'reader-remove', state: READER_STATES.using, keys: ['NumpadEnter', 'Numpad6', 'Numpad2'] },
];
