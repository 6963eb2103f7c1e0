import { cpSync, linkSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installSchema, listOf } from '#shared/contract/http.ts';
import { KEYRING_MS_MAX } from '#shared/contract/machine-keys.ts';
import type { RoundId } from '#shared/ids.ts';
import { keyringKeys } from '../../../kiosk/browser/keyring-keys.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { RealKiosk } from '../../support/kiosk/real-kiosk.ts';
import { TestKeyring } from '../../support/machine/keyring.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const at = (ms: number): string => new Date(Date.now() + ms).toISOString();

describeNeeding(['keyring'], 'the pairing token and the keyring of the machine', () => {
  let place: ReturnType<typeof temporaryDirectory>;
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  let keyring: TestKeyring;
  const kiosks: RealKiosk[] = [];
  const keyrings: TestKeyring[] = [];

  const home = async (name: string): Promise<TestKeyring> => {
    const made = await TestKeyring.start(path.join(place.directory, name));
    keyrings.push(made);
    return made;
  };
  const keysOf = (of: TestKeyring) => keyringKeys({ ...process.env, ...of.environment }, KEYRING_MS_MAX);
  const start = async (...given: Parameters<typeof RealKiosk.start>): Promise<RealKiosk> => {
    const kiosk = await RealKiosk.start(...given);
    kiosks.push(kiosk);
    return kiosk;
  };
  const stop = async (kiosk: RealKiosk): Promise<void> => {
    kiosks.splice(kiosks.indexOf(kiosk), 1);
    await kiosk.engine.stop();
  };

  beforeEach(async () => {
    place = temporaryDirectory();
    site = await EdgeSite.start({ tls: true, advertisedHost: '127.0.0.1' });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the test's own HTTP client; the kiosk pins
    lead = await site.lead();
    round = await site.round(lead, {
      stations: [{ station: 1, stand: 'before' }],
      sessions: [{ name: '早场', from: at(-3_600_000), to: at(3_600_000), shift: null }],
    });
    await site.open(lead, round);
    keyring = await home('this machine');
  });
  afterEach(async () => {
    for (const kiosk of kiosks.splice(0)) await kiosk.engine.stop();
    for (const one of keyrings.splice(0)) await one.stop();
    await site.stop();
    site.remove();
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    place.remove();
  });

  const get = async (of: string) => (await site.ask('GET', of, { token: lead })).json;
  const installs = async () => listOf('installs', installSchema).parse(await get('/installs')).installs;
  const people = async (): Promise<number> => (await get(`/rounds/${round}/ladder`)).people as number;
  const code = async (): Promise<string> =>
    (await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } })).json.code as string;
  const settingsOf = (data: string) => readFileSync(path.join(data, 'settings.json'), 'utf8');
  const clearToken = (data: string): string =>
    (JSON.parse(settingsOf(data)) as { pairing: { token: string } }).pairing.token;
  const filesWith = (data: string, text: string): string[] =>
    readdirSync(data).filter((name) => readFileSync(path.join(data, name)).includes(text));
  const is = (kiosk: RealKiosk, state: string, what: string) =>
    kiosk.until((s) => s.token?.state === state, what);

  /** A kiosk of this machine that has counted one person, its token sealed; stopped. */
  async function sealed(): Promise<string> {
    const data = path.join(place.directory, 'kiosk');
    const kiosk = await start(data, await code(), keysOf(keyring));
    await is(kiosk, 'bound', 'the keyring');
    await kiosk.until((s) => s.round?.state === 'open', 'the round');
    await kiosk.enter(0);
    await kiosk.delivered();
    await stop(kiosk);
    return data;
  }

  it('KS20 a kiosk paired before there were sealed tokens goes on and seals its own: the clear one is gone, the old bytes too', async () => {
    const data = path.join(place.directory, 'kiosk');
    const before = await start(data, await code(), NO_KEYRING);
    await before.until((s) => s.round?.state === 'open', 'the round');
    await before.enter(0);
    await before.delivered();
    await stop(before);
    const token = clearToken(data);
    expect(filesWith(data, token)).toEqual(['settings.json']);
    // A second name for the bytes as they lie on the disk, outside of the kiosk's folder.
    const bytes = path.join(place.directory, 'bytes of the old file');
    linkSync(path.join(data, 'settings.json'), bytes);

    const after = await start(data, null, keysOf(keyring));
    await is(after, 'bound', 'the sealed token');
    await after.enter(1);
    await after.delivered();
    expect(filesWith(data, token)).toEqual([]);
    expect(readFileSync(bytes).every((byte) => byte === 0)).toBe(true);
    await stop(after);

    const again = await start(data, null, keysOf(keyring));
    await again.enter(2);
    await again.delivered();
    expect(await people()).toBe(3);
    expect(await installs()).toMatchObject([{ parent: null, tokenBound: true }]);
  });

  it('KS20 a token given where a keyring stands never lies on the disk in clear, and paired anew the old key is forgotten', async () => {
    const data = await sealed();
    const [old] = /"handle": "[^"]+"/.exec(settingsOf(data)) ?? [];
    expect(old).toBeDefined();
    const kiosk = await start(data, null, keysOf(keyring));
    await is(kiosk, 'bound', 'the keyring');
    await kiosk.do({ command: 'pair', code: await code() });
    await kiosk.enter(1);
    await kiosk.delivered();
    expect(settingsOf(data)).not.toContain(old);
    const handle = String(old).slice('"handle": "'.length, -1);
    await expect.poll(() => keysOf(keyring).open(handle)).toMatchObject({ ok: false, why: 'lost' });
    expect(await people()).toBe(2);
  });

  it('KS21 a copied disk cannot speak to the edge from another machine: it counts on, says so, and paired again delivers all', async () => {
    const data = await sealed();
    const copy = path.join(place.directory, 'copy');
    cpSync(data, copy, { recursive: true });
    const thief = await start(copy, null, keysOf(await home('another machine')));
    await is(thief, 'closed', 'the words');
    expect(thief.state?.bands).toContainEqual({ band: 'token-closed', why: 'lost' });
    await thief.enter(1);
    expect(thief.state).toMatchObject({ lastSequence: 3, received: 2 });
    expect(await installs()).toMatchObject([{ connected: false, watermark: 2 }]);
    expect(thief.lines.filter((line) => line.code === 'token')).toHaveLength(1);
    expect(settingsOf(copy), 'nothing was thrown away').toBe(settingsOf(data));

    await thief.do({ command: 'pair', code: await code() });
    await is(thief, 'bound', 'the new pairing');
    // Without the old token it cannot show that the journal is its own: it goes on under a child of it.
    await thief.until((s) => s.bands.some((b) => b.band === 'forked'), 'the new journal');
    await thief.delivered();
    expect(await people()).toBe(2);
    const told = await installs();
    const parent = told.find((i) => i.parent === null);
    expect(told).toHaveLength(2);
    expect(told.find((i) => i.parent !== null)).toMatchObject({ parent: parent?.id, waiting: 0 });
  });

  it('KS22 a locked keyring stops nobody from counting, and once it is unlocked all is delivered without anybody at the kiosk', async () => {
    const data = await sealed();
    keyring.lock();
    const kiosk = await start(data, null, keysOf(keyring));
    await is(kiosk, 'closed', 'the words');
    expect(kiosk.state?.bands).toContainEqual({ band: 'token-closed', why: 'locked' });
    await kiosk.enter(1);
    expect(kiosk.state).toMatchObject({ lastSequence: 3, received: 2 });
    keyring.unlock();
    await kiosk.delivered();
    expect(kiosk.state).toMatchObject({ token: { state: 'bound' }, bands: [] });
    expect(await people()).toBe(2);
  });

  it('KS23 without a keyring the token lies in a file of its owner alone, and the screen and one line of the log say so', async () => {
    const data = path.join(place.directory, 'kiosk');
    const kiosk = await start(data, await code(), keyringKeys({ PATH: process.env['PATH'] }, KEYRING_MS_MAX));
    await kiosk.until((s) => s.round?.state === 'open', 'the round');
    await kiosk.enter(0);
    await kiosk.delivered();
    expect(kiosk.state?.token).toEqual({ state: 'unbound', why: 'absent' });
    await expect.poll(installs).toMatchObject([{ tokenBound: false }]);
    expect(clearToken(data)).toMatch(/^.{16,128}$/);
    expect(statSync(path.join(data, 'settings.json')).mode & 0o777).toBe(0o600);
    expect(kiosk.lines.filter((line) => line.code === 'token')).toMatchObject([
      { detail: expect.stringMatching(/^unbound \(absent\): /) },
    ]);
  });

  it('KS23 a keyring without a password lies open on the disk itself, and binds nothing', async () => {
    const keyrings = path.join(place.directory, 'no password', '.local/share/keyrings');
    mkdirSync(keyrings, { recursive: true });
    writeFileSync(path.join(keyrings, 'default'), 'plain');
    writeFileSync(path.join(keyrings, 'plain.keyring'), '[keyring]\ndisplay-name=plain\nctime=0\nmtime=0\n');
    const keys = keysOf(await home('no password'));
    expect(await keys.make()).toMatchObject({ ok: false, why: 'open' });
    const data = path.join(place.directory, 'kiosk');
    const kiosk = await start(data, await code(), keys);
    await is(kiosk, 'unbound', 'the words');
    expect(kiosk.state?.token).toEqual({ state: 'unbound', why: 'open' });
    expect(clearToken(data)).toMatch(/^.{16,128}$/);
  });
});
