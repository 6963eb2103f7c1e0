import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { eventOfLine } from '#drivers/line/line-meaning.ts';
import { formatOf, likelyFormats, physicalNumber } from '#drivers/line/physical-number.ts';
import { type NumberFormat, numberFormatSchema } from '#shared/reader-setting.ts';

interface Vector {
  uidHex: string;
  reversedHex: string;
  decimal: string;
  decimalReversed: string;
  last4Decimal10: string;
}
const vectors = (JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as { physicalNumber: Vector[] })
  .physicalNumber;

const formatArbitrary: fc.Arbitrary<NumberFormat> = fc.record({
  digits: fc.constantFrom('hex', 'decimal', 'decimal-comma'),
  bytes: fc.integer({ min: 3, max: 8 }),
  byteOrder: fc.constantFrom('same', 'reversed'),
});
const bytesArbitrary = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const valueOf = (bytes: Uint8Array): bigint => BigInt(`0x${hexOf(bytes)}`);
const digitsOf = (bytes: Uint8Array): string =>
  valueOf(bytes)
    .toString()
    .padStart(((1n << BigInt(8 * bytes.length)) - 1n).toString().length, '0');

/** What a device set to `format` sends for these bytes of a card's number, leading zeros kept. */
function sent(bytes: Uint8Array, { digits, byteOrder }: NumberFormat): string {
  const inOrder = byteOrder === 'same' ? bytes : bytes.toReversed();
  if (digits === 'hex') return hexOf(inOrder);
  if (digits === 'decimal') return digitsOf(inOrder);
  return `${digitsOf(inOrder.slice(0, -2))},${digitsOf(inOrder.slice(-2))}`;
}

const hex = (bytes: number): NumberFormat => ({ digits: 'hex', bytes, byteOrder: 'same' });
const decimal = (bytes: number): NumberFormat => ({ digits: 'decimal', bytes, byteOrder: 'same' });
const back = (format: NumberFormat): NumberFormat => ({ ...format, byteOrder: 'reversed' });

