import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { SetBackSite } from '../../support/edge/set-back-site.ts';

const roster = ['number,name,workshop,team']
  .concat([0, 1, 2].map((n) => `${inventedIdNumber(n)},测${n},一车间,甲班`))
  .join('\n');
const sites: SetBackSite[] = [];
afterAll(async () => {
  for (const { site } of sites) {
    await site.stop();
    site.remove();
  }
});
const setBack = async (keyFile: 'kept' | 'lost'): Promise<SetBackSite> => {
  const made = await SetBackSite.make(keyFile, null);
  sites.push(made);
  return made;
};

describe('a round the edge has forgotten', () => {
  test('HT97 its swipes are listed with its id and key file, and made again it counts them, with roster and tube', async () => {
    const at = await setBack('kept');
    expect((await at.ask('GET', `/rounds/${at.forgotten}`)).code).toBe('no-round');
    expect((await at.ask('GET', '/unfiled')).runs).toMatchObject([
      {
        install: at.kiosk.install,
        station: 1,
        round: at.forgotten,
        phase: 'unknown-round',
        swipes: 3,
        unreadables: 1,
        roundKnown: false,
        roundKeys: 'held',
      },
    ]);

    const recreated = await at.ask('POST', `/rounds/${at.forgotten}/recreation`, {
      reason: '恢复到建轮之前',
    });
    expect(recreated).toMatchObject({
      status: 201,
      id: at.forgotten,
      state: 'settling',
      tubeMode: 'codes',
      capacity: 10,
      stations: [{ station: 1, stand: 'before' }],
    });
    expect(recreated.openingCode, 'the same keys').toMatch(/^\d{13}$/);
    expect((await at.ask('GET', '/unfiled')).runs).toEqual([]);
    expect(await at.ask('GET', `/rounds/${at.forgotten}/ladder`)).toMatchObject({
      swipes: 3,
      people: 2,
      repeats: 1,
      missing: 0,
      complete: true,
    });
    expect((await at.ask('GET', `/rounds/${at.forgotten}/tubes`)).tubes).toMatchObject([
      { code: '0000017', people: 2, swabbed: 2 },
    ]);
    await at.site.ask('PUT', `/rounds/${at.forgotten}/roster`, {
      token: at.lead,
      body: roster,
      type: 'text/csv',
    });
    expect(await at.ask('GET', `/rounds/${at.forgotten}/ladder`)).toMatchObject({ onRoster: 2, walkIns: 0 });
    expect((await at.ask('POST', `/rounds/${at.forgotten}/recreation`, { reason: 'x' })).code).toBe(
      'round-known',
    );
    const nobody = '11111111-2222-4333-8444-555555555555';
    expect((await at.ask('POST', `/rounds/${nobody}/recreation`, { reason: 'x' })).code).toBe('no-round');
    expect(await at.differences()).toEqual([]);
  });

  test('LG71 no round of its kiosk is complete or closed over them until they are filed, and filed they count once each', async () => {
    const at = await setBack('kept');
    const earlierRound = async () => ({
      ladder: await at.ask('GET', `/rounds/${at.earlier}/ladder`),
      installs: (await at.ask('GET', `/installs?round=${at.earlier}`)).installs,
    });
    await at.kiosk.until(() => at.kiosk.round?.info.round === at.earlier, 'the round that is left');
    at.kiosk.append('round-ended', {});
    await at.kiosk.send();
    await at.kiosk.status();
    expect(await earlierRound()).toMatchObject({
      ladder: { complete: false },
      installs: [{ settled: false }],
    });
    await at.ask('POST', `/rounds/${at.earlier}/state`, { state: 'settling' });
    expect(
      await at.ask('POST', `/rounds/${at.earlier}/state`, { state: 'closed', reason: 'x' }),
    ).toMatchObject({
      code: 'not-complete',
      errors: [{ code: 'unknown-round' }],
    });

    const { runs } = await at.ask('GET', '/unfiled');
    for (const { install, from, to } of runs)
      expect(
        await at.ask('POST', `/rounds/${at.earlier}/filings`, { install, from, to, reason: '同一轮' }),
      ).toMatchObject({ status: 201 });
    expect((await at.ask('GET', '/unfiled')).runs).toEqual([]);
    expect(await earlierRound()).toMatchObject({
      ladder: { complete: true, people: 2, swipes: 3, repeats: 1 },
      installs: [{ settled: true }],
    });
    expect((await at.ask('GET', `/rounds/${at.earlier}/tubes`)).tubes, 'with their tube').toMatchObject([
      { code: '0000017', people: 2 },
    ]);
    expect(await at.differences()).toEqual([]);
  });

  test('HT98 where its key file is gone they are filed nowhere, and made again it says how many and never who', async () => {
    const at = await setBack('lost');
    const { runs } = await at.ask('GET', '/unfiled');
    expect(runs).toMatchObject([{ round: at.forgotten, swipes: 3, roundKeys: 'gone' }]);
    const { install, from, to } = runs[0];
    expect(
      await at.ask('POST', `/rounds/${at.earlier}/filings`, { install, from, to, reason: '同一轮' }),
    ).toMatchObject({ status: 409, code: 'keys-gone' });
    expect(await at.ask('GET', `/rounds/${at.earlier}/ladder`)).toMatchObject({ swipes: 0, people: 0 });

    const recreated = await at.ask('POST', `/rounds/${at.forgotten}/recreation`, {
      name: '第4轮(无密钥)',
      reason: '密钥没有备份',
    });
    expect(recreated).toMatchObject({ status: 201, name: '第4轮(无密钥)', openingCode: null });
    expect(existsSync(path.join(at.site.dir, 'keys', `round-${at.forgotten}.json`)), 'no new keys').toBe(
      false,
    );
    expect(await at.ask('GET', `/rounds/${at.forgotten}/ladder`)).toMatchObject({
      swipes: 3,
      people: 2,
      walkIns: 2,
      missing: 0,
    });
    const imported = await at.site.ask('PUT', `/rounds/${at.forgotten}/roster`, {
      token: at.lead,
      body: roster,
      type: 'text/csv',
    });
    expect(imported.json.code, 'nobody may be called missing').toBe('round-purged');
    await at.kiosk.status();
    expect(at.kiosk.rounds?.rounds.map((r) => r.info.round)).not.toContain(at.forgotten);
    expect(await at.differences()).toEqual([]);
  });
});
