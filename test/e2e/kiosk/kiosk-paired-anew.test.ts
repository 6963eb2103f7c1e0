import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { installSchema, listOf } from '#shared/contract/http.ts';
import { forkSchema, journalClaimSchema, pairedKioskSchema } from '#shared/contract/http-installs.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { backup, restore } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { RealKiosk } from '../../support/kiosk/real-kiosk.ts';
import { message } from '#shared/language/message.ts';
import { bandWords } from '../../../kiosk/screen/words/bands.ts';
import { zhOf } from '../../support/said.ts';

let place: ReturnType<typeof temporaryDirectory>;
let site: EdgeSite;
let lead: string;
let round: RoundId;
const kiosks: RealKiosk[] = [];
const EDGE = { tls: true, advertisedHost: '127.0.0.1' };

const at = (ms: number): string => new Date(Date.now() + ms).toISOString();

beforeEach(async () => {
  place = temporaryDirectory();
  site = await EdgeSite.start(EDGE);
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the test's own HTTP client; the kiosk pins
  lead = await site.lead();
  round = await site.round(lead, {
    stations: [1, 4].map((station) => ({ station, stand: 'before' })),
    sessions: [{ name: '早场', from: at(-3_600_000), to: at(3_600_000), shift: null }],
  });
  await site.open(lead, round);
});
afterEach(async () => {
  for (const kiosk of kiosks.splice(0)) await kiosk.engine.stop();
  await site.stop();
  site.remove();
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  place.remove();
});

const get = async (at: string) => (await site.ask('GET', at, { token: lead })).json;
const installs = async () => listOf('installs', installSchema).parse(await get('/installs')).installs;
const claims = async () => listOf('claims', journalClaimSchema).parse(await get('/journal-claims')).claims;
const forks = async () => listOf('forks', forkSchema).parse(await get(`/rounds/${round}/forks`)).forks;
const paired = async () =>
  listOf('pairings', pairedKioskSchema)
    .parse(await get('/pairings'))
    .pairings.map((p) => p.station);
const people = async (): Promise<number> => (await get(`/rounds/${round}/ladder`)).people as number;
const band = (kiosk: RealKiosk, name: string) => kiosk.state?.bands.find((b) => b.band === name);

async function codeFor(station: number): Promise<string> {
  const { json } = await site.ask('POST', '/pairings', { token: lead, json: { station } });
  return json.code as string;
}

/** A kiosk of station 1 that has counted one person. */
async function counting(): Promise<RealKiosk> {
  const kiosk = await RealKiosk.start(path.join(place.directory, 'kiosk'), await codeFor(1), NO_KEYRING);
  kiosks.push(kiosk);
  await kiosk.until((s) => s.round?.state === 'open', 'the round');
  await kiosk.enter(0);
  await kiosk.delivered();
  return kiosk;
}

/** The edge is set back to `from`, and starts where it was. */
async function setBack(from: string): Promise<void> {
  await site.stop();
  const { dir } = site;
  const { port } = new URL(site.edge.url);
  const keys = new KeyStore(path.join(dir, 'keys'));
  const set = restore({ data: path.join(dir, 'data'), keys, from, clock: systemClock });
  expect(set).toMatchObject({ ok: true });
  site = await EdgeSite.start({ ...EDGE, dir, port: Number(port) });
  const login = { name: '现场负责人', password: 'four words are long' };
  lead = (await site.ask('POST', '/session', { json: login })).json.token as string;
}

/** A kiosk whose present pairing the restored edge has never heard of, paired once more and waiting. */
async function waiting(): Promise<RealKiosk> {
  const kiosk = await counting();
  const from = path.join(place.directory, 'backup.sqlite');
  expect(backup(path.join(site.dir, 'data'), from)).toMatchObject({ ok: true });
  await kiosk.do({ command: 'pair', code: await codeFor(4) });
  await kiosk.delivered();
  await kiosk.enter(1);
  await kiosk.delivered();
  await setBack(from);
  await kiosk.until((s) => s.bands.some((b) => b.band === 'unpaired-edge'), 'the words that it is unknown');
  await kiosk.do({ command: 'pair', code: await codeFor(4) });
  await kiosk.until((s) => s.bands.some((b) => b.band === 'awaits-consent'), 'the words that it waits');
  expect(zhOf(bandWords({ band: 'awaits-consent' }).main)).toMatch(/现场负责人.*照常打卡/);
  await kiosk.enter(2);
  expect(await claims()).toMatchObject([{ station: 4, wasStation: 1, events: 2, ownerPaired: true }]);
  expect(await people(), 'of before the backup').toBe(1);
  return kiosk;
}

async function answer(continues: boolean): Promise<void> {
  const [claim] = await claims();
  const answered = `/journal-claims/${claim?.install}/${claim?.pairing}`;
  const reply = await site.ask('POST', answered, {
    token: lead,
    json: { continues, reason: '看过这台电脑' },
  });
  expect(reply.status).toBe(201);
}

describe('a kiosk paired anew', () => {
  it('UP54 goes on with its journal at another station, and its earlier pairing is no more', async () => {
    const kiosk = await counting();
    const [before] = await installs();
    await kiosk.do({ command: 'pair', code: await codeFor(4) });
    await kiosk.until((s) => s.station === 4, 'the new station');
    await kiosk.enter(1);
    await kiosk.delivered();
    const told = await installs();
    expect(told).toMatchObject([{ id: before?.id, station: 4, parent: null, trouble: null, waiting: 0 }]);
    expect([await people(), await paired(), await claims()]).toEqual([2, [4], []]);
    expect(band(kiosk, 'forked')).toBeUndefined();
  });

  it('UP55 waits in words after a restore, counts on, and delivers all under its journal once the lead consents', async () => {
    const kiosk = await waiting();
    await answer(true);
    await kiosk.until((s) => s.received === s.lastSequence && s.bands.length === 0, 'delivery');
    expect(await installs()).toMatchObject([{ station: 4, parent: null, trouble: null, waiting: 0 }]);
    expect([await people(), await paired(), await claims(), await forks()]).toEqual([3, [4], [], []]);
  });

  it('UP55 declined, it goes on under a new journal that names the old one, and loses and doubles nobody', async () => {
    const kiosk = await waiting();
    await answer(false);
    await kiosk.until(
      (s) => s.received === s.lastSequence && s.bands.every((b) => b.band === 'forked'),
      'delivery',
    );
    expect(band(kiosk, 'forked')).toMatchObject({ words: message('band.forked-pairing') });
    const told = await installs();
    const child = told.find((i) => i.parent !== null);
    expect(told).toHaveLength(2);
    expect(child).toMatchObject({ station: 4, waiting: 0 });
    const parent = told.find((i) => i.id === child?.parent);
    expect(parent).toMatchObject({ station: 1, watermark: 2 });
    expect(await people()).toBe(3);
    expect(new Set((await forks()).map((f) => f.id))).toEqual(new Set([child?.id, parent?.id]));
  });
});
