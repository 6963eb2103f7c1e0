import { systemClock } from '#shared/node/system-clock.ts';

import { hidPortBench } from '../../site/readers/hid-port-bench.ts';
import { SimulatedHidBus } from '../../site/readers/simulated-hid.ts';
import { portContract } from '../../support/readers/port-contract.ts';

for (const profile of ['raw64', 'miaxis', 'dk'] as const) {
  portContract(
    `${profile} over HID reports in memory`,
    { hasRate: false, isExclusive: false, carriesAnyBytes: false, goneMsMax: 100 },
    () => {
      const bus = new SimulatedHidBus();
      return hidPortBench(profile, {
        bus,
        clock: systemClock,
        plugFor: (device) => ({
          plugIn: () => Promise.resolve(bus.plugIn(device)),
          unplug: () => Promise.resolve(bus.unplug(device)),
        }),
      });
    },
  );
}
