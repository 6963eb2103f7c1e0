import path from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandReplySchema } from '#shared/contract/kiosk-screen.ts';
import { HostileSite } from '../support/edge/hostile-site.ts';
import { startWatchedKiosk, type WatchedKiosk } from '../support/kiosk/watched-kiosk.ts';
import { inventPeople } from '../site/invented-people.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { fuzzThere, type BorderThere } from './fuzz-case.ts';
import { COMMANDS } from './kiosk-commands.ts';
import { anyJson, bytesOf, mutated, mutatedBytes, mutatedText } from './hostile-values.ts';
import { StallProbe } from './probed-program.ts';
import { throwLines } from './raw-line.ts';
import { eventFrames, RawSocket } from './raw-socket.ts';

let directory: string;
let probe: StallProbe;
let site: HostileSite;
let kiosk: WatchedKiosk;
let round: string;
let read = 0;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'muster-fuzz-screen-'));
  site = await HostileSite.start({ MUSTER_LOG: 'warn' });
  round = await site.openRound();
  const { secret } = await site.pair(1);
  probe = await StallProbe.start();
  kiosk = await startWatchedKiosk({
    data: path.join(directory, 'kiosk'),
    // Nothing answers there: a kiosk without a reader that people type at.
    reader: 'tcp://127.0.0.1:9',
    pair: `muster:127.0.0.1:${new URL(site.url).port}/-/${secret}`,
    environment: probe.environment,
  });
  await kiosk.until('an open round', (state) => state.round?.state === 'open');
}, 60_000);
afterAll(async () => {
  await kiosk.stop();
  await site.stop();
  probe.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Lines of the kiosk's log that say it is at fault, and what is no line of it. */
function complaints(): string[] {
  const said = kiosk.process.stderr;
  const end = said.lastIndexOf('\n') + 1;
  const lines = said.slice(read, end).split('\n').filter(Boolean);
  read = end;
  return lines.filter((line) => !line.startsWith('{') || line.includes('"code":"fault"'));
}

/** Pairing is asked at this machine alone: whatever names another place must not be looked for. */
const NAMES_A_PLACE = /^(?:pair|pair-typed)$/;

function command(random: SeededRandom): unknown {
  const sample = random.pick(COMMANDS);
  const value = random.next() < 0.95 ? mutated(sample, random) : anyJson(random);
  const { command: name, address } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (!NAMES_A_PLACE.test(String(name))) return value;
  return address === undefined
    ? { ...sample, command: 'dismiss' }
    : { ...(value as object), address: '127.0.0.1:9' };
}

let socket: RawSocket | null = null;
async function page(): Promise<RawSocket> {
  if (socket?.open === true) return socket;
  socket = await RawSocket.connect(kiosk.origin);
  if (socket === null || !(await socket.join('', { token: kiosk.token })))
    throw new Error('the kiosk opens no page');
  return socket;
}

/** Too long a message costs the page's own connection; whoever was on the way with it asks again. */
async function give(commands: readonly unknown[]): Promise<void> {
  const open = await page();
  const replies = await Promise.all(commands.map((given) => open.ask('', 'command', [given])));
  for (const [i, reply] of replies.entries()) {
    const told = reply === 'closed' ? await (await page()).ask('', 'command', [commands[i]]) : reply;
    if (told !== 'closed') commandReplySchema.parse((told as unknown[])[0]);
  }
}

function frames(random: SeededRandom): { auth: unknown; frames: (string | Uint8Array)[] } {
  const packet = eventFrames({
    namespace: '',
    event: 'command',
    args: [command(random)],
    id: random.below(9),
  });
  const text = packet[0] as string;
  const kinds: readonly (() => (string | Uint8Array)[])[] = [
    () => [mutatedText(text, random)],
    () => [text.replace(/^\d+/, String(random.below(100)))],
    () => eventFrames({ namespace: '', event: 'command', args: [command(random)], id: null }),
    () =>
      eventFrames({ namespace: '', event: random.pick(['state', 'x', '']), args: [anyJson(random)], id: 1 }),
    () => [mutatedBytes(new TextEncoder().encode(text), random)],
    () => [`451-1["command",{"_placeholder":true,"num":0}]`, bytesOf(random, random.below(200))],
  ];
  const auth = { token: kiosk.token };
  return { auth: random.next() < 0.8 ? auth : mutated(auth, random), frames: random.pick(kinds)() };
}

async function throwFrames({ auth, frames: given }: ReturnType<typeof frames>): Promise<void> {
  const open = await RawSocket.connect(kiosk.origin);
  if (open === null) throw new Error('the kiosk opens no connection');
  await open.join('', auth);
  open.send(...given);
  await open.end();
}

/** A request for a file of the page, damaged. */
function line(random: SeededRandom): Uint8Array {
  const target = random.pick([
    '/',
    '/index.html',
    '/%2e%2e/%00',
    '/socket.io/?EIO=4&transport=polling',
    `/${'x'.repeat(random.below(9000))}`,
  ]);
  const text = `${random.pick(['GET', 'HEAD', 'POST'])} ${target} HTTP/1.1\r\nHost: ${new URL(kiosk.origin).host}\r\n\r\n`;
  const bytes = new TextEncoder().encode(text);
  return random.next() < 0.3 ? bytes : mutatedBytes(bytes, random);
}

const watched = (): Pick<BorderThere<unknown>, 'longestMs' | 'complaints'> => ({
  longestMs: () => probe.longest(),
  complaints,
});

describe('the socket of a kiosk’s screen', () => {
  it('HO74 commands with anything in them are obeyed or refused in words, and hold up nobody', async () => {
    const told = await fuzzThere<unknown>({
      name: 'commands',
      together: 16,
      make: command,
      send: give,
      ...watched(),
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO74 packets and lines that are none cost at most their own connection', async () => {
    const packets = await fuzzThere({
      name: 'packets of a screen',
      together: 4,
      make: frames,
      send: async (all) => void (await Promise.all(all.map(throwFrames))),
      ...watched(),
    });
    const lines = await fuzzThere({
      name: 'lines of a page',
      together: 8,
      make: line,
      send: (all) => throwLines(kiosk.origin, all),
      ...watched(),
    });
    expect(packets.cases + lines.cases).toBeGreaterThan(0);
  });

  it('HO74 after all of it the next person is counted once', async () => {
    const before = await kiosk.until('a state', () => true);
    const [person] = inventPeople({ seed: 70, count: 1 });
    const typed = {
      command: 'manual',
      kind: 'id',
      number: person!.number,
      documentType: null,
      name: null,
      phone: null,
    };
    await kiosk.send({ command: 'enrol', on: false });
    await kiosk.send({ command: 'dismiss' });
    expect(await kiosk.send(typed)).toEqual({ ok: true });
    const { lastSequence } = await kiosk.until(
      'one event more',
      (state) => state.lastSequence > before.lastSequence,
    );
    await kiosk.until('all of it at the edge', (state) => state.received >= lastSequence);
    expect(complaints()).toEqual([]);
    expect((await site.ask('GET', `/rounds/${round}/ladder`, { token: site.lead })).status).toBe(200);
    expect(site.process.stdout).not.toMatch(/"level":[56]\d/);
  });
});
