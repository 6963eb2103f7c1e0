import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialKey } from '#shared/event/credential.ts';
import type { RoundId } from '#shared/ids.ts';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { Journal } from '../../../kiosk/station/journal/journal.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';
import { foundIn, secretsOf, unplugged, type RoundSecrets } from '../../support/kiosk/disk-secrets.ts';
import { card, temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { EngineProcess } from '../../support/kiosk/kiosk-process.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { RealKiosk } from '../../support/kiosk/real-kiosk.ts';
import {
  compileSyncShim,
  SyncCounter,
  syncShimEnvironment,
} from '../../support/machine/sync-shims/sync-shim.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** On the roster: the first of them are counted at station 2, and the kiosk knows of them from the edge alone. */
const PEOPLE = 120;
const ELSEWHERE = 40;
/** Of people who are on no roster and were counted at station 2. */
const WALK_INS = 20;
const NOTHING = { wrapped: 0, people: 0 };

let place: ReturnType<typeof temporaryDirectory>;
let site: EdgeSite;
let lead: string;
const kiosks: RealKiosk[] = [];

beforeEach(async () => {
  place = temporaryDirectory();
  site = await EdgeSite.start();
  lead = await site.lead();
});
afterEach(async () => {
  for (const kiosk of kiosks.splice(0)) await kiosk.engine.stop();
  await site.stop();
  site.remove();
  place.remove();
});

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => card(from + i).number);

const ask = async (at: string, json: object): Promise<void> => {
  const reply = await site.ask(at.endsWith('roster') ? 'PUT' : 'POST', at, { token: lead, json });
  if (reply.status >= 300) throw new Error(`${at}: ${JSON.stringify(reply.json)}`);
};

const secrets = (round: RoundId): RoundSecrets =>
  secretsOf(new KeyStore(path.join(site.dir, 'keys')), round, numbers(0, PEOPLE + WALK_INS));

/** A round with a roster, its first session `hours` from now. */
async function planned(hours: number): Promise<RoundId> {
  const from = Date.now() + hours * 3_600_000;
  const round = await site.round(lead, {
    tubeMode: 'none',
    stations: [1, 2].map((station) => ({ station, stand: 'before' })),
    sessions: [
      {
        name: '早场',
        from: new Date(from).toISOString(),
        to: new Date(from + 7_200_000).toISOString(),
        shift: null,
      },
    ],
  });
  const people = Array.from({ length: PEOPLE }, (_, n) => ({
    number: card(n).number,
    name: card(n).name,
    workshop: '一车间',
    team: '甲班',
  }));
  await ask(`/rounds/${round}/roster`, people);
  return round;
}

async function paired(at: string): Promise<RealKiosk> {
  const { json } = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
  return started(at, String(json.code));
}

async function started(at: string, pair: string | null): Promise<RealKiosk> {
  const kiosk = await RealKiosk.start(at, pair, NO_KEYRING);
  kiosks.push(kiosk);
  return kiosk;
}

async function stopped(kiosk: RealKiosk): Promise<void> {
  kiosks.splice(kiosks.indexOf(kiosk), 1);
  await kiosk.engine.stop();
}

/** An open round in which station 2 has counted many, and a kiosk of station 1 that has heard of all of them and counted two. */
async function counting(): Promise<{ data: string; kiosk: RealKiosk; other: WireKiosk; round: RoundId }> {
  const round = await planned(-1);
  await site.open(lead, round);
  const data = path.join(place.directory, 'kiosk');
  const kiosk = await paired(data);
  await kiosk.until((s) => s.round?.state === 'open', 'the round');
  const other = await site.kiosk(lead, { station: 2, stand: 'before' });
  const counted = [...numbers(0, ELSEWHERE), ...numbers(PEOPLE, PEOPLE + WALK_INS)];
  for (const number of counted) other.swipe({ kind: 'id', number, name: '测' });
  other.append('round-ended', {});
  await other.send();
  for (const n of [100, 101]) expect(await kiosk.enter(n)).toMatchObject({ face: 'counted' });
  await kiosk.delivered();
  const all = PEOPLE + WALK_INS;
  const wanted = secrets(round);
  await expect.poll(() => foundIn(data, wanted).people, { timeout: 15_000, interval: 300 }).toBe(all);
  return { data, kiosk, other, round };
}

async function close(round: RoundId): Promise<void> {
  await ask(`/rounds/${round}/state`, { state: 'settling' });
  await ask(`/rounds/${round}/state`, { state: 'closed', reason: '收工' });
}

/** Types and sealed parts of a stopped kiosk's journal. */
function journalOf(data: string): { events: number; sealed: number; round: string | null } {
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  try {
    const events = [...new Journal(db, () => false).history()];
    const told = db.prepare<[], string>('SELECT round FROM round').pluck().get();
    return {
      events: events.length,
      sealed: events.filter(({ event }) => event.sealed !== null).length,
      round: told ?? null,
    };
  } finally {
    db.close();
  }
}

