import { describe, expect, it } from 'vitest';
import { NAMED_ADDRESSES_MAX, serviceOrder } from '#drivers/rig/configured-reader.ts';

describe('bounds of the rig', () => {
  it('BN1 services at as many addresses as the bound are tried as named, and one more is left out', () => {
    const at = (n: number) => `http://127.0.0.1:${20_000 + n}`;
    const named = [-1, 0, 1].map((d) => {
      const addresses = Array.from({ length: NAMED_ADDRESSES_MAX + d }, (_, n) => at(n));
      const tried = new Set(serviceOrder(addresses.join(',')).map((service) => service.at));
      return addresses.filter((address) => tried.has(address)).length;
    });
    expect(named).toEqual([NAMED_ADDRESSES_MAX - 1, NAMED_ADDRESSES_MAX, NAMED_ADDRESSES_MAX]);
  });
});
