import type { HidBus } from '#drivers/port/hid-bus.ts';
import { type HidProfile, hidPortOpener } from '#drivers/hid/hid-sdt.ts';
import type { Clock } from '#shared/clock.ts';

import { hidWrapper } from './simulated-hid-wrappers.ts';
import { hidAddressOf, hidIdsOf, type SimulatedHidDevice } from './simulated-hid.ts';
import type { PortBench } from '../../support/readers/port-contract.ts';

/** Puts a device where the bus finds it, and takes it away. */
export interface Plug {
  plugIn(): Promise<void>;
  unplug(): Promise<void>;
}

/** The far end of the contract of ports: what it gets it keeps, and it sends what it is told to. */
export async function hidPortBench(
  profile: HidProfile,
  machine: { bus: HidBus; clock: Clock; plugFor: (device: SimulatedHidDevice) => Plug },
): Promise<PortBench> {
  const wrapper = hidWrapper(profile);
  const chunks: Uint8Array[] = [];
  let send: (report: Uint8Array) => void = () => {};
  const device: SimulatedHidDevice = {
    info: { ...hidIdsOf(profile), serialNumber: null, name: profile, usagePage: 0xff00, usage: 1 },
    opened: (sender) => {
      send = sender;
    },
    written: (data) => {
      chunks.push(wrapper.unwrap(data));
    },
    closed: () => {
      send = () => {};
    },
  };
  const plug = machine.plugFor(device);
  let isIn = true;
  const hangUp = async () => {
    if (isIn) await plug.unplug();
    isIn = false;
  };
  await plug.plugIn();
  return {
    openPort: hidPortOpener({ profile, bus: machine.bus, clock: machine.clock }),
    path: hidAddressOf(profile),
    send: (frame) => {
      for (const report of wrapper.wrap(frame)) send(report);
    },
    received: () => Uint8Array.from(chunks.flatMap((chunk) => [...chunk])),
    hangUp,
    comeBack: async () => {
      chunks.length = 0;
      await plug.plugIn();
      isIn = true;
    },
    dispose: hangUp,
  };
}
