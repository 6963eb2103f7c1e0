import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { encodeBatch } from '#shared/event/batch.ts';
import { eventId, type RoundId } from '#shared/ids.ts';
import { listOf, installSchema } from '#shared/contract/http.ts';
import { forkSchema, journalClaimSchema, pairedKioskSchema } from '#shared/contract/http-installs.ts';
import { PROTOCOL_VERSION, type Redeemed } from '#shared/contract/wire.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { backup, databaseIn, restore } from '../../../edge-service/upkeep/backup.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedNumber } from '../../support/edge/ledger-people.ts';
import { redeem, WireKiosk } from '../../support/edge/wire-kiosk.ts';

const NOTHING = { sequence: 0, hash: '0'.repeat(64) };
const person = (n: number) => ({ kind: 'id' as const, number: inventedNumber(n), name: `测${n}` });

let site: EdgeSite;
let lead: string;
let round: RoundId;
const sockets: Socket[] = [];

beforeEach(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  const stations = [1, 2, 3, 4].map((station) => ({ station, stand: 'before' }));
  round = await site.round(lead, { stations });
  await site.open(lead, round);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await site.stop();
  site.remove();
});

const get = async (at: string) => (await site.ask('GET', at, { token: lead })).json;
const installOf = async ({ install }: WireKiosk) =>
  listOf('installs', installSchema)
    .parse(await get('/installs'))
    .installs.find((i) => i.id === install);
const forks = async () => listOf('forks', forkSchema).parse(await get(`/rounds/${round}/forks`)).forks;
const claims = async () => listOf('claims', journalClaimSchema).parse(await get('/journal-claims')).claims;
const pairings = async () => listOf('pairings', pairedKioskSchema).parse(await get('/pairings')).pairings;
const people = async (): Promise<number> => (await get(`/rounds/${round}/ladder`)).people as number;
const tokenOf = (kiosk: WireKiosk): string => String((kiosk.socket.auth as { token: unknown }).token);
const helloOf = (kiosk: WireKiosk) => ({
  install: kiosk.install,
  head: { sequence: kiosk.head.sequence, hash: bytesToHex(kiosk.head.hash) },
  wallTime: 0,
  edgeHead: null,
  counted: null,
});

/** Pairs a machine for this station; `previous` is the token it had before. */
async function pair(station: number, previous?: string): Promise<Redeemed> {
  const { json } = await site.ask('POST', '/pairings', { token: lead, json: { station } });
  const edge = { origin: site.edge.url, fingerprint: null };
  const secret = json.secret as string;
  return redeem(edge, { secret, device: 'test kiosk', ...(previous !== undefined && { previous }) });
}

function moved(kiosk: WireKiosk, redeemed: Redeemed): WireKiosk {
  const again = kiosk.pairedAnew({ origin: site.edge.url, fingerprint: null }, redeemed);
  sockets.push(again.socket);
  return again;
}

