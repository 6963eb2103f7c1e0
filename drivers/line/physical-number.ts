import { plainNumber } from '#shared/event/credential.ts';
import type { NumberFormat } from '#shared/reader-setting.ts';

/** A card's physical number has 8 bytes (reader-protocols.md 4); devices that cut it send as few as 3. */
const NUMBER_BYTES = 8;

/** Devices that write decimals may drop leading zeros; of three bytes, 1 card in 17,000 has fewer digits than this. */
const DECIMAL_DIGITS_MIN = 4;

/**
 * A card's physical number as 16 upper-case hex digits, or null where `text` is none of `format`.
 *
 * Forms of reader-protocols.md 4: `00A1B2C3D4E5F607` in either byte order, 10 and 16 hex, 8H→10D, 6H→8D, `111,27706`,
 * 8 bytes as up to 20 decimal digits. Case, blanks and full-width characters (an input method's) carry no meaning.
 *
 * Fewer than 8 bytes become 16 hex as the whole number they are: zeros go in front, after the bytes have been put in
 * the number's own order. So one device's short form always matches itself, and the same bytes match over devices that
 * write them as hex or as decimals, in either order; a short form never matches the card's whole number.
 */
export function physicalNumber(text: string, format: NumberFormat): string | null {
  const value = valueOf(plainNumber(text), format);
  if (value === null) return null;
  const hex = value
    .toString(16)
    .toUpperCase()
    .padStart(2 * format.bytes, '0');
  return (format.byteOrder === 'reversed' ? reversed(hex) : hex).padStart(2 * NUMBER_BYTES, '0');
}

/** The forms reader-protocols.md 4 has seen; ten decimal digits are rarely ten hex digits, so decimals come first. */
const FORMS_SEEN: readonly Pick<NumberFormat, 'digits' | 'bytes'>[] = [
  { digits: 'decimal-comma', bytes: 3 },
  { digits: 'decimal', bytes: 3 },
  { digits: 'decimal', bytes: 4 },
  { digits: 'decimal', bytes: 8 },
  { digits: 'hex', bytes: 3 },
  { digits: 'hex', bytes: 4 },
  { digits: 'hex', bytes: 5 },
  { digits: 'hex', bytes: 8 },
];
const FORMATS_SEEN: readonly NumberFormat[] = FORMS_SEEN.flatMap((form) => [
  { ...form, byteOrder: 'same' as const },
  { ...form, byteOrder: 'reversed' as const },
]);

/**
 * The format in which a device wrote `text` for the card whose whole number is `number` (16 hex), for enrolment: the
 * card was read once elsewhere. A device that cuts the number may send its first or its last bytes. Null where no
 * format fits: another card, or a device that sends something else.
 */
export function formatOf(text: string, number: string): NumberFormat | null {
  const fits = (format: NumberFormat): boolean => {
    const sent = physicalNumber(text, format)
      ?.slice(2 * (NUMBER_BYTES - format.bytes))
      .toLowerCase();
    const whole = number.toLowerCase();
    return sent !== undefined && (whole.startsWith(sent) || whole.endsWith(sent));
  };
  return likelyFormats(text).find(fits) ?? null;
}

/**
 * The formats `text` may be of, likeliest first: those that write so many digits always come before those of longer
 * numbers with leading zeros dropped. Empty where it is no physical number at all.
 */
export function likelyFormats(text: string): readonly NumberFormat[] {
  const plain = plainNumber(text);
  const fits = FORMATS_SEEN.filter((format) => physicalNumber(plain, format) !== null);
  const isFull = (format: NumberFormat) => plain.length === fullDigits(format);
  return [...fits.filter(isFull), ...fits.filter((format) => !isFull(format))];
}

/** What the digits say, or null where they are not of this form. */
function valueOf(plain: string, format: NumberFormat): bigint | null {
  if (plain.length > fullDigits(format)) return null;
  switch (format.digits) {
    case 'hex':
      return plain.length === 2 * format.bytes && /^[0-9A-F]+$/.test(plain) ? BigInt(`0x${plain}`) : null;
    case 'decimal':
      if (plain.length < DECIMAL_DIGITS_MIN || !/^[0-9]+$/.test(plain)) return null;
      return within(BigInt(plain), format.bytes);
    case 'decimal-comma': {
      const parts = /^([0-9]+),([0-9]+)$/.exec(plain);
      if (parts === null) return null;
      const high = within(BigInt(parts[1]!), format.bytes - COMMA_LOW_BYTES);
      const low = within(BigInt(parts[2]!), COMMA_LOW_BYTES);
      return high === null || low === null ? null : (high << BigInt(8 * COMMA_LOW_BYTES)) | low;
    }
  }
}

/** Behind the comma stand the last two bytes (2H+4H, the Wiegand 26 way of writing three). */
const COMMA_LOW_BYTES = 2;

const within = (value: bigint, bytes: number): bigint | null =>
  value < 1n << BigInt(8 * bytes) ? value : null;

/** How long a text of this format is when it drops no leading zeros. */
export function fullDigits({ digits, bytes }: NumberFormat): number {
  switch (digits) {
    case 'hex':
      return 2 * bytes;
    case 'decimal':
      return decimalDigits(bytes);
    case 'decimal-comma':
      return decimalDigits(bytes - COMMA_LOW_BYTES) + 1 + decimalDigits(COMMA_LOW_BYTES);
  }
}

const decimalDigits = (bytes: number): number => ((1n << BigInt(8 * bytes)) - 1n).toString().length;

const reversed = (hex: string): string => (hex.match(/../g) ?? []).toReversed().join('');
