import { randomBytes, randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { idCheckDigit } from '#shared/id-number.ts';
import { TIME_MS_MAX } from '#shared/event/journal-time.ts';
import { eventId } from '#shared/ids.ts';
import { appendRaw, HostileSite, watchLoop } from '../../support/edge/hostile-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

/** The edge may never be away for long; ten times what was measured alone, because the machine is shared. */
const STALL_MS_MAX = 2500;

let site: HostileSite;
let round: string;
let good: WireKiosk;
let loop: ReturnType<typeof watchLoop>;
let people = 0;

beforeAll(async () => {
  site = await HostileSite.start();
  round = await site.openRound();
  good = (await site.kiosk(1)).kiosk;
  good.openTube('0000001');
  loop = watchLoop(site.url);
});
afterAll(async () => {
  loop.stop();
  await site.stop();
});

const person = () => {
  const first17 = `11019919900101${String(++people).padStart(3, '0')}`;
  return { kind: 'id' as const, number: first17 + idCheckDigit(first17), name: '样本' };
};

/** The kiosk beside it still counts, every page of the round can be read, and the edge was never away. */
async function nothingElseStopped(): Promise<void> {
  good.swipe(person());
  expect((await good.send())?.outcome).toBe('stored');
  for (const page of [
    'ladder',
    'stations',
    'tubes',
    'discrepancies',
    'missing',
    'headcount.csv',
    'missing.csv',
  ])
    expect((await site.ask('GET', `/rounds/${round}/${page}`, { token: site.lead })).status, page).toBe(200);
  const installs = await site.ask('GET', '/installs', { token: site.lead });
  expect(installs.status).toBe(200);
  expect(site.process.running).toBe(true);
  expect(loop.longest()).toBeLessThan(STALL_MS_MAX);
}

const envelope = (kiosk: WireKiosk, more: object = {}) => ({
  version: 1,
  round,
  station: kiosk.station,
  stand: 'before',
  phase: 'open',
  tube: null,
  wallTime: Date.now(),
  monotonicTime: 1,
  bootId: 'b',
  clockOffset: null,
  by: null,
  origin: null,
  ...more,
});
const headerOf = (kiosk: WireKiosk) => ({
  install: kiosk.install,
  first: kiosk.head.sequence + 1,
  head: { sequence: kiosk.head.sequence, hash: bytesToHex(kiosk.head.hash) },
  wallTime: Date.now(),
});
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('hostile kiosk', () => {
  it('HO2 whatever a request holds is refused by name, and the connection stays', async () => {
    const { kiosk } = await site.kiosk(2);
    const header = headerOf(kiosk);
    const given: unknown[][] = [
      [],
      [null],
      [1],
      ['x'],
      [[]],
      [{}],
      [{ install: {} }],
      [header],
      [header, 'abc'],
      [header, {}],
      [header, [1, 2]],
      [header, new Uint8Array(0)],
      [header, randomBytes(300)],
      [header, randomBytes(800 * 1024)],
      [{ ...header, first: 0 }, randomBytes(50)],
      [{ ...header, first: -1 }, randomBytes(50)],
      [{ ...header, first: 2 ** 53 }, randomBytes(50)],
      [{ ...header, first: 1.5 }, randomBytes(50)],
      [{ ...header, install: good.install }, randomBytes(50)],
    ];
    for (const event of [
      'hello',
      'events',
      'hashes',
      'status',
      'tube-used',
      'roster-name',
      'counted-since',
      'no-such-request',
    ])
      for (const args of given)
        expect(
          await kiosk.ask(event, ...args),
          `${event} ${JSON.stringify(args).slice(0, 80)}`,
        ).toMatchObject({
          outcome: 'refused',
          code: 'invalid',
          message: expect.stringMatching(/ \/ /),
        });
    for (const event of ['hello', 'events', 'status']) kiosk.socket.emit(event, {}); // nobody waits for an answer
    const raw = (text: string): void => {
      (kiosk.socket.io.engine as unknown as { write(packet: string): void }).write(text);
    };
    for (const depth of [5000, 200_000]) raw(`2/kiosk,7["status",${nested(depth)}]`);
    raw('2/kiosk,7["status",{"__proto__":{"head":1},"constructor":{"prototype":{"x":1}}}]');
    expect(await kiosk.ask('hello', {})).toMatchObject({ outcome: 'refused' });
    await kiosk.status();
    await nothingElseStopped();
  });

  it('HO2 a batch of 501 is refused, and a message beyond a megabyte costs its own connection only', async () => {
    const { kiosk } = await site.kiosk(2);
    for (let i = 0; i < 501; i++) kiosk.append('round-ended', {});
    const reply = await kiosk.ask('events', { ...headerOf(kiosk), first: 1 }, encodeBatch(kiosk.journal));
    expect(reply).toMatchObject({ outcome: 'refused', message: expect.stringContaining('too-many') });
    const gone = new Promise((resolve) => kiosk.socket.once('disconnect', resolve));
    kiosk.socket.emit('events', headerOf(kiosk), randomBytes(3 * 1024 * 1024));
    await gone;
    await nothingElseStopped();
  });

  it('HO3 a body of any content is stored or quarantined, and what follows it is delivered', async () => {
    const far = `${good.install}:9999999999999999`;
    const ended = (kiosk: WireKiosk, more?: object) => ({ type: 'round-ended', ...envelope(kiosk, more) });
    const bodies: Record<string, (kiosk: WireKiosk) => object | string | Uint8Array> = {
      'no UTF-8': () => new Uint8Array([0xff, 0xfe, 0x80]),
      'byte order mark': (k) => `\u{feff}${JSON.stringify(ended(k))}`,
      __proto__: (k) => JSON.stringify(ended(k)).replace('{', '{"__proto__":{"x":1},'),
      'a key twice': (k) => JSON.stringify(ended(k)).replace('{', '{"type":"void",'),
      '1e999': (k) => JSON.stringify(ended(k)).replace(/"wallTime":\d+/, '"wallTime":1e999'),
      'a lone surrogate': (k) => ({
        type: 'void',
        ...envelope(k),
        swipe: `${good.install}:3`,
        reason: '\u{d800}',
      }),
      deep: () => `{"type":"round-ended","x":${nested(30_000)}}`,
      'void of no number': (k) => ({ type: 'void', ...envelope(k), swipe: far, reason: 'x' }),
      'collects no number': (k) => ({
        type: 'tube-opened',
        ...envelope(k),
        code: 'X1',
        batch: null,
        capacity: 10,
        collects: [far],
      }),
      'copy of no number': (k) => ended(k, { origin: { event: far, hash: '00'.repeat(32) } }),
      'copy of itself': (k) => ended(k, { origin: { event: `${k.install}:2`, hash: '00'.repeat(32) } }),
      'void of itself': (k) => ({ type: 'void', ...envelope(k), swipe: `${k.install}:2`, reason: 'x' }),
      'moves into what is no tube': (k) => ({
        type: 'swipes-moved',
        ...envelope(k),
        swipes: [`${k.install}:1`, `${k.install}:3`],
        to: `${k.install}:1`,
      }),
      'another round': (k) => ended(k, { round: randomUUID() }),
      'decision of the edge': (k) => ({ type: 'round-state', ...envelope(k), state: 'closed', reason: null }),
      'a later version': (k) => ended(k, { version: 9 }),
    };
    for (const [name, make] of Object.entries(bodies)) {
      const { kiosk } = await site.kiosk(2);
      appendRaw(kiosk, make(kiosk));
      kiosk.append('round-ended', {});
      expect(await kiosk.send(), name).toMatchObject({ outcome: 'stored', watermark: 3 });
      kiosk.close();
    }
    await nothingElseStopped();
    const rounds = await site.ask('GET', `/rounds/${round}`, { token: site.lead });
    expect(rounds.json.state).toBe('open');
  });

  it('HO4 a clock beyond all calendars keeps nobody from reading tubes, lists and files', async () => {
    const { kiosk } = await site.kiosk(2);
    for (const [i, [wallTime, clockOffset]] of [
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      [Number.MIN_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
      [TIME_MS_MAX + 1, null],
      [8.64e15, 1],
    ].entries()) {
      const times = { wallTime, clockOffset };
      appendRaw(kiosk, {
        type: 'tube-opened',
        ...envelope(kiosk, times),
        code: `T${i}`,
        batch: null,
        capacity: 10,
        collects: [],
      });
      kiosk.tube = eventId(kiosk.install, kiosk.head.sequence);
      kiosk.swipe(person());
      appendRaw(kiosk, { type: 'unreadable', ...envelope(kiosk, times), attempts: 3 });
      kiosk.sealTube(5);
    }
    expect((await kiosk.send())?.outcome).toBe('stored');
    await kiosk.status({ readerSince: Number.MAX_SAFE_INTEGER, wallTime: Number.MIN_SAFE_INTEGER });
    await nothingElseStopped();
    await kiosk.status({ readerSince: Number.MIN_SAFE_INTEGER });
    await nothingElseStopped();
  });

  it('HO5 saying hello with the journal of another station takes nothing from it', async () => {
    const other = (await site.kiosk(2)).kiosk;
    const claim = (head: { sequence: number; hash: string }) => ({
      install: good.install,
      head,
      wallTime: Date.now(),
      edgeHead: null,
      counted: null,
    });
    expect(await other.ask('hello', claim({ sequence: 1, hash: '00'.repeat(32) }))).toMatchObject({
      outcome: 'fork',
    });
    const { edgeHead } = other.hello as Extract<WireKiosk['hello'], { outcome: 'welcome' }>;
    expect(await other.ask('hello', { ...claim(edgeHead.head), install: edgeHead.install })).toMatchObject({
      outcome: 'refused',
      code: 'invalid',
    });
    good.close();
    const offline = await site.kiosk(2);
    expect(await offline.kiosk.ask('hello', claim({ sequence: 1, hash: '00'.repeat(32) }))).toMatchObject({
      outcome: 'fork',
    });
    const { json } = await site.ask('GET', '/installs', { token: site.lead });
    const mine = (json.installs as { id: string; station: number }[]).find((i) => i.id === good.install);
    expect(mine?.station).toBe(1);
    await good.connect();
    await nothingElseStopped();
  });

  it('HO6 a handshake by a stranger, a foreign page or a foreign host name opens nothing, however often', async () => {
    const { token, pairing, kiosk } = await site.kiosk(2);
    const attempt = (
      auth: Record<string, unknown>,
      headers: Record<string, string> = {},
    ): Promise<string> => {
      const socket = io(`${site.url}/kiosk`, {
        transports: ['websocket'],
        auth,
        reconnection: false,
        forceNew: true,
        extraHeaders: headers,
      });
      return new Promise((resolve) => {
        socket.once('connect', () => resolve('let in'));
        socket.once('connect_error', (error) => resolve(error.message));
      }).finally(() => socket.disconnect()) as Promise<string>;
    };
    for (const auth of [
      {},
      { token: 1, protocol: 1 },
      { token: 'x'.repeat(40) },
      { token: 'x'.repeat(1e5), protocol: 1 },
    ])
      expect(await attempt(auth)).toBe('unpaired');
    for (const protocol of [99, '1', undefined])
      expect(await attempt({ token, protocol })).toBe('unknown-version');
    const pass = { token, protocol: 1 };
    for (const headers of [
      { origin: 'http://evil.example' },
      { host: 'evil.example:80' },
      { host: 'evil.example:80', origin: 'http://evil.example:80' },
    ])
      expect(await attempt(pass, headers), JSON.stringify(headers)).toBe('websocket error');
    const flood = await Promise.all(
      Array.from({ length: 500 }, () => attempt({ token: 'y'.repeat(40), protocol: 1 })),
    );
    expect(new Set(flood)).toEqual(new Set(['unpaired']));
    const gone = new Promise((resolve) => kiosk.socket.once('disconnect', resolve));
    await site.ask('DELETE', `/pairings/${pairing}`, { token: site.lead });
    await gone;
    expect(await attempt(pass)).toBe('revoked');
    await nothingElseStopped();
  });
});
