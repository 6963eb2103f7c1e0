import type { Clock } from '#shared/clock.ts';
import { message } from '#shared/language/message.ts';
import { SaidError } from '#shared/language/said-error.ts';

import type { OpenPort } from '../port/port.ts';
import { SDT_BAUD_RATES } from '../sdt/sdt-commands.ts';
import { openTcpPort, parseTcpPath } from '../port/tcp-port.ts';
import { isBluetoothPath } from '../port/serial-device.ts';

/**
 * Opens `tcp://host:port`, or else a serial device by its path. The native serial module is loaded at the first serial
 * path only, so that a machine where it cannot load still reads over TCP.
 */
export function portOpener(clock: Clock): OpenPort {
  return async (path, listener) => {
    const address = parseTcpPath(path);
    if (address !== null) return openTcpPort(address, clock, listener);
    if (path.startsWith('tcp:')) throw new Error(`not a reader's address: ${path} (tcp://host:port)`);
    const bluetooth = message('reader-gone.bluetooth', { path });
    if (isBluetoothPath(path)) throw new SaidError(bluetooth);
    const { listSerialPorts, openSerialPort } = await import('../port/serial-port.ts');
    // On Windows they are COM ports like any other, and only the list tells.
    const listed = process.platform === 'win32' ? await listSerialPorts() : [];
    if (listed.some((port) => port.path === path && port.bluetooth)) throw new SaidError(bluetooth);
    return openSerialPort({ path, baudRate: SDT_BAUD_RATES[0] }, clock, listener);
  };
}
