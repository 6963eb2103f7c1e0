import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import path from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, bytesToUtf8 } from '#shared/bytes.ts';
import type { EventOf } from '#shared/event/event.ts';
import { decodeCounted, decodeKeys } from '#shared/contract/counted-batch.ts';
import { PROTOCOL_VERSION, type CountedMessage } from '#shared/contract/wire.ts';
import type { CredentialKey, RoundId } from '#shared/ids.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { CountedFeed } from '../../../edge-service/kiosks/counted-feed.ts';
import { packCounted, type CountedRow } from '../../../edge-service/counting/counted-entries.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { KioskDesk } from '../../../edge-service/kiosks/kiosk-desk.ts';
import type { KioskSession } from '../../../edge-service/kiosks/kiosk-session.ts';
import { rosterKey } from '../../../edge-service/roster/roster-store.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import type { LedgerClient } from '../../../edge-service/threads/ledger-client.ts';
import type { WriteArgs } from '../../../edge-service/threads/write-table.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { LedgerFixture } from '../../support/edge/ledger-fixture.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { inventedNumber } from '../../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

let site: EdgeSite;
let lead: string;
let round: RoundId;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead, {
    stations: [
      { station: 1, stand: 'before' },
      { station: 2, stand: 'before' },
      { station: 3, stand: 'after' },
    ],
  });
  await site.open(lead, round);
});
afterAll(() => site.stop());

const person = (n: number) => ({ kind: 'id' as const, number: inventedNumber(n), name: `测${n}` });

/** What of personal data was opened, in order. */
function openings(): EventOf<'personal-data-opened'>[] {
  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
  try {
    return db
      .prepare<[], Uint8Array>(`SELECT body FROM event WHERE type = 'personal-data-opened' ORDER BY sequence`)
      .pluck()
      .all()
      .map((body) => JSON.parse(bytesToUtf8(new Uint8Array(body))) as EventOf<'personal-data-opened'>);
  } finally {
    db.close();
  }
}

/** Connects with this handshake; resolves with the refusal's name and data. */
function refusalOf(auth: Record<string, unknown>): Promise<{ name: string; data: Record<string, unknown> }> {
  const socket = io(`${site.edge.url}/kiosk`, {
    transports: ['websocket'],
    auth,
    reconnection: false,
    forceNew: true,
  });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => reject(new Error('was let in')));
    socket.once('connect_error', (error: Error & { data?: Record<string, unknown> }) => {
      socket.disconnect();
      resolve({ name: error.message, data: error.data ?? {} });
    });
  });
}

const tokenOf = (kiosk: WireKiosk): string => String((kiosk.socket.auth as { token: unknown }).token);

