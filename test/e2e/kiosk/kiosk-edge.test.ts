import { cpSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../../edge-service/store/database.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { card, temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { RealKiosk } from '../../support/kiosk/real-kiosk.ts';

let place: ReturnType<typeof temporaryDirectory>;
let site: EdgeSite;
let lead: string;
const kiosks: RealKiosk[] = [];

beforeEach(async () => {
  place = temporaryDirectory();
  site = await EdgeSite.start({ tls: true, advertisedHost: '127.0.0.1' });
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the test's own HTTP client; the kiosk pins
  lead = await site.lead();
});
afterEach(async () => {
  for (const kiosk of kiosks.splice(0)) await kiosk.engine.stop();
  await site.stop();
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  place.remove();
});

async function pairedKiosk(station: number): Promise<RealKiosk> {
  const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station } });
  const kiosk = await RealKiosk.start(
    path.join(place.directory, `kiosk-${station}`),
    pairing.json.code as string,
    NO_KEYRING,
  );
  kiosks.push(kiosk);
  return kiosk;
}

describe('the kiosk at the real edge', () => {
  it('UP13 pairs, rehearses, counts, knows who was counted elsewhere, and the ladder says what the screens said', async () => {
    const session = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const round = await site.round(lead, {
      stations: [
        { station: 1, stand: 'before' },
        { station: 2, stand: 'before' },
      ],
      sessions: [{ name: '早场', ...session, shift: null }],
    });
    const people = [0, 1, 2, 3].map((n) => ({
      number: card(n).number,
      name: card(n).name,
      workshop: '一车间',
      team: '甲班',
    }));
    const roster = await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, json: people });
    expect(roster.status).toBe(200);
    const one = await pairedKiosk(1);
    const two = await pairedKiosk(2);
    await one.until((s) => s.round?.state === 'draft', 'the draft');
    expect(await one.enter(0)).toMatchObject({ face: 'test' });
    await site.open(lead, round);
    await one.until((s) => s.round?.state === 'open', 'the round');
    await two.until((s) => s.round?.state === 'open', 'the round');
    await one.do({ command: 'tube-code', code: '0000017' });
    expect(await one.enter(0)).toMatchObject({ face: 'counted', ordinal: 1, walkIn: false });
    expect(await one.enter(9)).toMatchObject({ face: 'counted', ordinal: 2, walkIn: true });
    await one.delivered();

    await two.do({ command: 'tube-code', code: '0000017' });
    expect(two.state?.face).toMatchObject({ face: 'continue-tube', station: 1 });
    await two.do({ command: 'continue-tube', yes: false });
    await two.do({ command: 'tube-code', code: '0000018' });
    // Counted keys come at most twice a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await two.enter(0)).toMatchObject({
      face: 'repeat-elsewhere',
      station: 1,
      tubeCode: '0000017',
      asks: true,
    });
    await two.do({ command: 'sampled-again', yes: false });
    expect(await two.enter(1)).toMatchObject({ face: 'counted', ordinal: 1 });
    for (const kiosk of [one, two]) {
      await kiosk.do({ command: 'change-tube' });
      await kiosk.do({ command: 'seal', swabbed: null });
      await kiosk.do({ command: 'end-round' });
      await kiosk.delivered();
      expect(kiosk.state?.face).toMatchObject({ face: 'round-ended', openTube: false });
    }
    await one.engine.send({ command: 'dismiss' });
    const ladder = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
    expect(ladder.json).toMatchObject({
      swipes: 4,
      repeats: 1,
      people: 3,
      onRoster: 2,
      walkIns: 1,
      roster: 4,
      missing: 2,
    });
    const tubes = await site.ask('GET', `/rounds/${round}/tubes`, { token: lead });
    expect(JSON.stringify(tubes.json)).toContain('0000018');
  });

  it('RO37 CK66 CK67 CK68 KR39 whose ID number is wrong in the roster is known by the staff number, named by the edge and counted on the roster', async () => {
    const round = await site.round(lead);
    const bad = { number: '110199198803150011', name: '试小敏', workshop: '一车间', team: '甲班' };
    const roster = await site.ask('PUT', `/rounds/${round}/roster?partial=good`, {
      token: lead,
      json: [
        { ...bad, staff_number: '00141' },
        { ...bad, number: card(0).number, name: card(0).name, staff_number: '' },
      ],
    });
    expect(roster.json).toMatchObject({ rows: 2, people: 2, toCorrect: 1, roster: 2 });
    const kiosk = await pairedKiosk(1);
    const type = (number: string): Promise<void> =>
      kiosk.do({ command: 'manual', kind: 'staff', number, documentType: null, name: null, phone: null });
    await kiosk.until((s) => s.round?.state === 'draft', 'the draft');
    await expect
      .poll(async () => (await kiosk.enter(0), kiosk.state?.face), { timeout: 20_000 })
      .toMatchObject({ face: 'test', onRoster: true }); // the roster is fetched after the round
    await type('141');
    expect(kiosk.state?.face).toMatchObject({ face: 'test', onRoster: true });
    await type('99999');
    expect(kiosk.state?.face).toMatchObject({ face: 'test', onRoster: false });
    await site.open(lead, round);
    await kiosk.until((s) => s.round?.state === 'open', 'the round');
    await type('99999');
    expect(kiosk.state?.face).toEqual({ face: 'unlisted-asked', number: '99999' });
    await kiosk.do({ command: 'take-unlisted', yes: false });
    await type('00141');
    expect(kiosk.state?.face).toMatchObject({ face: 'counted', walkIn: false, ordinal: 1 });
    await kiosk.until((s) => s.face.face === 'counted' && s.face.name === '试*敏', 'the name');
    await kiosk.delivered();
    const ladder = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
    expect(ladder.json).toMatchObject({ people: 1, onRoster: 1, walkIns: 0, roster: 2, missing: 1 });
    // The same person's ID card is a stranger until the two are joined.
    expect(await kiosk.enter(7)).toMatchObject({ face: 'counted', walkIn: true });
    await kiosk.do({ command: 'enrol', on: true });
    await kiosk.do({ command: 'enrol-person', kind: 'id', number: card(7).number });
    await kiosk.do({ command: 'enrol-person', kind: 'staff', number: '00141' });
    expect(kiosk.state?.face).toMatchObject({ face: 'linked', already: false });
    await kiosk.do({ command: 'enrol', on: false });
    await kiosk.delivered();
    const joined = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
    expect(joined.json).toMatchObject({ people: 1, onRoster: 1, walkIns: 0, roster: 2, missing: 1 });
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
    const opened = db.prepare("SELECT 1 FROM event WHERE type = 'personal-data-opened'").all();
    db.close();
    expect(opened).toHaveLength(1);
  });

  it('CK22 the edge holds the count that was said last, and nobody to verify, when a mistyped one was given anew', async () => {
    const round = await site.round(lead);
    await site.open(lead, round);
    const kiosk = await pairedKiosk(1);
    await kiosk.until((s) => s.round?.state === 'open', 'the round');
    await kiosk.do({ command: 'tube-code', code: '0000017' });
    for (const n of [0, 1, 2]) await kiosk.enter(n);
    await kiosk.do({ command: 'change-tube' });
    await kiosk.do({ command: 'seal', swabbed: 1 });
    expect(kiosk.state?.face.face).toBe('who-was-not-sampled');
    await kiosk.do({ command: 'dismiss' });
    await kiosk.do({ command: 'seal', swabbed: 3 });
    await kiosk.delivered();
    const tubes = await site.ask('GET', `/rounds/${round}/tubes`, { token: lead });
    expect(tubes.json.tubes).toMatchObject([{ code: '0000017', people: 3, places: 3, swabbed: 3 }]);
    const ladder = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
    expect(ladder.json).toMatchObject({ people: 3, voided: 0, toVerify: 0 });
  });

  it('UP13 a cloned kiosk forks at the real edge, and both go on', async () => {
    const round = await site.round(lead);
    await site.open(lead, round);
    const original = await pairedKiosk(1);
    await original.until((s) => s.round?.state === 'open', 'the round');
    await original.enter(0);
    await original.delivered();
    await original.engine.stop();
    kiosks.splice(0);
    const data = path.join(place.directory, 'kiosk-1');
    const copy = path.join(place.directory, 'copy');
    cpSync(data, copy, { recursive: true });
    const again = await RealKiosk.start(data, null, NO_KEYRING);
    kiosks.push(again);
    await again.delivered();
    const clone = await RealKiosk.start(copy, null, NO_KEYRING);
    kiosks.push(clone);
    await clone.until((s) => s.bands.some((b) => b.band === 'forked'), 'the fork');
    await clone.delivered();
    await again.enter(1);
    await clone.enter(2);
    await again.delivered();
    await clone.delivered();
    expect(again.state?.bands.some((b) => b.band === 'forked')).toBe(false);
    const installs = await site.ask('GET', '/installs', { token: lead });
    expect(JSON.stringify(installs.json)).toContain('forked');
    const ladder = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
    expect(ladder.json).toMatchObject({ swipes: 3, people: 3 });
  });
});
