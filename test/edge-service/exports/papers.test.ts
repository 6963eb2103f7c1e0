import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingSchema } from '#shared/contract/http.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

type Cell = string | number | null;
type Row = Record<string, Cell>;

/** Sheets by name, each row by its headers; numbers only where the file holds numbers. */
async function book(reply: Reply): Promise<Map<string, { headers: string[]; rows: Row[] }>> {
  expect(reply.status).toBe(200);
  const table = await readTable(reply.bytes);
  if (!table.ok) throw new Error(table.said.key);
  return new Map(
    table.sheets.map(({ name, rows: [header, ...rows] }) => {
      const headers = header?.cells.map((c) => c?.text ?? '') ?? [];
      const values = rows.map(({ cells }) =>
        Object.fromEntries(
          headers.map((h, i): [string, Cell] => {
            const cell = cells[i] ?? null;
            return [h, cell === null ? null : cell.numeric ? Number(cell.text) : cell.text];
          }),
        ),
      );
      return [name ?? '', { headers, rows: values }];
    }),
  );
}
const sheet = async (reply: Reply, name: string): Promise<{ headers: string[]; rows: Row[] }> => {
  const found = (await book(reply)).get(name);
  if (found === undefined) throw new Error(`no sheet ${name}`);
  return found;
};
/** Of each row what `columns` say, in their order. */
const of = (rows: readonly Row[], ...columns: string[]): Cell[][] =>
  rows.map((row) => columns.map((c) => row[c] ?? null));

