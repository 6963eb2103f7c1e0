import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpDiscrepancySchema, listOf } from '#shared/contract/http.ts';
import { labEntrySchema, type LabEntered } from '#shared/contract/http-taken.ts';
import type { RoundId } from '#shared/ids.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

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
  let round: RoundId;
  let kiosk: WireKiosk;

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    clerk = await site.person(lead, { name: '录入员', roles: ['lab-clerk'] });
    second = await site.person(lead, { name: '复录员', roles: ['lab-clerk'] });
    round = await site.round(lead);
    await site.open(lead, round);
    kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
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

  test('LA9 a tube nobody opened here is named to the lead who types or uploads it, without any number, and is kept', async () => {
    const strange = await enter(lead, '0000096', 7);
    expect(strange.status).toBe(201);
    expect(strange.json).toMatchObject({ tube: '0000096', warnings: [{ code: 'tube-unknown' }] });
    expect(strange.json.warnings[0].zh).toBe('我方没有开过这个管号,请看是否写错');
    expect((await enter(lead, null, 29)).json.warnings).toEqual([]);
    await site.ask('DELETE', at('/entries'), { token: lead });
    await enter(clerk, null, 29);
    await enter(clerk, '0000099', 7);
    expect(await findings()).toContainEqual(['unknown-tube', '0000096', 7]);
    const listed = await put('tube,count\n0000016,10\n0000098,3\n', lead);
    expect([listed.status, listed.json.lines]).toEqual([200, 2]);
    expect(listed.json.warnings).toMatchObject([{ code: 'tube-unknown', row: 3, column: 'tube' }]);
    expect(await findings()).toContainEqual(['unknown-tube', '0000098', 3]);
  });

  test('LA10 a code typed without its zeros is the tube it means, and refused where it could be two', async () => {
    expect((await enter(lead, '16', 10)).json).toMatchObject({ tube: '0000016', count: 10, warnings: [] });
    expect((await enter(second, '0000016', 10)).json).toMatchObject({ entries: 2, agreed: true });
    kiosk.openTube('0115');
    kiosk.sealTube(0);
    kiosk.openTube('00115');
    await kiosk.send();
    const refused = await enter(lead, '115', 10);
    expect([refused.status, refused.json.code]).toEqual([422, 'tube-ambiguous']);
    expect((await enter(lead, '0115', 0)).json).toMatchObject({ tube: '0115' });
  });

  test('LA11 an entry is taken back by who made it, and by nobody once another has entered the same', async () => {
    const own = async (token: string): Promise<LabEntered[]> =>
      listOf('entries', labEntrySchema).parse((await site.ask('GET', at('/entries'), { token })).json)
        .entries;
    const withdraw = (token: string, tube: string | null) =>
      site.ask('DELETE', at(`/entries${tube === null ? '' : `?tube=${tube}`}`), { token });
    const labVersion = async (): Promise<number> =>
      (await site.ask('GET', `/rounds/${round}`, { token: lead })).json.labVersion;
    expect((await own(second)).map((e) => e.tube)).toEqual(['0000016', '0000015']);
    expect((await own(clerk)).find((e) => e.tube === '0000099')).toMatchObject({
      count: 7,
      final: false,
      warnings: [],
    });
    const before = await labVersion();
    const another = await withdraw(second, '0000099');
    expect([another.status, another.json.code]).toEqual([404, 'no-entry']);
    expect((await withdraw(clerk, '0000099')).status).toBe(204);
    expect((await withdraw(clerk, null)).status).toBe(204);
    expect(await labVersion()).toBe(before + 2);
    expect((await own(clerk)).map((e) => e.tube)).not.toContain('0000099');
    expect((await findings()).map(([, tube]) => tube)).not.toContain('0000099');
    await enter(clerk, '16', 10);
    const final = await withdraw(clerk, '16');
    expect([final.status, final.json.code]).toEqual([409, 'entry-final']);
    expect((await own(clerk)).find((e) => e.tube === '16')).toMatchObject({ final: true, agreed: true });
  });

  test('LA22 what a clerk is answered does not tell which codes were opened here: the lead finds that instead', async () => {
    for (const code of ['0000021', '0000022', '0121', '00121']) {
      kiosk.openTube(code);
      kiosk.sealTube(0);
    }
    await kiosk.send();
    const answerOf = async (token: string, tube: string): Promise<string> => {
      const { status, json } = await enter(token, tube, 9);
      return `${status} ${JSON.stringify(json).replaceAll(`"${tube}"`, '"CODE"')}`;
    };
    // opened here, opened nowhere; without their zeros a tube opened here, one opened nowhere, and either of two tubes
    const typed = ['0000021', '0000091', '22', '92', '121'];
    const answers = await Promise.all(typed.map((tube) => answerOf(clerk, tube)));
    expect(answers).toEqual(typed.map(() => answers[0]));
    expect(answers[0]).toMatch(/^201 .*"tube":"CODE","count":9,"entries":1,.*"warnings":\[\]/);
    const seconds = await Promise.all(['0000022', '0000092'].map((tube) => answerOf(second, tube)));
    expect(seconds[0]).toMatch(/"entries":2,"agreed":true,"final":true/);
    expect(seconds[1]).toBe(seconds[0]);

    const { json: own } = await site.ask('GET', at('/entries'), { token: clerk });
    const { json: booked } = await site.ask('GET', at(''), { token: clerk });
    for (const { tube, warnings } of listOf('entries', labEntrySchema).parse(own).entries)
      expect([tube, warnings]).toEqual([tube, []]);
    expect((booked.lines as { tube: string }[]).map((l) => l.tube)).toEqual(expect.arrayContaining(typed));
    const told = await findings();
    for (const tube of ['0000091', '92', '121', '0000092'])
      expect(told).toContainEqual(['unknown-tube', tube, 9]);
    // 22 is compared as the tube it means here, once for both clerks
    expect(told).toContainEqual(['booked-more', '0000022', 9]);
    expect(told.map(([, tube]) => tube)).not.toContain('22');

    const list = await put('tube,count\n16,10\n0000097,3\n121,4\n', clerk);
    expect([list.status, list.json.lines, list.json.warnings, list.json.errors]).toEqual([200, 3, [], []]);
    expect(await findings()).toContainEqual(['unknown-tube', '0000097', 3]);
  });
});
