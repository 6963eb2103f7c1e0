import type { UsbIdentity } from '#shared/reader-setting.ts';

/** A serial port as the system lists it. */
export interface SerialDevice {
  /** What opens it; may change at every plugging in. */
  path: string;
  /** As the system calls it. */
  name: string;
  /** Null for a port of the machine itself. */
  usb: UsbIdentity | null;
  /** Opening one calls up a device of somebody's: never done. */
  bluetooth: boolean;
}

/** What `serialport` says of one port; every field but the path may be missing. */
export interface ListedPort {
  path: string;
  manufacturer?: string | undefined;
  serialNumber?: string | undefined;
  pnpId?: string | undefined;
  vendorId?: string | undefined;
  productId?: string | undefined;
  friendlyName?: string | undefined;
}

/** Characters of a serial number a setting can hold. */
export const SERIAL_NUMBER_LENGTH_MAX = 120;

/** Makes one form of what the systems say in several: case, missing zeros, made-up serial numbers. */
export function serialDeviceOf(port: ListedPort): SerialDevice {
  const { path, manufacturer, friendlyName } = port;
  const vendorId = usbIdOf(port.vendorId);
  const productId = usbIdOf(port.productId);
  const isUsb = vendorId !== null && productId !== null;
  return {
    path,
    name: friendlyName?.trim() || manufacturer?.trim() || path,
    usb: isUsb ? { vendorId, productId, serialNumber: serialNumberOf(port.serialNumber) } : null,
    bluetooth: isBluetooth(port),
  };
}

/** rfcomm on Linux, BTHENUM and BTHLEDEVICE on Windows, names like tty.Bluetooth-Incoming-Port elsewhere. */
function isBluetooth({ path, pnpId, friendlyName }: ListedPort): boolean {
  return isBluetoothPath(path) || /^BTH/i.test(pnpId ?? '') || /bluetooth|蓝牙/i.test(friendlyName ?? '');
}

/** Whether the path alone tells it: a path that was typed stands in no list. */
export function isBluetoothPath(path: string): boolean {
  return /rfcomm|bluetooth/i.test(path);
}

function usbIdOf(text: string | undefined): string | null {
  const digits = /^(?:0x)?([0-9a-f]{1,4})$/i.exec(text?.trim() ?? '')?.[1];
  return digits === undefined ? null : digits.toUpperCase().padStart(4, '0');
}

/**
 * The device's own serial number, or null. Where a device has none Windows makes an instance id of the USB hole, with
 * ampersands in it (`5&2A7E1B3C&0&2`): that is another one at the next hole, so it must not pass for the device's.
 */
export function serialNumberOf(text: string | undefined): string | null {
  const serial = text?.trim() ?? '';
  return serial === '' || serial.includes('&') || serial.length > SERIAL_NUMBER_LENGTH_MAX ? null : serial;
}
