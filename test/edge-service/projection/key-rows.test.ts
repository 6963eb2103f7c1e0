import { describe, expect, it } from 'vitest';
import { keyHexSchema, type CredentialKey } from '#shared/ids.ts';
import { KeyRows } from '../../../edge-service/projection/key-rows.ts';
import { seededRandom } from '../../support/seeded-random.ts';

describe('where credential keys lie', () => {
  it('LG35 every row of a key is told however many keys there are, and none of another half', () => {
    const random = seededRandom(35);
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
    const rows = new KeyRows();
    const held = new Map<CredentialKey, Set<number>>();
    // A few beginnings only, so that half of a key is often the same and the slots crowd.
    const beginnings = Array.from({ length: 200 }, () => hex(8));
    let row = 0;
    for (let i = 0; i < 20_000; i++) {
      const again =
        i % 7 === 0 && held.size > 0 ? [...held.keys()][random.below(Math.min(held.size, 50))] : null;
      const key =
        again ?? keyHexSchema.parse((i % 3 === 0 ? beginnings[random.below(200)]! : hex(8)) + hex(24));
      row += 1;
      rows.add(key, row);
      if (i % 5 === 0) rows.add(key, row); // written anew after a rollback
      held.set(key, (held.get(key) ?? new Set()).add(row));
    }
    const byHalf = new Map<string, number>();
    for (const [key, at] of held) byHalf.set(key.slice(0, 8), (byHalf.get(key.slice(0, 8)) ?? 0) + at.size);
    for (const [key, at] of held) {
      const told = rows.rowsOf(key);
      expect([...at].filter((one) => !told.includes(one))).toEqual([]);
      expect(told.length).toBe(byHalf.get(key.slice(0, 8)));
    }
    expect(rows.rowsOf(keyHexSchema.parse(hex(32))).filter((at) => at > row)).toEqual([]);
    expect(new KeyRows().rowsOf(keyHexSchema.parse(hex(32)))).toEqual([]);
  });
});
