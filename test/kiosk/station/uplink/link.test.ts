import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { X509Certificate, createHash } from 'node:crypto';
import { generate } from 'selfsigned';
import { Server } from 'socket.io';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import {
  eventsHeaderSchema,
  helloSchema,
  kioskStatusSchema,
  parsePairingCode,
  redeemSchema,
  type CountedMessage,
  type RoundsMessage,
} from '#shared/contract/wire.ts';
import { eventId, type CredentialKey, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Connection, Link, LinkListener, LinkTarget } from '../../../../kiosk/station/uplink/link.ts';
import { parseAddress } from '../../../../kiosk/station/pairing/pairing-desk.ts';
import { redeem } from '../../../../kiosk/station/uplink/pairing-request.ts';
import { fetchFingerprint, originOf } from '../../../../kiosk/station/uplink/pinned-agent.ts';
import { socketLink } from '../../../../kiosk/station/uplink/socket-link.ts';
import { HandEdge, HandLink, rosterSnapshot } from '../../../support/kiosk/hand-link.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import {
  MORNING,
  TestKiosk,
  makeRound,
  roundsMessage,
  temporaryDirectory,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { TestJournal, testUuid } from '../../../support/kiosk/test-journal.ts';
import { message } from '#shared/language/message.ts';

const TOKEN = 'a-token-of-the-test';

/** A link, the edge behind it, and the ways to disturb it that both kinds have. */
interface Bench {
  edge: HandEdge;
  link: Link;
  target: LinkTarget;
  pushCounted(message: CountedMessage): void;
  pushRounds(): void;
  cut(): void;
  close(): Promise<void>;
}

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A certificate that expired years ago: only the key counts. */
async function certificate(): Promise<{ key: string; cert: string; fingerprint: string }> {
  const pems = await generate([{ name: 'commonName', value: 'muster' }], {
    keyType: 'ec',
    notBeforeDate: new Date('2001-01-01'),
    notAfterDate: new Date('2002-01-01'),
  });
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return { key: pems.private, cert: pems.cert, fingerprint: createHash('sha256').update(spki).digest('hex') };
}

function handBench(): Promise<Bench> {
  const edge = new HandEdge(() => MORNING);
  const link = new HandLink(edge);
  return Promise.resolve({
    edge,
    link: {
      connect: (target, listener) => {
        link.refusal =
          target.fingerprint !== 'right'
            ? { ok: false, code: 'other-key', message: 'other', theirs: null }
            : target.token === TOKEN
              ? null
              : { ok: false, code: 'unpaired', message: 'unpaired', theirs: null };
        return link.connect(target, listener);
      },
    },
    target: { address: { host: 'edge', port: 1 }, fingerprint: 'right', token: TOKEN },
    pushCounted: ({ round, number, full }) =>
      link.pushCounted({ round, number, full, entries: [], removals: [] }),
    pushRounds: () => link.pushRounds(),
    cut: () => link.cut(),
    close: () => Promise.resolve(),
  });
}

