import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpDiscrepancySchema, listOf } from '#shared/http.ts';
import { EdgeSite } from '../support/edge-site.ts';
import { inventedIdNumber } from '../support/roster-samples.ts';

/** Tubes as they are filled here before anything comes from the laboratory. */
const FILLED = [
  ['0000015', 10],
  ['0000016', 10],
  ['0000017', 9],
] as const;

describe('what comes from the laboratory, over HTTP', () => {
  let site: EdgeSite;
  let lead: string;
  let clerk: string;
  let second: string;
  let round: string;

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    clerk = await site.person(lead, { name: '录入员', roles: ['lab-clerk'] });
    second = await site.person(lead, { name: '复录员', roles: ['lab-clerk'] });
    round = await site.round(lead);
    await site.open(lead, round);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    let n = 0;
    for (const [code, people] of FILLED) {
      kiosk.openTube(code);
      for (let i = 0; i < people; i++, n++)
        kiosk.swipe({ kind: 'id', number: inventedIdNumber(n), name: `测${n}` });
      kiosk.sealTube(people);
    }
    await kiosk.send();
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  const at = (path: string): string => `/rounds/${round}/lab-counts${path}`;
  const put = (csv: string, token = lead) =>
    site.ask('PUT', at('?complete=false'), { token, body: csv, type: 'text/csv' });
  const enter = (token: string, tube: string | null, count: number) =>
    site.ask('POST', at('/entries'), { token, json: { tube, count } });
  const findings = async (): Promise<[string, string | null, number | null][]> => {
    const { json } = await site.ask('GET', `/rounds/${round}/discrepancies`, { token: lead });
    return listOf('discrepancies', httpDiscrepancySchema)
      .parse(json)
      .discrepancies.map((d) => [d.kind, d.tube, d.booked]);
  };

  test('HT30 an entry that differs from the list, or from another’s, is told to the lead beside what the list says, and the clerk hears of neither', async () => {
    await put('tube,count\n0000016,10\n0000017,10\n');
    expect((await enter(clerk, '0000017', 9)).json).toMatchObject({ entries: 1, agreed: null });
    expect(await findings()).toEqual([
      ['entries-differ', '0000017', 10],
      ['booked-more', '0000017', 10],
    ]);
    await enter(clerk, '0000015', 9);
    expect(await findings()).toContainEqual(['booked-fewer', '0000015', 9]);
    const other = await enter(second, '0000015', 10);
    expect(other.json).toMatchObject({ entries: 2, agreed: false });
    expect(JSON.stringify(other.json)).not.toMatch(/9|清单/);
    expect(await findings()).toEqual([
      ['entries-differ', '0000017', 10],
      ['entries-differ', '0000015', null],
      ['booked-more', '0000017', 10],
    ]);
    await enter(clerk, '0000015', 10);
    await enter(clerk, '0000017', 10);
    expect(await findings()).toEqual([['booked-more', '0000017', 10]]);
  });
});
