/** The load generator, a process of its own: plays kiosks against a server and measures what they see. */
import { io, type Socket } from 'socket.io-client';
import type { LoadAnswer, LoadJob, LoadOrder, LoadResult } from './load-job.ts';
import { JournalFolder } from './load-journals.ts';
import { connectKiosk, inBatches, prepare, type LoadKiosk, type Prepared } from './load-kiosk.ts';
import { quantile } from './statistics.ts';
import { SyncCounter } from '../support/machine/sync-shims/sync-shim.ts';
import { readHistories } from './swipe-history.ts';

/** Kiosks connecting at once: a site's kiosks after a power cut, without drowning the accept queue. */
const CONNECTING_MAX = 20;
/** A run in which nothing is acknowledged for this long has failed. */
const SILENCE_MS_MAX = 30_000;
const TICK_MS = 1;

/** One kiosk's turn: its next message, or null at the end. */
interface Player {
  kiosk: LoadKiosk;
  next(): Prepared | null;
}

const answer = (message: LoadAnswer): void => void process.send?.(message);
let start: (() => void) | null = null;

process.on('message', (order: LoadOrder) => {
  if (order.kind === 'go') return start?.();
  load(order.job).then(
    (result) => {
      answer({ kind: 'result', result });
      process.disconnect();
    },
    (error: unknown) => {
      answer({
        kind: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      process.disconnect();
    },
  );
});

async function load(job: LoadJob): Promise<LoadResult> {
  const histories = readHistories(job.histories).slice(0, job.kiosks);
  const journals = job.kind.name === 'drain-journals' ? JournalFolder.make(job.kind.dir, histories) : null;
  const kiosks: LoadKiosk[] = [];
  for (let at = 0; at < histories.length; at += CONNECTING_MAX)
    kiosks.push(
      ...(await Promise.all(histories.slice(at, at + CONNECTING_MAX).map((h) => connectKiosk(job.port, h)))),
    );
  const board = job.board === null ? null : await watchBoard(job.port, job.board);
  const players = kiosks.map((kiosk) => ({ kiosk, next: supply(job, kiosk, journals) }));
  const measure = new Measure(job.syncFile);
  const gone = new Promise<void>((resolve) => (start = resolve));
  answer({ kind: 'ready' });
  await gone;
  const before = kiosks.reduce((sum, k) => sum + k.socket.pushed, 0);
  await (job.kind.name === 'paced' ? paced(players, job.kind, measure) : saturated(players, measure));
  const pushed = kiosks.reduce((sum, k) => sum + k.socket.pushed, 0) - before;
  for (const { socket } of kiosks) socket.close();
  board?.socket.disconnect();
  journals?.close();
  return { ...measure.result(), pushed, boardChanges: board?.changes ?? 0 };
}

/** Where a kiosk's messages come from: framed beforehand, or out of its journal as it goes. */
function supply(job: LoadJob, { history }: LoadKiosk, journals: JournalFolder | null): () => Prepared | null {
  if (journals !== null) {
    let first = history.opening.length + 1;
    return () => {
      const events = journals.read(history.install, first);
      if (events.length === 0) return null;
      first += events.length;
      return prepare(history.install, events);
    };
  }
  const { kind } = job;
  const batches =
    kind.name === 'drain'
      ? inBatches(history.swipes)
      : history.swipes
          .slice(0, kind.name === 'one-in-flight' ? kind.swipesPerKiosk : history.swipes.length)
          .map((event) => [event]);
  const ready = batches.map((events) => prepare(history.install, events));
  let at = 0;
  return () => ready[at++] ?? null;
}

/** Everybody sends as fast as answers come. */
function saturated(players: readonly Player[], measure: Measure): Promise<void> {
  return new Promise((resolve, reject) => {
    let running = players.length;
    const silence = new Silence(reject);
    for (const { kiosk, next } of players) {
      const send = (): void => {
        const message = next();
        if (message === null) {
          if (--running > 0) return;
          silence.end();
          return resolve();
        }
        const sent = measure.sent();
        kiosk.socket.onAnswer = (_id, text) => {
          silence.heard();
          const fault = measure.answered(message, sent, text);
          if (fault !== null) return reject(fault);
          send();
        };
        kiosk.socket.send(message.frames);
      };
      kiosk.socket.onEnd = () => reject(new Error('the server ended a connection'));
      send();
    }
  });
}

/** Swipes at a steady rate, the kiosks in turn; one whose last swipe is still under way waits, and its waiting counts. */
function paced(
  players: readonly Player[],
  pace: { swipesPerSecond: number; seconds: number },
  measure: Measure,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const all = pace.swipesPerSecond * pace.seconds;
    const silence = new Silence(reject);
    const from = performance.now();
    const due: number[][] = players.map(() => []);
    const busy = players.map(() => false);
    let made = 0;
    let answered = 0;
    const send = (who: number): void => {
      const at = due[who]!.shift();
      const player = players[who]!;
      const message = at === undefined ? null : player.next();
      if (at === undefined || message === null) return;
      busy[who] = true;
      const sent = { ...measure.sent(), at };
      player.kiosk.socket.onAnswer = (_id, text) => {
        busy[who] = false;
        silence.heard();
        const fault = measure.answered(message, sent, text);
        if (fault !== null) return reject(fault);
        if (++answered === all) {
          clearInterval(ticking);
          silence.end();
          resolve();
        } else send(who);
      };
      player.kiosk.socket.send(message.frames);
    };
    const ticking = setInterval(() => {
      const now = performance.now();
      const wanted = Math.min(all, Math.floor(((now - from) * pace.swipesPerSecond) / 1000));
      for (; made < wanted; made++) {
        const who = made % players.length;
        due[who]!.push(now);
        if (!busy[who]) send(who);
      }
    }, TICK_MS);
    for (const { kiosk } of players)
      kiosk.socket.onEnd = () => reject(new Error('the server ended a connection'));
  });
}

