import { message, type Message } from '#shared/language/message.ts';
import type { ReaderSetting, UsbIdentity } from '#shared/reader-setting.ts';
import { isBluetoothPath, type SerialDevice } from '../port/serial-device.ts';

/** What a setting says of where its serial device is. */
export type SerialPlace = Pick<ReaderSetting, 'at' | 'usb'>;

/** What the system calls the confirmed device today, or in words why nothing may be opened. */
export type SerialLookup = { outcome: 'found'; path: string } | { outcome: 'none'; detail: Message };

/**
 * Finds a confirmed serial device again. A USB device is looked for by its identity alone, because COM numbers and
 * ttyUSB names change with the hole it is plugged into, and another device may by now be called as it was: that one must
 * not get a byte. Several of one kind that cannot be told apart (no serial number, or all the same: CH340, cheap
 * CP2102) keep their places; where exactly one has lost its place and exactly one device is left, that is it.
 * `others`: all other settings.
 */
export function serialPathOf(
  setting: SerialPlace,
  ports: readonly SerialDevice[],
  others: readonly SerialPlace[],
): SerialLookup {
  const { at, usb } = setting;
  if (usb === null) {
    const listed = ports.find(({ path }) => path === at);
    if (listed !== undefined && listed.usb !== null)
      return none(message('reader-gone.other-device', { path: at, device: nameOf(listed.usb) }));
    if (isBluetoothPath(at) || listed?.bluetooth === true)
      return none(message('reader-gone.bluetooth', { path: at }));
    return { outcome: 'found', path: at };
  }
  const ofItsKind = ports.filter((port) => !port.bluetooth && port.usb !== null && isSame(port.usb, usb));
  const places = new Set(ofItsKind.map(({ path }) => path));
  if (places.has(at)) return { outcome: 'found', path: at };
  const rivals = others.filter((other) => other.usb !== null && isSame(other.usb, usb));
  const seated = new Set(rivals.map((rival) => rival.at).filter((place) => places.has(place)));
  const free = ofItsKind.filter(({ path }) => !seated.has(path));
  const [only] = free;
  if (only === undefined)
    return none(message('reader-gone.not-plugged-in', { device: nameOf(usb), path: at }));
  // Another one of the kind that has lost its place could be this device as well.
  if (free.length > 1 || seated.size < rivals.length)
    return none(message('reader-gone.several-alike', { device: nameOf(usb) }));
  return { outcome: 'found', path: only.path };
}

const none = (detail: Message): SerialLookup => ({ outcome: 'none', detail });

const isSame = (a: UsbIdentity, b: UsbIdentity): boolean =>
  a.vendorId === b.vendorId && a.productId === b.productId && a.serialNumber === b.serialNumber;

const nameOf = ({ vendorId, productId, serialNumber }: UsbIdentity): string =>
  `${vendorId}:${productId}${serialNumber === null ? '' : ` ${serialNumber}`}`;
