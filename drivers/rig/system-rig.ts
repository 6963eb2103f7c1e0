import type { Clock } from '#shared/clock.ts';
import { readerIdOf } from '#shared/reader-setting.ts';

import { openConfiguredReader } from './configured-reader.ts';
import { guardedBus, guardedOpener } from '../port/guarded-port.ts';
import type { HidBus } from '../port/hid-bus.ts';
import { systemHid } from '../port/hid-port.ts';
import { LINE_TIMINGS } from '../line/line-reader.ts';
import { portOpener } from './open-port.ts';
import { FINDER_TIMINGS } from '../finding/reader-finder.ts';
import { openReaderRig, type ReaderRig, type RigTimings } from './reader-rig.ts';
import type { ReaderTimings } from '../reader/reader-timings.ts';
import { openServiceLine } from '../service/service-reader.ts';
import type { ServicePort } from '../service/service-line.ts';
import { systemDevices, usbDevicesAt } from '../finding/system-devices.ts';

/** For real machines. */
export const RIG_TIMINGS: RigTimings = {
  ...FINDER_TIMINGS,
  // Three makers' services are each given 15 s to answer before the next is tried.
  firstWordMsMax: 60_000,
  // A closing that takes longer is a driver's that has lost its device.
  closeMsMax: 5_000,
};

/** Devices in place of this machine's own: a test's. Serial ports stay the machine's. */
export interface StandInDevices {
  hid: HidBus;
  /** A folder like /sys/bus/usb/devices. */
  usbRoot: string;
  servicePort: ServicePort;
}

export interface SystemRigParts {
  clock: Clock;
  /** Null: this machine's. */
  devices: StandInDevices | null;
  /** `READER_TIMINGS` for real readers. */
  timings: ReaderTimings;
  /** Which maker's service answered last for a reader (`readerIdOf` its setting), kept over restarts. */
  lastGood: { get(reader: string): number | null; set(reader: string, index: number): void };
  /** In words, what is wrong with this machine's devices and is no reader's event. */
  onTrouble: (words: string) => void;
}

/** The rig of this machine: its serial ports, HID devices and makers' services. Nothing native is loaded before `use` or `look`. */
export function openSystemRig({ clock, devices, timings, lastGood, onTrouble }: SystemRigParts): ReaderRig {
  const guard = { clock, onTrouble };
  const hid = guardedBus(devices?.hid ?? systemHid(clock), guard);
  const openPort = guardedOpener(portOpener(clock), guard);
  const servicePort = devices?.servicePort ?? ((port: number) => port);
  const lists = systemDevices({ hid, clock, servicePort });
  return openReaderRig({
    lists: devices === null ? lists : { ...lists, usb: () => usbDevicesAt(devices.usbRoot) },
    open: (setting, findPath) => {
      const reader = readerIdOf(setting);
      return openConfiguredReader(setting, {
        openPort,
        hid,
        findPath,
        lastGood: lastGood.get(reader),
        remember: (index) => lastGood.set(reader, index),
        openLine: (address, ...rest) =>
          openServiceLine({ ...address, port: servicePort(address.port) }, ...rest),
        clock,
        timings,
        lineTimings: {
          ...LINE_TIMINGS,
          reopenDelayMsMin: timings.reopenDelayMsMin,
          reopenDelayMsMax: timings.reopenDelayMsMax,
        },
      });
    },
    clock,
    timings: RIG_TIMINGS,
    onTrouble,
  });
}
