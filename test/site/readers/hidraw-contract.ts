import type { HidBus } from '#drivers/port/hid-bus.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { type PortTraits, portContract } from '../../support/readers/port-contract.ts';
import { hidPortBench, type Plug } from './hid-port-bench.ts';
import type { SimulatedHidDevice } from './simulated-hid.ts';
import { UhidDevice, VENDOR_DESCRIPTOR } from './uhid-device.ts';
import { endSuite } from '../../hid/vitest-stand-in.ts';

const PLUG_MS_MAX = 10_000;
const TRAITS: PortTraits = {
  hasRate: false,
  // hidraw lets everybody in who may open it
  isExclusive: false,
  carriesAnyBytes: false,
  goneMsMax: 5_000,
};

/** The contract of ports on each profile, over devices behind the system's own HID driver. */
export function hidrawContract(bus: HidBus): void {
  const plugFor = (device: SimulatedHidDevice): Plug => {
    const usb = new UhidDevice(device, VENDOR_DESCRIPTOR);
    return {
      plugIn: async () => {
        usb.plugIn();
        await untilListed(bus, device, true);
      },
      unplug: async () => {
        usb.unplug();
        await untilListed(bus, device, false);
      },
    };
  };
  for (const profile of ['raw64', 'miaxis', 'dk'] as const) {
    portContract(`${profile} over hidraw`, TRAITS, () =>
      hidPortBench(profile, { bus, clock: systemClock, plugFor }),
    );
    endSuite();
  }
}

async function untilListed(bus: HidBus, device: SimulatedHidDevice, isIn: boolean): Promise<void> {
  const deadlineMs = performance.now() + PLUG_MS_MAX;
  for (;;) {
    const listing = await bus.list();
    const isListed =
      listing.outcome === 'listed' &&
      listing.devices.some(({ productId }) => productId === device.info.productId);
    if (isListed === isIn) return;
    if (performance.now() > deadlineMs) throw new Error(`the system does not see ${device.info.name} move`);
  }
}
