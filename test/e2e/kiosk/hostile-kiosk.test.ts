import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Server, type Socket } from 'socket.io';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inventPeople } from '../../site/invented-people.ts';
import { HostileSite } from '../../support/edge/hostile-site.ts';
import { startWatchedKiosk, type WatchedKiosk } from '../../support/kiosk/watched-kiosk.ts';
import { zhOf } from '../../support/said.ts';

const PEOPLE = inventPeople({ seed: 7, count: 60 });
let directory: string;
let kiosks: WatchedKiosk[] = [];

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'muster-hostile-kiosk-'));
});
afterEach(async () => {
  await Promise.all(kiosks.splice(0).map((kiosk) => kiosk.stop()));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function start(options: { pair: string; reader?: string }): Promise<WatchedKiosk> {
  const kiosk = await startWatchedKiosk({ data: path.join(directory, randomUUID()), ...options });
  kiosks.push(kiosk);
  await kiosk.until('pairing', (s) => s.paired);
  return kiosk;
}

let next = 0;
/** One person typed in must be one event more: whatever happened before, the kiosk still counts. */
async function stillCounts(kiosk: WatchedKiosk): Promise<void> {
  const { lastSequence } = await kiosk.until('a state', () => true);
  const { number } = PEOPLE[next++ % PEOPLE.length]!;
  const typed = { command: 'manual', kind: 'id', number, documentType: null, name: null, phone: null };
  expect(await kiosk.send(typed)).toEqual({ ok: true });
  await kiosk.until('one event more', (s) => s.lastSequence > lastSequence);
  expect(kiosk.process.running).toBe(true);
}

const seeded = (seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;

describe('hostile hands', () => {
  it('HO13 commands doubled, out of order, absurd or of no form are obeyed or refused in words, and the kiosk counts on', async () => {
    const site = await HostileSite.start();
    try {
      await site.openRound();
      const { secret } = await site.pair(1);
      const kiosk = await start({ pair: `muster:127.0.0.1:${new URL(site.url).port}/-/${secret}` });
      await kiosk.until('an open round', (s) => s.round?.state === 'open');
      const none = `${randomUUID()}:1`;
      const texts = [
        '',
        ' ',
        '\0',
        '\u{1b}[2J',
        '\u{202e}',
        '😀'.repeat(50),
        '0'.repeat(200),
        '<script>',
        "';--",
        'muster:',
        'muster:x:99999/-/123456',
        '\u{d800}',
      ];
      const manual = (kind: string, number: string) => ({
        command: 'manual',
        kind,
        number,
        documentType: null,
        name: null,
        phone: null,
      });
      const commands: object[] = [
        ...['change-tube', 'ask-undo', 'undo', 'restore', 'dismiss'].map((command) => ({ command })),
        ...[null, 0, 9, 10].map((swabbed) => ({ command: 'seal', swabbed })),
        ...[null, none].map((swipe) => ({ command: 'not-sampled', swipe })),
        ...['0000001', '0000002', '管😀'].map((code) => ({ command: 'tube-code', code })),
        ...['continue-tube', 'sampled-again'].flatMap((command) =>
          [true, false].map((yes) => ({ command, yes })),
        ),
        ...['open-tube', 'no-tube'].flatMap((to) =>
          [1, 100].map((count) => ({ command: 'move-last', count, to })),
        ),
        ...[true, false].map((sampled) => ({ command: 'settle-unreadable', sampled })),
        { command: 'confirm-fingerprint', same: true },
        { command: 'opening-code', digits: '0000000000' },
        ...texts.map((text) => ({ command: 'scan', text })),
        ...texts.map((text) => manual('id', text.slice(0, 60))),
        ...texts.map((text) => manual('staff', text.slice(0, 60))),
        { ...manual('document', 'E1'), documentType: '\0' },
        { ...manual('none', ''), name: '\u{202e}名', phone: '10012345678' },
        { ...manual('none', ''), name: ' ', phone: '1' },
        manual('id', PEOPLE[50]!.number),
        manual('id', PEOPLE[51]!.number),
        manual('staff', '00127'),
        { command: 'pair', code: 'muster:127.0.0.1:1/-/12345678' },
      ];
      const broken: unknown[] = [
        null,
        1,
        'undo',
        [],
        {},
        { command: 'seal' },
        { command: 'seal', swabbed: -1 },
        { command: 'scan', text: 'x'.repeat(1000) },
        { command: '__proto__' },
        { command: 'undo', more: 1 },
      ];
      for (const command of broken)
        expect(await kiosk.send(command)).toMatchObject({ ok: false, code: 'invalid' });
      const random = seeded(20_210_124);
      for (let i = 0; i < 400; i++) {
        const command = commands[Math.floor(random() * commands.length)]!;
        const replies = await Promise.all(
          random() < 0.2 ? [kiosk.send(command), kiosk.send(command)] : [kiosk.send(command)],
        );
        for (const reply of replies)
          if (!reply.ok)
            expect([reply.code, zhOf(reply.words)], JSON.stringify(command)).toEqual([
              expect.not.stringMatching(/^fault$/),
              expect.stringMatching(/\p{Script=Han}/u),
            ]);
      }
      await stillCounts(kiosk);
      const state = await kiosk.until('all received', (s) => s.received === s.lastSequence);
      expect(state.lastSequence).toBeGreaterThan(20);
      const installs = await site.ask('GET', '/installs', { token: site.lead });
      expect(installs.json.installs[0].trouble, 'nothing of it was unusable at the edge').toBeNull();
      expect(kiosk.process.stderr).not.toContain('"fault"');
    } finally {
      await Promise.all(kiosks.splice(0).map((kiosk) => kiosk.stop()));
      await site.stop();
    }
  });

  it('HO13 the kiosk’s own page gives nothing to a wrong token, a foreign origin or a path outside it', async () => {
    const edge = await FakeEdge.start(() => null);
    const kiosk = await start({ pair: edge.code });
    const { origin, token } = kiosk;
    for (const at of [
      '/../package.json',
      '/%2e%2e/%2e%2e/package.json',
      '/..%2f..%2fpackage.json',
      '/%zz',
      '//etc/passwd',
      '//',
      '//:x@/',
      '/index.html%00.js',
      '/assets',
    ])
      expect((await fetch(`${origin}${at}`)).status, at).toBe(404);
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }])
      expect((await fetch(origin, { headers })).status).toBe(403);
    expect(
      (
        await fetch(`${origin}/socket.io/?EIO=4&transport=polling`, {
          headers: { origin: 'http://evil.example' },
        })
      ).status,
    ).toBe(403);
    const { io } = await import('socket.io-client');
    for (const auth of [{}, { token: '' }, { token: `${token}x` }, { token: [token] }]) {
      const socket = io(origin, { transports: ['websocket'], auth, reconnection: false, forceNew: true });
      const [error] = (await once(socket as unknown as NodeJS.EventEmitter, 'connect_error')) as [Error];
      expect(error.message).toBe('token');
      socket.disconnect();
    }
    await stillCounts(kiosk);
    await edge.stop();
  });
});

