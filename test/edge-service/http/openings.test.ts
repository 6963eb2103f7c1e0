import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPENINGS_MAX } from '../../../edge-service/people/opening-reports.ts';
import { type Opening, openingsSchema } from '#shared/contract/http-openings.ts';
import type { RoundId } from '#shared/ids.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { HandClock } from '../../support/hand-clock.ts';

const NAMES = ['测甲', '测乙', '测丙'];
const ROSTER = [
  'number,name,workshop,team',
  ...NAMES.map((name, n) => `${inventedIdNumber(n)},${name},一车间,甲班`),
].join('\n');

describe('who looked, over HTTP', () => {
  let site: EdgeSite;
  let lead: string;
  let hr: string;
  let staff: string;
  let administrator: string;
  let round: RoundId;
  let tube: string;
  const clock = new HandClock(Date.now());

  beforeAll(async () => {
    site = await EdgeSite.start({ clock });
    lead = await site.lead();
    hr = await site.person(lead, { name: '人事', roles: ['hr'] });
    staff = await site.person(lead, { name: '登记员', roles: ['station-staff'] });
    administrator = await site.person(lead, { name: '管理', roles: ['administrator'] });
    round = await site.round(lead);
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: ROSTER, type: 'text/csv' });
    await site.open(lead, round);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    tube = kiosk.openTube('0000017');
    kiosk.swipe({ kind: 'id', number: inventedIdNumber(0), name: NAMES[0]! });
    await kiosk.send();
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  const log = async (query = '', token = administrator) => {
    const reply = await site.ask('GET', `/openings${query}`, { token });
    expect(reply.status).toBe(200);
    return openingsSchema.parse(reply.json);
  };
  /** What the log says more after `act` than before. */
  const added = async (act: () => Promise<unknown>): Promise<Opening[]> => {
    const before = (await log()).total;
    await act();
    const { openings, total } = await log();
    return openings.slice(0, total - before);
  };
  const at = (path: string): string => `/rounds/${round}${path}`;
  const get = (path: string, token: string, method = 'GET') => site.ask(method, at(path), { token });
  const shown = ({ by, what, headOnly, people }: Opening) => [by, what, headOnly, people];

  it('HT34 every way to names and numbers is in the log with who, what, why and how many people, CSV and HEAD too, and never with whom', async () => {
    const files = await added(async () => {
      for (const file of ['headcount.xlsx', 'headcount.csv', 'missing.xlsx', 'missing.csv'])
        expect((await get(`/${file}`, hr)).status).toBe(200);
      expect((await get('/headcount.csv', hr, 'HEAD')).status).toBe(200);
    });
    expect(files.toReversed().map(shown)).toEqual([
      ['人事', 'headcount.xlsx', false, 3],
      ['人事', 'headcount.csv', false, 3],
      ['人事', 'missing.xlsx', false, 2],
      ['人事', 'missing.csv', false, 2],
      ['人事', 'headcount.csv', true, 3],
    ]);
    expect(files[0]).toMatchObject({ round: { id: round, name: '第4轮核酸' }, reason: '导出 / export' });

    const lists = await added(async () => {
      for (let n = 0; n < 3; n++) expect((await get('/missing', staff)).json.missing).toBe(2);
      await get('/missing', staff, 'HEAD');
      await get('/missing', lead);
    });
    expect(lists.toReversed().map(shown)).toEqual([
      ['登记员', 'missing', false, 2],
      ['登记员', 'missing', true, 2],
      ['现场负责人', 'missing', false, 2],
    ]);
    await clock.advance(10 * 60_000);
    expect((await added(() => get('/missing', staff))).map(shown)).toEqual([['登记员', 'missing', false, 2]]);

    const asked = await added(async () => {
      const typed = `本人 ${inventedIdNumber(0)} 来问`;
      const people = await get(`/tubes/${tube}/people?reason=${encodeURIComponent(typed)}`, hr);
      expect(people.json.people).toHaveLength(1);
      for (const who of [NAMES[0], '查无此人'])
        await site.ask('POST', '/people/search', { token: hr, json: { who, reason: '上级核查' } });
    });
    expect(asked.toReversed().map((o) => [...shown(o), o.tube])).toEqual([
      ['人事', 'tube-people', false, 1, '0000017'],
      ['人事', 'find', false, 1, null],
      ['人事', 'find', false, 0, null],
    ]);
    expect(asked[2]!.reason).toMatch(/^本人 110\*{11}[0-9X]{4} 来问$/);
    const whole = JSON.stringify(await log());
    for (const secret of [...NAMES, '查无此人', ...NAMES.map((_, n) => inventedIdNumber(n))])
      expect(whole).not.toContain(secret);
    expect(whole.replaceAll(tube, '')).not.toMatch(/[0-9a-f]{32}/);
  });

  it('HT34 who would leave a roster is named by a refusal and by its history, and both are in the log', async () => {
    const other = ROSTER.replace(NAMES[2]!, '测丁').split('\n').slice(0, 3).join('\n');
    const changed = await added(async () => {
      const put = (reason: string) =>
        site.ask('PUT', at(`/roster${reason}`), { token: lead, body: other, type: 'text/csv' });
      expect((await put('')).json.code).toBe('roster-amends');
      expect((await put('?reason=x')).status).toBe(200);
      expect((await get('/roster/history', hr)).json.amendments[0].left[0].name).toBe(NAMES[2]);
      await site.ask('PUT', at('/roster?reason=x'), { token: lead, body: ROSTER, type: 'text/csv' });
    });
    expect(changed.toReversed().map(shown)).toEqual([
      ['现场负责人', 'roster-changes', false, 1],
      ['人事', 'roster-changes', false, 1],
    ]);
  });

  it('HT33 the log is for site lead and administrator, can be asked for by account, time, kind and round, and as XLSX and CSV with the same rows', async () => {
    for (const token of [hr, staff])
      for (const file of ['', '.xlsx', '.csv'])
        expect((await site.ask('GET', `/openings${file}`, { token })).status).toBe(403);
    expect((await site.ask('GET', '/openings')).status).toBe(401);
    const all = await log('', lead);
    expect(all.names).toEqual(['人事', '现场负责人', '登记员'].toSorted());
    const counted = (fits: (o: Opening) => boolean): number => all.openings.filter(fits).length;
    const since = all.openings[4]!.time;
    for (const [query, fits] of [
      [`?by=${encodeURIComponent('登记员')}`, (o) => o.by === '登记员'],
      ['?what=find', (o) => o.what === 'find'],
      [`?round=${round}`, (o) => o.round !== null],
      [`?from=${since}`, (o) => o.time >= since],
      [`?to=${since}`, (o) => o.time < since],
    ] as [string, (o: Opening) => boolean][]) {
      const { total, openings } = await log(query);
      expect([query, total]).toEqual([query, counted(fits)]);
      expect(openings.every(fits)).toBe(true);
      expect(total).toBeGreaterThan(0);
      expect(total).toBeLessThan(all.total);
    }
    expect((await site.ask('GET', '/openings?what=nothing', { token: lead })).status).toBe(400);

    const csv = await site.ask('GET', '/openings.csv?what=find', { token: lead });
    const lines = new TextDecoder().decode(csv.bytes).trim().split('\r\n');
    expect(lines[0]).toBe('时间,谁,轮次,看了什么,管号,理由,人数');
    expect(lines.slice(1).map((line) => line.split(',').slice(1))).toEqual([
      ['人事', '', '查人', '', '上级核查', '0'],
      ['人事', '第4轮核酸', '查人', '', '上级核查', '1'],
    ]);
    const xlsx = await site.ask('GET', '/openings.xlsx', { token: administrator });
    const read = await readTable(xlsx.bytes);
    if (!read.ok) throw new Error(read.code);
    expect(read.sheets[0]!.rows).toHaveLength(all.total + 1);
    // to read the log is no opening: it names nobody who was looked at
    expect((await log()).total).toBe(all.total);
  });

  it('HT33 a page gets the newest up to the bound and how many there are; a file has them all', async () => {
    const look = (n: number) => get(`/tubes/${tube}/people?reason=${n}`, hr, 'HEAD');
    const { total } = await log();
    for (let n = total; n < OPENINGS_MAX; n += 25)
      await Promise.all(Array.from({ length: Math.min(25, OPENINGS_MAX - n) }, (_, i) => look(n + i)));
    expect((await log()).openings).toHaveLength(OPENINGS_MAX);
    await look(OPENINGS_MAX);
    const { openings, total: now } = await log();
    expect([now, openings.length]).toEqual([OPENINGS_MAX + 1, OPENINGS_MAX]);
    expect(openings[0]!.reason).toBe(String(OPENINGS_MAX));
    const csv = await site.ask('GET', '/openings.csv', { token: lead });
    expect(new TextDecoder().decode(csv.bytes).trim().split('\r\n')).toHaveLength(OPENINGS_MAX + 2);
  });
});
