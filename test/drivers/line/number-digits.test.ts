import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { NumberDigits } from '#drivers/line/number-digits.ts';

const TEN_DIGITS = { digits: 'decimal', bytes: 4, byteOrder: 'same' } as const;
const number = fc.integer({ min: 1_000, max: 0xffff_ffff });

describe('how many digits a device writes', () => {
  it('LR14 no part of a number passes once the device has written a zero in front', () => {
    const cut = fc.record({ number, from: fc.nat(9), to: fc.integer({ min: 1, max: 10 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.array(cut), (first, cuts) => {
        const subject = new NumberDigits(TEN_DIGITS);
        expect(subject.fits(`${first}`.padStart(10, '0'))).toBe(true);
        for (const { number: whole, from, to } of cuts) {
          const text = `${whole}`.padStart(10, '0').slice(from, to);
          expect(subject.fits(text)).toBe(text.length === 10 || text === '');
        }
      }),
    );
  });

  it('LR14 a device that drops zeros is refused no number twice in a row', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 200 }), (numbers) => {
        const subject = new NumberDigits(TEN_DIGITS);
        for (const one of numbers) {
          const text = `${one}`;
          expect(subject.fits(text) || subject.fits(text)).toBe(true);
        }
      }),
    );
  });

  it('LR14 a run of twenty other numbers with all digits speaks for it until the same shorter text comes again', () => {
    const subject = new NumberDigits(TEN_DIGITS);
    for (let i = 0; i < 19; i += 1) {
      subject.fits(`${3_571_840_519 + i}`);
      subject.fits(`${3_571_840_519 + i}`);
    }
    expect(new NumberDigits(TEN_DIGITS).fits('357184')).toBe(true);
    subject.fits('3571840600');
    expect(['357184', '0519', '357184', '357184', '0519'].map((text) => subject.fits(text))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  it('LR14 hex is held by its format, and a comma to nothing', () => {
    expect(new NumberDigits({ ...TEN_DIGITS, digits: 'hex' }).fits('D4E5F607')).toBe(true);
    const comma = new NumberDigits({ digits: 'decimal-comma', bytes: 3, byteOrder: 'same' });
    expect(['000,00001', '1,2'].map((text) => comma.fits(text))).toEqual([true, true]);
  });
});
