import { describe, expect, it } from 'vitest';
import {
  alignCounts,
  SEQUENCE_LENGTH_MAX,
  type CountedMark,
} from '../../../edge-service/reconcile/count-alignment.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

/** Tubes of ten people, with one more in front on the other side: only aligned do they pair with their own. */
const counts = (length: number): CountedMark[] =>
  Array.from({ length }, (_, n) => ({ count: n % 10, mark: null }));
const oneMore = (tubes: CountedMark[]): CountedMark[] =>
  [{ count: 7, mark: null }, ...tubes].slice(0, tubes.length);

describe('bounds of alignments', () => {
  it.each([
    [SEQUENCE_LENGTH_MAX - 1, true],
    [SEQUENCE_LENGTH_MAX, true],
    [SEQUENCE_LENGTH_MAX + 1, false],
  ])(
    'BN1 %d tubes and as many lines are aligned: %s; beyond the bound they are paired as they stand',
    (length, aligned) => {
      const pairs = alignCounts(counts(length), oneMore(counts(length)));
      expect(pairs.filter(([a, b]) => a === b).length).toBe(aligned ? 0 : length);
      expect(pairs).toHaveLength(aligned ? length + 1 : length);
    },
    60_000,
  );

  it('BN1 a list of more tubes than the bound is compared, not failed upon', async () => {
    const site = await EdgeSite.start();
    const lead = await site.lead();
    const round = await site.round(lead, { tubeMode: 'marks' });
    await site.open(lead, round);
    const lines = Array.from({ length: SEQUENCE_LENGTH_MAX + 1 }, (_, n) => `第${n + 1}管,10`);
    const body = ['tube,count', ...lines].join('\n');
    const put = await site.ask('PUT', `/rounds/${round}/lab-counts`, { token: lead, body, type: 'text/csv' });
    expect([put.status, put.json.code]).toEqual([200, undefined]);
    const found = await site.ask('GET', `/rounds/${round}/discrepancies`, { token: lead });
    expect(found.status).toBe(200);
    await site.stop();
    site.remove();
  });
});