async function socketBench(): Promise<Bench & { requests: string[] }> {
  const edge = new HandEdge(() => MORNING);
  const requests: string[] = [];
  const { fingerprint, ...pems } = await certificate();
  const server: HttpsServer = createHttpsServer(
    pems,
    (request, response) => void http(edge, requests, request, response),
  );
  const io = new Server(server, { transports: ['websocket'] });
  const kiosks = io.of('/kiosk');
  kiosks.use((socket, next) => {
    requests.push('handshake');
    const auth = socket.handshake.auth as { token?: string; protocol?: number };
    const refusal = (data: object, name: string) => Object.assign(new Error(name), { data });
    if (auth.token === 'old')
      next(
        refusal(
          { code: 'unknown-version', ours: 2, theirs: auth.protocol, words: '版本不同' },
          'unknown-version',
        ),
      );
    else if (auth.token !== TOKEN) next(refusal({ code: 'unpaired', words: '没有配对' }, 'unpaired'));
    else next();
  });
  kiosks.on('connection', (socket) => {
    type Reply = (value: unknown) => void;
    socket.on('hello', (raw: unknown, reply: Reply) => {
      reply(edge.hello(helloSchema.parse(raw)));
      socket.emit('rounds', edge.rounds);
    });
    socket.on('events', (header: unknown, bytes: Uint8Array, reply: Reply) =>
      reply(edge.events(eventsHeaderSchema.parse(header), bytes)),
    );
    socket.on('hashes', (raw: { install: InstallId; sequences: number[] }, reply: Reply) =>
      reply({ hashes: edge.hashes(raw) }),
    );
    socket.on('status', (raw: unknown, reply: Reply) => {
      edge.statuses.push(kioskStatusSchema.parse(raw));
      reply({ edgeTime: edge.wall() });
    });
    socket.on('roster-name', (raw: { key: string }, reply: Reply) => {
      reply({ name: edge.names.get(raw.key) ?? null });
    });
    socket.on('tube-used', (raw: { code: string }, reply: Reply) => {
      const used = edge.used.get(raw.code) ?? null;
      reply({
        used: used && {
          opened: used.opened,
          station: used.station,
          time: used.time,
          sealed: used.sealed,
          count: used.people,
        },
      });
    });
    socket.on('counted-since', (raw: { round: RoundId; number: number | null }, reply: Reply) => {
      edge.countedAsked.push(raw);
      reply({ outcome: 'sent' });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    edge,
    requests,
    link: socketLink(() => {}),
    target: { address: { host: '127.0.0.1', port }, fingerprint, token: TOKEN },
    pushCounted: (message) => void kiosks.emit('counted', message),
    pushRounds: () => void kiosks.emit('rounds', edge.rounds),
    cut: () => kiosks.disconnectSockets(true),
    close: async () => {
      await io.close();
    },
  };
}

async function http(
  edge: HandEdge,
  requests: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  requests.push(`${request.method} ${request.url}`);
  const say = (status: number, body: Uint8Array | string): void => {
    response.writeHead(status);
    response.end(body);
  };
  if (request.url === '/api/v1/pairings/redeem') {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const { secret, previous } = redeemSchema.parse(JSON.parse(Buffer.concat(parts).toString('utf8')));
    if (previous !== undefined) requests.push(`shown ${previous}`);
    if (secret === '12345678')
      say(200, JSON.stringify({ token: TOKEN, station: 1, site: '示例机电', intakeKey: '11'.repeat(32) }));
    else say(403, JSON.stringify({ code: 'pairing.refused', detail: 'wrong or used' }));
    return;
  }
  const keys = edge.rosters.get(request.url?.split('/').at(-1) ?? '');
  if (request.headers.authorization !== `Bearer ${TOKEN}`) say(401, '');
  else if (keys === undefined) say(404, '');
  else say(200, keys);
}

function listener(): LinkListener & { told: RoundsMessage[]; batches: CountedMessage[]; ends: string[] } {
  const [told, batches, ends]: [RoundsMessage[], CountedMessage[], string[]] = [[], [], []];
  return {
    told,
    batches,
    ends,
    rounds: (m) => told.push(m),
    tubePatterns: () => {},
    counted: (m) => batches.push(m),
    closed: (r) => ends.push(r),
  };
}

async function connected(bench: Bench, to: LinkListener): Promise<Connection> {
  const result = await bench.link.connect(bench.target, to);
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`);
  return result.connection;
}

const until = async (holds: () => boolean): Promise<void> => {
  const end = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

describe.each([
  ['cranked by hand', handBench],
  ['over socket.io and TLS', socketBench],
])('a link %s', (_, make) => {
  it('UP10 carries hello, a batch, hashes, status, tube-used, roster-name, counted-since and a roster, as the contract says', async () => {
    const bench = await make();
    closing.push(() => bench.close());
    bench.edge.rounds = roundsMessage(await makeRound(1));
    const heard = listener();
    const connection = await connected(bench, heard);
    const journal = new TestJournal({ install: testUuid('install', 1), station: 1 });
    for (let i = 0; i < 3; i++) journal.append({ type: 'unreadable', attempts: 1 });
    const { header } = journal.batch(1, 3);
    const hello = await connection.hello({
      install: journal.install,
      head: header.head,
      wallTime: 1,
      edgeHead: null,
      counted: null,
    });
    expect(hello).toMatchObject({ ok: true, value: { outcome: 'welcome', epoch: 'epoch-1', station: 1 } });
    await until(() => heard.told.length > 0);
    expect(heard.told[0]).toEqual(bench.edge.rounds);
    const stored = await connection.events(header, encodeBatch(journal.events));
    expect(stored).toMatchObject({ ok: true, value: { outcome: 'stored', watermark: 3 } });
    expect(await connection.hashes({ install: journal.install, sequences: [2, 9] })).toEqual({
      ok: true,
      value: [bytesToHex(journal.events[1]!.hash), null],
    });
    const status = {
      head: header.head,
      pending: 0,
      reader: 'none',
      readerSince: null,
      openTube: null,
      round: null,
      version: 'x',
      wallTime: 1,
    } as const;
    expect(await connection.status(status)).toEqual({ ok: true, value: { edgeTime: MORNING } });
    const used = { opened: eventId(journal.install, 1), station: 2, time: 5, sealed: true, people: 9 };
    bench.edge.used.set('T1', used);
    expect(await connection.tubeUsed({ round: testUuid('round', 1), code: 'T1' })).toEqual({
      ok: true,
      value: used,
    });
    expect(await connection.tubeUsed({ round: testUuid('round', 1), code: 'T2' })).toEqual({
      ok: true,
      value: null,
    });
    const key = 'ab'.repeat(16) as CredentialKey;
    bench.edge.names.set(key, '试*敏');
    expect(await connection.rosterName({ round: testUuid('round', 1), key })).toEqual({
      ok: true,
      value: '试*敏',
    });
    connection.countedSince({ round: testUuid('round', 1), number: null });
    await until(() => bench.edge.countedAsked.length === 1);
    const roster = rosterSnapshot(['ab'.repeat(16) as CredentialKey]);
    bench.edge.rosters.set(roster.hash, roster.bytes);
    const fetched = await connection.rosterKeys(roster.hash);
    expect(fetched.ok && bytesToHex(fetched.value)).toBe('ab'.repeat(16));
    expect(await connection.rosterKeys('cd'.repeat(32))).toMatchObject({ ok: false, code: 'not-understood' });
    connection.close();
    expect(await connection.status(status)).toMatchObject({ ok: false, code: 'closed' });
    expect(heard.ends).toEqual([]);
  });

  it('UP10 tells rounds, counted batches and its own end, and nothing after that', async () => {
    const bench = await make();
    closing.push(() => bench.close());
    const heard = listener();
    const connection = await connected(bench, heard);
    bench.pushRounds();
    bench.pushCounted({
      epoch: bench.edge.epoch,
      round: testUuid('round', 1),
      number: 0,
      full: true,
      tubes: [],
      entries: new Uint8Array(),
      removals: new Uint8Array(),
    });
    await until(() => heard.told.length === 1 && heard.batches.length === 1);
    bench.cut();
    await until(() => heard.ends.length === 1);
    expect(await connection.hashes({ install: testUuid('install', 1), sequences: [1] })).toMatchObject({
      ok: false,
      code: 'closed',
    });
  });

  it('UP10 names a wrong key and an unknown token', async () => {
    const bench = await make();
    closing.push(() => bench.close());
    const to = (change: Partial<LinkTarget>) =>
      bench.link.connect({ ...bench.target, ...change }, listener());
    expect(await to({ fingerprint: 'ff'.repeat(32) })).toMatchObject({ ok: false, code: 'other-key' });
    expect(await to({ token: 'another-token-entirely' })).toMatchObject({ ok: false, code: 'unpaired' });
  });
});

describe('trust', () => {
  it('KS3 only the pinned public key is spoken to: an expired certificate is, another key hears not even a handshake', async () => {
    const bench = await socketBench();
    closing.push(() => bench.close());
    const connection = await connected(bench, listener());
    connection.close();
    const heard = bench.requests.length;
    const wrong = { ...bench.target, fingerprint: 'ff'.repeat(32) };
    expect(await bench.link.connect(wrong, listener())).toMatchObject({ ok: false, code: 'other-key' });
    const { host, port } = bench.target.address;
    const paired = await redeem(
      { host, port, fingerprint: wrong.fingerprint, secret: '12345678' },
      { device: 'd', previous: null },
    );
    expect(paired).toMatchObject({ ok: false, code: 'other-key' });
    expect(bench.requests).toHaveLength(heard);
    expect(() => originOf({ host: '192.168.1.20', port: 1 }, null)).toThrow(/loopback/);
    expect(
      await bench.link.connect(
        { ...bench.target, address: { host: '192.0.2.1', port: 1 }, fingerprint: null },
        listener(),
      ),
    ).toMatchObject({ ok: false });
  });

  it('UP9 a handshake refused for its version names the version of the edge', async () => {
    const bench = await socketBench();
    closing.push(() => bench.close());
    const result = await bench.link.connect({ ...bench.target, token: 'old' }, listener());
    expect(result).toEqual({ ok: false, code: 'version', message: '版本不同', theirs: 2 });
    const nobody = { ...bench.target, address: { host: '127.0.0.1', port: 9 } };
    expect(await bench.link.connect(nobody, listener())).toMatchObject({ ok: false, code: 'unreachable' });
  });

  it('KS3 a one-time secret is redeemed over the pinned key, and a refusal says what to do', async () => {
    const bench = await socketBench();
    closing.push(() => bench.close());
    const { host, port } = bench.target.address;
    const code = parsePairingCode(`muster:${host}:${port}/${bench.target.fingerprint}/12345678`);
    if (code === null) throw new Error('no code');
    expect(await redeem(code, { device: '测试机', previous: null })).toMatchObject({
      ok: true,
      redeemed: { token: TOKEN, station: 1 },
    });
    expect(await redeem({ ...code, secret: '87654321' }, { device: '测试机', previous: null })).toMatchObject(
      {
        ok: false,
        code: 'pairing.refused',
      },
    );
    expect(await redeem({ ...code, port: 9 }, { device: '测试机', previous: null })).toMatchObject({
      ok: false,
      code: 'unreachable',
    });
    expect(
      await redeem({ ...code, host: '192.168.1.20', fingerprint: null }, { device: 'd', previous: null }),
    ).toMatchObject({
      ok: false,
      code: 'no-fingerprint',
    });
  });

  it('KS4 typed, the first 20 hex digits are shown and nothing is sent until they were found the same', async () => {
    const bench = await socketBench();
    const place = temporaryDirectory();
    const clock = new HandClock(MORNING);
    const k = await TestKiosk.start({
      directory: place.directory,
      clock,
      paired: false,
      pairing: {
        redeem: (code, previous) => redeem(code, { device: 'd', previous }),
        fingerprint: (address) => fetchFingerprint(address, 5_000),
      },
    });
    closing.push(
      () => bench.close(),
      () => k.stop(),
      () => place.remove(),
    );
    const { host, port } = bench.target.address;
    const type = { command: 'pair-typed', address: `${host}:${port}`, secret: '12345678' } as const;
    expect(await k.do(type)).toEqual({ ok: true });
    expect(k.face).toEqual({ face: 'compare-fingerprint', digits: bench.target.fingerprint?.slice(0, 20) });
    expect(await k.do({ command: 'confirm-fingerprint', same: false })).toMatchObject({
      ok: false,
      code: 'fingerprint-differs',
    });
    expect(bench.requests).toEqual([]);
    expect(k.face).toEqual({ face: 'unpaired', error: message('refusal.fingerprint-differs') });
    await k.do(type);
    expect(await k.do({ command: 'confirm-fingerprint', same: true })).toEqual({ ok: true });
    expect(bench.requests).toEqual(['POST /api/v1/pairings/redeem']);
    expect(k.state).toMatchObject({ paired: true, station: 1 });
    expect(await k.do({ command: 'pair', code: 'rubbish' })).toMatchObject({
      ok: false,
      code: 'not-pairing-code',
    });
    expect(parseAddress('https://192.168.1.20/')).toEqual({ host: '192.168.1.20', port: 8443 });
    expect(parseAddress('192.168.1.20:0')).toBeNull();
    expect(parseAddress('two words')).toBeNull();
  });

  it('UP54 paired anew a kiosk shows its token to the edge that gave it, and to no other', async () => {
    const [own, other] = [await socketBench(), await socketBench()];
    const place = temporaryDirectory();
    const k = await TestKiosk.start({
      directory: place.directory,
      clock: new HandClock(MORNING),
      paired: false,
      pairing: {
        redeem: (code, previous) => redeem(code, { device: 'd', previous }),
        fingerprint: (address) => fetchFingerprint(address, 5_000),
      },
    });
    closing.push(
      () => own.close(),
      () => other.close(),
      () => k.stop(),
      () => place.remove(),
    );
    const pair = async ({ target }: Bench): Promise<void> => {
      const { host, port } = target.address;
      const code = `muster:${host}:${port}/${target.fingerprint}/12345678`;
      expect(await k.do({ command: 'pair', code })).toEqual({ ok: true });
    };
    const asked = 'POST /api/v1/pairings/redeem';
    await pair(own);
    await pair(own);
    expect(own.requests).toEqual([asked, asked, `shown ${TOKEN}`]);
    await pair(other);
    expect(other.requests).toEqual([asked]);
    await pair(own);
    expect(own.requests).toEqual([asked, asked, `shown ${TOKEN}`, asked]);
  });
});
