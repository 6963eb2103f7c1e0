import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesToUtf8, hexToBytes } from '#shared/bytes.ts';
import { linksSchema, type Links } from '#shared/contract/http-identity.ts';
import { credentialKey } from '#shared/event/credential.ts';
import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

let site: EdgeSite;
let lead: string;
let round: RoundId;
let kiosk: WireKiosk;

/** Of the roster: number n is 测甲… of team n. */
const NAMES = ['测甲', '测乙', '测丙', '范晓丽', '测戊', '测己'] as const;
const CARD = '00000000000000AA';

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead);
  const rows = NAMES.map((name, i) => `${inventedIdNumber(i + 1)},${name},一车间,甲班,00${141 + i}`);
  const body = `number,name,workshop,team,staff_number\n${rows.join('\n')}\n`;
  const put = await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body, type: 'text/csv' });
  if (put.status !== 200) throw new Error(JSON.stringify(put.json));
  await site.open(lead, round);
  kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

const get = async (at: string) => (await site.ask('GET', `/rounds/${round}/${at}`, { token: lead })).json;
const send = (method: 'POST' | 'DELETE', at: string, json?: unknown) =>
  site.ask(method, `/rounds/${round}/${at}`, { token: lead, ...(json === undefined ? {} : { json }) });
const keyOf = (kind: 'id' | 'physical' | 'staff', canonical: string): CredentialKey =>
  credentialKey(hexToBytes(kiosk.round!.key), { kind, canonical });
const person = (n: number) =>
  ({ kind: 'id', number: inventedIdNumber(n), name: NAMES[n - 1] ?? null }) as const;
const links = async (): Promise<Links> => linksSchema.parse(await get('links'));
const enrol = async (credentials: CredentialKey[]): Promise<EventId> => {
  const made = kiosk.append('link', { credentials });
  await kiosk.send();
  return made;
};
/** What the edge wrote down of openings, the newest first. */
function openings(): unknown[] {
  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
  const bodies = db
    .prepare<[], Uint8Array>(
      "SELECT body FROM event WHERE type = 'personal-data-opened' ORDER BY received_at DESC, sequence DESC",
    )
    .pluck()
    .all();
  db.close();
  return bodies.map((body) => JSON.parse(bytesToUtf8(new Uint8Array(body))) as unknown);
}

test('HT78 a card linked to two of the roster is a question with both names; nobody who was not there is exported as sampled', async () => {
  kiosk.openTube('T1');
  kiosk.swipe(person(1));
  kiosk.swipe({ kind: 'physical', number: CARD, name: null }, 'walk-in');
  await kiosk.send();
  const first = await enrol([keyOf('physical', CARD), keyOf('id', inventedIdNumber(1))]);
  expect(await get('ladder')).toMatchObject({ roster: 6, people: 1, onRoster: 1, missing: 5 });
  const second = await enrol([keyOf('physical', CARD), keyOf('id', inventedIdNumber(2))]);
  expect(await get('ladder')).toMatchObject({ roster: 6, expected: 6, onRoster: 1, walkIns: 1, missing: 5 });
  const csv = new TextDecoder().decode(
    (await site.ask('GET', `/rounds/${round}/headcount.csv`, { token: lead })).bytes,
  );
  expect(csv).toMatch(/测乙.*否/);

  const told = await links();
  expect(
    told.links.map(({ id, station, by, state, reason }) => ({ id, station, by, state, reason })),
  ).toEqual([
    { id: second, station: 1, by: null, state: 'held', reason: null },
    { id: first, station: 1, by: null, state: 'held', reason: null },
  ]);
  expect(told.links[0]?.credentials).toMatchObject([
    { kind: 'physical', number: '000*********00AA', onRoster: false, tested: true },
    { kind: 'id', name: '测乙', staffNumber: '00142', onRoster: true, tested: false },
  ]);
  expect(JSON.stringify(told)).not.toContain(inventedIdNumber(2));
  expect(told.held).toHaveLength(1);
  expect(told.held[0]!.links.toSorted()).toEqual([first, second].toSorted());
  expect(new Map(told.held[0]!.people.map((p) => [p.name, p.tested]))).toEqual(
    new Map([
      ['测乙', false],
      ['测甲', true],
    ]),
  );

  const at = `links/${encodeURIComponent(second)}/decision`;
  expect((await send('POST', at, { state: 'refused' })).status, 'without a reason').toBe(400);
  expect((await send('POST', at, { state: 'refused', reason: '卡是测甲的' })).status).toBe(201);
  expect(await get('ladder')).toMatchObject({ roster: 6, onRoster: 1, walkIns: 0, repeats: 1 });
  expect((await links()).links[0]).toMatchObject({
    state: 'refused',
    decided: { state: 'refused', by: '现场负责人', reason: '卡是测甲的' },
  });
  expect((await links()).held).toEqual([]);
  expect((await send('POST', at, { state: 'open', reason: '再问问' })).status).toBe(201);
  expect((await links()).held).toHaveLength(1);
  expect((await send('DELETE', `links/${encodeURIComponent(second)}`)).status).toBe(200);
  expect((await links()).links.map((l) => [l.state, l.decided?.state ?? null])).toEqual([
    ['undone', 'undone'],
    ['applied', null],
  ]);
  expect((await send('POST', at, { state: 'accepted', reason: '晚了' })).json.code).toBe('taken-back');
});

test('HT78 over HTTP too a link wants a reason and never makes one person of two of the roster', async () => {
  const credentials = [keyOf('id', inventedIdNumber(1)), keyOf('staff', '143')];
  const without = await send('POST', 'links', { credentials });
  expect([without.status, without.json.code]).toEqual([400, 'invalid-request']);
  expect(without.json.errors[0].zh).toMatch(/\S/);
  const made = await send('POST', 'links', { credentials, reason: '同一人两条' });
  expect(made.status).toBe(201);
  expect(await get('ladder')).toMatchObject({ roster: 6, onRoster: 1, missing: 5 });
  const [held] = (await links()).links;
  expect(held).toMatchObject({
    id: made.json.id,
    station: null,
    by: '现场负责人',
    reason: '同一人两条',
    state: 'held',
  });
  const decided = await send('POST', `links/${encodeURIComponent(made.json.id)}/decision`, {
    state: 'accepted',
    reason: '花名册重复',
  });
  expect(decided.status).toBe(201);
  expect(await get('ladder')).toMatchObject({ roster: 5, expected: 5, onRoster: 1, missing: 4 });
  expect((await send('DELETE', `links/${encodeURIComponent(made.json.id)}`)).status).toBe(200);
  expect(await get('ladder')).toMatchObject({ roster: 6, onRoster: 1, missing: 5 });
});

test('HT78 only site lead and HR see who is who, and that they looked is an event', async () => {
  for (const role of ['lab-clerk', 'station-staff', 'administrator']) {
    const token = await site.person(lead, { name: role, roles: [role] });
    const reply = await site.ask('GET', `/rounds/${round}/links`, { token });
    expect([reply.status, reply.json.code], role).toEqual([403, 'forbidden']);
  }
  expect(openings().filter((o) => (o as { what: string }).what === 'links')).toMatchObject([
    { round, by: '现场负责人', what: 'links' },
  ]);
});
