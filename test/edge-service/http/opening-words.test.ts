import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openingsSchema } from '#shared/contract/http-openings.ts';
import { openedTubeMessage } from '#shared/language/opening-text.ts';
import { say } from '#shared/language/say.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rosterKey } from '../../../edge-service/roster/roster-store.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

/** As journals of every version hold them. */
const WRITTEN = [
  '导出 / export',
  '漏检名单 / missing list',
  '核对身份 / identity',
  '花名册改动 / changes of the roster',
  '花名册内容 / who is on the roster',
  '核对工号 / to check a staff number',
  '街道来电核对',
];

it('LN63 the log says its own reasons and stations in the language asked for, what was typed as it was typed, and the journal holds what it held', async () => {
  const site = await EdgeSite.start({});
  onTestFinished(async () => {
    await site.stop();
    site.remove();
  });
  const lead = await site.lead();
  const round = await site.round(lead);
  const person = { number: inventedIdNumber(1), name: '测甲', workshop: '一车间', team: '甲班' };
  await site.ask('PUT', `/rounds/${round}/roster`, {
    token: lead,
    json: [{ ...person, staff_number: '141' }],
  });
  await site.open(lead, round);
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  const tube = kiosk.openTube('第3管');
  kiosk.swipe({ kind: 'id', number: inventedIdNumber(2), name: '访客' }, 'walk-in');
  await kiosk.send();
  const { key } = new KeyStore(path.join(site.dir, 'keys')).round(round)!;

  const get = (at: string) => site.ask('GET', `/rounds/${round}${at}`, { token: lead });
  for (const at of ['/headcount.csv', '/missing', '/walk-ins']) expect((await get(at)).status).toBe(200);
  const other = { ...person, number: inventedIdNumber(3), name: '测乙', staff_number: '142' };
  const amended = await site.ask('PUT', `/rounds/${round}/roster?reason=x&add=true`, {
    token: lead,
    json: [other],
  });
  expect(amended.status).toBe(200);
  await get('/roster/history');
  const json = { version: 2, workshop: null, team: null, search: null, after: 0 };
  await site.ask('POST', `/rounds/${round}/roster/people`, { token: lead, json });
  await kiosk.ask('roster-name', { round, key: rosterKey(key, { kind: 'staff', canonical: '141' }) });
  await get(`/tubes/${tube}/people?reason=${encodeURIComponent(WRITTEN.at(-1)!)}`);

  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
  const bodies = db
    .prepare<[], Uint8Array>("SELECT body FROM event WHERE type = 'personal-data-opened' ORDER BY sequence")
    .pluck()
    .all()
    .map((body) => JSON.parse(new TextDecoder().decode(body)) as { reason: string; by: string });
  db.close();
  const held = bodies.map(({ reason }) => reason);
  expect(held.toSorted()).toEqual(WRITTEN.toSorted());
  expect(bodies.find(({ reason }) => reason === WRITTEN[5])?.by).toBe('1号台');
  const listed = openingsSchema.parse((await site.ask('GET', '/openings', { token: lead })).json);
  expect(listed.openings.map(({ reason }) => reason).toReversed()).toEqual(held);

  const rowsIn = async (language: string): Promise<string[][]> => {
    const file = await readTable(
      (await site.ask('GET', `/openings.xlsx?lang=${language}`, { token: lead })).bytes,
    );
    if (!file.ok) throw new Error(file.code);
    return file.sheets[0]!.rows.slice(1).map((row) => [1, 4, 5].map((at) => row.cells[at]?.text ?? ''));
  };
  const inWords = async (language: string) => new Set((await rowsIn(language)).map((row) => row.join('|')));
  expect(await inWords('zh')).toEqual(
    new Set([
      '现场负责人||导出',
      '现场负责人||漏检名单',
      '现场负责人||核对身份',
      '现场负责人||花名册改动',
      '现场负责人||花名册内容',
      '1号台||核对工号',
      '现场负责人|第3管|街道来电核对',
    ]),
  );
  expect(await inWords('en')).toEqual(
    new Set([
      '现场负责人||Export',
      '现场负责人||Missing list',
      '现场负责人||Who is who',
      '现场负责人||Changes of the roster',
      '现场负责人||Who is on the roster',
      'Station 1||To check a staff number',
      '现场负责人|no. 3|街道来电核对',
    ]),
  );
  expect([say('zh', openedTubeMessage('第3管')), say('zh', openedTubeMessage('0000017'))]).toEqual([
    '第3管',
    '第0000017管',
  ]);
});
