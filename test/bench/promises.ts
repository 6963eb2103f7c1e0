import { readFileSync } from 'node:fs';
import path from 'node:path';
import { wordsOf } from '#shared/error-words.ts';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, sameBytes } from '#shared/bytes.ts';
import { countRound } from '#shared/counting/counting.ts';
import type { LedgerEvent } from '#shared/event/event-order.ts';
import { parseBody, type EventBytes } from '#shared/event/event.ts';
import type { InstallId } from '#shared/ids.ts';
import { countLadder } from '../../edge-service/counting/round-counts.ts';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { rebuild } from '../../edge-service/upkeep/rebuild.ts';
import { SYNCHRONOUS_FULL, openStore, synchronousOf } from '../../edge-service/store/database.ts';
import { SyncCounter } from '../support/machine/sync-shims/sync-shim.ts';
import type { BenchRuns } from './bench-runs.ts';
import { copySite, type BenchSite } from './bench-site.ts';
import { connectKiosk, type LoadKiosk } from './load-kiosk.ts';
import { LoadProcess } from './load-process.ts';
import { readHistories, type KioskHistory } from './swipe-history.ts';
import { DATABASE_FILE } from '../../edge-service/store/data-directory.ts';

/** Few enough that the write-ahead log is never folded back meanwhile: then every commit can be counted in it. */
const SYNCED_KIOSKS = 10;
const SYNCED_SWIPES_PER_KIOSK = 30;
/** A disk on which an acknowledgement that did not wait would stand out. */
const SYNC_DELAY_MS = 5;
const KILLED_KIOSKS = 40;
/** A kill comes at a random moment after the start, so that it hits hellos, commits and checkpoints alike. */
const KILL_MS_MIN = 100;
const KILL_MS_SPAN = 500;
/** New events per message in the killed runs: small, so that every kill comes in the middle of something. */
const KILLED_BATCH_MAX = 8;
/** What is sent again though acknowledged, as a kiosk does whose acknowledgement was lost. */
const REDELIVERED = 5;

/** G16. Returns every breach in words; an empty list is the goal. */
export async function checkPromises(
  runs: BenchRuns,
  extent: { kills: number },
  say: (line: string) => void,
): Promise<string[]> {
  return [
    ...(await checkSynchronous(runs)),
    ...(await checkSyncBeforeAck(runs, say)),
    ...(await checkKills(runs, extent.kills, say)),
  ];
}

/** `PRAGMA synchronous` of the writing connection, before and after the write at which it would fall back. */
function checkSynchronous(runs: BenchRuns): Promise<string[]> {
  return runs.inFolder(async (folder) => {
    const { data } = copySite(runs.site, folder);
    const db = openStore(path.join(data, DATABASE_FILE), 'write');
    const before = synchronousOf(db);
    db.prepare("UPDATE meta SET value = value WHERE key = 'epoch'").run();
    const after = synchronousOf(db);
    db.close();
    return [before, after]
      .filter((value) => value !== SYNCHRONOUS_FULL)
      .map((value) => `PRAGMA synchronous reads ${value} on the writing connection`);
  });
}

function checkSyncBeforeAck(runs: BenchRuns, say: (line: string) => void): Promise<string[]> {
  return runs.inFolder(async (folder) => {
    const site = copySite(runs.site, folder);
    const file = path.join(folder, 'syncs');
    const syncs = { file, delayMs: SYNC_DELAY_MS };
    const server = await runs.startEdge({ site, syncs, watchStalls: false });
    const load = await LoadProcess.ready({
      port: server.port,
      histories: runs.many.histories,
      kiosks: SYNCED_KIOSKS,
      kind: { name: 'one-in-flight', swipesPerKiosk: SYNCED_SWIPES_PER_KIOSK },
      board: null,
      syncFile: file,
    });
    const result = await load.run();
    await server.kill();
    const counter = new SyncCounter(file);
    const { walFinished } = counter.read();
    counter.close();
    const commits = commitsIn(`${path.join(site.data, DATABASE_FILE)}-wal`);
    say(
      `promises: ${result.swipes} acknowledged, ${commits} commits, ${walFinished} syncs of the log, ` +
        `quickest acknowledgement ${result.ack.min.toFixed(1)} ms on a disk of ${SYNC_DELAY_MS} ms`,
    );
    const violations: string[] = [];
    if (commits === 0) violations.push('no commit was found in the write-ahead log: nothing was checked');
    if (walFinished < commits) violations.push(`${commits} commits, but only ${walFinished} syncs`);
    if (result.ackedUnsynced > 0)
      violations.push(`${result.ackedUnsynced} acknowledgements without a sync before them`);
    if (result.ack.min < SYNC_DELAY_MS) violations.push(`an acknowledgement came after ${result.ack.min} ms`);
    return violations;
  });
}