describe('keys of a round on a kiosk', () => {
  it('KS30 when a round is closed no byte of its wrapped key, roster keys and counted keys is left on the disk; another round keeps its own', async () => {
    const { data, kiosk, round } = await counting();
    const next = await planned(12);
    const [ofRound, ofOther] = [secrets(round), secrets(next)];
    await expect.poll(() => foundIn(data, ofOther).people, { timeout: 15_000, interval: 300 }).toBe(PEOPLE);
    expect(foundIn(data, secrets(round)).wrapped).toBeGreaterThan(0);
    await kiosk.do({ command: 'end-round' });
    await kiosk.delivered();
    const ofNext = foundIn(data, ofOther);
    await close(round);
    await expect.poll(() => foundIn(data, ofRound), { timeout: 15_000, interval: 300 }).toEqual(NOTHING);
    expect(kiosk.state?.round).toMatchObject({ state: 'draft' });
    expect(foundIn(data, ofOther)).toEqual(ofNext);
    expect(await kiosk.enter(0), 'the next one counts with what it knows').toMatchObject({ face: 'test' });
    await kiosk.delivered();
    await stopped(kiosk);
    expect(foundIn(data, ofRound), 'once it has stopped').toEqual(NOTHING);
    expect(journalOf(data)).toMatchObject({ events: 5, sealed: 3 });
    // of this kiosk's own swipes the journal has the keys as text, which verify nothing without the round key
    const key = new KeyStore(path.join(site.dir, 'keys')).round(round)!.key;
    const text = readFileSync(path.join(data, 'kiosk.db'), 'latin1');
    const inText = numbers(0, PEOPLE + WALK_INS).filter((canonical) =>
      text.includes(credentialKey(key, { kind: 'id', canonical })),
    );
    expect(inText).toEqual(numbers(100, 102));
  });

  it('KS31 closed while the kiosk is away: gone at the next contact, and the undelivered end of its journal arrives', async () => {
    const { data, kiosk, round } = await counting();
    const { port } = new URL(site.edge.url);
    const { dir } = site;
    await site.stop();
    await kiosk.until((s) => s.bands.some((b) => b.band === 'offline'), 'being offline');
    for (const n of [102, 103, 104]) expect(await kiosk.enter(n)).toMatchObject({ face: 'counted' });
    const last = kiosk.state?.lastSequence ?? 0;
    await stopped(kiosk);
    site = await EdgeSite.start({ dir, port: Number(port) });
    const login = { name: '现场负责人', password: 'four words are long' };
    lead = (await site.ask('POST', '/session', { json: login })).json.token as string;
    const { installs } = (await site.ask('GET', '/installs', { token: lead })).json;
    const ours = (installs as { id: string; station: number }[]).find((i) => i.station === 1);
    await ask(`/rounds/${round}/exceptions`, { install: ours?.id, lastSequence: last, reason: '机器不在' });
    await close(round);
    expect(foundIn(data, secrets(round)).people, 'it has not heard of it').toBe(PEOPLE + WALK_INS);
    const again = await started(data, null);
    await again.delivered();
    await again.until((s) => s.round === null && s.received === last, 'delivery');
    expect(foundIn(data, secrets(round))).toEqual(NOTHING);
    const people = async (): Promise<unknown> =>
      (await site.ask('GET', `/installs`, { token: lead })).json.installs.find(
        (i: { id: string }) => i.id === ours?.id,
      ).watermark;
    expect(await people()).toBe(last);
    await stopped(again);

    const alone = await started(unplugged(data), null);
    await alone.until((s) => s.bands.some((b) => b.band === 'offline'), 'being offline');
    expect(alone.state?.round, 'as with no round known').toBeNull();
    expect(await alone.enter(105)).toMatchObject({ face: 'counted', checked: false, filed: false });
    expect(await alone.engine.send({ command: 'opening-code', digits: '0123456789' })).toMatchObject({
      ok: false,
    });
  });

  describeNeeding(['gcc'], 'while syncs are slow', () => {
    it('KS32 kill -9 in the middle of the removal: it is finished at the next start, without a network too', async () => {
      const shim = compileSyncShim(place.directory);
      if (shim.library === null) throw new Error(shim.reason);
      const { data, kiosk, round } = await counting();
      await kiosk.do({ command: 'end-round' });
      await kiosk.delivered();
      await stopped(kiosk);
      await close(round);
      const wanted = secrets(round);
      const run = (image: string, delayMs: number): { process: EngineProcess; syncs: SyncCounter } => {
        cpSync(data, image, { recursive: true });
        const file = `${image}.syncs`;
        const environment = syncShimEnvironment({ library: shim.library, file, delayMs });
        const process = new EngineProcess({ data: image, reader: null, marks: null, environment });
        return { process, syncs: new SyncCounter(file) };
      };
      const whole = run(path.join(place.directory, 'whole'), 0);
      await whole.process.until(
        'contact',
        (s) => s.round === null && s.bands.every((b) => b.band !== 'offline'),
      );
      const enough = whole.syncs.read().begun;
      await whole.process.kill();
      whole.syncs.close();
      expect(foundIn(path.join(place.directory, 'whole'), wanted)).toEqual(NOTHING);

      let inTheMiddle = 0;
      for (let back = 3; back < 12 && inTheMiddle < 2; back++) {
        const image = path.join(place.directory, `life-${back}`);
        const { process, syncs } = run(image, 80);
        await expect
          .poll(() => syncs.read().begun, { timeout: 20_000, interval: 2 })
          .toBeGreaterThanOrEqual(enough - back);
        await process.kill();
        syncs.close();
        const left = foundIn(image, wanted);
        const alone = unplugged(image);
        const again = await started(alone, null);
        await again.until((s) => s.bands.some((b) => b.band === 'offline'), 'being offline');
        const isTold = again.state?.round !== null;
        await stopped(again);
        if (!isTold) {
          expect(foundIn(alone, wanted), `${back} before the end`).toEqual(NOTHING);
          if (left.people > 0) inTheMiddle++;
        }
      }
      expect(inTheMiddle, 'it was killed in the middle').toBeGreaterThan(0);
    }, 90_000);
  });
});
