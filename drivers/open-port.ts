import type { Clock } from '#shared/clock.ts';

import type { OpenPort } from './port.ts';
import { SDT_BAUD_RATES } from './sdt-commands.ts';
import { openTcpPort, parseTcpPath } from './tcp-port.ts';

/**
 * Opens `tcp://host:port`, or else a serial device by its path. The native serial module is loaded at the first serial
 * path only, so that a machine where it cannot load still reads over TCP.
 */
export function portOpener(clock: Clock): OpenPort {
  return async (path, listener) => {
    const address = parseTcpPath(path);
    if (address !== null) return openTcpPort(address, clock, listener);
    if (path.startsWith('tcp:')) throw new Error(`not a reader's address: ${path} (tcp://host:port)`);
    const { openSerialPort } = await import('./serial-port.ts');
    return openSerialPort({ path, baudRate: SDT_BAUD_RATES[0] }, clock, listener);
  };
}
