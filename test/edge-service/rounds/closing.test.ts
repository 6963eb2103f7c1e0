import path from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesToUtf8 } from '#shared/bytes.ts';
import type { Words } from '#shared/words.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测${n}` });
const roster = ['number,name,workshop,team']
  .concat([0, 1, 2, 3].map((n) => `${inventedIdNumber(n)},测${n},一车间,甲班`))
  .join('\n');

let site: EdgeSite;
let lead: string;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
}, 60_000);
afterAll(async () => {
  await site.stop();
  site.remove();
});

const post = (at: string, json: unknown) => site.ask('POST', at, { token: lead, json });
/** The code of what must be refused, with its words in both languages. */
async function refused(method: string, at: string, json?: unknown): Promise<[number, string]> {
  const reply = await site.ask(method, at, { token: lead, ...(json !== undefined && { json }) });
  expect(reply.json.title, at).toMatch(/\p{Script=Han}/u);
  expect(reply.json.detail, at).toMatch(/^[A-Z][\x20-\x7e]+[.]$/);
  return [reply.status, reply.json.code];
}
const state = (round: string, to: string, reason: string) =>
  post(`/rounds/${round}/state`, { state: to, reason });

/** A round with a roster and one kiosk at each of these stations. */
async function opened(name: string, stations: number[]): Promise<{ round: string; kiosks: WireKiosk[] }> {
  const round = await site.round(lead, {
    name,
    stations: stations.map((station) => ({ station, stand: 'before' })),
  });
  const put = await site.ask('PUT', `/rounds/${round}/roster`, {
    token: lead,
    body: roster,
    type: 'text/csv',
  });
  expect(put.status).toBe(200);
  await site.open(lead, round);
  const kiosks: WireKiosk[] = [];
  for (const station of stations) kiosks.push(await site.kiosk(lead, { station, stand: 'before' }));
  for (const kiosk of kiosks)
    await kiosk.until(() => kiosk.round?.info.round === round && kiosk.round.info.state === 'open', name);
  return { round, kiosks };
}

async function packUp(kiosk: WireKiosk): Promise<void> {
  kiosk.append('round-ended', {});
  await kiosk.send();
}

