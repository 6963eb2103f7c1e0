import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingSchema, roundSchema, type HttpRound } from '#shared/contract/http.ts';
import type { RoundId } from '#shared/ids.ts';
import { stampText } from '#shared/site-time.ts';
import { bureauSheet } from '../../../edge-service/exports/bureau-table.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { readRound } from '../../../edge-service/ledger/stored-round.ts';
import { peopleReports } from '../../../edge-service/people/people-reports.ts';
import { openStore, type Store } from '../../../edge-service/store/database.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const HOUR_MS = 3_600_000;
const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测${n}` });
/** Three of the day, two of the night shift, whose session is an hour off. */
const roster = ['number,name,workshop,team,shift']
  .concat([0, 1, 2, 3, 4].map((n) => `${inventedIdNumber(n)},测${n},一车间,甲班,${n > 2 ? '夜班' : ''}`))
  .join('\n');
const session = (name: string, hours: { from: number; to: number }, shift: string | null) => ({
  name,
  from: new Date(Date.now() + hours.from * HOUR_MS).toISOString(),
  to: new Date(Date.now() + hours.to * HOUR_MS).toISOString(),
  shift,
});

let site: EdgeSite;
let lead: string;
let round: RoundId;
let kiosk: WireKiosk;
let db: Store;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead, {
    name: '第4轮',
    stations: [1, 2, 3].map((station) => ({ station, stand: 'before' })),
    sessions: [session('早场', { from: -2, to: -1 }, null), session('夜班场', { from: 1, to: 3 }, '夜班')],
  });
  await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: roster, type: 'text/csv' });
  await site.open(lead, round);
  kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  await kiosk.until(() => kiosk.round?.info.state === 'open', 'the round');
  for (const n of [0, 1]) kiosk.swipe(person(n));
  kiosk.append('round-ended', {});
  await kiosk.send();
  await kiosk.status();
  await move('settling', '采完');
  db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
}, 60_000);
afterAll(async () => {
  db.close();
  kiosk.close();
  await site.stop();
  site.remove();
});

const get = async (at: string) => (await site.ask('GET', `/rounds/${round}${at}`, { token: lead })).json;
const move = (state: string, reason: string) =>
  site.ask('POST', `/rounds/${round}/state`, { token: lead, json: { state, reason } });
const closed = async (): Promise<HttpRound & { closedAt: string }> => {
  const { closedAt, ...told } = roundSchema.parse(await get(''));
  return { ...told, closedAt: closedAt ?? '' };
};

/** The row of the round in the 上报表 as it is made at this time. */
function reported(now: number): Record<string, string | number | null> {
  const stored = readRound(db, round);
  if (stored === null) throw new Error('no round');
  const { columns, rows } = bureauSheet(
    { db, keys: new KeyStore(path.join(site.dir, 'keys')) },
    { site: '示例机电', rounds: [stored], now, language: 'zh' },
  );
  const [row = []] = [...rows];
  return Object.fromEntries(columns.map(({ header }, i) => [header, row[i] ?? null]));
}

describe('a closed round', () => {
  test('HT67 closing before a session has begun asks first, and wants the session named in the reason', async () => {
    const asked = await move('closed', '2、3号台没有用');
    expect([asked.status, asked.json.code]).toEqual([409, 'not-complete']);
    expect(asked.json.errors).toMatchObject([{ column: '夜班场', code: 'session-not-begun' }]);
    expect(asked.json.errors[0].zh).toContain('就在归档的理由里写明“夜班场”');
    expect(asked.json.errors[0].en).toContain('in the reason');
    expect((await move('closed', '2、3号台没有用,夜班场取消')).json).toMatchObject({ state: 'closed' });
  });

  test('LG39 it is complete as of its closing, over stations named as unused, and its figures do not change in the hours after', async () => {
    const { closedAt } = await closed();
    expect(await get('/ladder')).toMatchObject({ people: 2, complete: true, finalUpTo: closedAt });
    expect((await get('/stations')).stations).toMatchObject([
      { station: 1, installs: [{ settled: true, waiting: 0 }] },
    ]);
    const at = Date.parse(closedAt);
    for (const now of [at, at + 6 * HOUR_MS])
      expect(reported(now)).toMatchObject({
        实检: 2,
        漏检: 1,
        未到场次: 2,
        完整: '是',
        截至: stampText(at).slice(0, 16),
        说明: '数据齐全;归档时夜班场还没有开始',
      });
    const keys = new KeyStore(path.join(site.dir, 'keys'));
    const { bytes: later } = peopleReports['round.missing'](
      { db, keys, wall: () => at + 6 * HOUR_MS },
      { round },
    );
    expect(missingSchema.parse(JSON.parse(new TextDecoder().decode(later)))).toMatchObject({
      complete: true,
      finalUpTo: closedAt,
      missing: 1,
      notYet: 2,
    });
  });

  test('LG39 what its kiosks do in the next round changes nothing of it', async () => {
    const before = await get('/ladder');
    expect(before).toMatchObject({ complete: true });
    const next = await site.round(lead, { name: '第5轮' });
    await site.open(lead, next);
    await kiosk.until(() => kiosk.round?.info.round === next, 'the next round');
    kiosk.swipe(person(2));
    await kiosk.status();
    expect((await site.ask('GET', `/rounds/${next}/ladder`, { token: lead })).json).toMatchObject({
      complete: false,
    });
    expect(await get('/ladder')).toEqual(before);
  });
});
