import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOf, missingSchema, tubePersonSchema } from '#shared/contract/http.ts';
import type { EventId, RoundId } from '#shared/ids.ts';
import { sayReceived } from '#shared/language/sentence.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { peopleReports } from '../../../edge-service/people/people-reports.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const HAN = /\p{Script=Han}/u;
const PEOPLE = ['Ann Example', 'Bea Example', 'Cor Example'];

describe('who is missing, and the people of a tube, on the wire', () => {
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  let tube: EventId;

  beforeAll(async () => {
    site = await EdgeSite.start({});
    lead = await site.lead();
    round = await site.round(lead, { name: 'Round 4' });
    const roster = PEOPLE.map((name, n) =>
      [inventedIdNumber(n), name, n < 2 ? 'Hall 1' : '', n < 2 ? 'Team A' : '', n === 0 ? '是' : ''].join(
        ',',
      ),
    );
    const body = ['number,name,workshop,team,班组长', ...roster].join('\n');
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body, type: 'text/csv' });
    await site.open(lead, round);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    tube = kiosk.openTube('0000017');
    const given = (n: number, name: string) => ({ kind: 'id' as const, number: inventedIdNumber(n), name });
    const onRoster = kiosk.swipe(given(0, PEOPLE[0]!));
    kiosk.swipe(given(0, PEOPLE[0]!));
    kiosk.swipe(given(50, PEOPLE[1]!), 'walk-in');
    for (const outcome of ['sampled', 'left', null]) {
      const unreadable = kiosk.append('unreadable', { attempts: 3 });
      if (outcome !== null) kiosk.append('unreadable-settled', { unreadable, outcome, swipe: null } as never);
    }
    await kiosk.send();
    const json = { swipe: onRoster, reason: 'x' };
    await site.ask('POST', `/rounds/${round}/voids`, { token: lead, json });
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  const get = async (at: string) => (await site.ask('GET', `/rounds/${round}${at}`, { token: lead })).json;

  it('LN62 each team has its text in every language, and no other word of one stands in the list', async () => {
    const sent = await get('/missing');
    const { groups } = missingSchema.parse(sent);
    const [team, alone] = groups.map(({ text }) => text!);
    expect(team).toMatchObject({ key: 'missing.of-team' });
    expect(team!.zh).toMatch(
      /^【Round 4漏检】Hall 1Team A:Bea Example\(身份待核对\)\(共1人,其中1人身份待核对\)。截至\d\d:\d\d$/,
    );
    expect(team!.en).toMatch(
      /^\[Round 4, missing\] Hall 1 Team A: Bea Example \(to identify\) \(1 person, 1 of them to identify\)\. As of \d\d:\d\d$/,
    );
    expect(alone!.zh).toMatch(/^【Round 4漏检】未分班组:Cor Example\(共1人\)。截至\d\d:\d\d$/);
    expect(alone!.en).toMatch(/^\[Round 4, missing\] no team: Cor Example \(1 person\)\. As of \d\d:\d\d$/);
    for (const text of [team!, alone!]) {
      expect(sayReceived('zh', { ...text, zh: '' })).toBe(text.zh);
      expect(sayReceived('en', { ...text, en: '' })).toBe(text.en);
    }
    expect(JSON.stringify(groups.map((g) => ({ ...g, text: null })))).not.toMatch(HAN);
  });

  it('LN62 whoever stands in a tube is told by a code, and by no word of a language', async () => {
    const sent = await get(`/tubes/${encodeURIComponent(tube)}/people?reason=x`);
    const { people } = listOf('people', tubePersonSchema).parse(sent);
    expect(people.map((p) => p.standing)).toEqual([
      'voided',
      'on-roster',
      'walk-in',
      'unread-sampled',
      'unread-settled',
      'unread-open',
    ]);
    expect(JSON.stringify(sent)).not.toMatch(HAN);
  });

  it('LN62 a name that is purged is null, and said in the language of the text', () => {
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
    const noKeys = new KeyStore(path.join(site.dir, 'no-keys'));
    const { bytes } = peopleReports['round.missing']({ db, keys: noKeys, wall: Date.now }, { round });
    db.close();
    const { groups } = missingSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    expect(groups.flatMap((g) => g.missing.map((p) => p.name))).toEqual([null, null]);
    expect(groups.map((g) => g.leader)).toEqual([null, null]);
    expect(groups.map((g) => g.text!.zh.includes('(已销毁)'))).toEqual([true, true]);
    expect(groups.map((g) => g.text!.en.includes('(purged)'))).toEqual([true, true]);
  });
});
