import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openingsSchema } from '#shared/contract/http-openings.ts';
import { rosterCountsSchema, rosterPeopleSchema, type RosterPeople } from '#shared/contract/http-roster.ts';
import { WHO_CHARS_MAX } from '#shared/contract/http-requests.ts';
import type { RoundId } from '#shared/ids.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { BOXES_OPENED_MAX, PEOPLE_LISTED_MAX } from '../../../edge-service/people/roster-list.ts';
import { rosterKey } from '../../../edge-service/roster/roster-store.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const HEADER = 'number,name,workshop,team,staff_number,shift,leader,document_type';
/** Workshops and teams not in the order of their names, one team's people apart, a name within another. */
const ROSTER = [
  HEADER,
  `${inventedIdNumber(1)},测一,二车间,乙班,00012,夜班,是,`,
  `${inventedIdNumber(2)},测二,二车间,甲班,00013,,,`,
  `${inventedIdNumber(3)},测一一,二车间,乙班,00014,,,`,
  `${inventedIdNumber(4)},样甲,一车间,甲班,00015,,,`,
  `${inventedIdNumber(5).slice(0, 17)}A,样乙,一车间,,00016,,,`,
  `E00000007,Sample O’Neil,一车间,甲班,00018,,,护照`,
].join('\n');

const everybody = { version: 1, workshop: null, team: null, search: null, after: 0 };

