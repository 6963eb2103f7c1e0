import { memoryLine } from '../../site/readers/simulated-reader-carriers.ts';
import type { Host } from '../../site/readers/simulated-reader.ts';
import { tcpBench } from '../../support/readers/port-benches.ts';
import { type PortBench, portContract } from '../../support/readers/port-contract.ts';

portContract(
  'a line in memory',
  { hasRate: true, isExclusive: false, carriesAnyBytes: true, goneMsMax: 1_000 },
  memoryBench,
);

portContract(
  'TCP',
  { hasRate: false, isExclusive: false, carriesAnyBytes: true, goneMsMax: 5_000 },
  tcpBench,
);

/** The line in memory that tests with a hand-cranked clock use: it must behave as the real ones do. */
function memoryBench(): Promise<PortBench> {
  const received: number[] = [];
  let host: Host | null = null;
  const line = memoryLine({
    attach: (attached) => {
      host = attached;
      return {
        receive: (bytes) => {
          if (host === attached) received.push(...bytes);
        },
        detach: () => {
          if (host === attached) host = null;
        },
      };
    },
  });
  return Promise.resolve({
    openPort: line.openPort,
    path: 'memory',
    send: (frame) => host?.send(frame),
    received: () => Uint8Array.from(received),
    hangUp: () => Promise.resolve(line.unplug()),
    comeBack: () => Promise.resolve(line.plugIn()),
    dispose: () => Promise.resolve(),
  });
}
