import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { RoundId } from '#shared/ids.ts';
import { backup, databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { chainFaults } from '../../../edge-service/upkeep/chain-check.ts';
import { countLadder } from '../../../edge-service/counting/round-counts.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedNumber } from '../../support/edge/ledger-people.ts';
import { temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { redeem, WireKiosk } from '../../support/edge/wire-kiosk.ts';

const KIOSKS = 4;
const KILLS = 6;
const SWIPES_PER_KIOSK = 400;
/** Swipes a kiosk has not yet sent, at most. */
const BACKLOG_MAX = 60;
const SEED = 20260124;
/** A guard: seven starts of an edge alone took over a minute beside ten other programs. */
const ENDS_MS_MAX = 5 * 60_000;
const ENTRY = path.join(PROJECT_ROOT, 'edge-service/main.ts');

const place = temporaryDirectory();
const data = path.join(place.dir, 'data');
const keysDir = path.join(place.dir, 'keys');
let edge: ChildProcess | null = null;
let kiosks: WireKiosk[] = [];
let round: RoundId;
let port: number;
/** Set when nothing is to be sent any more: what goes on after a test that has failed must end too. */
const over = new AbortController();

beforeAll(async () => {
  const site = await EdgeSite.start({ dir: place.dir });
  const lead = await site.lead();
  const stations = Array.from({ length: KIOSKS }, (_, i) => ({ station: i + 1, stand: 'before' }));
  round = await site.round(lead, { stations });
  await site.open(lead, round);
  const redeemed = [];
  for (const { station } of stations) {
    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station } });
    const address = { origin: site.edge.url, fingerprint: site.edge.fingerprint };
    redeemed.push(await redeem(address, { secret: String(pairing.json.secret), device: 'test' }));
  }
  await site.edge.stop();
  port = await freePort();
  kiosks = await Promise.all(
    redeemed.map((r) =>
      WireKiosk.open({
        edge: { origin: `http://127.0.0.1:${port}`, fingerprint: null },
        redeemed: r,
        device: 'test',
        stand: 'before',
        wall: Date.now,
      }),
    ),
  );
});

afterAll(async () => {
  over.abort();
  for (const kiosk of kiosks) kiosk.close();
  await kill();
  place.remove();
});

describe('the edge killed at random moments', () => {
  it(
    'LG23 every event acknowledged is in the ledger once, and what is sent again counts once',
    async () => {
      const random = seededRandom(SEED);
      await start();
      let stopping = false;
      const people = new Set<number>();
      const work = kiosks.map((kiosk, i) => play(kiosk, i, people, () => stopping));
      const working = Promise.all(work);
      working.catch(() => {}); // told below; a kill may fail before
      let ackedWhileKilled = 0;
      for (let n = 0; n < KILLS; n++) {
        await acknowledgedMoreThan(ackedWhileKilled);
        await sleep(100 + random.next() * 500);
        await kill();
        const acked = kiosks.map((k) => k.watermark);
        const held = heldHashes();
        kiosks.forEach((kiosk, i) => {
          const events = held.get(kiosk.install) ?? new Map<number, string>();
          for (let sequence = 1; sequence <= (acked[i] ?? 0); sequence++)
            expect(events.get(sequence), `kill ${n}, kiosk ${i}, event ${sequence}`).toBe(
              hashOf(kiosk, sequence),
            );
        });
        ackedWhileKilled = acked.reduce((sum, a) => sum + a, 0);
        await start();
      }
      stopping = true;
      await working;
      expect(ackedWhileKilled, 'the kills fell into the work, not before it').toBeGreaterThan(KIOSKS);
      expect(people.size).toBeGreaterThan(50);
      await kill();

      const db = openStore(databaseIn(data), 'write');
      const held = heldHashes();
      for (const kiosk of kiosks) {
        expect(kiosk.watermark).toBe(kiosk.head.sequence);
        expect([...(held.get(kiosk.install)?.values() ?? [])]).toEqual(
          kiosk.journal.map((e) => bytesToHex(e.hash)),
        );
      }
      const swipes = kiosks.reduce((sum, k) => sum + k.journal.length - 1, 0);
      expect(countLadder(db, round)).toMatchObject({
        swipes,
        people: people.size,
        repeats: swipes - people.size,
      });
      expect(chainFaults(db)).toEqual([]);
      expect(rebuild(db, new KeyStore(keysDir), false).differences).toEqual([]);
      db.close();
      expect(backup(data, path.join(place.dir, 'backup.sqlite'))).toMatchObject({ ok: true });
    },
    ENDS_MS_MAX,
  );
});

