import { readFile, readdir } from 'node:fs/promises';
import { createConnection } from 'node:net';

import type { Clock } from '#shared/clock.ts';
import type { UsbIdentity } from '#shared/reader-setting.ts';

import type { DeviceLists } from './device-lists.ts';
import type { SerialDevice } from '../port/serial-device.ts';
import type { HidBus } from '../port/hid-bus.ts';
import { MAKERS_SERVICES } from '../models/reader-models.ts';
import { detectServices } from '../service/service-detection.ts';
import type { ServicePort } from '../service/service-line.ts';

/** A service on this machine accepts at once or is not there. */
const SERVICE_CONNECT_MS_MAX = 300;

/** What is plugged into this machine. The native serial module is loaded at the first look, not before. */
export function systemDevices(parts: { hid: HidBus; clock: Clock; servicePort: ServicePort }): DeviceLists {
  const placeOf = (address: string): string => {
    const place = new URL(address);
    return `${place.protocol}//${place.hostname}:${parts.servicePort(Number(place.port))}`;
  };
  return {
    serial: serialPorts,
    hid: () => parts.hid.list(),
    usb: () => (process.platform === 'linux' ? usbDevicesAt('/sys/bus/usb/devices') : Promise.resolve([])),
    services: async (addresses) => {
      const listening = await Promise.all(
        addresses.map((address) => listensAt(placeOf(address), parts.clock)),
      );
      return addresses.filter((_, i) => listening[i]);
    },
    askServices: async (addresses) => {
      const asked = MAKERS_SERVICES.filter(({ at }) => addresses.includes(at));
      const places = Object.fromEntries(asked.map(({ dialect, at }) => [dialect, placeOf(at)]));
      const found = new Set((await detectServices(places, parts.clock)).map(({ dialect }) => dialect));
      return asked.filter(({ dialect }) => found.has(dialect)).map(({ at }) => at);
    },
    opensKeyboards: process.platform !== 'win32',
  };
}

async function serialPorts(): Promise<readonly SerialDevice[]> {
  const { listSerialPorts } = await import('../port/serial-port.ts');
  const ports = await listSerialPorts();
  if (process.platform !== 'linux') return ports;
  const real = await Promise.all(ports.map(({ path }) => isRealTty('/sys/class/tty', path)));
  return ports.filter((_, i) => real[i]);
}

/**
 * Linux makes /dev/ttyS0 … ttyS31 whether or not the machine has them; `type` 0 is "nothing there". What says no type
 * (USB) is real. `root`: /sys/class/tty, or a test's own folder.
 */
export async function isRealTty(root: string, path: string): Promise<boolean> {
  return (await line(`${root}/${path.replace(/^.*\//, '')}/type`)) !== '0';
}

/**
 * Every USB device Linux knows, from /sys/bus/usb/devices (or a test's own `root`): also those no driver of ours opens,
 * so that a vendor-bulk reader can be named.
 */
export async function usbDevicesAt(root: string): Promise<readonly UsbIdentity[]> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch {
    return []; // No USB on this machine, or a container without /sys: nothing is plugged in that could be named.
  }
  const devices = await Promise.all(
    // Names with a colon are interfaces of a device.
    names
      .filter((name) => !name.includes(':'))
      .map(async (name) => {
        const [vendorId, productId, serial] = await Promise.all(
          ['idVendor', 'idProduct', 'serial'].map((file) => line(`${root}/${name}/${file}`)),
        );
        if (!isHexId(vendorId) || !isHexId(productId)) return [];
        return [
          {
            vendorId: vendorId.toUpperCase(),
            productId: productId.toUpperCase(),
            serialNumber: serial || null,
          },
        ];
      }),
  );
  return devices.flat();
}

const isHexId = (text: string | null | undefined): text is string => /^[0-9a-f]{4}$/i.test(text ?? '');

async function line(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return null; // Unplugged between two looks, or a device that has no such attribute.
  }
}

/** Whether somebody accepts a connection there; it is closed again without a byte. */
function listensAt(address: string, clock: Clock): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    const settle = (listens: boolean) => {
      cancel();
      socket.destroy();
      resolve(listens);
    };
    const cancel = clock.timer(SERVICE_CONNECT_MS_MAX, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
