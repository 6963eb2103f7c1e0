import path from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesToUtf8, hexToBytes } from '#shared/bytes.ts';
import { missingSchema } from '#shared/contract/http.ts';
import { linksSchema, walkInsSchema, type Links } from '#shared/contract/http-identity.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { maskNumber } from '#shared/id-number.ts';
import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
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

/** Rows of a sheet of a file that the edge writes. */
async function sheet(file: string, name: string): Promise<(string | number)[][]> {
  const workbook = new Workbook();
  await workbook.xlsx.load((await site.ask('GET', `/rounds/${round}/${file}`, { token: lead })).bytes);
  const rows: (string | number)[][] = [];
  const found = workbook.getWorksheet(name)!;
  found.eachRow((row) => {
    const cells = Array.from({ length: found.columnCount }, (_, c) => row.getCell(c + 1).value);
    rows.push(
      cells.map((value) => (typeof value === 'number' ? value : typeof value === 'string' ? value : '')),
    );
  });
  return rows;
}

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
    for (const at of ['links', 'walk-ins']) {
      const reply = await site.ask('GET', `/rounds/${round}/${at}`, { token });
      expect([reply.status, reply.json.code], role).toEqual([403, 'forbidden']);
    }
  }
  expect(openings().filter((o) => (o as { what: string }).what === 'links')).toMatchObject([
    { round, by: '现场负责人', what: 'links' },
  ]);
});

test('HT79 a walk-in with the name of somebody missing is a question: nobody is missing without that mark, and no number moves', async () => {
  const before = await get('ladder');
  kiosk.swipe({ kind: 'id', number: inventedIdNumber(50), name: '范晓丽' }, 'walk-in');
  kiosk.swipe({ kind: 'none', number: 'a'.repeat(32), name: '测 戊' }, 'walk-in');
  kiosk.swipe({ kind: 'id', number: inventedIdNumber(51), name: '访客' }, 'walk-in');
  await kiosk.send();
  const ladder = await get('ladder');
  expect(ladder).toMatchObject({ walkIns: 3, onRoster: before.onRoster, missing: 5, toIdentify: 2 });
  const missing = missingSchema.parse(await get('missing'));
  expect(missing).toMatchObject({ missing: 5, toIdentify: 2 });
  const [group] = missing.groups;
  expect(group!.missing.filter((p) => p.toIdentify).map((p) => p.name)).toEqual(['范晓丽', '测戊']);
  expect(group!.text?.zh).toMatch(/范晓丽\(身份待核对\)、测戊\(身份待核对\).*\(共5人,其中2人身份待核对\)/);
  for (const file of ['missing.csv', 'headcount.csv']) {
    const { bytes } = await site.ask('GET', `/rounds/${round}/${file}`, { token: lead });
    const lines = new TextDecoder().decode(bytes).split('\n');
    for (const name of ['范晓丽', '测戊'])
      expect(
        lines.find((l) => l.includes(name) && l.includes('否')),
        file,
      ).toContain('否(漏检,身份待核对)');
    expect(
      lines.find((l) => l.includes('测丙')),
      file,
    ).toMatch(/否\(漏检\)/);
  }
  const summary = await sheet('missing.xlsx', '汇总');
  expect(summary.find((r) => r[0] === '漏检')).toEqual([
    '漏检',
    5,
    expect.stringMatching(/其中 2 人身份待核对/),
  ]);
  expect(summary.find((r) => r[0] === '未检')![2]).toMatch(/漏检 5\(其中 2 人身份待核对\)/);
  const report = await sheet('report.xlsx', '上报表');
  const at = report[0]!.indexOf('说明');
  expect(report[1]![at]).toMatch(/漏检其中 2 人身份待核对/);
  const found = await site.ask('POST', '/people/search', {
    token: lead,
    json: { who: '00144', reason: '查' },
  });
  expect(found.json.rounds[0].people[0]).toMatchObject({
    name: '范晓丽',
    status: 'missing',
    toIdentify: true,
  });
});

