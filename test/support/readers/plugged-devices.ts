import type { DeviceLists } from '#drivers/finding/device-lists.ts';
import type { HidDeviceInfo, HidListing } from '#drivers/port/hid-bus.ts';
import type { UsbIdentity } from '#shared/reader-setting.ts';
import { type SerialDevice, serialDeviceOf } from '#drivers/port/serial-device.ts';

/** A machine's devices as its lists tell them; plugged in and pulled out by a test. Counts how often it was asked. */
export class PluggedDevices implements DeviceLists {
  serialPorts: SerialDevice[] = [];
  hidDevices: HidDeviceInfo[] = [];
  usbDevices: UsbIdentity[] = [];
  /** Addresses at which something listens, and those of them at which it answers as the maker's service does. */
  listening: string[] = [];
  answering: string[] = [];
  opensKeyboards = true;
  /** What a list does instead of answering. */
  readonly failing = new Map<'serial' | 'hid' | 'usb' | 'services' | 'askServices', 'rejects' | 'hangs'>();
  readonly asked = { serial: 0, hid: 0, usb: 0, services: 0, askServices: 0 };

  /** Every address whose service was asked its own question. */
  readonly servicesAsked: string[] = [];
  #hanging: (() => void)[] = [];

  /** What hung fails at last. */
  answerHanging(): void {
    for (const fail of this.#hanging.splice(0)) fail();
  }

  serial(): Promise<readonly SerialDevice[]> {
    return this.#answer('serial', this.serialPorts);
  }

  hid(): Promise<HidListing> {
    return this.#answer('hid', { outcome: 'listed', devices: this.hidDevices });
  }

  usb(): Promise<readonly UsbIdentity[]> {
    return this.#answer('usb', this.usbDevices);
  }

  services(addresses: readonly string[]): Promise<readonly string[]> {
    return this.#answer(
      'services',
      addresses.filter((address) => this.listening.includes(address)),
    );
  }

  askServices(addresses: readonly string[]): Promise<readonly string[]> {
    this.servicesAsked.push(...addresses);
    return this.#answer(
      'askServices',
      addresses.filter((address) => this.listening.includes(address) && this.answering.includes(address)),
    );
  }

  #answer<T>(list: keyof PluggedDevices['asked'], answer: T): Promise<T> {
    this.asked[list] += 1;
    const failing = this.failing.get(list);
    if (failing === 'hangs')
      return new Promise((_, reject) => this.#hanging.push(() => reject(new Error(`no ${list} list`))));
    return failing === 'rejects' ? Promise.reject(new Error(`no ${list} list`)) : Promise.resolve(answer);
  }
}

/** A CH340 cable: no serial number, as they come. */
export const ch340 = (path: string): SerialDevice =>
  serialDeviceOf({ path, manufacturer: 'wch.cn', vendorId: '1a86', productId: '7523' });

/** An FTDI cable with the serial number that makes it one of its own. */
export const ftdi = (path: string, serialNumber: string): SerialDevice =>
  serialDeviceOf({ path, manufacturer: 'FTDI', serialNumber, vendorId: '0403', productId: '6001' });

/** One collection of a HID device. */
export function hidDevice(
  ids: `${string}:${string}`,
  use: { usagePage: number; usage: number; serialNumber?: string },
): HidDeviceInfo {
  const [vendorId = '', productId = ''] = ids.split(':');
  const { usagePage, usage, serialNumber = null } = use;
  const path = `/dev/hidraw-${ids}-${serialNumber}-${usagePage}`;
  return { path, vendorId, productId, serialNumber, name: `device ${ids}`, usagePage, usage };
}