/** Commits in a write-ahead log: frames that carry the size of the database after a commit (sqlite.org/fileformat2, 4). */
function commitsIn(file: string): number {
  const [headBytes, frameHeadBytes, saltAt, saltBytes] = [32, 24, 16, 8];
  const wal = readFileSync(file);
  if (wal.length < headBytes) return 0;
  const pageBytes = wal.readUInt32BE(8);
  const salt = wal.subarray(saltAt, saltAt + saltBytes);
  let commits = 0;
  for (let at = headBytes; at + frameHeadBytes + pageBytes <= wal.length; at += frameHeadBytes + pageBytes) {
    if (!sameBytes(wal.subarray(at + 8, at + 8 + saltBytes), salt)) break;
    if (wal.readUInt32BE(at + 4) !== 0) commits++;
  }
  return commits;
}

/** Kills the edge over and over while kiosks send, starts it again on the same disk, and at the end lets them finish. */
function checkKills(runs: BenchRuns, kills: number, say: (line: string) => void): Promise<string[]> {
  return runs.inFolder(async (folder) => {
    const site = copySite(runs.site, folder);
    const histories = readHistories(runs.many.histories).slice(0, KILLED_KIOSKS);
    const acked = new Map(histories.map((h) => [h.install, 0]));
    const violations: string[] = [];
    let whileSending = 0;
    for (let kill = 0; kill < kills; kill++) {
      const server = await runs.startEdge({ site, syncs: null, watchStalls: false });
      const sending = histories.map((history) => play({ port: server.port, history, acked, violations }));
      await new Promise((resolve) => setTimeout(resolve, KILL_MS_MIN + Math.random() * KILL_MS_SPAN));
      await server.kill();
      if ((await Promise.all(sending)).some((end) => end !== null)) whileSending++;
      violations.push(...missingRows(site, histories, acked));
    }
    const server = await runs.startEdge({ site, syncs: null, watchStalls: false });
    const ends = await Promise.all(
      histories.map((history) => play({ port: server.port, history, acked, violations })),
    );
    await server.stop();
    violations.push(...ends.filter((end) => end !== null), ...missingRows(site, histories, acked));
    if (whileSending === 0) violations.push('no kill came while kiosks were sending: nothing was checked');
    violations.push(...recount(site, histories));
    const total = histories.reduce((sum, h) => sum + h.swipes.length, 0);
    say(
      `promises: ${kills} kills, ${whileSending} of them while kiosks sent; ${total} swipes, acknowledged ones looked up after each`,
    );
    return violations;
  });
}

