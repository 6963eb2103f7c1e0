import type { Clock } from '#shared/clock.ts';
import { type ReaderModelId, readerModelSchema, type ReaderSetting } from '#shared/reader-setting.ts';

import { openConfiguredReader } from '../rig/configured-reader.ts';
import { guardedBus, guardedOpener } from '../port/guarded-port.ts';
import { formatHidAddress, type HidBus } from '../port/hid-bus.ts';
import { systemHid } from '../port/hid-port.ts';
import type { Reader } from '../reader/kept-reader.ts';
import { LINE_TIMINGS } from '../line/line-reader.ts';
import { portOpener } from '../rig/open-port.ts';
import type { Player } from '../recording/player.ts';
import { hidSetting, type ReaderSource } from './reader-arguments.ts';
import { candidatesOf } from '../finding/reader-candidates.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';
import { READER_TIMINGS } from '../reader/reader-timings.ts';
import {
  type Recorder,
  recordingBus,
  recordingOpenPort,
  recordingServiceLine,
} from '../recording/recorder.ts';
import { openServiceLine } from '../service/service-reader.ts';

export interface OneReaderParts {
  hid: HidBus;
  clock: Clock;
  /** Null: nothing is recorded. */
  recorder: Recorder | null;
  /** In words, what is wrong with this machine and is no reader's event. */
  onTrouble: (words: string) => void;
}

/** The HID devices of this machine, for everything one command does. */
export function ownHid(clock: Clock, onTrouble: (words: string) => void): HidBus {
  return guardedBus(systemHid(clock), { clock, onTrouble });
}

/** One reader somebody named on the command line, open until it is closed. */
export function openOneReader(setting: ReaderSetting, parts: OneReaderParts): Reader {
  const { hid, clock, recorder, onTrouble } = parts;
  const openPort = guardedOpener(portOpener(clock), { clock, onTrouble });
  return openConfiguredReader(setting, {
    openPort: recorder === null ? openPort : recordingOpenPort(openPort, recorder),
    hid: recorder === null ? hid : recordingBus(hid, recorder),
    openLine: recorder === null ? undefined : recordingServiceLine(openServiceLine, recorder),
    findPath: () => Promise.resolve(setting.at),
    ...WITHOUT_MEMORY,
    clock,
  });
}

/** The reader of a recording: nothing of this machine is opened. */
export function openPlayedReader(setting: ReaderSetting, player: Player, clock: Clock): Reader {
  return openConfiguredReader(setting, {
    openPort: player.openPort,
    hid: player.bus,
    openLine: player.openLine,
    findPath: () => Promise.resolve(setting.at),
    ...WITHOUT_MEMORY,
    clock,
  });
}

const WITHOUT_MEMORY = {
  lastGood: null,
  remember: () => {},
  timings: READER_TIMINGS,
  lineTimings: LINE_TIMINGS,
} as const;

/** The setting of what was named, or in words why there is none; a HID device is looked at for its model. */
export async function settingOfSource(
  source: ReaderSource,
  hid: HidBus,
): Promise<{ setting: ReaderSetting; guessesFormat: boolean } | string> {
  if (source.is === 'known') return source;
  const { address, format } = source;
  const model = source.model ?? (await hidModelOf(source, hid));
  if (model === null) {
    return (
      `认不出 ${formatHidAddress(address)},请用 --model 指明型号 · ` +
      `what ${formatHidAddress(address)} is cannot be told: name it with --model`
    );
  }
  // A card-number reader without a format shows its lines as they come, like a scanner.
  const guessesFormat = model === 'number-boot-keyboard' && format === null;
  return { setting: hidSetting(source, guessesFormat ? 'scanner-boot-keyboard' : model), guessesFormat };
}

async function hidModelOf(
  { address }: Extract<ReaderSource, { is: 'hid' }>,
  hid: HidBus,
): Promise<ReaderModelId | null> {
  const listing = await hid.list();
  const devices = listing.outcome === 'listed' ? listing.devices : [];
  const { vendorId, productId } = address;
  const here = devices.filter((device) => device.vendorId === vendorId && device.productId === productId);
  const [candidate] = candidatesOf({ serial: [], hid: here, usb: [], services: [] }, true);
  if (candidate?.models[0] !== undefined) return candidate.models[0];
  // Not plugged in: the table may know its numbers all the same.
  const known = readerModelSchema.options.find((model) => {
    const { carrier, match } = READER_MODEL_TABLE[model];
    if (carrier !== 'hid' || match.by !== 'usb') return false;
    return match.ids.some((usb) => usb.vendorId === vendorId && usb.productId === productId);
  });
  return known ?? null;
}
