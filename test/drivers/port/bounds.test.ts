import { describe, expect, it } from 'vitest';
import { SERIAL_NUMBER_LENGTH_MAX, serialNumberOf } from '#drivers/port/serial-device.ts';
import { usbIdentitySchema } from '#shared/reader-setting.ts';

describe('bounds of ports', () => {
  it('BN1 a serial number up to the bound is the device’s, and a setting holds it; a longer one is none', () => {
    const read = [-1, 0, 1].map((d) => serialNumberOf('7'.repeat(SERIAL_NUMBER_LENGTH_MAX + d)));
    expect(read.map((serial) => serial?.length ?? null)).toEqual([
      SERIAL_NUMBER_LENGTH_MAX - 1,
      SERIAL_NUMBER_LENGTH_MAX,
      null,
    ]);
    const setting = { vendorId: '1A86', productId: '7523', serialNumber: read[1] };
    expect(usbIdentitySchema.safeParse(setting).success).toBe(true);
  });
});