describe('the roster as it is stored', () => {
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  const put = async (of: RoundId, body: string): Promise<void> => {
    const reply = await site.ask('PUT', `/rounds/${of}/roster?partial=good`, {
      token: lead,
      body,
      type: 'text/csv',
    });
    expect(reply.status).toBe(200);
  };
  const counts = async (of: RoundId = round) =>
    rosterCountsSchema.parse((await site.ask('GET', `/rounds/${of}/roster`, { token: lead })).json);
  const list = async (json: object, of: RoundId = round): Promise<RosterPeople> => {
    const reply = await site.ask('POST', `/rounds/${of}/roster/people`, {
      token: lead,
      json: { ...everybody, ...json },
    });
    expect([reply.status, reply.json.title ?? null]).toEqual([200, null]);
    return rosterPeopleSchema.parse(reply.json);
  };
  const names = async (json: object): Promise<string[]> => (await list(json)).people.map((p) => p.name);
  const log = async () =>
    openingsSchema.parse((await site.ask('GET', '/openings?what=roster-people', { token: lead })).json);

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    round = await site.round(lead);
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  it('HT81 workshops and teams stand in the order of the file, with sums that agree with its rows', async () => {
    expect(await counts()).toEqual({
      version: 0,
      people: 0,
      toCorrect: 0,
      persons: 0,
      named: true,
      workshops: [],
    });
    await put(round, ROSTER);
    expect(await counts()).toEqual({
      version: 1,
      people: 6,
      toCorrect: 1,
      persons: 6,
      named: true,
      workshops: [
        {
          workshop: '二车间',
          people: 3,
          toCorrect: 0,
          teams: [
            { team: '乙班', people: 2, toCorrect: 0 },
            { team: '甲班', people: 1, toCorrect: 0 },
          ],
        },
        {
          workshop: '一车间',
          people: 3,
          toCorrect: 1,
          teams: [
            { team: '甲班', people: 2, toCorrect: 0 },
            { team: '', people: 1, toCorrect: 1 },
          ],
        },
      ],
    });
    expect((await log()).total).toBe(0);
  });

  it('HT82 people come in the order of the file with their numbers masked, by workshop, team, part of a name or whole number', async () => {
    const all = await list({});
    expect(all.next).toBeNull();
    expect(all.people.map((p) => p.name)).toEqual([
      '测一',
      '测二',
      '测一一',
      '样甲',
      '样乙',
      'Sample O’Neil',
    ]);
    expect(all.people[0]).toEqual({
      row: 1,
      name: '测一',
      number: expect.stringMatching(/^110\*{11}[0-9X]{4}$/),
      staffNumber: '00012',
      workshop: '二车间',
      team: '乙班',
      shift: '夜班',
      leader: true,
      toCorrect: false,
    });
    expect(all.people[4]).toMatchObject({ number: null, staffNumber: '00016', toCorrect: true });
    expect(JSON.stringify(all)).not.toContain('E00000007');
    expect(await names({ workshop: '二车间' })).toEqual(['测一', '测二', '测一一']);
    expect(await names({ workshop: '二车间', team: '乙班' })).toEqual(['测一', '测一一']);
    expect(await names({ workshop: '一车间', team: '' })).toEqual(['样乙']);
    expect(await names({ search: '一' })).toEqual(['测一', '测一一']);
    expect(await names({ search: '测一' })).toEqual(['测一', '测一一']);
    expect(await names({ search: 'o’neil' })).toEqual(['Sample O’Neil']);
    expect(await names({ search: '00013' })).toEqual(['测二']);
    expect(await names({ search: '13' })).toEqual(['测二']);
    expect(await names({ search: inventedIdNumber(4) })).toEqual(['样甲']);
    expect(await names({ search: inventedIdNumber(4), workshop: '二车间' })).toEqual([]);
    expect(await names({ search: inventedIdNumber(4).slice(0, 10) })).toEqual([]);
    expect(await names({ search: 'E00000007' })).toEqual(['Sample O’Neil']);
  });

  it('HT82 a list of another version, by anybody else, or of an unknown round is refused', async () => {
    const ask = (json: object, token: string, of: string = round) =>
      site.ask('POST', `/rounds/${of}/roster/people`, { token, json: { ...everybody, ...json } });
    expect((await ask({ version: 7 }, lead)).json.code).toBe('roster-changed');
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect((await ask({}, lead, unknown)).json.code).toBe('no-round');
    expect((await site.ask('GET', `/rounds/${unknown}/roster`, { token: lead })).json.code).toBe('no-round');
    for (const search of ['', ' ', '\u200b', '测'.repeat(WHO_CHARS_MAX + 1)])
      expect((await ask({ search }, lead)).status).toBe(400);
    const hr = await site.person(lead, { name: '人事', roles: ['hr'] });
    expect((await ask({}, hr)).status).toBe(200);
    for (const role of ['station-staff', 'lab-clerk', 'administrator']) {
      const token = await site.person(lead, { name: role, roles: [role] });
      expect((await ask({}, token)).status).toBe(403);
      expect((await site.ask('GET', `/rounds/${round}/roster`, { token })).status).toBe(403);
    }
  });

  it('HT83 each page is in the log with how many it showed, once in ten minutes, and nobody reads there whom it was about', async () => {
    const clerk = await site.person(lead, { name: '人事二', roles: ['hr'] });
    const before = (await log()).total;
    const ask = (json: object) =>
      site.ask('POST', `/rounds/${round}/roster/people`, { token: clerk, json: { ...everybody, ...json } });
    for (const json of [{}, {}, { search: '测一' }, { search: inventedIdNumber(4) }, { search: '查无此人' }])
      expect((await ask(json)).status).toBe(200);
    const { openings, total } = await log();
    const mine = openings.filter((o) => o.by === '人事二');
    expect(total - before).toBe(3);
    expect(mine.map((o) => [o.what, o.people, o.reason]).toReversed()).toEqual([
      ['roster-people', 6, '花名册内容 / who is on the roster'],
      ['roster-people', 2, '花名册内容 / who is on the roster'],
      ['roster-people', 1, '花名册内容 / who is on the roster'],
    ]);
    const written = [...openings.map((o) => JSON.stringify(o)), ...site.logged].join('\n');
    for (const secret of ['测一', '查无此人', inventedIdNumber(4)]) expect(written).not.toContain(secret);
  });

  it('HT82 a large roster comes in pages that miss nobody, and a search opens no more boxes for one answer than the bound', async () => {
    const many = BOXES_OPENED_MAX + PEOPLE_LISTED_MAX;
    const rows = Array.from({ length: many }, (_, n) => `${inventedIdNumber(n)},测${n},车间,`);
    rows[many - 1] = rows[many - 1]!.replace(`测${many - 1}`, '样末');
    const large = await site.round(lead, { name: '大轮' });
    await put(large, [HEADER.split(',').slice(0, 4).join(','), ...rows].join('\n'));
    const seen: number[] = [];
    for (let after: number | null = 0, pages = 0; after !== null; pages++) {
      const page: RosterPeople = await list({ after }, large);
      expect(page.people.length).toBe(PEOPLE_LISTED_MAX);
      expect(pages).toBeLessThan(many / PEOPLE_LISTED_MAX);
      seen.push(...page.people.map((p) => p.row));
      after = page.next;
    }
    expect(seen).toEqual(Array.from({ length: many }, (_, n) => n + 1));
    const first = await list({ search: '样末' }, large);
    expect(first).toEqual({ people: [], next: BOXES_OPENED_MAX });
    const last = await list({ search: '样末', after: BOXES_OPENED_MAX }, large);
    expect([last.people.map((p) => p.row), last.next]).toEqual([[many], null]);
    const found = await list({ search: '测' }, large);
    expect([found.people.length, found.next]).toEqual([PEOPLE_LISTED_MAX, PEOPLE_LISTED_MAX]);
  });

  it('HT81 rows that a person has joined stay rows, and it is told how many persons are counted', async () => {
    const { key } = new KeyStore(path.join(site.dir, 'keys')).round(round)!;
    const credentials = [1, 2].map((n) => rosterKey(key, { kind: 'id', canonical: inventedIdNumber(n) }));
    const ask = async (at: string, json: object) => {
      const reply = await site.ask('POST', `/rounds/${round}/links${at}`, { token: lead, json });
      expect([reply.status, reply.json.title ?? null]).toEqual([201, null]);
      return reply.json.id as string;
    };
    const link = await ask('', { credentials, reason: '花名册重复' });
    expect(await counts()).toMatchObject({ people: 6, persons: 6 });
    await ask(`/${link}/decision`, { state: 'accepted', reason: '花名册重复' });
    expect(await counts()).toMatchObject({ people: 6, persons: 5 });
    expect((await list({})).people).toHaveLength(6);
  });

  it('HT81 once the keys of the round are gone the counts are told and no name is', async () => {
    const { dir } = site;
    await site.stop();
    rmSync(path.join(dir, 'keys', `round-${round}.json`), { force: true });
    site = await EdgeSite.start({ dir });
    const told = await counts();
    expect([told.named, told.people, told.workshops.map((w) => w.people)]).toEqual([false, 6, [3, 3]]);
    const refused = await site.ask('POST', `/rounds/${round}/roster/people`, {
      token: lead,
      json: everybody,
    });
    expect([refused.status, refused.json.code]).toEqual([410, 'round-purged']);
  });
});
