import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { pino } from 'pino';
import { systemClock } from '#shared/node/system-clock.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { DatabaseWatch } from '../../../edge-service/threads/database-watch.ts';
import { backup, databaseIn, restore } from '../../../edge-service/upkeep/backup.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { damageTables } from '../../support/edge/database-damage.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const DAY_MS = 24 * 3_600_000;
const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测${n}` });
const sites: EdgeSite[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) {
    await site.stop();
    site.remove();
  }
});

async function started(settings: { dir: string; port: number } | null): Promise<EdgeSite> {
  const site = await EdgeSite.start(settings ?? {});
  sites.push(site);
  return site;
}
const health = async (site: EdgeSite) => (await site.ask('GET', '/health')).json;
const dataOf = (site: EdgeSite): string => path.join(site.dir, 'data');

/** Looks until the check of the file has ended, once. */
async function checked(state: () => Promise<{ checkedAt: unknown }> | { checkedAt: unknown }): Promise<void> {
  for (;;) {
    if ((await state()).checkedAt !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('LG72 damage come upon at run time has its own code, nothing of it is acknowledged, and after a restore every swipe is there', async () => {
  let site = await started(null);
  const lead = await site.lead();
  const round = await site.round(lead);
  await site.open(lead, round);
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  for (const n of [0, 1]) kiosk.swipe(person(n));
  await kiosk.send();
  const ladder = () => site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
  expect((await ladder()).json).toMatchObject({ people: 2 });
  const saved = path.join(dataOf(site), 'backups', 'saved.sqlite');
  expect(backup(dataOf(site), saved)).toMatchObject({ ok: true });
  const voided = kiosk.swipe(person(2));
  await kiosk.send();
  await checked(async () => (await health(site)).database);
  expect(await health(site)).toMatchObject({ status: 'ok', database: { damagedAt: null } });

  damageTables(databaseIn(dataOf(site)), ['event', 'swipe', 'install']);
  const held = kiosk.watermark;
  kiosk.swipe(person(3));
  expect(await kiosk.send()).toMatchObject({
    outcome: 'busy',
    message: expect.stringMatching(/数据库已损坏.*database of the edge is damaged/),
  });
  expect(kiosk.watermark, 'not acknowledged').toBe(held);
  const read = await ladder();
  expect([read.status, read.json.code, read.json.title]).toEqual([
    503,
    'database-damaged',
    expect.stringMatching(/停止主机.*备份恢复/),
  ]);
  const write = await site.ask('POST', `/rounds/${round}/voids`, {
    token: lead,
    json: { swipe: voided, reason: 'x' },
  });
  expect([write.status, write.json.code]).toEqual([503, 'database-damaged']);
  expect(await health(site)).toMatchObject({
    status: 'database-damaged',
    database: { damagedAt: expect.any(String) },
  });
  expect(site.logged.some((line) => line.includes('the database is damaged'))).toBe(true);
  expect(site.logged.join('')).not.toMatch(/110199/);

  // A heartbeat waits to be written down, and cannot be: the edge stops all the same.
  expect(await kiosk.status().then(String, () => 'not written down')).toBe('not written down');
  kiosk.close();
  await site.stop();
  const keys = new KeyStore(path.join(site.dir, 'keys'));
  expect(restore({ data: dataOf(site), keys, from: saved, clock: systemClock })).toMatchObject({ ok: true });
  site = await started({ dir: site.dir, port: site.edge.port });
  await kiosk.connect();
  expect(await kiosk.send()).toMatchObject({ outcome: 'stored' });
  expect((await ladder()).json).toMatchObject({ people: 4, swipes: 4 });
  expect(await health(site)).toMatchObject({ status: 'ok' });
});

test('LG73 a check in the background finds at the start what nobody has read yet', async () => {
  const first = await started(null);
  await first.stop();
  damageTables(databaseIn(dataOf(first)), ['lab_line']);
  const site = await started({ dir: first.dir, port: 0 });
  await checked(async () => (await health(site)).database);
  expect(await health(site)).toMatchObject({
    status: 'database-damaged',
    database: { damagedAt: expect.any(String), checkedAt: expect.any(String) },
  });
  const lead = await site.lead();
  expect((await site.ask('GET', '/rounds', { token: lead })).status, 'what is whole is served').toBe(200);
});

test('LG73 and looks again every day', async () => {
  const place = temporaryDirectory();
  const file = path.join(place.dir, 'muster.sqlite');
  const writer = new LedgerFixture({ file, keys: new KeyStore(path.join(place.dir, 'keys')) });
  const clock = new HandClock(1_700_000_000_000);
  const watch = new DatabaseWatch({ file, clock, log: pino({ level: 'silent' }) });
  watch.begin();
  await checked(() => watch.state);
  expect(watch.state).toEqual({ damagedAt: null, checkedAt: clock.wall() });
  damageTables(file, ['lab_line']);
  await clock.advance(DAY_MS - 1);
  expect(watch.state).toMatchObject({ damagedAt: null });
  await clock.advance(1);
  await checked(() => ({ checkedAt: watch.state.damagedAt }));
  expect(watch.state).toEqual({ damagedAt: clock.wall(), checkedAt: clock.wall() });
  watch.stop();
  expect(clock.timersWaiting).toBe(0);
  writer.close();
  place.remove();
});
