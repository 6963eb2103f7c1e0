import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { sameBytes } from '#shared/bytes.ts';
import { madeEventSchema } from '#shared/contract/http.ts';
import { brokenIdentity } from '#shared/counting/ladder.ts';
import { eventId, splitEventId, type EventId, type RoundId } from '#shared/ids.ts';
import { chainFaults } from '../../../edge-service/upkeep/chain-check.ts';
import { countLadder } from '../../../edge-service/counting/round-counts.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { extent } from '../../support/machine/extent.ts';
import { temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { inventedNumber } from '../../support/edge/ledger-people.ts';
import {
  RecordedDisk,
  compileRecorder,
  cutAt,
  operationsWithin,
  readFiles,
  readRecording,
  recorderEnvironment,
  writeFiles,
  type Files,
  type Operation,
} from '../../support/machine/power-cut.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { WireKiosk, redeem } from '../../support/edge/wire-kiosk.ts';

const CUTS = extent({ everyday: 80, full: 200 });
const KIOSKS = 4;
/** The rush goes on until the write-ahead log was folded into the database once, and so many batches of each kiosk longer. */
const BATCHES_AFTER_CHECKPOINT = 20;
const BATCHES_MAX = 1_000;
const SWIPES_PER_BATCH_MAX = 2;
const CAPACITY = 10;
/** One swipe in so many is voided by the site lead over HTTP. */
const VOID_ONE_IN = 20;
const SEED = 20_220_124;
const DATABASE = 'data/muster.sqlite';
const PASSWORD = 'four words are long';
const ENTRY = path.join(PROJECT_ROOT, 'edge-service/main.ts');

/** An event the edge said it holds, and how long the record of its disk was when that was heard. */
interface Acknowledged {
  id: EventId;
  at: number;
  /** Null for the edge's own decisions, which only the edge makes. */
  hash: Uint8Array | null;
}

interface Recorded {
  round: RoundId;
  initial: Files;
  operations: readonly Operation[];
  acknowledged: readonly Acknowledged[];
}

/** A rush at a real edge process whose disk is recorded; ends with kill -9. */
async function record(place: string): Promise<Recorded> {
  const dir = path.join(place, 'site');
  mkdirSync(dir);
  const site = await EdgeSite.start({ dir });
  const lead = await site.lead();
  const stations = Array.from({ length: KIOSKS }, (_, i) => ({ station: i + 1, stand: 'before' as const }));
  const round = await site.round(lead, { stations });
  await site.open(lead, round);
  const redeemed = [];
  for (const { station } of stations) {
    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station } });
    const address = { origin: site.edge.url, fingerprint: null };
    redeemed.push(await redeem(address, { secret: String(pairing.json.secret), device: 'test' }));
  }
  await site.edge.stop();

  const initial = readFiles(dir);
  const log = path.join(place, 'record');
  const edge = await startEdge(
    dir,
    recorderEnvironment({ library: compileRecorder(place), directory: dir, log }),
  );
  const acknowledged: Acknowledged[] = [];
  // What is in the record now had happened when the answer was heard; what comes later may be cut away.
  const note = (events: readonly Omit<Acknowledged, 'at'>[]): void => {
    const at = statSync(log).size;
    for (const event of events) acknowledged.push({ ...event, at });
  };
  const token = await logIn(edge.url);
  const file = path.join(dir, DATABASE);
  const sizeBefore = statSync(file).size;
  const folded = (): boolean => statSync(file).size !== sizeBefore;
  await Promise.all(
    redeemed.map(async (pairing, i) => {
      const kiosk = await WireKiosk.open({
        edge: { origin: edge.url, fingerprint: null },
        redeemed: pairing,
        device: 'test',
        stand: 'before',
        wall: Date.now,
      });
      await kiosk.ready();
      await rush(kiosk, {
        index: i,
        note,
        folded,
        undo: (swipe) => voidSwipe(edge.url, { token, round, swipe }),
      });
      kiosk.close();
    }),
  );
  await edge.kill();
  return { round, initial, operations: readRecording(log), acknowledged };
}