describe('kiosk gateway', () => {
  it('LG19 an unpaired, a revoked and a kiosk of another version are refused by name', async () => {
    expect(await refusalOf({})).toMatchObject({ name: 'unpaired' });
    expect(await refusalOf({ token: 'x'.repeat(40), protocol: PROTOCOL_VERSION })).toMatchObject({
      name: 'unpaired',
    });
    const kiosk = await site.kiosk(lead, { station: 3, stand: 'after' });
    kiosk.append('round-ended', {});
    await kiosk.send();
    const version = await refusalOf({ token: tokenOf(kiosk), protocol: 99 });
    expect(version).toMatchObject({ name: 'unknown-version', data: { ours: PROTOCOL_VERSION, theirs: 99 } });
    expect(String(version.data['words'])).toMatch(/99/);
    for (const protocol of [undefined, null, 'one', 1.5]) {
      const none = await refusalOf({ token: tokenOf(kiosk), protocol });
      expect(none, String(protocol)).toMatchObject({
        name: 'unknown-version',
        data: { ours: PROTOCOL_VERSION },
      });
      expect(none.data['words']).toMatch(/没有报版本/);
    }
    const installs = await site.ask('GET', '/installs', { token: lead });
    expect(JSON.stringify(installs.json), 'the board says so too').toMatch(/"trouble":"version"/);
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
    const pairing = db.prepare('SELECT pairing FROM pairing WHERE station = 3').pluck().get();
    db.close();
    const gone = new Promise((resolve) => kiosk.socket.once('disconnect', resolve));
    expect((await site.ask('DELETE', `/pairings/${String(pairing)}`, { token: lead })).status).toBeLessThan(
      300,
    );
    await gone;
    expect(await refusalOf({ token: tokenOf(kiosk), protocol: PROTOCOL_VERSION })).toMatchObject({
      name: 'revoked',
    });
  });

  it('LG61 whom a staff number of the roster names is told masked, after the opening is in the journal; any other key is told nothing', async () => {
    const people = [
      {
        number: inventedIdNumber(61),
        name: '范小丽',
        workshop: '一车间',
        team: '甲班',
        staff_number: '00141',
      },
      { number: inventedIdNumber(62), name: '试敏', workshop: '一车间', team: '甲班', staff_number: '0142' },
    ];
    const draft = await site.round(lead);
    for (const id of [round, draft])
      expect((await site.ask('PUT', `/rounds/${id}/roster`, { token: lead, json: people })).status).toBe(200);
    const kiosk = await site.kiosk(lead, { station: 2, stand: 'before' });
    const keyIn = (id: RoundId, credential: { kind: 'id' | 'staff'; canonical: string }): CredentialKey =>
      rosterKey(new KeyStore(path.join(site.dir, 'keys')).round(id)!.key, credential);
    const ask = (id: RoundId, key: CredentialKey): Promise<unknown> =>
      kiosk.ask('roster-name', { round: id, key });
    const staff = (canonical: string) => ({ kind: 'staff' as const, canonical });
    const held = openings().length;
    expect(await ask(round, keyIn(round, staff('141')))).toEqual({ name: '范*丽' });
    expect(await ask(round, keyIn(round, staff('142')))).toEqual({ name: '试*' });
    const made = openings().slice(held);
    expect(made).toMatchObject([
      { round, by: '2号台', what: `name ${keyIn(round, staff('141'))}` },
      { round, by: '2号台', what: `name ${keyIn(round, staff('142'))}` },
    ]);
    for (const [id, key] of [
      [round, keyIn(round, staff('99999'))],
      [round, keyIn(round, { kind: 'id', canonical: inventedIdNumber(61) })],
      [draft, keyIn(draft, staff('141'))],
      [round, keyIn(draft, staff('141'))],
      [randomUUID() as RoundId, keyIn(round, staff('141'))],
    ] as const)
      expect(await ask(id, key)).toEqual({ name: null });
    expect(openings()).toHaveLength(held + 2);
    expect(JSON.stringify(openings()) + site.logged.join('')).not.toMatch(/范|小丽|试敏|00141/);
    // a link to an ID card changes nothing of whom the number names
    const [card, badge] = [
      keyIn(round, { kind: 'id', canonical: inventedIdNumber(63) }),
      keyIn(round, staff('141')),
    ];
    kiosk.append('link', { credentials: [card, badge] });
    await kiosk.send();
    expect(await ask(round, badge)).toEqual({ name: '范*丽' });
    expect(await ask(round, card)).toEqual({ name: null });
  });

  it('LG61 once somebody has swiped, each staff number is still named, whichever number of its person sorts first', async () => {
    const people = Array.from({ length: 12 }, (_, i) => ({
      number: inventedIdNumber(70 + i),
      name: '范小丽',
      workshop: '一车间',
      team: '甲班',
      staff_number: String(171 + i),
    }));
    const id = await site.round(lead, { stations: [{ station: 4, stand: 'before' }] });
    expect((await site.ask('PUT', `/rounds/${id}/roster`, { token: lead, json: people })).status).toBe(200);
    await site.open(lead, id);
    const kiosk = await site.kiosk(lead, { station: 4, stand: 'before' });
    kiosk.swipe({ kind: 'id', number: inventedIdNumber(70), name: '范小丽' });
    await kiosk.send();
    const { key } = new KeyStore(path.join(site.dir, 'keys')).round(id)!;
    const names = people.map(({ staff_number: canonical }) =>
      kiosk.ask('roster-name', { round: id, key: rosterKey(key, { kind: 'staff', canonical }) }),
    );
    expect(await Promise.all(names)).toEqual(people.map(() => ({ name: '范*丽' })));
  });

  it('LG20 malformed messages get a named answer, the connection stays up, and no log line holds what they said', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const header = {
      install: kiosk.install,
      first: 1,
      head: { sequence: 1, hash: bytesToHex(kiosk.head.hash) },
      wallTime: 0,
    };
    const secret = inventedNumber(77);
    const bad: [string, unknown[]][] = [
      ['hello', [{ install: secret }]],
      ['events', [null, new Uint8Array(3)]],
      ['events', [{ ...header, first: 'one' }, new Uint8Array(3)]],
      ['events', [header, 'no bytes']],
      ['events', [header, new Uint8Array(50).fill(7)]],
      ['events', [{ ...header, install: randomUUID() }, encodeBatch(kiosk.journal)]],
      ['hashes', [{ install: kiosk.install, sequences: [] }]],
      ['status', [{ version: secret }]],
      ['tube-used', [secret]],
      ['roster-name', [{ round, key: secret }]],
      ['counted-since', [{}]],
    ];
    for (const [event, given] of bad) {
      const reply = (await kiosk.ask(event, ...given)) as { outcome: string; code: string; message: string };
      expect(reply, event).toMatchObject({ outcome: 'refused', code: 'invalid' });
      expect(reply.message).not.toContain(secret);
    }
    expect(kiosk.socket.connected).toBe(true);
    kiosk.swipe(person(1));
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored', watermark: 2 });
    expect(site.logged.join('')).not.toContain(secret);
    const early = io(`${site.edge.url}/kiosk`, {
      transports: ['websocket'],
      auth: { token: tokenOf(kiosk), protocol: PROTOCOL_VERSION },
      forceNew: true,
    });
    expect(await early.timeout(5000).emitWithAck('events', header, encodeBatch(kiosk.journal))).toMatchObject(
      { code: 'no-hello' },
    );
    early.disconnect();
  });

  it('LG21 a second live connection of an install is a fork, and a kiosk that comes back is welcomed', async () => {
    const kiosk = await site.kiosk(lead, { station: 2, stand: 'before' });
    await kiosk.send();
    const hello = {
      install: kiosk.install,
      head: { sequence: kiosk.head.sequence, hash: bytesToHex(kiosk.head.hash) },
      wallTime: 0,
      edgeHead: null,
      counted: null,
    };
    const clone = io(`${site.edge.url}/kiosk`, {
      transports: ['websocket'],
      auth: { token: tokenOf(kiosk), protocol: PROTOCOL_VERSION },
      forceNew: true,
    });
    expect(await clone.timeout(5000).emitWithAck('hello', hello)).toMatchObject({
      outcome: 'fork',
      reason: 'second-connection',
    });
    // The first one's machine falls silent, as a pulled cable would have it: its TCP socket reads no more.
    const { ws } = kiosk.socket.io.engine.transport as unknown as { ws: object };
    (Reflect.get(ws, '_socket') as Socket).pause();
    expect(await clone.timeout(8000).emitWithAck('hello', hello)).toMatchObject({ outcome: 'welcome' });
    clone.disconnect();
    kiosk.close();
  });

  it('LG26 a head that a heartbeat has named is in the ledger before the heartbeat is answered', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(person(30));
    kiosk.append('round-ended', {});
    await kiosk.send();
    const gaps = async () => {
      const { installs } = (await site.ask('GET', `/installs?round=${round}`, { token: lead })).json;
      return installs.find((i: { id: string }) => i.id === kiosk.install);
    };
    expect(await gaps()).toMatchObject({ settled: true });
    kiosk.swipe(person(31));
    await kiosk.status();
    expect(await gaps(), 'taken up again, and the swipe never came').toMatchObject({ settled: false });
    kiosk.close();
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
    const head = db.prepare('SELECT head FROM install WHERE install = ?').pluck().get(kiosk.install);
    db.close();
    expect(head, 'an edge killed now would know').toBe(kiosk.head.sequence);
  });

  it('LG26 the heartbeats of a hundred kiosks that swipe cost no commit beside that of their swipes', async () => {
    const keys = new KeyStore(path.join(site.dir, 'load-keys'));
    keys.site();
    const fixture = new LedgerFixture({ file: path.join(site.dir, 'load.sqlite'), keys });
    const clock = new HandClock(1_700_000_000_000);
    const heads: number[] = [];
    const ledger: LedgerClient = {
      append: async (request) => fixture.append(request),
      write: async (name, args) => {
        if (name === 'kiosk.contacts') heads.push((args as WriteArgs<'kiosk.contacts'>).contacts.length);
        return fixture.write(name, args);
      },
      report: () => Promise.reject(new Error('no report was expected')),
      onCommit: () => () => {},
      stop: () => Promise.resolve(),
    };
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const rounds = () => Promise.resolve({ rounds: [], site: '' });
    const desk = new KioskDesk({ ledger, keys, clock, log, rounds });
    const peer = { push: () => {}, alive: () => Promise.resolve(true), close: () => {}, drop: () => {} };
    const kiosks = Array.from({ length: 100 }, (_, i) => {
      const journal = new TestJournal({ install: testUuid('install', i + 1), station: i + 1 });
      journal.append({ type: 'installed', device: 'test', parent: null });
      return { journal, session: desk.open({ pairing: 'p', station: i + 1 }, peer) };
    });
    const answered = (journal: TestJournal, session: KioskSession) =>
      session.status({
        head: journal.header(1).head,
        pending: 0,
        reader: 'ready',
        readerSince: null,
        openTube: null,
        round: null,
        version: 'test',
        wallTime: 0,
      });
    for (const { journal, session } of kiosks) {
      const { head } = journal.header(1);
      await session.hello({ install: journal.install, head, wallTime: 0, edgeHead: null, counted: null });
    }
    let told = 0;
    for (let n = 0; n < 3; n++) {
      for (const { journal, session } of kiosks) {
        journal.append({ type: 'unreadable', attempts: 3 });
        void answered(journal, session).then(() => told++);
        const { header, bytes } = journal.batch(
          journal.head.sequence - (n === 0 ? 1 : 0),
          journal.head.sequence,
        );
        expect(await session.events(header, bytes)).toMatchObject({ outcome: 'stored' });
      }
      await clock.advance(100);
    }
    expect([told, heads], 'a batch right behind says the same').toEqual([300, []]);

    for (const { journal, session } of kiosks) {
      journal.append({ type: 'unreadable', attempts: 3 });
      void answered(journal, session).then(() => told++);
    }
    await clock.advance(99);
    expect(told, 'not answered before it is held').toBe(300);
    await clock.advance(1);
    expect([told, heads], 'where none comes, all of them share one').toEqual([400, [100]]);
    expect(fixture.db.prepare('SELECT COUNT(*) FROM install WHERE head = 5').pluck().get()).toBe(100);
    await clock.advance(3000);
    expect(heads, 'and are not stored again').toEqual([100]);
    await desk.stop();
    fixture.close();
  });

  it('CK46 kiosks are told how the tube codes of a round look, and of a round that fixes nothing nothing', async () => {
    const pattern = { length: 10, prefix: 'SY', check: 'mod10' } as const;
    const planned = await site.round(lead, { tubePattern: pattern });
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    await kiosk.until(() => kiosk.tubePatterns.length > 0, 'patterns');
    expect(kiosk.tubePatterns).toEqual([{ round: planned, pattern }]);
    expect(kiosk.rounds?.rounds.map(({ info }) => info.round)).toContain(planned);
    expect((await site.ask('GET', `/rounds/${planned}`, { token: lead })).json).toMatchObject({
      tubePattern: pattern,
    });
    const wrong = { length: 0, prefix: '"', check: 'mod11' };
    const refused = await site.ask('POST', '/rounds', {
      token: lead,
      json: { ...(await site.ask('GET', `/rounds/${planned}`, { token: lead })).json, tubePattern: wrong },
    });
    expect(refused.status).toBe(400);
    kiosk.close();
  });

  it('LG22 kiosks hear who was counted elsewhere, and a void takes it back', async () => {
    const [one, two] = await Promise.all([
      site.kiosk(lead, { station: 1, stand: 'before' }),
      site.kiosk(lead, { station: 2, stand: 'before' }),
    ]);
    one.openTube('0000022');
    const swipe = one.swipe(person(22));
    await one.send();
    const counted = () => [...two.counted.values()].find((e) => e.tubeCode === '0000022');
    await two.until(() => counted() !== undefined, 'the counted entry');
    expect(counted()).toMatchObject({ station: 1, tubeCode: '0000022' });
    one.append('void', { swipe, reason: '撤销' });
    await one.send();
    await two.until(() => counted() === undefined, 'its removal');
    // Many in one batch, with other events between them: stored in runs, told by rows.
    one.sealTube(0);
    one.openTube('0000023');
    for (let n = 100; n < 137; n++) {
      one.swipe(person(n));
      if (n % 16 === 0) one.append('unreadable', { attempts: 3 });
    }
    await one.send();
    const inTube = () => [...two.counted.values()].filter((e) => e.tubeCode === '0000023').length;
    await two.until(() => inTube() === 37, 'all of them');
  });

  it('LG22 batches are numbered without gaps, at most one each half second, and a jump gets everything', async () => {
    const clock = new HandClock(1_700_000_000_000);
    const rows = new Map<CredentialKey, CountedRow>();
    const packed = (keys: readonly CredentialKey[]) =>
      packCounted({
        entries: keys.flatMap((k) => rows.get(k) ?? []),
        removals: keys.filter((k) => !rows.has(k)),
      });
    const key = (n: number) => n.toString(16).padStart(32, '0') as CredentialKey;
    const keysFrom = (from: number, to: number): CredentialKey[] =>
      Array.from({ length: to - from + 1 }, (_, i) => key(from + i));
    const faults: unknown[] = [];
    let isBusy = false;
    const feed = new CountedFeed({
      source: {
        entries: async (_, told) => {
          if (isBusy) throw new Error('the report failed');
          return packed([...told.keys, ...told.rows.flatMap(({ from, to }) => keysFrom(from, to))]);
        },
        all: async () => packed([...rows.keys()]),
        epoch: async () => 'epoch',
      },
      clock,
      fault: (error) => faults.push(error),
    });
    const got: CountedMessage[] = [];
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
    };
    /** Row ids are the people's numbers here. Every seventh is told by key, as after a void: so there are many short runs. */
    const count = (n: number): void => {
      rows.set(key(n), { key: key(n), time: n, station: 1, tubeCode: null });
      feed.note({
        rounds: [round],
        counted: [
          n % 7 === 0 ? { round, keys: [key(n)], rows: [] } : { round, keys: [], rows: [{ from: n, to: n }] },
        ],
        renewed: [],
        roundsChanged: false,
        installs: [],
      });
    };
    count(1);
    await feed.join(round, (message) => got.push(message), null);
    expect(got.map((m) => [m.full, decodeCounted(m)?.length])).toEqual([[true, 1]]);
    for (let n = 2; n <= 5001; n++) count(n);
    await settle();
    expect(got).toHaveLength(1);
    for (let halfSeconds = 1; halfSeconds <= 4; halfSeconds++) {
      await clock.advance(500);
      await settle();
    }
    expect(got.slice(1).map((m) => decodeCounted(m)?.length)).toEqual([2000, 2000, 1000]);
    expect(got.map((m) => m.number - (got[0]?.number ?? 0))).toEqual([0, 1, 2, 3]);
    rows.delete(key(7));
    feed.note({
      rounds: [round],
      counted: [{ round, keys: [key(7)], rows: [] }],
      renewed: [],
      roundsChanged: false,
      installs: [],
    });
    await clock.advance(500);
    await settle();
    expect(decodeKeys(got.at(-1)?.removals ?? new Uint8Array())).toEqual([key(7)]);

    isBusy = true;
    rows.delete(key(8));
    feed.note({
      rounds: [round],
      counted: [{ round, keys: [key(8)], rows: [{ from: 9, to: 9 }] }],
      renewed: [],
      roundsChanged: false,
      installs: [],
    });
    await clock.advance(500);
    await settle();
    expect(faults, 'a report that failed is told').toHaveLength(1);
    isBusy = false;
    await clock.advance(500);
    await settle();
    expect(decodeKeys(got.at(-1)?.removals ?? new Uint8Array()), 'and asked again').toEqual([key(8)]);
    expect(decodeCounted(got.at(-1)!)?.map((e) => e.key)).toEqual([key(9)]);

    const late: CountedMessage[] = [];
    await feed.join(round, (m) => late.push(m), { epoch: 'epoch', number: got[2]?.number ?? 0 });
    expect(
      late.map((m) => m.number),
      'only what it missed',
    ).toEqual(got.slice(3).map((m) => m.number));
    const jumped: CountedMessage[] = [];
    await feed.join(round, (m) => jumped.push(m), { epoch: 'epoch', number: 3 });
    expect(jumped).toMatchObject([{ full: true, number: got.at(-1)?.number }]);
    const other: CountedMessage[] = [];
    await feed.join(round, (m) => other.push(m), { epoch: 'another', number: got.at(-1)?.number ?? 0 });
    expect(other).toMatchObject([{ full: true }]);
    expect(faults).toHaveLength(1);
    feed.stop();
  });
});