const ladderOf = async (round: string) =>
  (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json;

/** The bodies of a type in the edge's own journal, newest first. */
function decided(type: string): Record<string, unknown>[] {
  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
  const bodies = db
    .prepare<[string], Uint8Array>(
      "SELECT e.body FROM event e JOIN install i ON i.install = e.install WHERE i.kind = 'edge' AND e.type = ? ORDER BY e.sequence DESC",
    )
    .pluck()
    .all(type);
  db.close();
  return bodies.map((body) => JSON.parse(bytesToUtf8(new Uint8Array(body))) as Record<string, unknown>);
}

describe('closing a round', () => {
  test('HT11 a round with a station that is gone and one nobody ever heard of is closed once a person has answered for both', async () => {
    const round = await site.round(lead, {
      name: '第1轮',
      stations: [1, 2].map((station) => ({ station, stand: 'before' })),
    });
    await site.open(lead, round);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(person(0));
    await kiosk.send();
    const here = kiosk.head.sequence;
    for (let n = 1; n <= 3; n++) kiosk.swipe(person(n));
    await kiosk.status();
    kiosk.close();
    await state(round, 'settling', '采完');

    const open = await state(round, 'closed', '按计划');
    expect([open.status, open.json.code]).toEqual([409, 'not-complete']);
    expect(open.json.errors).toMatchObject([
      { column: `1号台 ${kiosk.install.slice(0, 8)}`, code: 'not-arrived' },
      { column: '2号台', code: 'never-heard' },
    ]);
    expect((open.json.errors as { where: Words }[]).map(({ where }) => where)).toMatchObject([
      { zh: `1号台 ${kiosk.install.slice(0, 8)}`, en: `Station 1, ${kiosk.install.slice(0, 8)}` },
      { zh: '2号台', en: 'Station 2' },
    ]);
    const [gone, unheard] = open.json.errors as Words[];
    expect(gone!.zh).toBe(
      `1号台第 ${here + 1}–${here + 3} 条没有到:等它联网收工;不会再来,就在“各机记录”填写例外`,
    );
    expect(gone!.en).toContain(`numbers ${here + 1}–${here + 3}`);
    expect(unheard!.zh).toContain('写明“2号台”');

    const screen = here + 5;
    const excepted = await post(`/rounds/${round}/exceptions`, {
      install: kiosk.install,
      lastSequence: screen,
      reason: '电脑摔坏,屏幕上的最后编号',
    });
    expect(excepted.status).toBe(201);
    const installs = await site.ask('GET', `/installs?round=${round}`, { token: lead });
    expect(installs.json.installs).toMatchObject([{ settled: false, excepted: true, waiting: 5 }]);
    const still = await state(round, 'closed', '按计划');
    expect(still.json.errors.map((e: { code: string }) => e.code)).toEqual(['never-heard']);
    expect((await state(round, 'closed', '2号台没有用')).json).toMatchObject({ state: 'closed' });
    expect(decided('round-state')[0]).toMatchObject({ state: 'closed', reason: '2号台没有用' });
  });

  test('HT40 a round closed over what will never come goes on saying so, by number, in its ladder and files', async () => {
    const { rounds } = (await site.ask('GET', '/rounds', { token: lead })).json;
    const round = rounds.find((r: { name: string }) => r.name === '第1轮').id as string;
    const { closedAt } = rounds.find((r: { name: string }) => r.name === '第1轮');
    const said = await ladderOf(round);
    expect(said).toMatchObject({ people: 1, complete: false });
    expect(Date.parse(said.finalUpTo), 'when the station was last held whole').toBeLessThan(
      Date.parse(closedAt),
    );
    const file = await site.ask('GET', `/rounds/${round}/headcount.xlsx`, { token: lead });
    const workbook = new Workbook();
    await workbook.xlsx.load(file.bytes);
    const written: string[] = [];
    workbook.getWorksheet('汇总')!.eachRow((row) => written.push(row.getCell(3).text));
    const { installs } = (await site.ask('GET', `/installs?round=${round}`, { token: lead })).json;
    const [{ watermark }] = installs;
    expect(written).toContain(`数据未齐:1号台第 ${watermark + 1}–${watermark + 5} 条未到(已填例外)`);
  });
});

describe('decisions', () => {
  test('HT41 in a closed round nothing is decided any more, through whichever round’s path; what kiosks bring is stored', async () => {
    const { round, kiosks } = await opened('第2轮', [3]);
    const kiosk = kiosks[0]!;
    const tube = kiosk.openTube('T41');
    const swipe = kiosk.swipe(person(0));
    kiosk.sealTube(1);
    await packUp(kiosk);
    const excuse = await post(`/rounds/${round}/excuses`, { person: await missingId(round), reason: '休假' });
    const listed = { token: lead, body: 'tube,count\nT41,2\n', type: 'text/csv' };
    expect((await site.ask('PUT', `/rounds/${round}/lab-counts`, listed)).status).toBe(200);
    const difference = { id: `booked-more/${tube}`, state: 'explained', reason: '复数为1' };
    expect((await post(`/rounds/${round}/discrepancies/decision`, difference)).status).toBe(201);
    await state(round, 'settling', '采完');
    expect((await state(round, 'closed', '按计划')).status).toBe(200);
    const before = await ladderOf(round);
    const { round: other } = await opened('第3轮', [4]);

    const sequence = Number(swipe.slice(swipe.lastIndexOf(':') + 1));
    const run = { install: kiosk.install, from: sequence, to: sequence, reason: '归错了轮' };
    const keys = [await missingId(other), await missingId(other, 1)];
    for (const [method, at, json] of [
      ['POST', `${round}/voids`, { swipe, reason: '拿错证' }],
      ['POST', `${other}/voids`, { swipe, reason: '拿错证' }],
      ['POST', `${round}/excuses`, { person: keys[0], reason: '休假' }],
      ['DELETE', `${round}/excuses/${excuse.json.id}`, undefined],
      ['DELETE', `${other}/excuses/${excuse.json.id}`, undefined],
      ['POST', `${round}/links`, { credentials: keys, reason: '同一人' }],
      ['POST', `${round}/discrepancies/decision`, { ...difference, state: 'open' }],
      ['POST', `${round}/filings`, run],
      ['POST', `${other}/filings`, run],
      ['POST', `${round}/exceptions`, { install: kiosk.install, lastSequence: 99, reason: '坏了' }],
      ['POST', `${round}/forks/${kiosk.install}`, { reason: '看过' }],
      ['POST', `${round}/quarantine/${swipe}`, { reason: '看过' }],
    ] as const)
      expect(await refused(method, `/rounds/${at}`, json), `${method} ${at}`).toEqual([409, 'round-closed']);
    expect(await ladderOf(round)).toEqual(before);
    const people = await site.ask('GET', `/rounds/${round}/tubes/${tube}/people?reason=x`, { token: lead });
    expect(people.status, 'personal data may still be opened').toBe(200);

    kiosk.append('void', { swipe, reason: '撤销' });
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored', watermark: kiosk.head.sequence });
  });

  test('HT42 a decision about what is not there, or is something else, is refused by name and becomes no event', async () => {
    const { round, kiosks } = await opened('第4轮', [5]);
    const { round: other, kiosks: others } = await opened('第5轮', [6]);
    const [kiosk, elsewhere] = [kiosks[0]!, others[0]!];
    kiosk.swipe(person(0));
    await kiosk.send();
    const swipe = elsewhere.swipe(person(1));
    await elsewhere.send();
    const { install } = kiosk;
    const head = kiosk.head.sequence;
    const person2 = await missingId(round);
    const excused = (await post(`/rounds/${round}/excuses`, { person: person2, reason: '出差' })).json.id;
    const at = `/rounds/${round}/excuses/${excused}`;
    expect((await site.ask('DELETE', at, { token: lead })).status).toBe(200);
    const elsewhereExcused = (
      await post(`/rounds/${other}/excuses`, { person: await missingId(other), reason: '出差' })
    ).json.id;
    const made = () =>
      [
        'void',
        'excuse',
        'excuse-withdrawn',
        'link',
        'unlink',
        'filed',
        'exception',
        'quarantine-settled',
        'fork-reviewed',
      ].map((type) => decided(type).length);
    const before = made();

    const nobody = '0'.repeat(32);
    const none = '11111111-1111-4111-8111-111111111111';
    for (const [method, to, json, code] of [
      ['POST', 'excuses', { person: nobody, reason: '休假' }, 'no-person'],
      ['POST', 'links', { credentials: [person2, nobody], reason: '试' }, 'no-credential'],
      ['POST', 'links', { credentials: [person2, person2], reason: '试' }, 'same-credential'],
      ['POST', 'voids', { swipe: `${install}:1`, reason: '试' }, 'not-a-swipe'],
      ['POST', 'voids', { swipe, reason: '试' }, 'other-round'],
      ['POST', 'voids', { swipe: `${none}:1`, reason: '试' }, 'no-event'],
      ['POST', 'filings', { install, from: 1, to: head + 1, reason: '试' }, 'beyond-head'],
      ['POST', 'filings', { install: none, from: 1, to: 1, reason: '试' }, 'no-install'],
      ['POST', 'exceptions', { install, lastSequence: head - 1, reason: '试' }, 'below-head'],
      ['POST', `quarantine/${install}:1`, { reason: '试' }, 'not-in-quarantine'],
      ['POST', `quarantine/${none}:1`, { reason: '试' }, 'not-in-quarantine'],
      ['POST', `forks/${install}`, { reason: '试' }, 'no-fork'],
      ['DELETE', `excuses/${excused}`, undefined, 'taken-back'],
      ['DELETE', `excuses/${elsewhereExcused}`, undefined, 'other-round'],
      ['DELETE', `excuses/${install}:1`, undefined, 'no-event'],
      ['DELETE', `links/${excused}`, undefined, 'no-event'],
    ] as const)
      expect((await refused(method, `/rounds/${round}/${to}`, json))[1], `${method} ${to}`).toBe(code);
    expect(made()).toEqual(before);

    const early = await post(`/rounds/${round}/voids`, { swipe: `${install}:${head + 1}`, reason: '拿错证' });
    expect(early.status, 'a swipe still on its way').toBe(201);
    kiosk.swipe(person(3));
    await kiosk.send();
    expect(await ladderOf(round)).toMatchObject({ swipes: 2, voided: 1 });
    const linked = await post(`/rounds/${round}/links`, {
      credentials: [person2, await missingId(round, 1)],
      reason: '同一人',
    });
    const link = `/rounds/${round}/links/${linked.json.id}`;
    expect((await site.ask('DELETE', link, { token: lead })).status).toBe(200);
    expect(await refused('DELETE', link)).toEqual([409, 'taken-back']);
  });
});

async function missingId(round: string, nth = 0): Promise<string> {
  const { groups } = (await site.ask('GET', `/rounds/${round}/missing`, { token: lead })).json;
  return groups[0].missing[nth].id as string;
}
