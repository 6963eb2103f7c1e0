/** Which reader a station uses, where it is and what it gives: confirmed by a person once, then remembered. */
import { z } from 'zod';

/** Rows of the table of models (drivers/models/reader-models.ts). */
export const READER_MODELS = [
  /** ID-card readers that speak SDT over a serial line or a serial-over-LAN box. */
  'sdt-serial',
  /** ID-card readers that speak SDT in HID reports (reader-protocols.md 1.2). */
  'sdt-hid-raw64',
  'sdt-hid-miaxis',
  'sdt-hid-dk',
  /** Makers' local services: the way to readers on vendor-bulk USB. */
  'service-huashi',
  'service-shensi',
  'service-decard',
  /** 部标 bulk readers: seen, but driven only through their maker's service. */
  'sdt-usb-bulk',
  /** Readers of a card's physical number that send it as a line. */
  'number-serial',
  'number-boot-keyboard',
  'number-wedge',
  /** Barcode scanners. */
  'scanner-serial',
  'scanner-hid-pos',
  'scanner-boot-keyboard',
  'scanner-wedge',
] as const;
export const readerModelSchema = z.enum(READER_MODELS);
export type ReaderModelId = z.infer<typeof readerModelSchema>;

/** person: cards and card numbers; tube: tube codes. */
export const readerRoleSchema = z.enum(['person', 'tube']);
export type ReaderRole = z.infer<typeof readerRoleSchema>;

const usbIdSchema = z.string().regex(/^[0-9A-F]{4}$/);
/** What a USB device says of itself: two of one kind without serial numbers cannot be told apart. */
export const usbIdentitySchema = z.strictObject({
  vendorId: usbIdSchema,
  productId: usbIdSchema,
  serialNumber: z.string().min(1).max(120).nullable(),
});
export type UsbIdentity = z.infer<typeof usbIdentitySchema>;

/** Bytes of a card's physical number; readers that cut it send fewer (reader-protocols.md 4). */
const PHYSICAL_NUMBER_BYTES = 8;

/**
 * How a device writes a card's physical number (reader-protocols.md 4): the same card reads differently on two devices, so
 * each has its own format, and all are normalised to 16 hex digits.
 */
export const numberFormatSchema = z.strictObject({
  /** `decimal-comma`: the last two bytes stand behind a comma, `111,27706` (2H+4H). */
  digits: z.enum(['hex', 'decimal', 'decimal-comma']),
  /** How many bytes of the number the device sends; fewer than 8 stand for the number's first or last bytes and match only themselves. */
  bytes: z.int().min(3).max(PHYSICAL_NUMBER_BYTES),
  /** `same`: the first byte of the number comes first; `reversed`: last. */
  byteOrder: z.enum(['same', 'reversed']),
});
export type NumberFormat = z.infer<typeof numberFormatSchema>;

export const readerSettingSchema = z.strictObject({
  model: readerModelSchema,
  /** Serial path, `tcp://host:port`, `hid:VVVV:PPPP[:SERIAL]`, `http://127.0.0.1:PORT`, `ws://127.0.0.1:PORT`, `wedge:MODEL:ROLE`. */
  at: z.string().min(1).max(300),
  role: readerRoleSchema,
  /** Finds the device again when the system calls it otherwise; null where there is none. */
  usb: usbIdentitySchema.nullable(),
  /** Null for everything that does not send physical numbers. */
  numberFormat: numberFormatSchema.nullable(),
});
export type ReaderSetting = z.infer<typeof readerSettingSchema>;

/**
 * The name of a reader for as long as its setting stands, whatever the system calls the device today: where it was confirmed,
 * and what it is by USB. Neither suffices alone: another device may get the same COM number, and cheap cables all tell the
 * same serial number. A HID address holds the identity already.
 */
export function readerIdOf({ usb, at }: Pick<ReaderSetting, 'usb' | 'at'>): string {
  return usb === null || usb.serialNumber === null || at.startsWith('hid:')
    ? at
    : `usb:${usb.vendorId}:${usb.productId}:${usb.serialNumber}@${at}`;
}