/** Plays one kiosk until it has sent everything (null) or the edge is gone (why); notes what was acknowledged. */
async function play(given: {
  port: number;
  history: KioskHistory;
  acked: Map<string, number>;
  violations: string[];
}): Promise<string | null> {
  const { history, acked, violations } = given;
  const { install } = history;
  const all = [...history.opening, ...history.swipes];
  const last = all.at(-1)!;
  const head = { sequence: last.sequence, hash: bytesToHex(last.hash) };
  let kiosk: LoadKiosk | null = null;
  try {
    kiosk = await connectKiosk(given.port, history);
    const known = acked.get(install) ?? 0;
    if (kiosk.watermark < known)
      violations.push(`${install}: ${known} was acknowledged, the edge came back with ${kiosk.watermark}`);
    let watermark = Math.max(0, kiosk.watermark - REDELIVERED);
    while (watermark < last.sequence) {
      const events = all.slice(
        watermark,
        watermark + 1 + REDELIVERED + Math.floor(Math.random() * KILLED_BATCH_MAX),
      );
      const header = { install, first: events[0]!.sequence, head, wallTime: Date.now() };
      const reply = (await kiosk.socket.ask('events', header, encodeBatch(events))) as {
        outcome: string;
        watermark: number;
      };
      if (reply.outcome !== 'stored') throw new Error(`${install}: answered ${JSON.stringify(reply)}`);
      watermark = reply.watermark;
      acked.set(install, Math.max(watermark, acked.get(install) ?? 0));
    }
    return null;
  } catch (error) {
    return wordsOf(error);
  } finally {
    kiosk?.socket.close();
  }
}

/** Events acknowledged and not there, or there with another hash. */
function missingRows(
  site: BenchSite,
  histories: readonly KioskHistory[],
  acked: ReadonlyMap<string, number>,
): string[] {
  const db = openStore(path.join(site.data, DATABASE_FILE), 'write'); // as an edge starting would: takes the log back in
  try {
    const held = db.prepare<[string], { sequence: number; hash: Uint8Array }>(
      'SELECT sequence, hash FROM event WHERE install = ? ORDER BY sequence',
    );
    return histories.flatMap((history) => {
      const all: EventBytes[] = [...history.opening, ...history.swipes];
      const rows = new Map(held.all(history.install).map((row) => [row.sequence, row.hash]));
      return all
        .slice(0, acked.get(history.install) ?? 0)
        .filter((event) => {
          const hash = rows.get(event.sequence);
          return hash === undefined || !sameBytes(hash, event.hash);
        })
        .map((event) => `${history.install}:${event.sequence} was acknowledged and is not in the ledger`);
    });
  } finally {
    db.close();
  }
}

/** The ladder by the edge's SQL, by the counting rule over all events held, and by what was sent: all three must agree. */
function recount(site: BenchSite, histories: readonly KioskHistory[]): string[] {
  const db = openStore(path.join(site.data, DATABASE_FILE), 'write');
  try {
    const rows = db
      .prepare<[], { install: InstallId; sequence: number; body: Uint8Array }>(
        "SELECT e.install, e.sequence, e.body FROM event e JOIN install i ON i.install = e.install WHERE i.kind = 'kiosk'",
      )
      .all();
    const events = rows.flatMap(({ install, sequence, body }): LedgerEvent[] => {
      const parsed = parseBody(body);
      if (!parsed.ok) return [];
      const key = parsed.body.type === 'swipe' ? parsed.body.credential.key : null;
      return [{ install, sequence, body: parsed.body, key }];
    });
    const ruled = countRound({ round: site.round, events, roster: [] }).ladder;
    const counted = countLadder(db, site.round);
    const sent = histories.reduce((sum, h) => sum + h.swipes.length, 0);
    const violations = rebuild(db, new KeyStore(site.keys), false).differences.map(
      (d) => `${d.table} ${d.row} reads otherwise when it is recounted`,
    );
    if (JSON.stringify(ruled) !== JSON.stringify(counted))
      violations.push(`the edge counts ${JSON.stringify(counted)}, the rule ${JSON.stringify(ruled)}`);
    if (counted.swipes !== sent || counted.people !== sent)
      violations.push(
        `${sent} people swiped once each, counted ${counted.swipes} swipes of ${counted.people} people`,
      );
    const expectedRows = histories.reduce((sum, h) => sum + h.opening.length + h.swipes.length, 0);
    if (rows.length !== expectedRows)
      violations.push(`${expectedRows} events were made, ${rows.length} are held`);
    return violations;
  } finally {
    db.close();
  }
}
