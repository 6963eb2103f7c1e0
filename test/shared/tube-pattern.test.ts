import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { misfit, type TubePattern } from '#shared/tube-pattern.ts';

const pattern = (given: Partial<TubePattern>): TubePattern => ({
  length: null,
  prefix: '',
  check: 'none',
  ...given,
});

describe('patterns of tube codes', () => {
  it('CK46 length, beginning and check character are looked at in this order', () => {
    const given = pattern({ length: 13, prefix: '69', check: 'mod10' });
    expect(misfit(given, '6901234567892')).toBeNull();
    expect(misfit(given, '690123456789')).toBe('length');
    expect(misfit(given, '7001234567892')).toBe('prefix');
    expect(misfit(given, '6901234567893')).toBe('check');
    expect(misfit(pattern({}), 'anything')).toBeNull();
  });

  it('CK46 Code 39 with a check character', () => {
    const given = pattern({ check: 'mod43' });
    expect(misfit(given, 'CODE39W')).toBeNull();
    expect(misfit(given, 'CODE39X')).toBe('check');
    expect(misfit(given, 'CODE93W'), 'two characters changed places').toBeNull();
    expect(misfit(given, 'code39W'), 'no letters of Code 39').toBe('check');
    expect(misfit(given, 'W')).toBe('check');
  });

  it('CK46 of a code that fits, no part fits a length, and one digit misread never fits a GS1 check digit', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 20 });
    const other = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(digits, fc.nat(), other, (body, at, change) => {
        const sum = body.toReversed().reduce((total, digit, i) => total + digit * (i % 2 === 0 ? 3 : 1), 0);
        const code = [...body, (10 - (sum % 10)) % 10];
        const given = pattern({ length: code.length, check: 'mod10' });
        expect(misfit(given, code.join(''))).toBeNull();
        expect(misfit(given, code.slice(0, 1 + (at % body.length)).join(''))).toBe('length');
        const misread = code.map((digit, i) => (i === at % code.length ? (digit + change) % 10 : digit));
        expect(misfit(given, misread.join(''))).toBe('check');
      }),
    );
  });
});