/** A kill falls into the work: something of it has been acknowledged since the one before. */
async function acknowledgedMoreThan(before: number): Promise<void> {
  while (kiosks.reduce((sum, kiosk) => sum + kiosk.watermark, 0) <= before) {
    if (over.signal.aborted) throw new Error(`no more than ${before} events were acknowledged`);
    await sleep(5);
  }
}

/** One kiosk works through its queue: swipes, sends, and comes back whenever the edge is there again. */
async function play(
  kiosk: WireKiosk,
  index: number,
  people: Set<number>,
  stopping: () => boolean,
): Promise<void> {
  let said = false;
  for (let n = 0; n < SWIPES_PER_KIOSK && !stopping() && !over.signal.aborted;) {
    // However long an edge takes to start again, there is work left for the next kill.
    if (kiosk.round !== null && kiosk.head.sequence - kiosk.watermark < BACKLOG_MAX) {
      // Every fourth person goes to two tables.
      const person = n % 4 === 0 ? n : index * SWIPES_PER_KIOSK + n;
      people.add(person);
      kiosk.swipe({ kind: 'id', number: inventedNumber(person), name: null });
      n += 1;
    }
    said = await deliver(kiosk, said);
    await sleep(5);
  }
  while (kiosk.watermark < kiosk.head.sequence && !over.signal.aborted) {
    said = await deliver(kiosk, said);
    await sleep(25);
  }
}

/** Tries to send everything; false when the line is down and hello must be said again. */
async function deliver(kiosk: WireKiosk, said: boolean): Promise<boolean> {
  try {
    if (!said || !kiosk.socket.connected) {
      if (!kiosk.socket.connected) kiosk.socket.disconnect(); // forgets the attempt that failed, so that a new one is made
      const reply = await kiosk.connect();
      if (reply.outcome !== 'welcome') throw new Error(`hello: ${JSON.stringify(reply)}`);
    }
    const reply = await kiosk.send();
    if (reply !== null && reply.outcome !== 'stored') throw new Error(`events: ${JSON.stringify(reply)}`);
    return true;
  } catch (error) {
    if (error instanceof Error && /^(hello|events):/.test(error.message)) throw error;
    await sleep(20);
    return false;
  }
}

async function start(): Promise<void> {
  const child = spawn(
    process.execPath,
    [ENTRY, 'serve', '--data', data, '--keys', keysDir, '--host', '127.0.0.1', '--port', `${port}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  edge = child;
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('the edge is ready')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the edge ended with ${code}: ${text}`)));
  });
}

/** kill -9, then waits for the process to be gone. */
async function kill(): Promise<void> {
  const child = edge;
  edge = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function heldHashes(): Map<string, Map<number, string>> {
  const db = openStore(databaseIn(data), 'write');
  const rows = db
    .prepare<[], { install: string; sequence: number; hash: Uint8Array }>(
      'SELECT install, sequence, hash FROM event ORDER BY install, sequence',
    )
    .all();
  db.close();
  const held = new Map<string, Map<number, string>>();
  for (const { install, sequence, hash } of rows) {
    const events = held.get(install) ?? new Map<number, string>();
    held.set(install, events.set(sequence, bytesToHex(hash)));
  }
  return held;
}

const hashOf = (kiosk: WireKiosk, sequence: number): string =>
  bytesToHex(kiosk.journal[sequence - 1]?.hash ?? new Uint8Array());
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const found = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return found;
}