/** Pairs with anybody, and answers every request as it pleases. */
class FakeEdge {
  readonly code: string;
  connects = 0;
  asked = 0;
  readonly #http: HttpServer;
  readonly #io: Server;

  private constructor(http: HttpServer, io: Server, port: number) {
    this.#http = http;
    this.#io = io;
    this.code = `muster:127.0.0.1:${port}/-/12345678`;
  }

  static async start(
    reply: (event: string, args: unknown[]) => unknown,
    greet: (socket: Socket) => void = () => {},
  ): Promise<FakeEdge> {
    const http = createServer((request, response) => {
      if (request.url !== '/api/v1/pairings/redeem') return void response.writeHead(200).end('nonsense');
      const redeemed = {
        token: 'x'.repeat(43),
        station: 1,
        site: '示例机电',
        intakeKey: '13be4feaeaf204c7fd3358fc9c00721881d174278128227ec674f37f7fe97b6d',
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(redeemed));
    });
    const io = new Server(http, { maxHttpBufferSize: 2e6 });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const edge = new FakeEdge(http, io, (http.address() as { port: number }).port);
    io.of('/kiosk').on('connection', (socket) => {
      edge.connects++;
      socket.onAny((event: string, ...args: unknown[]) => {
        edge.asked++;
        const answer = args.pop();
        if (typeof answer === 'function') (answer as (reply: unknown) => void)(reply(event, args));
      });
      greet(socket);
    });
    return edge;
  }

  async stop(): Promise<void> {
    await this.#io.close();
    this.#http.closeAllConnections();
  }
}

const ZEROS = '0'.repeat(64);
const EDGE = { install: '6f1c2d3e-4a5b-4c6d-8e7f-0123456789ab', head: { sequence: 1, hash: ZEROS } };
const welcome = (more: object = {}) => ({
  outcome: 'welcome',
  epoch: 'e',
  watermark: { sequence: 0, hash: ZEROS },
  edgeTime: Date.now(),
  edgeHead: EDGE,
  station: 1,
  ...more,
});
const stored = (more: object = {}) => ({
  outcome: 'stored',
  epoch: 'e',
  watermark: 1,
  items: [],
  verdicts: [],
  edgeTime: Date.now(),
  ...more,
});
const FAR = Number.MAX_SAFE_INTEGER;

