import { describe, expect, it } from 'vitest';
import { classifyScan, TUBE_CODE_LENGTH_MAX } from '../../../../kiosk/station/desks/scan.ts';

describe('bounds of codes', () => {
  it('BN1 a tube’s code up to the bound is one, and a longer one is told as too long', () => {
    const of = (length: number) =>
      classifyScan(
        '70123'
          .repeat(length)
          .slice(0, length - 1)
          .concat('Z'),
      );
    const [below, at, above] = [-1, 0, 1].map((d) => of(TUBE_CODE_LENGTH_MAX + d));
    expect([below?.is, at?.is]).toEqual(['tube', 'tube']);
    expect(above).toEqual({ is: 'wrong', given: 'length' });
  });
});