/** The kiosk's connection has ended at the edge too. */
async function offline(kiosk: WireKiosk): Promise<void> {
  kiosk.close();
  const end = Date.now() + 10_000;
  while ((await installOf(kiosk))?.connected === true) {
    if (Date.now() > end) throw new Error('the edge still sees the kiosk');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('whose a journal is', () => {
  it('LG81 another pairing appends nothing to a journal and hears nothing of it, be its owner on line or not', async () => {
    const owner = await site.kiosk(lead, { station: 1, stand: 'before' });
    owner.swipe(person(1));
    await owner.send();
    const hostile = await site.kiosk(lead, { station: 2, stand: 'before' });
    const stolen = moved(owner, {
      token: tokenOf(hostile),
      station: 2,
      site: '',
      intakeKey: '0'.repeat(64),
    });
    stolen.append('unreadable', { attempts: 3 });
    const attack = async () => {
      for (const hello of [helloOf(owner), helloOf(stolen), { ...helloOf(owner), head: NOTHING }])
        expect(await hostile.ask('hello', hello)).toEqual({
          outcome: 'fork',
          reason: 'second-connection',
          watermark: NOTHING,
        });
      const header = { install: owner.install, first: 3, head: helloOf(stolen).head, wallTime: 0 };
      const batch = encodeBatch(stolen.journal.slice(2));
      expect(await hostile.ask('events', header, batch)).toMatchObject({ outcome: 'refused' });
      expect(await hostile.ask('hashes', { install: owner.install, sequences: [1, 2] })).toEqual({
        hashes: [null, null],
      });
      expect(await stolen.connect()).toMatchObject({ outcome: 'fork', watermark: NOTHING });
      expect(await stolen.sendBatch(3)).toMatchObject({ outcome: 'refused', code: 'no-hello' });
      expect(await stolen.ask('tube-used', { round, code: '0000017' })).toMatchObject({ code: 'no-hello' });
      stolen.close();
    };
    const before = await installOf(owner);
    expect(before).toMatchObject({ station: 1, watermark: 2, head: 2, trouble: null });
    await attack();
    expect(await owner.ask('hashes', { install: hostile.install, sequences: [1] })).toEqual({
      hashes: [null],
    });
    owner.swipe(person(2));
    expect(await owner.send(), 'the owner goes on').toMatchObject({ outcome: 'stored', watermark: 3 });
    await offline(owner);
    await attack();
    const told = await installOf(owner);
    expect(told, 'where it was, and a person must look').toMatchObject({
      station: 1,
      watermark: 3,
      head: 3,
      connected: false,
    });
    expect(await forks()).toMatchObject([{ id: owner.install, station: 1, trouble: 'forked' }]);
    expect(await people()).toBe(2);
    expect(await owner.connect(), 'and it is welcome as ever').toMatchObject({
      outcome: 'welcome',
      station: 1,
      watermark: { sequence: 3 },
    });
    owner.swipe(person(3));
    expect(await owner.send()).toMatchObject({ outcome: 'stored', watermark: 4 });
    expect(await claims(), 'who proved nothing and names nothing claims nothing').toEqual([]);
  });

  it('LG81 of a sealed tube no other journal is named, and one that is open can be gone on with', async () => {
    const one = await site.kiosk(lead, { station: 1, stand: 'before' });
    const two = await site.kiosk(lead, { station: 2, stand: 'before' });
    const opened = one.openTube('0000017');
    await one.send();
    expect(await two.tubeUsed('0000017')).toMatchObject({ opened, station: 1, sealed: false });
    one.sealTube(0);
    await one.send();
    expect(await two.tubeUsed('0000017')).toMatchObject({
      opened: eventId(two.install, 1),
      station: 1,
      sealed: true,
    });
  });

  it('AC58 a kiosk paired anew with its token goes on with its journal at its new station, and the old pairing ends', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(person(1));
    await kiosk.send();
    const { json } = await site.ask('POST', '/pairings', { token: lead, json: { station: 4 } });
    const redeeming = { device: 'test kiosk', previous: tokenOf(kiosk) };
    const edge = { origin: site.edge.url, fingerprint: null };
    const wrong = { ...redeeming, secret: '00000000' };
    await expect(redeem(edge, wrong), 'a wrong secret ends nothing').rejects.toThrow('403');
    kiosk.swipe(person(2));
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored', watermark: 3 });
    const gone = new Promise((resolve) => kiosk.socket.once('disconnect', resolve));
    const redeemed = await redeem(edge, { ...redeeming, secret: json.secret as string });
    await gone;
    expect((await pairings()).map((p) => p.station)).toEqual([4]);
    await expect(kiosk.connect(), 'its token is worth nothing').rejects.toThrow('revoked');
    const again = moved(kiosk, redeemed);
    await again.ready();
    expect(again.hello).toMatchObject({ outcome: 'welcome', station: 4, watermark: { sequence: 3 } });
    again.swipe(person(3));
    expect(await again.send()).toMatchObject({ outcome: 'stored', watermark: 4 });
    expect(await installOf(kiosk)).toMatchObject({ station: 4, watermark: 4, trouble: null, parent: null });
    expect([await people(), await forks()]).toEqual([3, []]);
  });

  it('AC58 a clone with the token that was ended takes nothing from whom it was proved to', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(person(1));
    await kiosk.send();
    const first = moved(kiosk, await pair(2, tokenOf(kiosk)));
    await first.connect();
    const clone = moved(kiosk, await pair(3, tokenOf(kiosk)));
    expect(await clone.connect(), 'the owner is here').toMatchObject({
      outcome: 'fork',
      reason: 'other-pairing',
      watermark: NOTHING,
    });
    expect(await claims()).toEqual([]);
    first.swipe(person(2));
    expect(await first.send()).toMatchObject({ outcome: 'stored', watermark: 3 });
  });

  it('LG19 a pairing ended while its connection was let in is refused at hello', async () => {
    const redeemed = await pair(1);
    const socket = io(`${site.edge.url}/kiosk`, {
      transports: ['websocket'],
      auth: { token: redeemed.token, protocol: PROTOCOL_VERSION },
      forceNew: true,
      reconnection: false,
    });
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const kiosk = await site.kiosk(lead, { station: 2, stand: 'before' });
    // Written as by a revoke whose answer is still on its way: the edge has not yet ended the connection.
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'write');
    db.prepare('UPDATE pairing SET revoked_at = 1 WHERE station = 1').run();
    db.close();
    expect(await socket.timeout(5000).emitWithAck('hello', helloOf(kiosk))).toMatchObject({
      outcome: 'refused',
      code: 'revoked',
    });
  });

  it('LG82 where a restore forgot the pairing the journal goes on once the lead consents, and not before', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(person(1));
    await kiosk.send();
    const data = path.join(site.dir, 'data');
    const from = path.join(site.dir, 'backup.sqlite');
    expect(backup(data, from)).toMatchObject({ ok: true });
    const second = moved(kiosk, await pair(4, tokenOf(kiosk)));
    await second.ready();
    second.swipe(person(2));
    await second.send();
    await site.stop();
    const { dir } = site;
    const keys = new KeyStore(path.join(dir, 'keys'));
    expect(restore({ data, keys, from, clock: systemClock })).toMatchObject({ ok: true });
    site = await EdgeSite.start({ dir });
    const login = { name: '现场负责人', password: 'four words are long' };
    lead = (await site.ask('POST', '/session', { json: login })).json.token as string;

    const hostile = await site.kiosk(lead, { station: 2, stand: 'before' });
    expect(await hostile.ask('hello', helloOf(second))).toMatchObject({
      outcome: 'fork',
      watermark: NOTHING,
    });
    const token = tokenOf(second);
    expect(await refusalOf(token), 'the edge knows the first token and not this one').toBe('unpaired');
    const third = moved(second, await pair(3, token));
    const waits = { outcome: 'refused', code: 'unproven', message: expect.stringMatching(/现场负责人/) };
    expect(await third.connect()).toEqual(waits);
    expect(await third.sendBatch(3)).toMatchObject({ code: 'no-hello' });
    expect(await third.ask('hashes', { install: kiosk.install, sequences: [1] })).toEqual({ hashes: [null] });
    const [claim, ...more] = await claims();
    expect([claim, more]).toMatchObject([
      {
        install: kiosk.install,
        station: 3,
        wasStation: 1,
        device: 'test kiosk',
        events: 2,
        ownerPaired: true,
      },
      [],
    ]);
    expect(await installOf(kiosk)).toMatchObject({ station: 1, watermark: 2 });
    const at = `/journal-claims/${claim?.install}/${claim?.pairing}`;
    const answer = (json: unknown) => site.ask('POST', at, { token: lead, json });
    expect((await answer({ continues: true, reason: ' ' })).status).toBe(400);
    expect((await answer({ continues: true, reason: '就是这台电脑' })).status).toBe(201);
    expect((await answer({ continues: true, reason: '就是这台电脑' })).json.code).toBe('no-claim');
    expect(await third.connect()).toMatchObject({
      outcome: 'welcome',
      watermark: { sequence: 2 },
      station: 3,
    });
    expect(await third.send()).toMatchObject({ outcome: 'stored', watermark: third.head.sequence });
    expect([await people(), await claims()]).toEqual([2, []]);
    expect(await installOf(kiosk)).toMatchObject({ station: 3, watermark: 3, trouble: 'forked' });
    expect(
      (await pairings()).map((p) => p.station),
      'the first pairing is left without a journal',
    ).toEqual([2, 3]);
    await site.stop();
    const db = openStore(databaseIn(data), 'write');
    try {
      expect(rebuild(db, keys, false)).toMatchObject({ differences: [], damaged: [] });
      expect(db.prepare('SELECT install, continues FROM claim_decision').all()).toEqual([
        { install: kiosk.install, continues: 1 },
      ]);
    } finally {
      db.close();
    }
  });

  it('LG82 of two clones the one that consent is given to takes its own journal alone, and a claim nobody waits for is gone', async () => {
    const one = await site.kiosk(lead, { station: 1, stand: 'before' });
    one.swipe(person(1));
    await one.send();
    // A copy of the disk was told fork while both had the one token, and has begun a child.
    const clone = await WireKiosk.open({
      edge: { origin: site.edge.url, fingerprint: null },
      redeemed: { token: tokenOf(one), station: 1, site: '', intakeKey: '0'.repeat(64) },
      device: 'clone',
      stand: 'before',
      wall: Date.now,
      parent: { install: one.install, sequence: 2, hash: bytesToHex(one.head.hash) },
    });
    sockets.push(clone.socket);
    await clone.ready();
    clone.swipe(person(2));
    await clone.send();
    await offline(clone);
    const first = moved(one, await pair(1, tokenOf(one)));
    await first.ready();
    const second = moved(clone, await pair(2, tokenOf(clone)));
    expect(await second.connect()).toMatchObject({ code: 'unproven' });
    const shared = { ...helloOf(one), head: { sequence: 2, hash: bytesToHex(one.journal[1]!.hash) } };
    expect(await second.ask('hello', shared), 'the owner of the parent is here').toMatchObject({
      outcome: 'fork',
      reason: 'other-pairing',
    });
    const [claim, ...more] = await claims();
    expect([claim, more]).toMatchObject([{ install: clone.install, station: 2, ownerPaired: true }, []]);
    const at = `/journal-claims/${claim?.install}/${claim?.pairing}`;
    const json = { continues: true, reason: '两台分开用' };
    expect((await site.ask('POST', at, { token: lead, json })).status).toBe(201);
    await second.ready();
    second.swipe(person(3));
    expect(await second.send()).toMatchObject({ outcome: 'stored' });
    first.close();
    expect(await first.connect(), 'the other clone keeps what it writes').toMatchObject({
      outcome: 'welcome',
      station: 1,
    });
    expect((await pairings()).map((p) => p.station)).toEqual([1, 2]);
    expect(await people()).toBe(3);

    const stranger = moved(one, await pair(3, 'a token of long ago'));
    await offline(first);
    expect(await stranger.connect()).toMatchObject({ code: 'unproven' });
    expect(await claims()).toHaveLength(1);
    await first.connect();
    expect(await stranger.connect(), 'the owner is back').toMatchObject({ outcome: 'fork' });
    expect(await claims()).toEqual([]);
  });

  it('LG82 what a restored edge lacks of a parent is claimed by the child that holds it, and delivered with consent', async () => {
    const gone = await site.kiosk(lead, { station: 1, stand: 'before' });
    gone.swipe(person(1));
    await gone.send();
    gone.swipe(person(2)); // never arrived from here: its machine is broken
    await offline(gone);
    const child = await WireKiosk.open({
      edge: { origin: site.edge.url, fingerprint: null },
      redeemed: await pair(2),
      device: 'child',
      stand: 'before',
      wall: Date.now,
      parent: { install: gone.install, sequence: 3, hash: bytesToHex(gone.head.hash) },
    });
    sockets.push(child.socket);
    await child.ready();
    await child.send();
    expect(await child.ask('hello', helloOf(gone))).toMatchObject({ outcome: 'fork', watermark: NOTHING });
    expect(await child.connect()).toMatchObject({ outcome: 'welcome' });
    const [claim] = await claims();
    expect(claim).toMatchObject({ install: gone.install, station: 2, wasStation: 1, events: 2 });
    const at = `/journal-claims/${claim?.install}/${claim?.pairing}`;
    await site.ask('POST', at, { token: lead, json: { continues: true, reason: '由克隆补传' } });
    expect(await child.ask('hello', helloOf(gone))).toMatchObject({
      outcome: 'welcome',
      watermark: { sequence: 2 },
    });
    const header = { install: gone.install, first: 3, head: helloOf(gone).head, wallTime: 0 };
    expect(await child.ask('events', header, encodeBatch(gone.journal.slice(2)))).toMatchObject({
      outcome: 'stored',
      watermark: 3,
    });
    expect([await people(), await claims()]).toEqual([2, []]);
  });

  it('LG82 declined, the kiosk begins a new journal and loses nothing, and both stay until a person has looked', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(person(1));
    await kiosk.send();
    const [own] = await pairings();
    await site.ask('DELETE', `/pairings/${own?.id}`, { token: lead });
    kiosk.swipe(person(2));
    const again = moved(kiosk, await pair(1, tokenOf(kiosk)));
    expect(await again.connect(), 'a revoked token proves nothing').toMatchObject({ code: 'unproven' });
    const [claim] = await claims();
    expect(claim).toMatchObject({ ownerPaired: false, wasStation: 1 });
    const json = { continues: false, reason: '不是原来那台' };
    const at = `/journal-claims/${claim?.install}/${claim?.pairing}`;
    expect((await site.ask('POST', at, { token: lead, json })).status).toBe(201);
    const forked = { outcome: 'fork', reason: 'other-pairing', watermark: NOTHING };
    for (let n = 0; n < 2; n++) expect(await again.connect(), 'for good').toEqual(forked);
    expect(await claims()).toEqual([]);
    expect(await forks()).toMatchObject([{ id: kiosk.install, trouble: 'forked' }]);
  });
});

function refusalOf(token: string): Promise<string> {
  const auth = { token, protocol: PROTOCOL_VERSION };
  const socket = io(`${site.edge.url}/kiosk`, {
    transports: ['websocket'],
    auth,
    reconnection: false,
    forceNew: true,
  });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.once('connect_error', (error) => resolve(error.message));
    socket.once('connect', () => resolve('connected'));
  });
}
