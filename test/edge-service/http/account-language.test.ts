import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sessionSchema } from '#shared/contract/http.ts';
import { LANGUAGE_CODES } from '#shared/language/languages.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { backup, databaseIn, restore } from '../../../edge-service/upkeep/backup.ts';
import { expectedOf, recordedReleases, unpackData } from '../../releases/release-folder.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

/** The language that the edge tells a session; its answer has the shape of the contract. */
const toldTo = async (site: EdgeSite, token: string): Promise<string | null> => {
  const { status, json } = await site.ask('GET', '/session', { token });
  expect(status).toBe(200);
  return sessionSchema.parse(json).language;
};
const choose = (site: EdgeSite, token: string, language: unknown) =>
  site.ask('PATCH', '/session', { token, json: { language } });

describe('the language of an account', () => {
  let site: EdgeSite;
  let lead: string;
  let clerk: string;
  const clerkLogIn = async (): Promise<{ token: string; language: string | null }> =>
    (
      await site.ask('POST', '/session', {
        json: { name: '录入员', password: '录入员 has a password' },
      })
    ).json as { token: string; language: string | null };

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    clerk = await site.person(lead, { name: '录入员', roles: ['lab-clerk'] });
  });
  afterAll(async () => {
    await site?.stop();
    site?.remove();
  });

  it('LN67 is chosen by whoever is logged in, for themselves alone, and every session of theirs is told it', async () => {
    for (const token of [lead, clerk]) expect(await toldTo(site, token)).toBeNull();
    const other = await clerkLogIn();
    expect(other.language).toBeNull();
    for (const language of LANGUAGE_CODES) {
      const chosen = await choose(site, clerk, language);
      expect([chosen.status, sessionSchema.parse(chosen.json)]).toMatchObject([
        200,
        { name: '录入员', language },
      ]);
      for (const token of [clerk, other.token]) expect(await toldTo(site, token)).toBe(language);
      expect(await clerkLogIn()).toMatchObject({ language });
      expect(await toldTo(site, lead)).toBeNull();
    }
  });

  it('LN67 is one that is here: anything else is refused in words, and changes nothing', async () => {
    expect((await choose(site, lead, 'en')).status).toBe(200);
    for (const language of ['ug', 'EN', 'en-GB', 'toString', '', null, 1, ['zh']]) {
      const refused = await choose(site, lead, language);
      expect([refused.status, refused.json.code, refused.json.errors?.[0]?.column]).toEqual([
        400,
        'invalid-request',
        'language',
      ]);
    }
    for (const json of [{}, { language: 'zh', name: '录入员' }, { language: 'zh', roles: ['administrator'] }])
      expect((await site.ask('PATCH', '/session', { token: lead, json })).status).toBe(400);
    expect((await site.ask('PATCH', '/session', { json: { language: 'zh' } })).json.code).toBe('no-session');
    expect(await toldTo(site, lead)).toBe('en');
  });

  it('LN67 stays with an account whose password and roles are changed', async () => {
    expect((await choose(site, clerk, 'en')).status).toBe(200);
    const changed = await site.ask('PATCH', `/accounts/${encodeURIComponent('录入员')}`, {
      token: lead,
      json: { roles: ['station-staff'] },
    });
    expect(changed.status).toBe(200);
    const opened = await clerkLogIn();
    expect(opened).toMatchObject({ roles: ['station-staff'], language: 'en' });
  });
});

describe('the language of an account, kept', () => {
  const sites: EdgeSite[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-account-language-'));
  const startIn = async (dir: string): Promise<EdgeSite> => {
    const site = await EdgeSite.start({ dir });
    sites.push(site);
    return site;
  };
  afterEach(async () => {
    for (const site of sites.splice(0)) await site.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('LN66 outlives the edge and its database: a start anew and a restore tell it again', async () => {
    const dir = path.join(folder, 'kept');
    const first = await startIn(dir);
    const lead = await first.lead();
    const clerk = await first.person(lead, { name: '录入员', roles: ['lab-clerk'] });
    expect((await choose(first, lead, 'en')).status).toBe(200);
    const from = path.join(folder, 'backup.sqlite');
    expect(backup(path.join(dir, 'data'), from)).toMatchObject({ ok: true });
    expect((await choose(first, clerk, 'zh')).status).toBe(200);
    expect((await choose(first, lead, 'zh')).status).toBe(200);
    await first.stop();

    const second = await startIn(dir);
    expect([await toldTo(second, lead), await toldTo(second, clerk)]).toEqual(['zh', 'zh']);
    await second.stop();

    const keys = new KeyStore(path.join(dir, 'keys'));
    expect(restore({ data: path.join(dir, 'data'), keys, from, clock: systemClock })).toMatchObject({
      ok: true,
    });
    const third = await startIn(dir);
    expect([await toldTo(third, lead), await toldTo(third, clerk)]).toEqual(['en', null]);
  });

  it('LN66 a language that is not here any more is none, and another can be chosen', async () => {
    const dir = path.join(folder, 'gone');
    const first = await startIn(dir);
    const lead = await first.lead();
    expect((await choose(first, lead, 'en')).status).toBe(200);
    await first.stop();
    const store = openStore(databaseIn(path.join(dir, 'data')), 'write');
    expect(store.prepare("UPDATE account SET language = 'eo'").run().changes).toBe(1);
    store.close();

    const second = await startIn(dir);
    expect(await toldTo(second, lead)).toBeNull();
    expect((await second.ask('GET', '/accounts', { token: lead })).status).toBe(200);
    expect((await choose(second, lead, 'zh')).json).toMatchObject({ language: 'zh' });
  });

  it.each(recordedReleases())(
    'LN66 an account of release %s has chosen none, and what it chooses is kept',
    async (version) => {
      const into = path.join(folder, version);
      unpackData(version, into);
      const dir = path.join(into, 'edge-plain');
      const first = await startIn(dir);
      const opened = await first.ask('POST', '/session', { json: expectedOf(version).account });
      expect([opened.status, opened.json.language]).toEqual([200, null]);
      const token = opened.json.token as string;
      expect((await choose(first, token, 'en')).status).toBe(200);
      await first.stop();
      expect(await toldTo(await startIn(dir), token)).toBe('en');
    },
  );
});