const SITE = '=示例机电';
const ROUND = '=SUM(1)第4轮';
const REASON = '=1+1休假';
const HOUR_MS = 3_600_000;
/** On the roster; the last six are the night shift, whose session is still to come. */
const PEOPLE = 50;
const NIGHT_FROM = 44;
const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测第${n}` });

let site: EdgeSite;
let lead: string;
let next = 0;
let rounds = 0;

/** Opens a tube, takes in the next people and seals it; `swabbed` null: it stays open. */
function fill(kiosk: WireKiosk, code: string | null, people: number, swabbed: number | null): string {
  const opened = kiosk.openTube(code);
  for (let i = 0; i < people; i++) kiosk.swipe(person(next++));
  if (swabbed !== null) kiosk.sealTube(swabbed);
  return opened;
}

/** A round that is open, with a kiosk at each of these stations. */
async function opened(
  stations: Record<number, 'before' | 'after'>,
  more: Record<string, unknown> = {},
): Promise<{ round: string; kiosks: WireKiosk[] }> {
  const planned = Object.entries(stations).map(([station, stand]) => ({ station: Number(station), stand }));
  const from = Date.now() - HOUR_MS * (20 - ++rounds);
  const session = (to: number, shift: string | null) => ({
    name: shift ?? '早场',
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    shift,
  });
  const sessions = [session(from + 1000, null), session(Date.now() + HOUR_MS, '夜班')];
  const round = await site.round(lead, { stations: planned, sessions, ...more });
  await site.open(lead, round);
  const kiosks: WireKiosk[] = [];
  for (const at of planned) kiosks.push(await site.kiosk(lead, at));
  return { round, kiosks };
}

const file = (round: string, name: string, token = lead): Promise<Reply> =>
  site.ask('GET', `/rounds/${round}/${name}`, { token });
const list = async (round: string, csv: string, complete: boolean): Promise<void> => {
  const at = `/rounds/${round}/lab-counts?complete=${complete}`;
  const reply = await site.ask('PUT', at, { token: lead, body: csv, type: 'text/csv' });
  expect(reply.status).toBe(200);
};

beforeAll(async () => {
  site = await EdgeSite.start({ site: SITE });
  lead = await site.lead();
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

describe('上报表.xlsx and 核对表.xlsx', () => {
  let round: string;
  let kiosks: WireKiosk[];

  beforeAll(async () => {
    ({ round, kiosks } = await opened({ 1: 'before', 2: 'before', 4: 'after' }, { name: ROUND }));
    const rows = Array.from({ length: PEOPLE }, (_, n) =>
      [inventedIdNumber(n), `测第${n}`, '一车间', '焊接班', n >= NIGHT_FROM ? '夜班' : '白班'].join(','),
    );
    const roster = ['number,name,workshop,team,shift', ...rows].join('\n');
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: roster, type: 'text/csv' });
    const [one, two, after] = kiosks;
    if (!one || !two || !after) throw new Error('a kiosk is missing');
    const first = fill(one, '0000011', 10, 10);
    fill(one, '0000012', 9, 9);
    fill(two, '0000021', 10, 9);
    fill(two, '0000022', 4, null);
    for (let i = 0; i < 3; i++) after.swipe(person(next++));
    after.swipe({ kind: 'document', number: 'PASSPORT/E00000001', name: '=S. Example' }, 'walk-in');
    for (const kiosk of kiosks) await kiosk.send();
    await site.ask('POST', `/rounds/${round}/tubes/${first}/corrections`, {
      token: lead,
      json: { batch: '@第一箱', reason: '装箱' },
    });
    const { groups } = missingSchema.parse((await file(round, 'missing')).json);
    const missing = groups.flatMap((g) => g.missing);
    for (const [i, reason] of [REASON, REASON, '隔离'].entries())
      await site.ask('POST', `/rounds/${round}/excuses`, {
        token: lead,
        json: { person: missing[i]?.id, reason },
      });
  });

  test('EX9 上报表 has one row in the bureau’s order, its figures those of the ladder, as numbers, and a column for each reason', async () => {
    const { headers, rows } = await sheet(await file(round, 'report.xlsx'), '上报表');
    expect(headers).toEqual([
      '单位',
      '轮次',
      '日期',
      '在册',
      '应检',
      '实检',
      '名单内',
      '名单外',
      '待核实',
      '未检',
      '漏检',
      '有原因',
      `有原因:${REASON}`,
      '有原因:隔离',
      '未到场次',
      '采样管',
      '完整',
      '截至',
      '应检口径',
      '说明',
      '填报时间',
    ]);
    const ladder = (await file(round, 'ladder')).json;
    const { notYet } = (await file(round, 'missing')).json;
    expect(notYet).toBe(PEOPLE - NIGHT_FROM);
    expect(ladder).toMatchObject({ people: 37, walkIns: 1, excused: 3, toVerify: 10 });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      单位: SITE,
      轮次: ROUND,
      日期: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      在册: ladder.roster,
      应检: ladder.expected,
      实检: ladder.people,
      名单内: ladder.onRoster,
      名单外: ladder.walkIns,
      待核实: ladder.toVerify,
      未检: ladder.untested,
      漏检: ladder.missing - notYet,
      有原因: ladder.excused,
      [`有原因:${REASON}`]: 2,
      '有原因:隔离': 1,
      未到场次: notYet,
      采样管: 4,
      完整: '否',
      应检口径: '应检=在册−有原因未检',
      说明: '数据未齐:1号台未收工;2号台未收工;4号台未收工',
    });
    const reply = await file(round, 'report.xlsx');
    expect(decodeURIComponent(reply.headers.get('content-disposition') ?? '')).toContain(
      '=SUM(1)第4轮-上报表.xlsx',
    );
  });

  test('EX9 with rounds=all there is a row for every round that was opened, oldest first, the basis of each its own', async () => {
    const { round: other, kiosks: its } = await opened(
      { 1: 'before' },
      { name: '第5轮', expectedBasis: 'roster' },
    );
    const [kiosk] = its;
    fill(kiosk!, 'T1', 2, 2);
    kiosk!.append('round-ended', {});
    await kiosk!.send();
    await site.round(lead, { name: '第6轮' }); // a draft
    const { rows } = await sheet(await file(other, 'report.xlsx?rounds=all'), '上报表');
    expect(of(rows, '轮次', '实检', '采样管', '完整', '应检口径', '有原因:隔离')).toEqual([
      [ROUND, 37, 4, '否', '应检=在册−有原因未检', 1],
      ['第5轮', 2, 1, '是', '应检=在册', 0],
    ]);
    expect(rows[1]?.['截至']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
    const own = await sheet(await file(other, 'report.xlsx'), '上报表');
    expect(of(own.rows, '轮次', '说明')).toEqual([['第5轮', '数据齐全']]);
  });

  test('EX9 of more than twenty reasons the rarer ones share a column, and the columns add up', async () => {
    const { round: many } = await opened({ 1: 'before' }, { name: '第3轮' });
    const rows = Array.from({ length: 24 }, (_, n) => `${inventedIdNumber(n)},测第${n},一车间,焊接班`);
    await site.ask('PUT', `/rounds/${many}/roster`, {
      token: lead,
      body: ['number,name,workshop,team', ...rows].join('\n'),
      type: 'text/csv',
    });
    const { groups } = missingSchema.parse((await file(many, 'missing')).json);
    for (const [i, { id }] of groups.flatMap((g) => g.missing).entries())
      await site.ask('POST', `/rounds/${many}/excuses`, {
        token: lead,
        json: { person: id, reason: i < 3 ? '其他' : `事由${String(i).padStart(2, '0')}` },
      });
    const { headers, rows: told } = await sheet(await file(many, 'report.xlsx'), '上报表');
    const reasons = headers.filter((h) => h.startsWith('有原因:'));
    expect(reasons).toHaveLength(20);
    expect([reasons[0], reasons[1], reasons.at(-1)]).toEqual([
      '有原因:其他',
      '有原因:事由03',
      '有原因:其余各种',
    ]);
    expect(of(told, '有原因', '有原因:其他', '有原因:事由03', '有原因:其余各种')).toEqual([[24, 3, 1, 3]]);
    expect(reasons.reduce((all, h) => all + Number(told[0]?.[h]), 0)).toBe(24);
  });

  test('EX10 before any list every tube is 未回 and has no difference; what the sampler counted is told already', async () => {
    const tables = await book(await file(round, 'reconciliation.xlsx'));
    expect([...tables.keys()]).toEqual(['核对表', '汇总', '说明']);
    const columns = ['管号', '采样台', '批次', '刷', '采样员数', '检测机构登记', '差', '结果', '状态'];
    expect(of(tables.get('核对表')!.rows, ...columns)).toEqual([
      ['0000011', '1号台', '@第一箱', 10, 10, '未回', null, '未回', null],
      ['0000012', '1号台', null, 9, 9, '未回', null, '未回', null],
      ['0000021', '2号台', null, 10, 9, '未回', null, '不符', '待处理'],
      ['0000022', '2号台', null, 4, null, '未回', null, '未封', null],
    ]);
    expect(of(tables.get('核对表')!.rows, '封管').at(-1)).toEqual(['未封']);
    expect(of(tables.get('说明')!.rows, '项目', '内容')).toContainEqual([
      '检测机构清单',
      '还没有检测机构的清单',
    ]);
    expect(of(tables.get('汇总')!.rows, '名称', '刷', '未回(管)', '可比的刷', '差')).toContainEqual([
      '全部采样台',
      37,
      4,
      null,
      null,
    ]);
  });

  test('EX10 each tube has its numbers, finding, best hypothesis and question, and who decided; what is not ours comes behind', async () => {
    await list(round, 'tube,count,station\n0000011,10,1\n0000012,10,1\n0000099,7,1\n', false);
    await site.ask('POST', `/rounds/${round}/discrepancies/decision`, {
      token: lead,
      json: {
        id: (await file(round, 'discrepancies')).json.discrepancies.find(
          (d: { kind: string }) => d.kind === 'booked-more',
        ).id,
        state: 'explained',
        reason: '-已更正',
      },
    });
    const { rows } = await sheet(await file(round, 'reconciliation.xlsx'), '核对表');
    expect(
      of(rows, '管号', '刷', '采样员数', '检测机构登记', '差', '结果', '状态', '理由', '决定人'),
    ).toEqual([
      ['0000011', 10, 10, 10, 0, '一致', null, null, null],
      ['0000012', 9, 9, 10, 1, '不符', '已说明', '-已更正', '现场负责人'],
      ['0000021', 10, 9, '未回', null, '不符', '待处理', null, null],
      ['0000022', 4, null, '未回', null, '未封', null, null, null],
      ['0000099', null, null, 7, null, '不是我方的管', '待处理', null, null],
    ]);
    const [, booked, , , strange] = rows;
    expect(booked?.['不符']).toMatch(
      /^第0000012管\(1号台,\d\d:\d\d封管\):刷9人,采样员数9人,检测机构登记10人,多1人。$/,
    );
    expect(booked?.['可能的原因']).toBe('有采样台的记录还没传齐(1号台未收工或未传齐)');
    expect(booked?.['请检测机构复数']).toBe('请复数第0000012管拭子数,我方刷9人,贵方登记10人。');
    expect(strange?.['不符']).toContain('我方没有开过这个管号');
  });

  test('EX11 汇总 compares what is on the list while it is not whole, and everything once it is', async () => {
    const columns = [
      '范围',
      '名称',
      '管',
      '刷',
      '未回(管)',
      '可比的刷',
      '检测机构登记',
      '差',
      '不是我方的管',
    ];
    const partial = await sheet(await file(round, 'reconciliation.xlsx'), '汇总');
    expect(of(partial.rows, ...columns)).toEqual([
      ['全场', '全部采样台', 4, 37, 2, 19, 20, 1, 1],
      ['采样台', '1号台', 2, 19, 0, 19, 20, 1, 1],
      ['采样台', '2号台', 2, 14, 2, null, null, null, 0],
      ['采样台', '4号台', 0, 4, 0, null, null, null, 0],
      ['批次', '@第一箱', 1, 10, 0, 10, 10, 0, 0],
    ]);
    expect(
      of(partial.rows, '其中不在管里', '采样员数', '没数(管)', '不符(待处理)', '不符(已说明、已接受)')[0],
    ).toEqual([4, 28, 1, 2, 1]);
    const csv = 'tube,count,station\n0000011,10,1\n0000012,10,1\n0000021,9,2\n0000022,4,2\nZ1,3,4\n';
    await list(round, csv, true);
    const whole = await sheet(await file(round, 'reconciliation.xlsx'), '汇总');
    expect(of(whole.rows, ...columns)).toEqual([
      ['全场', '全部采样台', 4, 37, 0, 37, 36, -1, 0],
      ['采样台', '1号台', 2, 19, 0, 19, 20, 1, 0],
      ['采样台', '2号台', 2, 14, 0, 14, 13, -1, 0],
      ['采样台', '4号台', 0, 4, 0, 4, 3, -1, 0],
      ['批次', '@第一箱', 1, 10, 0, 10, 10, 0, 0],
    ]);
    const after = whole.rows.find((r) => r['名称'] === '4号台');
    expect(after).toMatchObject({ 状态: '待处理', 不符: expect.stringContaining('不指向某一支管') });
    const tubes = await sheet(await file(round, 'reconciliation.xlsx'), '核对表');
    expect(of(tubes.rows, '管号', '检测机构登记', '差', '结果').at(-1)).toEqual([
      'Z1',
      3,
      null,
      '按台的总数核对',
    ]);
  });

  test('EX11 a tube not on a whole list says so, a code opened twice is booked once, and a bare total has its own row', async () => {
    const { round: twice, kiosks: its } = await opened({ 1: 'before' }, { name: '第7轮' });
    const [kiosk] = its;
    fill(kiosk!, 'A1', 10, 10);
    fill(kiosk!, 'A1', 5, 5);
    fill(kiosk!, 'A2', 6, 6);
    await kiosk!.send();
    await list(twice, 'tube,count\nA1,10\n', true);
    await site.ask('POST', `/rounds/${twice}/lab-counts/entries`, {
      token: lead,
      json: { tube: null, count: 20 },
    });
    const tables = await book(await file(twice, 'reconciliation.xlsx'));
    expect(of(tables.get('核对表')!.rows, '管号', '刷', '检测机构登记', '差', '结果')).toEqual([
      ['A1', 10, 10, 0, '不符'],
      ['A1', 5, '同号的管已登记', null, '不符'],
      ['A2', 6, '清单上没有', null, '不符'],
    ]);
    expect(of(tables.get('汇总')!.rows, '名称', '可比的刷', '检测机构登记', '差')).toEqual([
      ['全部采样台', 21, 10, -11],
      ['检测机构报的总数', 21, 20, -1],
      ['1号台', 21, 10, -11],
    ]);
    expect(tables.get('汇总')!.rows[1]?.['不符']).toContain('刷21人,检测机构共登记20人');
  });

  test('EX10 while people’s entries differ nothing is booked: the tube says so, and the total of the site too', async () => {
    const { round: entered, kiosks: its } = await opened({ 1: 'before' }, { name: '第2轮' });
    fill(its[0]!, 'T1', 10, 10);
    await its[0]!.send();
    const clerk = await site.person(lead, { name: '录入员甲', roles: ['lab-clerk'] });
    const counts: [string | null, number, number][] = [
      ['T1', 9, 10],
      ['T9', 7, 8],
      [null, 17, 18],
    ];
    for (const [tube, mine, theirs] of counts)
      for (const [token, count] of [
        [lead, mine],
        [clerk, theirs],
      ] as const)
        await site.ask('POST', `/rounds/${entered}/lab-counts/entries`, { token, json: { tube, count } });
    const tables = await book(await file(entered, 'reconciliation.xlsx'));
    expect(of(tables.get('核对表')!.rows, '管号', '刷', '检测机构登记', '差', '结果')).toEqual([
      ['T1', 10, '录入不同', null, '不符'],
      ['T9', null, '录入不同', null, '不是我方的管'],
    ]);
    const total = tables.get('汇总')!.rows.find((r) => r['名称'] === '检测机构报的总数');
    expect(total).toMatchObject({ 刷: 10, 检测机构登记: null, 差: null });
    expect(total?.['不符']).toMatch(/^全场总人数:各人手工录入不同\(1[78]\/1[78]\),请都再看单子。$/);
  });

  test('EX12 marks are compared pair by pair as the findings are, and a round without tubes by its people alone', async () => {
    const { round: marks, kiosks: its } = await opened(
      { 1: 'before', 2: 'before' },
      { name: '第8轮', tubeMode: 'marks' },
    );
    const [one, two] = its;
    for (const [i, people] of [10, 9, 8].entries()) fill(one!, `第${i + 1}管`, people, people);
    fill(two!, '第1管', 7, 7);
    for (const kiosk of its) await kiosk.send();
    await list(marks, 'tube,count,station\n第1管,10,1\n第2管,8,1\n第1管,7,2\n', true);
    const { rows } = await sheet(await file(marks, 'reconciliation.xlsx'), '核对表');
    expect(of(rows, '采样台', '管号', '刷', '检测机构登记', '差', '结果')).toEqual([
      ['1号台', '第1管', 10, 10, 0, '一致'],
      ['1号台', '第2管', 9, '清单上没有', null, '不符'],
      ['1号台', '第3管', 8, 8, 0, '一致'],
      ['2号台', '第1管', 7, 7, 0, '一致'],
    ]);
    const { round: none, kiosks: their } = await opened({ 1: 'before' }, { name: '第9轮', tubeMode: 'none' });
    for (let i = 0; i < 3; i++) their[0]!.swipe(person(next++));
    await their[0]!.send();
    const without = await book(await file(none, 'reconciliation.xlsx'));
    expect(without.get('核对表')?.rows).toEqual([]);
    expect(of(without.get('汇总')!.rows, '名称', '管', '刷', '差')).toEqual([
      ['全部采样台', 0, 3, null],
      ['1号台', 0, 3, null],
    ]);
    expect(of((await sheet(await file(none, 'report.xlsx'), '上报表')).rows, '实检', '采样管')).toEqual([
      [3, 0],
    ]);
  });

  test('EX13 neither names anybody who was or should have been tested, and each is refused to roles that may not see it', async () => {
    for (const name of ['report.xlsx', 'report.xlsx?rounds=all', 'reconciliation.xlsx']) {
      const text = JSON.stringify([...(await book(await file(round, name))).values()]);
      expect(text).toContain('采样');
      expect(text).not.toMatch(/测第|Example|110199|PASSPORT/);
    }
    const roles = ['site-lead', 'hr', 'administrator', 'lab-clerk', 'station-staff'];
    const answers: Record<string, string[]> = {};
    for (const role of roles) {
      const token = await site.person(lead, { name: `只是${role}`, roles: [role] });
      const replies = [
        await file(round, 'report.xlsx', token),
        await file(round, 'reconciliation.xlsx', token),
      ];
      answers[role] = replies.map((r) => (r.status === 200 ? 'given' : r.json.code));
      for (const reply of replies.filter((r) => r.status !== 200))
        expect([reply.status, reply.type]).toEqual([
          403,
          expect.stringContaining('application/problem+json'),
        ]);
    }
    expect(answers).toEqual({
      'site-lead': ['given', 'given'],
      hr: ['given', 'given'],
      administrator: ['forbidden', 'given'],
      'lab-clerk': ['forbidden', 'forbidden'],
      'station-staff': ['forbidden', 'forbidden'],
    });
  });
});
