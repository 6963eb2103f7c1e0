import { access } from 'node:fs/promises';

import { SerialPort } from 'serialport';

import type { Cancel, Clock } from '#shared/clock.ts';

import type { Port, PortGoneReason, PortListener } from './port.ts';
import { type SerialDevice, serialDeviceOf } from './serial-device.ts';

/** A pulled cable must be on the screen within a second. */
const PRESENCE_INTERVAL_MS = 500;

/**
 * From 26.4 on Node.js runs no microtasks after a native poll callback that skips MakeCallback, and
 * @serialport/bindings-cpp 13.0.1 skips it (node-serialport#3148): bytes wait for the next timer. A short pulse while
 * a port is open bounds that wait; Node 24, and so Electron 45, needs none.
 */
const PULSE_INTERVAL_MS = 10;
const NEEDS_PULSE = pulseNeeded(process.versions.node);

/** Whether this Node.js ("26.4.0") needs the pulse. */
export function pulseNeeded(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major > 26 || (major === 26 && minor >= 4);
}

/**
 * Opens a serial line with 8 data bits, no parity, one stop bit and no flow control (reader-protocols.md 1.2), locked against a
 * second opener. Each opening makes a new SerialPort, because a failed write destroys the object.
 */
export async function openSerialPort(
  line: { path: string; baudRate: number },
  clock: Clock,
  listener: PortListener,
): Promise<Port> {
  const serial = new SerialPort({ ...line, autoOpen: false });
  await new Promise<void>((resolve, reject) => {
    serial.open((error) => (error ? reject(error) : resolve()));
  });

  let over = false;
  const cancels: Cancel[] = [];
  const end = (): boolean => {
    if (over) return false;
    over = true;
    for (const cancel of cancels) cancel();
    return true;
  };
  const gone = (reason: PortGoneReason) => {
    // 'close' comes twice, and after 'error', when the device goes away during a write.
    if (end()) listener.onGone(reason);
  };
  // A 'data' listener also keeps the stream flowing: a port nobody reads never notices that its device has gone.
  serial.on('data', (bytes: Buffer) => {
    if (!over) listener.onData(bytes);
  });
  serial.on('error', () => gone('error'));
  serial.on('close', (error: (Error & { disconnected?: boolean }) | null | undefined) =>
    gone(error?.disconnected === true ? 'disconnected' : 'closed'),
  );

  // A line hung up between two reads answers 0 bytes for ever, and the binding then reads in a tight loop without a
  // word (node-serialport#2323: 100 % CPU, growing memory). Only the absence of the device's name tells.
  repeat({ clock, intervalMs: PRESENCE_INTERVAL_MS, cancels }, async () => {
    if ((await isPresent(line.path)) || over) return;
    gone('disconnected');
    await closeSerial(serial);
  });
  if (NEEDS_PULSE) repeat({ clock, intervalMs: PULSE_INTERVAL_MS, cancels }, () => Promise.resolve());

  return {
    write: (bytes) => {
      // write() on a port that a disconnect has closed never calls back.
      if (!over && serial.isOpen) serial.write(bytes, (error) => error && gone('error'));
    },
    setBaudRate: (baudRate) =>
      new Promise((resolve) => {
        if (over || !serial.isOpen) return resolve();
        serial.update({ baudRate }, (error) => {
          if (error) gone('error');
          resolve();
        });
      }),
    close: async () => {
      end();
      await closeSerial(serial);
    },
  };
}

/**
 * The serial ports of this machine, Bluetooth ones marked. Pseudo-terminals are never among them. Rejects in the
 * system's words (on Linux `udevadm` is asked, which may be missing).
 */
export async function listSerialPorts(): Promise<readonly SerialDevice[]> {
  return (await SerialPort.list()).map(serialDeviceOf);
}

/** Resolves also when the device is gone already: there is nothing left to close then. */
function closeSerial(serial: SerialPort): Promise<void> {
  if (!serial.isOpen) return Promise.resolve();
  return new Promise((resolve) => {
    serial.close(() => resolve());
  });
}

async function isPresent(path: string): Promise<boolean> {
  try {
    if (process.platform === 'win32') return (await SerialPort.list()).some((port) => port.path === path);
    await access(path);
    return true;
  } catch {
    return false; // ENOENT is the answer itself; a list that fails counts as gone, and reopening tells the truth.
  }
}

function repeat(
  pace: { clock: Clock; intervalMs: number; cancels: Cancel[] },
  run: () => Promise<void>,
): void {
  let stopped = false;
  let cancel: Cancel = () => {};
  const arm = () => {
    cancel = pace.clock.timer(pace.intervalMs, () => {
      void run().then(() => {
        if (!stopped) arm();
      });
    });
  };
  pace.cancels.push(() => {
    stopped = true;
    cancel();
  });
  arm();
}