test('HT80 the walk-in is joined to that person by an event, or told apart, and either is taken back', async () => {
  const { walkIns } = walkInsSchema.parse(await get('walk-ins'));
  expect(
    walkIns.map((w) => [
      w.name,
      w.kind,
      w.station,
      w.sameName.map((p) => [p.name, p.staffNumber, p.decided]),
    ]),
  ).toEqual([
    ['访客', 'id', 1, []],
    ['测 戊', 'none', 1, [['测戊', '00145', 'open']]],
    ['范晓丽', 'id', 1, [['范晓丽', '00144', 'open']]],
  ]);
  const [visitor, without, fan] = walkIns;
  expect(fan!.number).toBe(maskNumber(inventedIdNumber(50)));
  const identify = (walkIn: string, person: string, state: string) =>
    send('POST', 'identities', { walkIn, person, state });
  const person = fan!.sameName[0]!.id;
  expect((await identify(fan!.id, person, 'same')).status).toBe(201);
  expect(await get('ladder')).toMatchObject({
    roster: 6,
    onRoster: 2,
    walkIns: 2,
    missing: 4,
    toIdentify: 1,
  });
  expect((await identify(fan!.id, person, 'other')).json.code).toBe('on-roster');
  const joined = walkInsSchema.parse(await get('walk-ins')).joined;
  expect(joined).toMatchObject([
    {
      by: '现场负责人',
      walkIn: { id: fan!.id },
      person: { name: '范晓丽', staffNumber: '00144', tested: true },
    },
  ]);
  expect((await identify(fan!.id, person, 'open')).status).toBe(201);
  expect(await get('ladder')).toMatchObject({ onRoster: 1, walkIns: 3, missing: 5, toIdentify: 2 });

  expect((await identify(without!.id, without!.sameName[0]!.id, 'other')).status).toBe(201);
  expect(await get('ladder')).toMatchObject({ walkIns: 3, missing: 5, toIdentify: 1 });
  const told = walkInsSchema.parse(await get('walk-ins')).walkIns.find((w) => w.id === without!.id);
  expect(told!.sameName.map((p) => p.decided)).toEqual(['other']);
  expect((await identify(without!.id, without!.sameName[0]!.id, 'open')).status).toBe(201);
  expect((await identify(fan!.id, person, 'same')).status).toBe(201);
  expect((await identify('0'.repeat(32), person, 'same')).json.code).toBe('no-credential');
  expect((await identify(visitor!.id, visitor!.id, 'same')).json.code).toBe('no-person');
});

test('HT80 walk-ins get unit and category many at a time, the latest word counts, and a rebuild finds all of it again', async () => {
  const ids = walkInsSchema.parse(await get('walk-ins')).walkIns.map((w) => w.id);
  const say = (people: string[], unit: string | null, category: string | null) =>
    send('POST', 'walk-ins', { people, unit, category });
  expect((await say(ids, '示例劳务', 'agency')).status).toBe(201);
  expect((await say(ids.slice(0, 1), null, 'visitor')).status).toBe(201);
  expect(walkInsSchema.parse(await get('walk-ins')).walkIns.map((w) => [w.unit, w.category])).toEqual([
    [null, 'visitor'],
    ['示例劳务', 'agency'],
  ]);
  expect((await say(['0'.repeat(32)], '示例', 'agency')).json.code).toBe('no-credential');
  expect((await say(ids, '示例', 'stranger')).status).toBe(400);
  const csv = await site.ask('GET', `/rounds/${round}/headcount.csv`, { token: lead });
  expect(new TextDecoder().decode(csv.bytes)).toMatch(/示例劳务.*名单外·劳务派遣/);
  const before = await get('ladder');
  await site.stop();
  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'write');
  expect(rebuild(db, new KeyStore(path.join(site.dir, 'keys')), false).differences).toEqual([]);
  expect(before.onRoster).toBe(2);
  db.close();
});