async function startEdge(dir: string, environment: Record<string, string>) {
  const given = ['serve', '--data', path.join(dir, 'data'), '--keys', path.join(dir, 'keys')];
  const child = spawn(process.execPath, [ENTRY, ...given, '--host', '127.0.0.1', '--port', '0'], {
    env: { ...process.env, ...environment, MUSTER_LOG: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      const ready = /the edge is ready: (http:\S+)/.exec(text);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    child.once('exit', (code) => reject(new Error(`the edge ended with ${code}: ${text}`)));
  });
  return {
    url,
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function logIn(url: string): Promise<string> {
  const body = JSON.stringify({ name: '现场负责人', password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(`${url}/api/v1/session`, { method: 'POST', headers, body });
  const { token } = (await reply.json()) as { token: string };
  return token;
}

async function voidSwipe(
  url: string,
  of: { token: string; round: RoundId; swipe: EventId },
): Promise<EventId> {
  const reply = await fetch(`${url}/api/v1/rounds/${of.round}/voids`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${of.token}` },
    body: JSON.stringify({ swipe: of.swipe, reason: 'wrong card' }),
  });
  if (reply.status !== 201) throw new Error(`void: ${reply.status} ${await reply.text()}`);
  return madeEventSchema.parse(await reply.json()).id;
}

async function rush(
  kiosk: WireKiosk,
  at: {
    index: number;
    note: (events: readonly Omit<Acknowledged, 'at'>[]) => void;
    undo: (swipe: EventId) => Promise<EventId>;
    /** The write-ahead log has been folded into the database since the edge was started. */
    folded: () => boolean;
  },
): Promise<void> {
  const random = seededRandom(SEED + at.index);
  for (let batch = 0, left = BATCHES_AFTER_CHECKPOINT; left > 0; batch++) {
    if (at.folded()) left--;
    if (batch > BATCHES_MAX) throw new Error('the write-ahead log was never folded into the database');
    if (kiosk.tubeCount >= CAPACITY) kiosk.sealTube(kiosk.tubeCount);
    if (kiosk.tube === null) kiosk.openTube(`${at.index + 1}${String(batch).padStart(6, '0')}`);
    let last: EventId | null = null;
    for (let n = random.below(SWIPES_PER_BATCH_MAX); n >= 0; n--)
      last = kiosk.swipe({ kind: 'id', number: inventedNumber(random.below(9000)), name: null });
    const before = kiosk.watermark;
    const reply = await kiosk.send();
    if (reply?.outcome !== 'stored') throw new Error(`events: ${JSON.stringify(reply)}`);
    at.note(
      kiosk.journal
        .slice(before, kiosk.watermark)
        .map(({ sequence, hash }) => ({ id: eventId(kiosk.install, sequence), hash })),
    );
    if (last !== null && random.below(VOID_ONE_IN) === 0) at.note([{ id: await at.undo(last), hash: null }]);
  }
}

/** Opens the ledger of a cut-off disk: which acknowledged events it lacks, and what else is wrong with it. */
function examine(site: string, round: RoundId, acknowledged: readonly Acknowledged[]) {
  const db = openStore(path.join(site, DATABASE), 'write');
  // This copy is read once and thrown away: folding its log in at the end need not wait for a disk.
  db.pragma('synchronous = OFF');
  try {
    const select = db
      .prepare<[string, number], Uint8Array>('SELECT hash FROM event WHERE install = ? AND sequence = ?')
      .pluck();
    const lost = acknowledged.filter(({ id, hash }) => {
      const { install, sequence } = splitEventId(id);
      const held = select.get(install, sequence);
      return held === undefined || (hash !== null && !sameBytes(held, hash));
    });
    return {
      lost: lost.map(({ id }) => id),
      events: Number(db.prepare('SELECT COUNT(*) FROM event').pluck().get()),
      integrity: db.pragma('integrity_check', { simple: true }),
      chain: chainFaults(db),
      // Every derived row anew from the events, and the SQL's ladder, tubes and labels against the pure counting rule.
      differences: rebuild(db, new KeyStore(path.join(site, 'keys')), false).differences,
      ladder: brokenIdentity(countLadder(db, round)),
    };
  } finally {
    db.close();
  }
}

const WHOLE = { lost: [], integrity: 'ok', chain: [], differences: [], ladder: null };

describeNeeding(['gcc'], 'a power cut at the edge', () => {
  it(`PR3 at any of ${CUTS} random points, with what was not synced dropped, every event acknowledged is there`, async () => {
    const place = temporaryDirectory();
    const { round, initial, operations, acknowledged } = await record(place.dir);
    const heardAt = acknowledged.map(({ at }) => operationsWithin(operations, at));
    const ofDatabase = (o: Operation): boolean => o.file === DATABASE;
    expect(
      operations.some((o) => o.op === 'write' && ofDatabase(o)),
      'a checkpoint was recorded',
    ).toBe(true);
    expect(acknowledged.filter(({ hash }) => hash === null).length, 'voids').toBeGreaterThan(5);

    const random = seededRandom(SEED);
    const first = heardAt[0] ?? 0;
    const cuts = Array.from({ length: CUTS }, () => first + random.below(operations.length - first + 1));
    const disk = new RecordedDisk(initial);
    let applied = 0;
    let lackedLater = 0;
    for (const cut of cuts.toSorted((a, b) => a - b)) {
      for (const operation of operations.slice(applied, cut)) disk.apply(operation);
      applied = cut;
      const after = path.join(place.dir, 'after');
      writeFiles(after, disk.afterCut(random));
      const heard = acknowledged.filter((_, i) => (heardAt[i] ?? 0) <= cut);
      const { events, ...found } = examine(after, round, heard);
      expect(found, `cut at operation ${cut}`).toEqual(WHOLE);
      if (events < acknowledged.length) lackedLater++;
      rmSync(after, { recursive: true });
    }
    // The cuts cut: most of them lie before the end.
    expect(lackedLater).toBeGreaterThan(CUTS / 2);

    // The replayer would notice: with the syncs taken out of the record, something acknowledged is lost.
    const unsynced = operations.filter((o) => o.op !== 'sync' && o.op !== 'sync-directory');
    let noticed = 0;
    for (let n = 0; n < 10; n++) {
      const reckless = path.join(place.dir, `reckless-${n}`);
      writeFiles(reckless, cutAt(initial, unsynced, unsynced.length, random));
      if (!isWhole(reckless, round, acknowledged)) noticed++;
      rmSync(reckless, { recursive: true });
    }
    expect(noticed).toBeGreaterThan(7);
    place.remove();
  }, 240_000);
});

function isWhole(site: string, round: RoundId, acknowledged: readonly Acknowledged[]): boolean {
  try {
    return examine(site, round, acknowledged).lost.length === 0;
  } catch {
    return false; // damaged beyond opening: that too is a loss
  }
}
