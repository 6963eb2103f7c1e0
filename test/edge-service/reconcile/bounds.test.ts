import { describe, expect, it } from 'vitest';
import {
  alignCounts,
  SEQUENCE_LENGTH_MAX,
  type CountedMark,
} from '../../../edge-service/reconcile/count-alignment.ts';

const tubes = (length: number): CountedMark[] => Array.from({ length }, () => ({ count: 10, mark: null }));

describe('bounds of alignments', () => {
  it.each([
    ['here', (n: number) => alignCounts(tubes(n), tubes(1))],
    ['of the laboratory', (n: number) => alignCounts(tubes(1), tubes(n))],
  ])('BN1 tubes %s are laid side by side up to the bound, and no more', (_, align) => {
    for (const n of [SEQUENCE_LENGTH_MAX - 1, SEQUENCE_LENGTH_MAX]) expect(align(n)).toHaveLength(n);
    expect(() => align(SEQUENCE_LENGTH_MAX + 1)).toThrow('too many tubes');
  });
});
