/**
 * A kiosk with its page on loopback as a process of its own, on a machine whose HID devices are in memory:
 * `node hid-kiosk-main.ts DATA USB-ROOT PAIRING-CODE DECARD-PORT`. The parent plugs in, pulls out, lays down cards and scans.
 */
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import type { HidProfile } from '#drivers/hid/hid-sdt.ts';
import { MAKERS_SERVICES } from '#drivers/models/reader-models.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { serveScreen } from '../../../kiosk/browser/screen-server.ts';
import { startEngine } from '../../../kiosk/station/engine-main.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import {
  HidReader,
  HidTeller,
  SimulatedHidBus,
  type SimulatedHidDevice,
} from '../../site/readers/simulated-hid.ts';
import { keyReports, posReports } from '../../site/readers/simulated-hid-scanner.ts';
import type { HidAct, SendingDevice } from '../../site/readers/hid-kiosk.ts';

const SCREEN = path.join(PROJECT_ROOT, 'dist/screen');
/** Gaps shrink, timeouts stay. */
const QUICK_READER = { ...READER_TIMINGS, pollGapMs: 30, probeGapMs: 30, reopenDelayMsMax: 500 };
const HELD = { holdMs: 150, patienceMs: 15_000 };

const teller = (productId: string, name: string, use: { usagePage: number; usage: number }): HidTeller =>
  new HidTeller({ vendorId: '1209', productId, serialNumber: 'K 1', name, ...use });
const HID_POS = { usagePage: 0x8c, usage: 0x02 };
const KEYBOARD = { usagePage: 0x01, usage: 0x06 };

const modules: Record<HidProfile, SimulatedReader> = {
  raw64: new SimulatedReader(systemClock),
  miaxis: new SimulatedReader(systemClock),
  dk: new SimulatedReader(systemClock),
};
const tellers: Record<SendingDevice, HidTeller> = {
  'pos-tubes': teller('0001', 'pos-tubes', HID_POS),
  'pos-badges': teller('0002', 'pos-badges', HID_POS),
  'key-numbers': teller('0003', 'key-numbers', KEYBOARD),
  'key-badges': teller('0004', 'key-badges', KEYBOARD),
};
const devices: Record<HidProfile | SendingDevice, SimulatedHidDevice> = {
  raw64: new HidReader(modules.raw64, 'raw64'),
  miaxis: new HidReader(modules.miaxis, 'miaxis'),
  dk: new HidReader(modules.dk, 'dk'),
  ...tellers,
};

const DECARD_AT = new URL(MAKERS_SERVICES.find(({ dialect }) => dialect === 'decard')!.at);
/** Nobody listens there: what runs on this machine beside the test is no part of it. */
const NOBODYS_PORT = 1;
const servicePort = (port: number): number =>
  port === Number(DECARD_AT.port) ? Number(decardPort) : NOBODYS_PORT;

const bus = new SimulatedHidBus();
const [data = '', usbRoot = '', pair = '', decardPort = ''] = process.argv.slice(2);
const engine = await startEngine({
  data,
  readers: [],
  pair,
  nativeBinding: null,
  keys: NO_KEYRING,
  devices: { hid: bus, usbRoot, servicePort },
  timings: QUICK_READER,
  log: () => {},
});
const page = await serveScreen({ engine, directory: SCREEN, token: 'for this test', port: 0 });

async function act(told: HidAct): Promise<string> {
  switch (told.act) {
    case 'plug-in':
      bus.plugIn(devices[told.device]);
      return 'done';
    case 'unplug':
      bus.unplug(devices[told.device]);
      return 'done';
    case 'card':
      return modules[told.device].placeCard(cardOf(told.person), HELD);
    case 'send': {
      const reports = told.device.startsWith('pos-')
        ? posReports(told.text, ']C0')
        : keyReports(`${told.text}\r`);
      tellers[told.device].send(...reports);
      return 'done';
    }
  }
}

process.on('message', ({ id, ...told }: HidAct & { id: number }) => {
  void act(told).then((said) => process.connected && process.send?.({ id, said }));
});
process.once('disconnect', () => void page.stop().then(() => engine.stop()));
process.send?.({ id: 0, said: page.address });
