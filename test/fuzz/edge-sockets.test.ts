import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostileSite } from '../support/edge/hostile-site.ts';
import type { WireKiosk } from '../support/edge/wire-kiosk.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { fuzzThere, type BorderThere } from './fuzz-case.ts';
import { HostileJournal } from './hostile-journal.ts';
import { anyJson, bytesOf, mutated, mutatedBytes, mutatedText } from './hostile-values.ts';
import { ErrorLines, StallProbe } from './probed-program.ts';
import { throwLines } from './raw-line.ts';
import { recountOf } from './recount.ts';
import { eventFrames, RawSocket } from './raw-socket.ts';
import { recordedRequests } from './recorded-samples.ts';

let probe: StallProbe;
let site: HostileSite;
let round: string;
let good: WireKiosk;
let token: string;
let errors: ErrorLines;

beforeAll(async () => {
  probe = await StallProbe.start();
  site = await HostileSite.start({ ...probe.environment, MUSTER_LOG: 'info' });
  round = await site.openRound();
  good = (await site.kiosk(1)).kiosk;
  good.openTube('0000001');
  const other = await site.kiosk(2);
  token = other.token;
  other.kiosk.close();
  errors = new ErrorLines(() => site.process);
});
afterAll(async () => {
  await site.stop();
  probe.stop();
});

const REQUESTS = [...recordedRequests()].filter(([event]) => event !== 'handshake');
const ABSENT = 'no-such-request';

interface Request {
  namespace: '/kiosk' | '/board';
  event: string;
  args: readonly unknown[];
}

/** What a kiosk asks, or a board, with something wrong. */
function request(random: SeededRandom): Request {
  if (random.next() < 0.06)
    return { namespace: '/board', event: 'watch', args: [mutated({ round: ofRound(random) }, random)] };
  if (random.next() < 0.01) return journalOf(random);
  const [event, samples] = random.pick(REQUESTS);
  const args =
    random.next() < 0.9 ? mutated(random.pick(samples), random) : [anyJson(random), anyJson(random)];
  return {
    namespace: '/kiosk',
    event: random.next() < 0.98 ? event : random.pick([ABSENT, 'counted-since', 'x'.repeat(1000), '']),
    args: Array.isArray(args) ? (args as unknown[]).slice(0, 20) : [args],
  };
}

const ofRound = (random: SeededRandom): string => (random.next() < 0.1 ? round : randomUuid(random));
const randomUuid = (random: SeededRandom): string =>
  `${Buffer.from(bytesOf(random, 4)).toString('hex')}-0000-4000-8000-000000000001`;

/** A hello by a kiosk nobody knew. Its first events are what `journals` sends behind it. */
function journalOf(random: SeededRandom): Request {
  const journal = new HostileJournal({ install: randomUuid(random) as never, round, known: [] });
  journal.write(random);
  const { header } = journal.batch(random, 0);
  const { install, head } = header as { install: unknown; head: unknown };
  return {
    namespace: '/kiosk',
    event: 'hello',
    args: [{ install, head, wallTime: 1_700_000_000_000, edgeHead: null, counted: null }],
  };
}

class Callers {
  #sockets = new Map<string, RawSocket>();

  /** The one connection of this namespace, made anew where the last one was lost. */
  async of(namespace: '/kiosk' | '/board'): Promise<RawSocket> {
    const open = this.#sockets.get(namespace);
    if (open?.open === true) return open;
    const socket = await RawSocket.connect(site.url);
    const auth = namespace === '/kiosk' ? { token, protocol: 1 } : { token: site.lead };
    if (socket === null || !(await socket.join(namespace, auth)))
      throw new Error(`${namespace} lets nobody in`);
    this.#sockets.set(namespace, socket);
    return socket;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.values()) await socket.close();
  }
}

const FAULT = /主机出错/;

/** Asks all, and one by one what a lost connection has taken with it. */
async function askAll(callers: Callers, requests: readonly Request[]): Promise<void> {
  const sockets = new Map<string, RawSocket>();
  for (const { namespace } of requests) sockets.set(namespace, await callers.of(namespace));
  const answers = await Promise.all(
    requests.map(({ namespace, event, args }) => sockets.get(namespace)!.ask(namespace, event, args)),
  );
  for (const [i, answer] of answers.entries()) {
    const { namespace, event, args } = requests[i]!;
    const told =
      answer === 'closed' ? await (await callers.of(namespace)).ask(namespace, event, args) : answer;
    if (told !== 'closed' && FAULT.test(JSON.stringify(told)))
      throw new Error(`${event}: ${JSON.stringify(told)}`);
  }
}

/** Where the edge is told of is asked of it for every border here. */
const watched = (): Pick<BorderThere<unknown>, 'longestMs' | 'complaints'> => ({
  longestMs: () => probe.longest(),
  complaints: () => errors.next(),
});

async function stillCounts(): Promise<void> {
  good.swipe({ kind: 'staff', number: String(good.head.sequence), name: null });
  expect(await good.send()).toMatchObject({ outcome: 'stored', watermark: good.head.sequence });
  expect(site.process.running).toBe(true);
}

