import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { looksLikePersonNumber } from '#shared/person-number.ts';

const digits = (n: number) => fc.stringMatching(new RegExp(`^[0-9]{${n}}$`));
const birth = fc
  .date({ min: new Date('1930-01-01T00:00:00Z'), max: new Date('2022-12-31T00:00:00Z'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10).replaceAll('-', ''));

describe('what looks like a person’s number', () => {
  it('CK31 an ID number does whatever its check digit, with blanks and signs in it or not', () => {
    const check = fc.constantFrom(...Array.from('0123456789Xx'));
    fc.assert(
      fc.property(birth, digits(3), check, fc.constantFrom('', ' ', '-', '.'), (day, order, last, sign) => {
        expect(looksLikePersonNumber(['110199', day, `${order}${last}`].join(sign))).toBe(true);
      }),
    );
  });

  it('CK31 mobile numbers, passports and permits do', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', '86', '+86', '0086'),
        fc.constantFrom(...Array.from('3456789')),
        digits(9),
        (land, second, rest) => {
          expect(looksLikePersonNumber(`${land}1${second}${rest}`)).toBe(true);
        },
      ),
    );
    for (const text of [
      'E12345678',
      'ea1234567',
      'G12345678',
      'PE1234567',
      'H1234567801',
      'C12345678',
      'KJ1234567',
    ])
      expect(looksLikePersonNumber(text), text).toBe(true);
    expect(looksLikePersonNumber('LAB110199195601310019-2'), 'an ID number within').toBe(true);
  });

  it('CK31 codes as tubes bear them do not', () => {
    for (const text of [
      '0000017',
      '202211300001',
      'T1',
      '900000000017',
      '2712847316',
      '第3管',
      '12345678901',
      'AB-000123',
    ])
      expect(looksLikePersonNumber(text), text).toBe(false);
    fc.assert(
      fc.property(digits(12), (text) => {
        expect(looksLikePersonNumber(text)).toBe(false);
      }),
    );
  });
});
