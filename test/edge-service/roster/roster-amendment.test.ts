import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rosterHistorySchema } from '#shared/contract/http-taken.ts';
import type { RoundId } from '#shared/ids.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

let site: EdgeSite;
let lead: string;
let round: RoundId;
beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead);
}, 60_000);
afterAll(async () => {
  await site.stop();
  site.remove();
});

/** People by number, each with a team of their own choosing. */
const csv = (people: readonly (readonly [n: number, team: string])[]): string =>
  [
    'number,name,workshop,team',
    ...people.map(([n, team]) => `${inventedIdNumber(n)},测${n},一车间,${team}`),
  ].join('\n');
const put = (body: string, query = ''): Promise<Reply> =>
  site.ask('PUT', `/rounds/${round}/roster${query}`, { token: lead, body, type: 'text/csv' });
const ladder = async () => (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json;
const history = async () =>
  rosterHistorySchema.parse((await site.ask('GET', `/rounds/${round}/roster/history`, { token: lead })).json);
const FIRST = csv([
  [1, '甲班'],
  [2, '甲班'],
  [3, '甲班'],
  [4, '乙班'],
]);
/** 2 has swiped and leaves, 3 leaves, 4 changes teams, 5 joins. */
const SECOND = csv([
  [1, '甲班'],
  [4, '甲班'],
  [5, '甲班'],
]);

test('RO67 while a round is a draft its roster is replaced as it was; opening it freezes the roster by hash', async () => {
  await put(csv([[9, '甲班']]));
  expect((await put(FIRST)).json).toMatchObject({ version: 2, roster: 4 });
  expect(await history()).toEqual({ frozen: null, amendments: [] });
  await site.open(lead, round);
  const { frozen, amendments } = await history();
  expect(frozen).toMatchObject({ version: 2, people: 4, by: '现场负责人', intact: true });
  expect(frozen?.content).toMatch(/^[0-9a-f]{64}$/);
  expect(amendments).toEqual([]);
  expect((await ladder()).rosterAmended).toBeNull();
});

test('RO68 another roster in a round that counts is told person by person and taken only with a reason; who swiped and leaves is said to', async () => {
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  for (const n of [1, 2]) kiosk.swipe({ kind: 'id', number: inventedIdNumber(n), name: `测${n}` });
  await kiosk.send();
  for (const query of ['', '?shrink=refuse', '?partial=good']) {
    const { status, json } = await put(SECOND, query);
    expect([status, json.code]).toEqual([409, 'roster-amends']);
    expect(json.title).toContain('增 1 减 2 改 1,其中 1 人已打卡');
    const said = (json.errors as { code: string; column: string; zh: string }[]).map(
      (e) => `${e.code} ${e.zh}`,
    );
    expect(said).toEqual([
      'leaves-swiped 减,已打卡,将计为名单外:测2',
      'leaves 减:测3',
      'joins 增:测5',
      'changes 改:测4',
    ]);
  }
  expect(await ladder()).toMatchObject({ roster: 4, onRoster: 2, walkIns: 0, rosterAmended: null });
  const taken = await put(SECOND, `?reason=${encodeURIComponent('两人离职,一人入职')}`);
  expect(taken.json).toMatchObject({ version: 3, roster: 3 });
  expect(await ladder()).toMatchObject({
    roster: 3,
    expected: 3,
    people: 2,
    onRoster: 1,
    walkIns: 1,
    rosterAmended: { amendments: 1, joined: 1, left: 2, changed: 1, leftSwiped: 1, frozenKnown: true },
  });
  const added = await put(csv([[6, '丙班']]), `?add=true&reason=${encodeURIComponent('再入职')}`);
  expect(added.json).toMatchObject({ version: 4, roster: 4 });
  const { frozen, amendments } = await history();
  expect(frozen).toMatchObject({ version: 2, intact: true });
  const at = { workshop: '一车间' };
  expect(amendments).toMatchObject([
    {
      version: 3,
      reason: '两人离职,一人入职',
      by: '现场负责人',
      joined: [{ ...at, name: '测5', team: '甲班' }],
      left: [
        { ...at, name: '测2', swiped: true },
        { ...at, name: '测3', swiped: false },
      ],
      changed: [{ ...at, name: '测4', team: '甲班' }],
    },
    { version: 4, reason: '再入职', joined: [{ name: '测6' }], left: [], changed: [] },
  ]);
  // Back on the roster: no walk-in any more.
  await put(csv([[2, '甲班']]), `?add=true&reason=${encodeURIComponent('误删')}`);
  expect(await ladder()).toMatchObject({ walkIns: 0, rosterAmended: { joined: 3, left: 2, leftSwiped: 0 } });
});

test('EX64 应检 says on every output what was amended since the round began', async () => {
  const report = await site.ask('GET', `/rounds/${round}/report.xlsx`, { token: lead });
  expect(report.status).toBe(200);
  const table = await readTable(report.bytes);
  const cells = JSON.stringify(table);
  expect(cells).toContain('应检开轮后增 3 减 2 改 1');
  const headcount = await site.ask('GET', `/rounds/${round}/headcount.xlsx`, { token: lead });
  expect(JSON.stringify(await readTable(headcount.bytes))).toContain('开轮后增 3 减 2 改 1');
});

test('RO67 frozen roster and amendments are events: a rebuild comes to the same, and changed rows no longer have their hash', async () => {
  await site.stop();
  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'write');
  const types = db
    .prepare<[], string>("SELECT type FROM event WHERE type LIKE 'roster-%' ORDER BY sequence")
    .pluck()
    .all();
  expect(types.filter((type) => type !== 'roster-stored')).toEqual([
    'roster-frozen',
    'roster-amended',
    'roster-amended',
    'roster-amended',
  ]);
  const keys = new KeyStore(path.join(site.dir, 'keys'));
  expect(rebuild(db, keys, false).differences).toEqual([]);
  db.exec('DELETE FROM roster_leaver; DELETE FROM roster_change WHERE base IS NULL');
  expect(rebuild(db, keys, true).repaired).toBe(true);
  expect(rebuild(db, keys, false).differences).toEqual([]);
  db.exec("UPDATE roster_row SET team = '丁班' WHERE version = 2 AND row = 1");
  db.close();
  const again = await EdgeSite.start({ dir: site.dir });
  const { json } = await again.ask('GET', `/rounds/${round}/roster/history`, { token: lead });
  expect(json.frozen).toMatchObject({ version: 2, intact: false });
  await again.stop();
});