describe('hostile edge', () => {
  const NONSENSE: [string, (event: string, args: unknown[]) => unknown][] = [
    ['nothing of a form', () => ['x', null, { __proto__: 1 }]],
    [
      'a watermark beyond all',
      (e) => (e === 'hello' ? welcome({ watermark: { sequence: FAR, hash: ZEROS } }) : null),
    ],
    [
      'a time beyond all calendars',
      (e) =>
        e === 'hello'
          ? welcome({ edgeTime: FAR })
          : e === 'events'
            ? stored({ edgeTime: -FAR })
            : { edgeTime: FAR },
    ],
    [
      'fork without end',
      (e) =>
        e === 'hello'
          ? { outcome: 'fork', reason: 'other-hash', watermark: { sequence: 0, hash: ZEROS } }
          : e === 'hashes'
            ? { hashes: [] }
            : null,
    ],
    ['stored that never moves', (e) => (e === 'hello' ? welcome() : stored({ watermark: 0 }))],
    [
      'stored beyond the head',
      (e) =>
        e === 'hello'
          ? welcome()
          : stored({
              watermark: FAR,
              verdicts: [{ sequence: FAR, repeatOf: { station: 999, tubeCode: null, time: FAR } }],
            }),
    ],
    [
      'broken at every batch',
      (e) =>
        e === 'hello'
          ? welcome()
          : e === 'hashes'
            ? { hashes: [null] }
            : { outcome: 'broken', code: 'x', at: -1, watermark: FAR, message: '' },
    ],
    ['gap for ever', (e) => (e === 'hello' ? welcome() : { outcome: 'gap', watermark: 0, epoch: 'e' })],
    [
      'busy for a thousand years',
      (e) =>
        e === 'hello' ? welcome() : { outcome: 'busy', retryAfterMs: FAR, message: 'x'.repeat(100_000) },
    ],
    [
      'another epoch each time',
      (e) => (e === 'hello' ? welcome({ epoch: randomUUID() }) : stored({ epoch: randomUUID() })),
    ],
  ];

  it('HO14 whatever an edge answers, the kiosk counts on, asks no storm of it and stops when told', async () => {
    await Promise.all(
      NONSENSE.map(async ([name, reply]) => {
        const edge = await FakeEdge.start(reply);
        const kiosk = await start({ pair: edge.code });
        for (let i = 0; i < 3; i++) await stillCounts(kiosk);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        await stillCounts(kiosk);
        expect(edge.asked, `${name}: requests`).toBeLessThan(200);
        expect(kiosk.process.stderr.length, `${name}: log`).toBeLessThan(100_000);
        expect(kiosk.process.stderr, name).not.toMatch(/^ {4}at /m);
        await edge.stop();
      }),
    );
  });

  it('HO14 rounds and counted people of no form are refused, and asked for again at a bounded rate', async () => {
    const round = randomUUID();
    const counted = (more: object) => ({
      epoch: 'e',
      round,
      number: 1,
      full: true,
      tubes: [],
      entries: Buffer.alloc(0),
      removals: Buffer.alloc(0),
      ...more,
    });
    const push = (socket: Socket): void => {
      for (const message of [null, 1, {}, { rounds: [{}], site: 'x' }, { rounds: 'x'.repeat(1e5), site: '' }])
        socket.emit('rounds', message);
      socket.emit('counted', counted({ entries: randomBytes(27) }));
      socket.emit('counted', counted({ entries: Buffer.alloc(28, 0xff) }));
      socket.emit('counted', counted({ number: 7, full: false }));
      socket.emit('no-such-message', randomBytes(1000));
    };
    const edge = await FakeEdge.start(
      (event) => (event === 'hello' ? welcome() : stored()),
      (socket) => {
        push(socket);
        socket.on('counted-since', () => void socket.emit('counted', counted({ entries: randomBytes(27) })));
      },
    );
    const kiosk = await start({ pair: edge.code });
    for (let i = 0; i < 3; i++) await stillCounts(kiosk);
    const before = edge.asked;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(edge.asked - before, 'requests in 1.5 s').toBeLessThan(100);
    await stillCounts(kiosk);
    await edge.stop();
  });

  it('HO14 a disk that refuses while a command is obeyed is told in words, and the kiosk goes on', async () => {
    const edge = await FakeEdge.start(() => null);
    const data = path.join(directory, randomUUID());
    const kiosk = await startWatchedKiosk({ data });
    kiosks.push(kiosk);
    await kiosk.until('a state', () => true);
    const settings = path.join(data, 'settings.json');
    rmSync(settings);
    mkdirSync(path.join(settings, 'in-the-way'), { recursive: true });
    const refused = await kiosk.send({ command: 'pair', code: edge.code });
    expect(refused).toMatchObject({ ok: false, words: { key: expect.any(String) } });
    rmSync(settings, { recursive: true });
    expect(await kiosk.send({ command: 'pair', code: edge.code })).toEqual({ ok: true });
    await stillCounts(kiosk);
    await edge.stop();
  });

  it('HO14 a reader that spews noise holds up nothing', async () => {
    const noise = createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      const spew = (): void => {
        if (!socket.destroyed && socket.write(randomBytes(64 * 1024))) setTimeout(spew, 5);
      };
      socket.on('drain', () => setTimeout(spew, 5));
      spew();
    }).listen(0, '127.0.0.1');
    await once(noise, 'listening');
    const edge = await FakeEdge.start(() => null);
    const { port } = noise.address() as { port: number };
    const kiosk = await start({ pair: edge.code, reader: `tcp://127.0.0.1:${port}` });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const from = performance.now();
    for (let i = 0; i < 5; i++) await stillCounts(kiosk);
    expect(performance.now() - from, 'five people typed meanwhile').toBeLessThan(10_000);
    expect(kiosk.process.stderr.length, 'log').toBeLessThan(200_000);
    noise.close();
    await edge.stop();
  });
});
