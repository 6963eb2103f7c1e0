/** States of a kiosk's screen by the readers that are there. */
import type { ReaderCandidate } from '#shared/contract/kiosk-readers.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { BANDS, BEFORE, reader } from './kiosk-states.ts';
import { message } from '#shared/language/message.ts';
import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';

const model = (of: ReaderCandidate['models'][number]['model']): ReaderCandidate['models'][number] => ({
  model: of,
  name: READER_MODEL_TABLE[of].name,
  gives: READER_MODEL_TABLE[of].gives,
});
const BULK: ReaderCandidate = {
  candidate: 'usb:0400:C35A',
  at: 'usb:0400:C35A',
  name: 'USB 0400:C35A',
  models: [],
  install: READER_MODEL_TABLE['sdt-usb-bulk'].install,
};
const WEDGE: ReaderCandidate = {
  candidate: 'wedge',
  at: 'wedge',
  name: message('reader.types'),
  models: [model('number-wedge'), model('scanner-wedge')],
  install: null,
};
const SERIAL: ReaderCandidate = {
  candidate: '/dev/ttyUSB0',
  at: '/dev/ttyUSB0',
  name: 'USB-SERIAL CH340 (/dev/ttyUSB0)',
  models: [model('sdt-serial'), model('number-serial'), model('scanner-serial')],
  install: null,
};
const SERVICE: ReaderCandidate = {
  candidate: 'http://127.0.0.1:19196',
  at: 'http://127.0.0.1:19196',
  name: READER_MODEL_TABLE['service-huashi'].name,
  models: [model('service-huashi')],
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
        name: READER_MODEL_TABLE['scanner-serial'].name,
        role: 'tube',
        state: 'gone',
      }),
      reader('wedge:number-wedge:person', {
        name: READER_MODEL_TABLE['number-wedge'].name,
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
