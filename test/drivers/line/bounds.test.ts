import { describe, expect, it } from 'vitest';
import { GARBLED_MAX, LineRate } from '#drivers/line/line-rate.ts';
import { NUMBERS_MAX, NumberHold } from '#drivers/line/number-hold.ts';

describe('bounds of lines', () => {
  it('BN1 a number is known to lie there still until the bound of others has come after it', () => {
    const isStillKnown = (others: number): boolean => {
      const hold = new NumberHold(500);
      hold.isNew('first', 0);
      for (let n = 0; n < others; n++) hold.isNew(`other ${n}`, 0);
      return !hold.isNew('first', 1);
    };
    expect([-2, -1, 0].map((d) => isStillKnown(NUMBERS_MAX + d))).toEqual([true, true, false]);
  });

  it('BN1 as many garbled lines as the bound, and none fewer, are the rate’s fault', () => {
    const rate = new LineRate();
    const moved = Array.from({ length: GARBLED_MAX + 1 }, () => {
      rate.hearNoise();
      return rate.hearSilence();
    });
    expect(moved.slice(GARBLED_MAX - 2)).toEqual([false, true, false]);
  });
});
