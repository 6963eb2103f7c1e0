import { afterAll, beforeAll, expect, test } from 'vitest';
import { installSchema, listOf } from '#shared/contract/http.ts';
import { forkSchema, pairedKioskSchema } from '#shared/contract/http-installs.ts';
import type { RoundId } from '#shared/ids.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

let site: EdgeSite;
let lead: string;
let round: RoundId;
let kiosk: WireKiosk;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead);
  await site.open(lead, round);
  kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  kiosk.swipe({ kind: 'id', number: inventedIdNumber(1), name: '测1' });
  await kiosk.send();
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

const get = async (at: string) => (await site.ask('GET', at, { token: lead })).json;
const post = (at: string, json: unknown) => site.ask('POST', at, { token: lead, json });

test('HT22 asked for a round, the installs say what of them is settled there', async () => {
  const installs = async (query: string) =>
    listOf('installs', installSchema).parse(await get(`/installs${query}`)).installs;
  expect(await installs(`?round=${round}`)).toMatchObject([{ id: kiosk.install, settled: false }]);
  const sequence = kiosk.head.sequence;
  await post(`/rounds/${round}/exceptions`, {
    install: kiosk.install,
    lastSequence: sequence,
    reason: '机器坏了',
  });
  expect(await installs(`?round=${round}`)).toMatchObject([{ id: kiosk.install, settled: true }]);
  expect(await installs('')).toMatchObject([{ id: kiosk.install, settled: false }]);
  const other = await site.round(lead, { name: '第5轮' });
  expect(await installs(`?round=${other}`)).toMatchObject([{ settled: false }]);
});

test('AC60 a kiosk whose token is bound to no machine is listed as such from the moment it says so, and nobody else is', async () => {
  const listed = async () => listOf('installs', installSchema).parse(await get('/installs')).installs;
  expect(await listed(), 'a kiosk that says nothing').toMatchObject([{ tokenBound: null }]);
  expect(await kiosk.ask('token-binding', { bound: false })).toEqual({ outcome: 'heard' });
  expect(await listed()).toMatchObject([{ id: kiosk.install, tokenBound: false }]);
  await kiosk.status();
  expect(await listed(), 'a heartbeat says nothing of it').toMatchObject([{ tokenBound: false }]);
  expect(await kiosk.ask('token-binding', { bound: 'no' })).toMatchObject({ code: 'invalid' });
  expect(await listed()).toMatchObject([{ tokenBound: false }]);
  await kiosk.ask('token-binding', { bound: true });
  expect(await listed()).toMatchObject([{ tokenBound: true }]);
});

test('HT19 what stands in quarantine is listed until a reasoned event settles it', async () => {
  const at = `/rounds/${round}/quarantine`;
  expect(await get(at)).toEqual({ total: 0, events: [] });
  expect((await get(`/rounds/${round}/ladder`)).complete).toBe(true);
  const before = Date.now();
  const strange = kiosk.append('of-another-time' as never, {});
  const wrong = kiosk.append('void', { swipe: 'no event id' } as never);
  await kiosk.send();
  const listed = await get(at);
  expect(listed).toMatchObject({
    total: 2,
    events: [
      { event: strange, install: kiosk.install, station: 1, status: 'not-understood', type: 'unread' },
      { event: wrong, install: kiosk.install, station: 1, status: 'invalid', type: 'unread' },
    ],
  });
  for (const { receivedAt } of listed.events)
    expect(Date.parse(receivedAt as string)).toBeGreaterThanOrEqual(before - 1);
  expect((await get(`/rounds/${round}/ladder`)).complete).toBe(false);
  expect((await post(`${at}/${encodeURIComponent(strange)}`, { reason: ' ' })).status).toBe(400);
  expect((await post(`${at}/${encodeURIComponent(strange)}`, { reason: '新版本的记录' })).status).toBe(201);
  expect(await get(at)).toMatchObject({ total: 1, events: [{ event: wrong }] });
  await post(`${at}/${encodeURIComponent(wrong)}`, { reason: '看过' });
  expect(await get(at)).toEqual({ total: 0, events: [] });
  expect((await get(`/rounds/${round}/ladder`)).complete).toBe(true);
});

test('HT20 a fork is listed until a person has looked at it, and the round is complete only then', async () => {
  const forks = async () => listOf('forks', forkSchema).parse(await get(`/rounds/${round}/forks`)).forks;
  expect(await forks()).toEqual([]);
  const reply = await kiosk.ask('hello', {
    install: kiosk.install,
    head: { sequence: kiosk.head.sequence, hash: 'f'.repeat(64) },
    wallTime: Date.now(),
    edgeHead: null,
    counted: null,
  });
  expect(reply).toMatchObject({ outcome: 'fork' });
  expect(await forks()).toMatchObject([{ id: kiosk.install, station: 1, trouble: 'forked', parent: null }]);
  expect((await get(`/rounds/${round}/ladder`)).complete).toBe(false);
  const looked = await post(`/rounds/${round}/forks/${kiosk.install}`, { reason: '复制过数据盘' });
  expect(looked.status).toBe(201);
  expect(await forks()).toEqual([]);
  expect((await get(`/rounds/${round}/ladder`)).complete).toBe(true);
});

test('HT21 kiosks whose tokens are good are listed, and a revoked one is not and is disconnected', async () => {
  const pairings = async () => listOf('pairings', pairedKioskSchema).parse(await get('/pairings')).pairings;
  const next = await site.round(lead, { name: '第6轮', stations: [{ station: 2, stand: 'after' }] });
  await site.open(lead, next);
  await site.kiosk(lead, { station: 2, stand: 'after' });
  const before = await pairings();
  expect(before.map((p) => p.station)).toEqual([1, 2]);
  expect(before[0]).toMatchObject({ device: 'test kiosk' });
  expect(before[0]?.lastContact).not.toBeNull();
  expect((await site.ask('POST', '/pairings', { token: lead, json: { station: 3 } })).status).toBe(201);
  expect((await pairings()).length, 'not redeemed yet').toBe(2);
  const gone = new Promise((resolve) => kiosk.socket.once('disconnect', resolve));
  await site.ask('DELETE', `/pairings/${before[0]?.id}`, { token: lead });
  await gone;
  expect((await pairings()).map((p) => p.station)).toEqual([2]);
  const staff = await site.person(lead, { name: '登记员', roles: ['station-staff'] });
  for (const at of ['/pairings', `/rounds/${round}/quarantine`, `/rounds/${round}/forks`])
    expect((await site.ask('GET', at, { token: staff })).json.code, at).toBe('forbidden');
});
