import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesToUtf8, hexToBytes } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import type { EventOf } from '#shared/event/event.ts';
import { splitEventId, type EventId } from '#shared/ids.ts';
import { foundSchema, type Found, type FoundPerson } from '#shared/contract/http-find.ts';
import { problemSchema } from '#shared/contract/http.ts';
import { findReports, OPENING_MS_MAX, PEOPLE_SHOWN_MAX } from '../../../edge-service/people/find-reports.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { Given, WireKiosk } from '../../support/edge/wire-kiosk.ts';
import { DATABASE_FILE } from '../../../edge-service/store/data-directory.ts';

const HOUR_MS = 3_600_000;
const HEADER = 'number,name,workshop,team,staff_number,shift,document_type,physical_number';
/** The card of the person who is known by it too. */
const PHYSICAL = 'E004010011223344';
/** 测一: on both rosters, under another name in the older one. 测同 twice. 测夜 comes at night; 测假 is on leave. */
const NEWER = [
  HEADER,
  `${inventedIdNumber(1)},测一,一车间,甲班,00012,,,`,
  `${inventedIdNumber(2)},测同,一车间,甲班,00013,,,`,
  `${inventedIdNumber(3)},测同,二车间,乙班,00014,,,`,
  `${inventedIdNumber(4)},测假,二车间,乙班,00015,,,`,
  `${inventedIdNumber(5)},测夜,二车间,乙班,00016,夜班,,`,
  `${inventedIdNumber(6)},测缺,二车间,乙班,00017,,,`,
  `20210007,测军,办公室,,,,军官证,`,
  `E00000007,Sample O’Neil,办公室,,00018,,护照,`,
].join('\n');
const OLDER = [
  HEADER,
  `${inventedIdNumber(1)},测壹,三车间,丙班,,,,`,
  `${inventedIdNumber(8)},测 同,三车间,丙班,00019,,,${PHYSICAL}`,
].join('\n');
const id = (n: number, name: string | null = null): Given => ({
  kind: 'id',
  number: inventedIdNumber(n),
  name,
});

