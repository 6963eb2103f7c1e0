import type { UsbIdentity } from '#shared/reader-setting.ts';

import type { HidDeviceInfo, HidListing } from '../port/hid-bus.ts';
import type { SerialDevice } from '../port/serial-device.ts';

/**
 * What is plugged in, asked of the system: `systemDevices` of system-devices.ts, or a test's own. Asking opens no device
 * and writes to none, `askServices` excepted; each list may reject, in the system's words, without harm to the others.
 */
export interface DeviceLists {
  serial(): Promise<readonly SerialDevice[]>;
  hid(): Promise<HidListing>;
  /** Every USB device, whatever it is; empty where the system does not tell (Windows). */
  usb(): Promise<readonly UsbIdentity[]>;
  /** At which of these addresses something listens, whatever it is. */
  services(addresses: readonly string[]): Promise<readonly string[]>;
  /**
   * At which of these addresses of the table the maker's service answers. It is asked to open its reader and maybe to read a
   * card, so only when a person looks, and none that is in use.
   */
  askServices(addresses: readonly string[]): Promise<readonly string[]>;
  /** Whether this system lets a keyboard be opened at all (Windows does not, reader-protocols.md 4). */
  opensKeyboards: boolean;
}

/** What the last looks saw. */
export interface Seen {
  serial: readonly SerialDevice[];
  hid: readonly HidDeviceInfo[];
  usb: readonly UsbIdentity[];
  /** Addresses at which a maker's service has answered when a person looked, and something listens still. */
  services: readonly string[];
}