const FAREWELL = '41/kiosk,';
/** Frames that are no request: each case on a connection of its own, which it may cost. */
function frames(random: SeededRandom): { auth: unknown; frames: (string | Uint8Array)[] } {
  const auth = { token: random.next() < 0.8 ? token : site.lead, protocol: 1 };
  const { namespace, event, args } = request(random);
  const packet = eventFrames({ namespace, event, args, id: random.below(100) });
  const text = packet[0] as string;
  const other: readonly (() => (string | Uint8Array)[])[] = [
    () => [mutatedText(text, random), ...packet.slice(1)],
    () => [text.replace(/^\d+/, String(random.below(100)))],
    () => [
      text.replace(/^4[25]\d*-?/, `45${random.pick(['-', '0-', '9-', '99999999-', '1-', 'x-'])}`),
      ...packet.slice(1),
    ],
    () => eventFrames({ namespace, event, args, id: null }),
    () => [`42/kiosk,${random.pick(['-1', '1e9', '9'.repeat(30), '007'])}["status",{}]`],
    () => [
      `40${random.pick(['', '/board', '/nowhere', '/kiosk', '/__proto__'])},${JSON.stringify(anyJson(random)) ?? ''}`,
    ],
    () => [FAREWELL],
    () => [`43/kiosk,1${JSON.stringify(anyJson(random)) ?? ''}`],
    () => [
      `42/kiosk,["${random.pick(['disconnect', 'disconnecting', 'newListener', 'connect_error', 'error', '__proto__'])}",1]`,
    ],
    () => [bytesOf(random, random.below(500)), text],
    () => [mutatedBytes(new TextEncoder().encode(text), random)],
    () => [
      `451-/kiosk,1["events",{"_placeholder":true,"num":${random.pick(['7', '-1', '"x"', '0.5', 'null'])}}]`,
      bytesOf(random, 40),
    ],
    () => [String(random.below(8)) + (JSON.stringify(anyJson(random)) ?? '')],
  ];
  return { auth: random.next() < 0.9 ? auth : mutated(auth, random), frames: random.pick(other)() };
}

async function throwFrames({ auth, frames: given }: ReturnType<typeof frames>): Promise<void> {
  const socket = await RawSocket.connect(site.url);
  if (socket === null) throw new Error('the edge opens no connection');
  const joined = await socket.join('/kiosk', auth);
  socket.send(...given);
  // Answered behind them, unless they cost the connection or were a farewell to the namespace.
  if (joined && !given.includes(FAREWELL)) await socket.ask('/kiosk', 'tube-used', [{}]);
  await socket.end();
}

const UPGRADE = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];

/** Bytes of a connection from its first: an upgrade and WebSocket frames, mostly damaged. */
function line(random: SeededRandom): Uint8Array {
  const head = [...UPGRADE, `Host: ${new URL(site.url).host}`, '', ''].join('\r\n');
  const payload = bytesOf(random, random.below(120));
  const frame = Buffer.concat([
    Buffer.from([random.below(256), random.next() < 0.5 ? 0x80 | payload.length : random.below(256)]),
    bytesOf(random, random.pick([0, 2, 4, 8, 12])),
    payload,
  ]);
  const whole = Buffer.concat([Buffer.from(head), frame, frame]);
  return random.next() < 0.5 ? whole : mutatedBytes(whole, random);
}

describe('sockets of the edge', () => {
  it('HO70 requests of kiosks and boards with anything in them are answered, and hold up nobody', async () => {
    const callers = new Callers();
    const told = await fuzzThere<Request>({
      name: 'requests',
      together: 16,
      make: request,
      send: (requests) => askAll(callers, requests),
      ...watched(),
    });
    await callers.close();
    expect(told.cases).toBeGreaterThan(0);
    await stillCounts();
  });

  it('HO70 packets that are none cost at most their own connection', async () => {
    const told = await fuzzThere({
      name: 'packets',
      together: 4,
      make: frames,
      send: async (all) => void (await Promise.all(all.map(throwFrames))),
      ...watched(),
    });
    expect(told.cases).toBeGreaterThan(0);
    await stillCounts();
  });

  it('HO70 bytes that are no WebSocket cost at most their own connection', async () => {
    const told = await fuzzThere({
      name: 'lines',
      together: 8,
      make: line,
      send: (all) => throwLines(site.url, all),
      ...watched(),
    });
    expect(told.cases).toBeGreaterThan(0);
    await stillCounts();
  });

  it('HO70 after all of it the next person is counted once, and a recount from the events comes to the same', async () => {
    const { json } = await site.ask('GET', `/rounds/${round}/ladder`, { token: site.lead });
    const tube = await site.ask('GET', `/rounds/${round}/tubes`, { token: site.lead });
    expect(json).toBeTruthy();
    expect(tube.status).toBe(200);
    await good.status();
    expect(await site.process.stop()).toBe(0);
    expect(errors.next()).toEqual([]);
    expect(recountOf(site.dir)).toEqual({ damaged: [], differences: [] });
  });
});