describe('physical numbers', () => {
  it('LR1 the vectors: 16 hex in either order, 20 decimal digits in either order, the last four bytes', () => {
    expect(vectors.length).toBeGreaterThan(0);
    for (const vector of vectors) {
      expect(physicalNumber(vector.uidHex, hex(8))).toBe(vector.uidHex);
      expect(physicalNumber(vector.reversedHex, back(hex(8)))).toBe(vector.uidHex);
      expect(physicalNumber(vector.decimal, decimal(8))).toBe(vector.uidHex);
      expect(physicalNumber(vector.decimalReversed, back(decimal(8)))).toBe(vector.uidHex);
      expect(physicalNumber(vector.last4Decimal10, decimal(4))).toBe(`00000000${vector.uidHex.slice(8)}`);
    }
  });

  it('LR1 the short forms of the field: 10 hex, 8H→10D, 6H→8D, 2H+4H', () => {
    expect(physicalNumber('c3d4e5f607', hex(5))).toBe('000000C3D4E5F607');
    expect(physicalNumber('3571840519', decimal(4))).toBe('00000000D4E5F607');
    expect(physicalNumber('07302202', decimal(3))).toBe('00000000006F6C3A');
    const comma: NumberFormat = { digits: 'decimal-comma', bytes: 3, byteOrder: 'same' };
    expect(physicalNumber('111,27706', comma)).toBe('00000000006F6C3A');
    expect(physicalNumber('１１１，２７７０６', comma)).toBe('00000000006F6C3A');
    expect(numberFormatSchema.parse(comma)).toEqual(comma);
  });

  it('LR1 whatever the form, the bytes come back, in either case and with full-width digits', () => {
    fc.assert(
      fc.property(formatArbitrary, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (format, stream) => {
        const bytes = Uint8Array.from({ length: format.bytes }, () => Number(stream.next().value));
        const text = sent(bytes, format);
        const number = hexOf(bytes).padStart(16, '0');
        expect(physicalNumber(text, format)).toBe(number);
        expect(physicalNumber(text.toLowerCase(), format)).toBe(number);
        const fullWidth = [...text].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
        expect(physicalNumber(` ${fullWidth} `, format)).toBe(number);
      }),
    );
  });

  it('LR1 a number beyond 2^53 keeps its last digit, and leading zeros dropped change nothing', () => {
    expect(physicalNumber('18446744073709551615', decimal(8))).toBe('FFFFFFFFFFFFFFFF');
    expect(physicalNumber('9007199254740993', decimal(8))).toBe('0020000000000001');
    expect(physicalNumber('0571840519', decimal(4))).toBe(physicalNumber('571840519', decimal(4)));
  });

  it.each([
    ['more bytes than set', '4294967296', decimal(4)],
    ['8 bytes and one', '18446744073709551616', decimal(8)],
    ['hex cut off', '00A1B2C3D4E5F60', hex(8)],
    ['hex of another length', 'C3D4E5F607', hex(8)],
    ['letters in decimals', '35718405AB', decimal(4)],
    ['no hex', '00A1B2C3D4E5F6G7', hex(8)],
    ['a key pressed', '5', decimal(8)],
    ['three digits', '706', decimal(3)],
    ['a comma too many', '1,111,27706', { digits: 'decimal-comma', bytes: 3, byteOrder: 'same' }],
    [
      'before the comma more than a byte',
      '256,27706',
      { digits: 'decimal-comma', bytes: 3, byteOrder: 'same' },
    ],
    ['behind the comma more than two', '111,65536', { digits: 'decimal-comma', bytes: 3, byteOrder: 'same' }],
    ['too many zeros', '000003571840519', decimal(4)],
    ['a sign', '-571840519', decimal(4)],
    ['nothing', '', decimal(4)],
  ] satisfies [string, string, NumberFormat][])('LR2 no number: %s', (_, text, format) => {
    expect(physicalNumber(text, format)).toBeNull();
    expect(eventOfLine(text, { gives: 'physical-number', format })).toEqual({
      event: 'fault',
      code: 'number-format',
    });
  });

  it('LR2 any text gives 16 upper-case hex digits or nothing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), formatArbitrary, (text, format) => {
        expect(physicalNumber(text, format) ?? '0000000000000000').toMatch(/^[0-9A-F]{16}$/);
      }),
    );
  });

  it('LR3 the same bytes match over every way of writing them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 8 }).chain((bytes) => bytesArbitrary(bytes)),
        formatArbitrary,
        formatArbitrary,
        (bytes, one, other) => {
          const as = (format: NumberFormat) => {
            const own = { ...format, bytes: bytes.length };
            return physicalNumber(sent(bytes, own), own);
          };
          expect(as(one)).toBe(as(other));
          expect(as(one)?.endsWith(hexOf(bytes))).toBe(true);
        },
      ),
    );
  });

  it('LR4 the format is found from one known card and holds for the next', () => {
    const seen = fc.constantFrom<NumberFormat>(
      ...(['same', 'reversed'] as const).flatMap((byteOrder) => [
        { digits: 'hex' as const, bytes: 8, byteOrder },
        { digits: 'hex' as const, bytes: 5, byteOrder },
        { digits: 'hex' as const, bytes: 4, byteOrder },
        { digits: 'decimal' as const, bytes: 8, byteOrder },
        { digits: 'decimal' as const, bytes: 4, byteOrder },
        { digits: 'decimal' as const, bytes: 3, byteOrder },
        { digits: 'decimal-comma' as const, bytes: 3, byteOrder },
      ]),
    );
    // Bytes all different, so that one card tells the byte order; a number that reads the same both ways cannot.
    const card = fc
      .uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 8, maxLength: 8 })
      .map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(seen, card, card, fc.boolean(), (format, known, next, last) => {
        const cut = (bytes: Uint8Array) => (last ? bytes.slice(-format.bytes) : bytes.slice(0, format.bytes));
        const found = formatOf(sent(cut(known), format), hexOf(known));
        expect(found).toEqual(format);
        expect(physicalNumber(sent(cut(next), format), found!)).toBe(hexOf(cut(next)).padStart(16, '0'));
      }),
    );
  });

  it('LR4 another card or another kind of text has no format', () => {
    expect(formatOf('07F6E5D4C3B2A100', '00A1B2C3D4E5F607')).toEqual(back(hex(8)));
    expect(formatOf('07F6E5D4C3B2A101', '00A1B2C3D4E5F607')).toBeNull();
    expect(formatOf('BOX-0000017', '00A1B2C3D4E5F607')).toBeNull();
    expect(likelyFormats('BOX-0000017')).toEqual([]);
    expect(likelyFormats('3571840519')[0]).toEqual(decimal(4));
    expect(likelyFormats('00A1B2C3D4E5F607')[0]).toEqual(hex(8));
    expect(likelyFormats('45514025410622983')[0]).toEqual(decimal(8));
  });

  it('LR1 a line is a physical number or a scan, as its device is set', () => {
    expect(eventOfLine('3571840519', { gives: 'physical-number', format: decimal(4) })).toEqual({
      event: 'physical-number',
      number: '00000000D4E5F607',
    });
    expect(eventOfLine('0000017', { gives: 'scan' })).toEqual({ event: 'scan', text: '0000017' });
  });
});
