import { type NumberFormat, numberFormatSchema } from '#shared/reader-setting.ts';

/**
 * Names of number formats as the makers print them: `16H`, `10H`, `8H` and `6H` hex digits; `20D`, `10D` and `8D` decimal
 * digits of 8, 4 and 3 bytes; `2H+4H` for `111,27706`. `-reversed` behind it: the last byte comes first.
 */
export function nameOfFormat({ digits, bytes, byteOrder }: NumberFormat): string {
  const name = {
    hex: `${2 * bytes}H`,
    decimal: `${((1n << BigInt(8 * bytes)) - 1n).toString().length}D`,
    'decimal-comma': `${2 * bytes - 4}H+4H`,
  }[digits];
  return byteOrder === 'reversed' ? `${name}${REVERSED}` : name;
}

/** The format of a name in any case, or null. */
export function formatOfName(name: string): NumberFormat | null {
  return FORMATS.find((format) => nameOfFormat(format).toUpperCase() === name.toUpperCase()) ?? null;
}

const REVERSED = '-reversed';

const FORMATS: readonly NumberFormat[] = numberFormatSchema.shape.digits.options.flatMap((digits) =>
  [3, 4, 5, 6, 7, 8].flatMap((bytes) =>
    numberFormatSchema.shape.byteOrder.options.map((byteOrder) => ({ digits, bytes, byteOrder })),
  ),
);