/** Gives up when nothing comes for long. */
class Silence {
  #heard = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor(giveUp: (error: Error) => void) {
    this.#timer = setInterval(() => {
      if (Date.now() - this.#heard > SILENCE_MS_MAX) giveUp(new Error('the server fell silent'));
    }, 1000);
  }

  heard(): void {
    this.#heard = Date.now();
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** Gathers latencies, and checks each acknowledgement. */
class Measure {
  readonly #syncs: SyncCounter | null;
  readonly #latencies: number[] = [];
  #first: number | null = null;
  #last = 0;
  #swipes = 0;
  #unsynced = 0;

  constructor(syncFile: string | null) {
    this.#syncs = syncFile === null ? null : new SyncCounter(syncFile);
  }

  sent(): { at: number; walBegun: number } {
    const walBegun = this.#syncs?.read().walBegun ?? 0;
    const at = performance.now();
    this.#first ??= at;
    return { at, walBegun };
  }

  /** Null, or why the answer is not the one that was due. */
  answered(message: Prepared, sent: { at: number; walBegun: number }, text: string): Error | null {
    // One that ended after more had ended than had begun when we sent is one that began after we sent.
    if (this.#syncs && this.#syncs.read().walFinished <= sent.walBegun) this.#unsynced++;
    this.#last = performance.now();
    this.#latencies.push(this.#last - sent.at);
    const [reply] = JSON.parse(text) as { outcome: string; watermark: number }[];
    if (reply?.outcome !== 'stored' || reply.watermark !== message.last) return new Error(`answered ${text}`);
    this.#swipes += message.swipes;
    return null;
  }

  result(): Omit<LoadResult, 'pushed' | 'boardChanges'> {
    this.#syncs?.close();
    const at = (share: number): number => quantile(this.#latencies, share);
    return {
      swipes: this.#swipes,
      ms: this.#last - (this.#first ?? this.#last),
      ack: { p50: at(0.5), p99: at(0.99), max: at(1), min: at(0) },
      ackedUnsynced: this.#unsynced,
    };
  }
}

/** A board that watches, as a person's browser would. */
async function watchBoard(
  port: number,
  board: { token: string; round: string },
): Promise<{ socket: Socket; changes: number }> {
  const socket = io(`http://127.0.0.1:${port}/board`, {
    transports: ['websocket'],
    auth: { token: board.token },
    extraHeaders: { cookie: `muster=${board.token}` },
    reconnection: false,
  });
  const watched = { socket, changes: 0 };
  socket.on('change', () => watched.changes++);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const reply = (await socket.timeout(SILENCE_MS_MAX).emitWithAck('watch', { round: board.round })) as {
    ok: boolean;
  };
  if (!reply.ok) throw new Error(`the board was refused: ${JSON.stringify(reply)}`);
  return watched;
}
