import type { ReaderSetting, UsbIdentity } from '#shared/reader-setting.ts';

import { isBluetoothPath, type SerialDevice } from './device-lists.ts';

/** What a setting says of where its serial device is. */
export type SerialPlace = Pick<ReaderSetting, 'at' | 'usb'>;

/** What the system calls the confirmed device today, or in words why nothing may be opened. */
export type SerialLookup = { outcome: 'found'; path: string } | { outcome: 'none'; detail: string };

/**
 * Finds a confirmed serial device again. A USB device is looked for by its identity alone, because COM numbers and
 * ttyUSB names change with the hole it is plugged into, and another device may by now be called as it was: that one must
 * not get a byte. Several of one kind that cannot be told apart (no serial number, or all the same: CH340, cheap
 * CP2102) keep their places; of those without a place the only one left is taken. `others`: all other settings.
 */
export function serialPathOf(
  setting: SerialPlace,
  ports: readonly SerialDevice[],
  others: readonly SerialPlace[],
): SerialLookup {
  const { at, usb } = setting;
  if (usb === null) {
    const isBluetooth = isBluetoothPath(at) || ports.some(({ path, bluetooth }) => path === at && bluetooth);
    if (isBluetooth) return none(`蓝牙端口从不打开 · ${at} is a Bluetooth port, which is never opened`);
    return { outcome: 'found', path: at };
  }
  const ofItsKind = ports.filter((port) => !port.bluetooth && port.usb !== null && isSame(port.usb, usb));
  if (ofItsKind.some(({ path }) => path === at)) return { outcome: 'found', path: at };
  const taken = new Set(
    others.filter((other) => other.usb !== null && isSame(other.usb, usb)).map((o) => o.at),
  );
  const free = ofItsKind.filter(({ path }) => !taken.has(path));
  const [only] = free;
  if (only === undefined) return none(`读卡器未插好 · ${nameOf(usb)} is not plugged in (it was ${at})`);
  if (free.length > 1)
    return none(
      `有 ${free.length} 台同款设备分不清,请在屏幕上重新选 · ${free.length} devices are ${nameOf(usb)}: choose one again`,
    );
  return { outcome: 'found', path: only.path };
}

const none = (detail: string): SerialLookup => ({ outcome: 'none', detail });

const isSame = (a: UsbIdentity, b: UsbIdentity): boolean =>
  a.vendorId === b.vendorId && a.productId === b.productId && a.serialNumber === b.serialNumber;

const nameOf = ({ vendorId, productId, serialNumber }: UsbIdentity): string =>
  `${vendorId}:${productId}${serialNumber === null ? '' : ` ${serialNumber}`}`;