describe('one person over all rounds', () => {
  let site: EdgeSite;
  let lead: string;
  let older: string;
  let newer: string;
  let before: WireKiosk;
  let after: WireKiosk;
  /** A swipe whose key is taken out of the ledger, as if the round's keys had not been there when it came. */
  let unkeyed: EventId;

  const find = async (who: string, token = lead): Promise<Found> => {
    const reply = await site.ask('POST', '/people/search', { token, json: { who, reason: '核实是否已检' } });
    expect([reply.status, reply.json.title ?? null]).toEqual([200, null]);
    return foundSchema.parse(reply.json);
  };
  /** People by the name of their round. */
  const people = ({ rounds }: Found): Record<string, FoundPerson[]> =>
    Object.fromEntries(rounds.map((r) => [r.name, r.people]));
  const one = async (who: string, round: string): Promise<FoundPerson> => {
    const found = people(await find(who))[round] ?? [];
    expect(found, who).toHaveLength(1);
    return found[0]!;
  };
  const post = async (at: string, json: unknown): Promise<void> => {
    const reply = await site.ask('POST', at, { token: lead, json });
    expect([reply.status, reply.json.title ?? null]).toEqual([201, null]);
  };
  const round = async (name: string, roster: string, station: number): Promise<string> => {
    const now = Date.now();
    const at = (hours: number): string => new Date(now + hours * HOUR_MS).toISOString();
    const made = await site.round(lead, {
      name,
      stations: [{ station, stand: 'before' }],
      sessions: [
        { name: '早场', from: at(-3), to: at(-1), shift: null },
        { name: '夜班场', from: at(8), to: at(10), shift: '夜班' },
      ],
    });
    const put = await site.ask('PUT', `/rounds/${made}/roster`, {
      token: lead,
      body: roster,
      type: 'text/csv',
    });
    expect(put.status).toBe(200);
    await site.open(lead, made);
    return made;
  };
  const keyIn = (kiosk: WireKiosk, credential: Parameters<typeof credentialKey>[1]): string =>
    credentialKey(hexToBytes(kiosk.round!.key), credential);

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    older = await round('第3轮', OLDER, 1);
    before = await site.kiosk(lead, { station: 1, stand: 'before' });
    newer = await round('第4轮', NEWER, 2);
    after = await site.kiosk(lead, { station: 2, stand: 'before' });

    before.openTube('0000003');
    before.swipe({ kind: 'physical', number: PHYSICAL, name: null });
    unkeyed = before.swipe({ kind: 'none', number: 'e'.repeat(32), name: '访客丙' }, 'walk-in');
    before.sealTube(2);
    await before.send();

    after.openTube('0000017');
    after.swipe(id(1, '测一'));
    const wrong = after.swipe(id(3, '测同'));
    after.swipe({ kind: 'document', number: 'PASSPORT/E00000009', name: 'Visitor V.' }, 'walk-in');
    after.swipe({ kind: 'none', number: 'f'.repeat(32), name: '访客甲' }, 'walk-in');
    const taken = after.swipe({ kind: 'document', number: 'PASSPORT/E00000010', name: '访客乙' }, 'walk-in');
    after.sealTube(4);
    after.swipe(id(1, '测一'), 'repeat-elsewhere');
    after.swipe(id(3, '测同'));
    after.swipe({ kind: 'staff', number: '13', name: null });
    await after.send();
    await post(`/rounds/${newer}/voids`, { swipe: wrong, reason: '替别人刷卡' });
    await post(`/rounds/${newer}/voids`, { swipe: taken, reason: '试机' });
    const person = keyIn(after, { kind: 'id', canonical: inventedIdNumber(4) });
    await post(`/rounds/${newer}/excuses`, { person, reason: '休假' });
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  test('HT60 by ID number: every round, the newest first, the swipe that counts and every further one', async () => {
    const found = await find(inventedIdNumber(1));
    expect(found.rounds.map((r) => [r.name, r.outcome, r.state, r.hasRoster, r.complete])).toEqual([
      ['第4轮', 'searched', 'open', true, false],
      ['第3轮', 'searched', 'open', true, false],
    ]);
    expect(people(found)['第4轮']).toMatchObject([
      {
        name: '测一',
        number: inventedIdNumber(1),
        staffNumber: '00012',
        workshop: '一车间',
        team: '甲班',
        onRoster: true,
        status: 'tested',
        reason: null,
        moreSwipes: 0,
        swipes: [
          { label: 'first', station: 2, tube: '0000017', entry: 'card', reason: null },
          { label: 'repeat', station: 2, tube: null, entry: 'card', reason: null },
        ],
      },
    ]);
    expect(people(found)['第3轮']).toMatchObject([
      { name: '测壹', workshop: '三车间', staffNumber: null, status: 'missing', swipes: [] },
    ]);
  });

  test('HT60 by staff number, passport number and card number, with or without zeros, type, blanks and case', async () => {
    expect(await one('00013', '第4轮')).toMatchObject({ name: '测同', workshop: '一车间', status: 'tested' });
    expect(await one('13', '第4轮')).toMatchObject({ staffNumber: '00013' });
    for (const who of ['E00000007', ' e0000 0007', '护照/E00000007'])
      expect(await one(who, '第4轮')).toMatchObject({ name: 'Sample O’Neil', number: '护照/E00000007' });
    expect(await one('20210007', '第4轮')).toMatchObject({ name: '测军', number: '军官证/20210007' });
    for (const who of ['E00000009', 'passport/e00000009'])
      expect(await one(who, '第4轮')).toMatchObject({
        name: 'Visitor V.',
        number: 'PASSPORT/E00000009',
        onRoster: false,
        workshop: null,
        status: 'tested',
      });
    expect(await one(PHYSICAL.toLowerCase(), '第3轮')).toMatchObject({
      name: '测同',
      number: inventedIdNumber(8),
      status: 'tested',
      swipes: [{ label: 'first', tube: '0000003', station: 1 }],
    });
  });

  test('HT60 who has no swipe that counts is 有原因, 漏检 or 未到场次, and a round that does not know them has nobody', async () => {
    expect(await one('测假', '第4轮')).toMatchObject({ status: 'excused', reason: '休假', swipes: [] });
    expect(await one('测夜', '第4轮')).toMatchObject({ status: 'not-yet', reason: null });
    expect(await one('测缺', '第4轮')).toMatchObject({ status: 'missing', reason: null });
    expect(people(await find('测缺'))['第3轮']).toEqual([]);
  });

  test('HT60 a walk-in is found by name, and one whose every swipe was voided is shown with the reason', async () => {
    expect(await one('访客甲', '第4轮')).toMatchObject({ onRoster: false, number: null, status: 'tested' });
    expect(await one('访客乙', '第4轮')).toMatchObject({
      onRoster: false,
      number: 'PASSPORT/E00000010',
      status: 'voided',
      swipes: [{ label: 'voided', reason: '试机' }],
    });
    expect(await one('\u202e测\u3000一\u202c', '第4轮')).toMatchObject({ name: '测一' });
    expect(await one('visitor v·', '第4轮')).toMatchObject({ name: 'Visitor V.' });
  });

  test('HT61 people of one name are all answered, told apart by workshop and team; parts of names come only then', async () => {
    const found = await find('测 同');
    expect(found.exact).toBe(true);
    expect(people(found)['第4轮']!.map((p) => [p.name, p.workshop, p.team, p.status])).toEqual([
      ['测同', '一车间', '甲班', 'tested'],
      ['测同', '二车间', '乙班', 'tested'],
    ]);
    expect(people(found)['第4轮']![1]!.swipes.map((s) => [s.label, s.reason])).toEqual([
      ['voided', '替别人刷卡'],
      ['first', null],
    ]);
    expect(people(found)['第3轮']!.map((p) => [p.name, p.workshop])).toEqual([['测同', '三车间']]);
    const part = await find('sample');
    expect([part.exact, people(part)['第4轮']!.map((p) => p.name)]).toEqual([false, ['Sample O’Neil']]);
    expect(people(await find('访客'))['第4轮']!.map((p) => p.name)).toEqual(['访客甲', '访客乙']);
    expect(people(await find('测'))['第4轮']).toEqual([]);
  });

  test('HT62 joined credentials are one person with all their swipes, whichever is asked for', async () => {
    const credentials = [
      keyIn(after, { kind: 'id', canonical: inventedIdNumber(6) }),
      keyIn(after, { kind: 'document', canonical: 'PASSPORT/E00000009' }),
    ];
    const linked = await site.ask('POST', `/rounds/${newer}/links`, {
      token: lead,
      json: { credentials, reason: '同一人' },
    });
    for (const who of ['测缺', inventedIdNumber(6), '00017', 'E00000009'])
      expect(await one(who, '第4轮'), who).toMatchObject({
        name: '测缺',
        number: inventedIdNumber(6),
        onRoster: true,
        status: 'tested',
        swipes: [{ label: 'first', tube: '0000017' }],
      });
    await site.ask('DELETE', `/rounds/${newer}/links/${linked.json.id}`, { token: lead });
    expect(await one('测缺', '第4轮')).toMatchObject({ status: 'missing' });
  });

  test('HT62 who is found in one round by name is looked up in the others by number', async () => {
    const found = people(await find('测壹'));
    expect(found['第3轮']).toMatchObject([{ name: '测壹' }]);
    expect(found['第4轮']).toMatchObject([{ name: '测一', number: inventedIdNumber(1), status: 'tested' }]);
    const byStaff = people(await find('00012'));
    expect([byStaff['第4轮']!.map((p) => p.name), byStaff['第3轮']!.map((p) => p.name)]).toEqual([
      ['测一'],
      ['测壹'],
    ]);
  });

  test('HT63 only site lead and HR find a person, for a reason, and the opening is an event that names no one in clear', async () => {
    for (const role of ['lab-clerk', 'station-staff', 'administrator']) {
      const token = await site.person(lead, { name: role, roles: [role] });
      const reply = await site.ask('POST', '/people/search', { token, json: { who: '测一', reason: 'x' } });
      expect([reply.status, problemSchema.parse(reply.json).code], role).toEqual([403, 'forbidden']);
    }
    const hr = await site.person(lead, { name: '人事', roles: ['hr'] });
    for (const json of [
      { who: '测一' },
      { who: '测一', reason: '  ' },
      { who: '测一', reason: 'x'.repeat(201) },
    ]) {
      const reply = await site.ask('POST', '/people/search', { token: hr, json });
      expect([reply.status, reply.json.errors[0].column]).toEqual([400, 'reason']);
    }
    const openings = (): EventOf<'personal-data-opened'>[] => {
      const db = openStore(path.join(site.dir, 'data', DATABASE_FILE), 'read');
      try {
        return db
          .prepare<[], Uint8Array>(
            `SELECT body FROM event WHERE type = 'personal-data-opened' ORDER BY sequence`,
          )
          .pluck()
          .all()
          .map((body) => JSON.parse(bytesToUtf8(new Uint8Array(body))) as EventOf<'personal-data-opened'>);
      } finally {
        db.close();
      }
    };
    const held = openings().length;
    const found = await find('测壹', hr);
    await find('查无此人', hr);
    const made = openings().slice(held);
    expect(made.map(({ round: of, by, reason, what }) => [of, by, reason, what])).toEqual([
      [newer, '人事', '核实是否已检', `find: ${people(found)['第4轮']![0]!.id}`],
      [older, '人事', '核实是否已检', `find: ${people(found)['第3轮']![0]!.id}`],
      [null, '人事', '核实是否已检', 'find: nobody'],
    ]);
    expect(JSON.stringify(openings())).not.toMatch(/测[一壹同]|查无此人|110199/);
  });

  test('HT64 nothing and too much are refused, and whatever fits nobody finds nobody', async () => {
    for (const who of [
      '',
      '   ',
      '\u200b\u3000',
      'x'.repeat(81),
      '测'.repeat(10_000),
      7,
      null,
      ['测一'],
      { a: 1 },
    ]) {
      const reply = await site.ask('POST', '/people/search', { token: lead, json: { who, reason: 'x' } });
      expect(
        [reply.status, reply.json.code, reply.json.errors[0].column],
        JSON.stringify(who).slice(0, 20),
      ).toEqual([400, 'invalid-request', 'who']);
    }
    const extra = await site.ask('POST', '/people/search', {
      token: lead,
      json: { who: '测一', reason: 'x', round: newer },
    });
    expect(extra.status).toBe(400);
    for (const who of [
      '😀😀',
      "' OR 1=1 --",
      '"; DROP TABLE swipe; --',
      '%',
      '_一',
      '测*',
      '[测一]',
      '.*',
      '\0\0',
      '\u202e',
      '/',
      '//',
      '护照/',
      '110199198803150019',
      '9'.repeat(40),
      '__proto__',
      '查无此人',
    ]) {
      const found = await find(who);
      expect(
        found.rounds.flatMap((r) => r.people).map((p) => p.name),
        who,
      ).toEqual([]);
      expect(found.rounds).toHaveLength(2);
    }
    expect(site.logged.join('')).not.toMatch(/测[一壹同]|DROP|查无此人|110199|E0000000/);
  });

  test('HT66 what there is no time to open is said so, and the people found elsewhere are looked up there by number', () => {
    const db = openStore(path.join(site.dir, 'data', DATABASE_FILE), 'read');
    let now = Date.now();
    const wall = (): number => (now += OPENING_MS_MAX * 0.6); // the first round is opened in time, the second is not
    const keys = new KeyStore(path.join(site.dir, 'keys'));
    try {
      const { rounds } = findReports['people.find']({ db, keys, wall }, { who: '测一' });
      expect(rounds.map((r) => [r.name, r.outcome, r.people.map((p) => p.name)])).toEqual([
        ['第4轮', 'searched', ['测一']],
        ['第3轮', 'in-part', ['测壹']],
      ]);
    } finally {
      db.close();
    }
  });

  test('HT65 of one round at most 20 people are answered and more is said; a round without keys is named', async () => {
    const crowd = Array.from(
      { length: PEOPLE_SHOWN_MAX + 3 },
      (_, n) => `${inventedIdNumber(100 + n)},测众,${n + 1}车间,甲班,,,,`,
    );
    await round('第5轮', [HEADER, ...crowd].join('\n'), 5);
    const many = await find('测众');
    expect(many.rounds.map((r) => [r.name, r.people.length, r.more])).toEqual([
      ['第5轮', PEOPLE_SHOWN_MAX, true],
      ['第4轮', 0, false],
      ['第3轮', 0, false],
    ]);
    expect(new Set(many.rounds[0]!.people.map((p) => p.id)).size).toBe(PEOPLE_SHOWN_MAX);

    const { dir } = site;
    await site.stop();
    const file = path.join(dir, 'keys', `round-${newer}.json`);
    expect(readFileSync(file, 'utf8')).toContain(newer);
    rmSync(file);
    const db = openStore(path.join(dir, 'data', DATABASE_FILE), 'write');
    const { install, sequence } = splitEventId(unkeyed);
    db.prepare('UPDATE swipe SET key = NULL WHERE install = ? AND sequence = ?').run(install, sequence);
    db.close();
    site = await EdgeSite.start({ dir });
    const login = await site.ask('POST', '/session', {
      json: { name: '现场负责人', password: 'four words are long' },
    });
    lead = login.json.token as string;
    for (const who of [inventedIdNumber(1), '测壹'])
      expect((await find(who)).rounds.map((r) => [r.name, r.outcome, r.people.length])).toEqual([
        ['第5轮', 'searched', 0],
        ['第4轮', 'keys-gone', 0],
        ['第3轮', 'searched', 1],
      ]);
  });

  test('HT60 a swipe that has no key is found by the name in its box', async () => {
    expect(await one('访客丙', '第3轮')).toMatchObject({
      id: unkeyed,
      onRoster: false,
      status: 'tested',
      swipes: [{ id: unkeyed, label: 'first', tube: '0000003', station: 1 }],
    });
  });
});
