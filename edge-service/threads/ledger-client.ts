import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Clock } from '#shared/clock.ts';
import type { EventsReply } from '#shared/contract/wire.ts';
import type { CommitNotice } from '../projection/commit-changes.ts';
import { FILE_CPU_MS_MAX, FileProcess, isFileReport } from './file-process.ts';
import { edgeAnswer } from '../ledger/edge-answer.ts';
import type { LedgerAnswer, LedgerJob } from '../ledger/ledger.ts';
import { Linking, type AppendRequest, type LinkedBatch } from '../ledger/linked-batch.ts';
import type { ReportArgs, ReportName, ReportResult } from './report-table.ts';
import { startWorker } from './start-worker.ts';
import { clearHeap } from '#shared/node/cleared-heap.ts';
import { afterThisTurn, nextTurn } from '#shared/node/system-clock.ts';
import {
  packJobs,
  type LedgerReply,
  type ReportMessage,
  type ReportReply,
  type WorkerData,
} from './worker-messages.ts';
import type { WriteArgs, WriteName, WriteResult } from './write-table.ts';
import { Refusal, refusalFrom } from '../ledger/refusal.ts';
import { DATABASE_FILE, takeDirectory } from '../store/data-directory.ts';

/** The ledger as gateway and HTTP see it. */
export interface LedgerClient {
  /** A batch of a kiosk; answered after its commit. */
  append(request: AppendRequest): Promise<EventsReply>;
  /** A named write; rejects with a `Refusal` carrying the code when it was refused, and nothing of it was stored. */
  write<N extends WriteName>(name: N, args: WriteArgs<N>): Promise<WriteResult<N>>;
  /** A named report; rejects with a `Refusal` when it failed. */
  report<N extends ReportName>(name: N, args: ReportArgs<N>): Promise<ReportResult<N>>;
  /** Called after every commit that changed something; returns its unsubscribe. */
  onCommit(listener: (notice: CommitNotice) => void): () => void;
  /** Waits for what is under way, then closes the database. */
  stop(): Promise<void>;
}

/**
 * Messages at the writer at once. What comes while one is being committed gathers here and travels as the next: natural
 * group commit, no timer. A second one waiting ready at the writer made the groups a fifth smaller and each swipe dearer.
 */
const MESSAGES_UNDER_WAY_MAX = 1;
/** Jobs waiting here before kiosks are told `busy`: 500 kiosks with one batch each in flight, ten times over. */
export const JOBS_WAITING_MAX = 5000;
type Busy = Extract<EventsReply, { outcome: 'busy' }>;
const BUSY: Busy = {
  outcome: 'busy',
  retryAfterMs: 1000,
  message: edgeAnswer('edge-answer.busy'),
};
const STOPPED: Busy = {
  outcome: 'busy',
  retryAfterMs: 5000,
  message: edgeAnswer('edge-answer.stopping'),
};

/**
 * Megabytes of half the young generation, per thread. V8 would let it grow to 16 on a thread that makes much short-lived
 * garbage, and keeps it. Parsed events die at once, and 4 hold several commits' worth; reports are in no hurry, and what a
 * look at a round leaves behind is cleared out often rather than kept.
 */
const YOUNG_MB = { ledger: 4, reports: 1 } as const;

interface Waiting {
  job: LedgerJob;
  done(answer: LedgerAnswer): void;
}

/**
 * Opens the ledger in `data` with the keys in `keys`: starts both worker threads. Rejects when the database cannot be opened,
 * and with a `CommandTrouble` while another process has the directory: two writers would each trust what they remember.
 */
export async function startLedger(where: {
  data: string;
  keys: string;
  clock: Clock;
  /** Somebody came upon damage of the database file; more than once perhaps. */
  onDamage: (words: string) => void;
}): Promise<LedgerClient> {
  mkdirSync(where.data, { recursive: true, mode: 0o700 });
  const release = takeDirectory(where.data);
  const workerData: WorkerData = { file: path.join(where.data, DATABASE_FILE), keys: where.keys };
  let writer: Worker | null = null;
  try {
    writer = await startWorker('ledger-worker.ts', workerData, {
      youngMb: YOUNG_MB.ledger,
      heapMbMax: null,
      isSilent: false,
    });
    const reporter = await startWorker('report-worker.ts', workerData, {
      youngMb: YOUNG_MB.reports,
      heapMbMax: null,
      isSilent: false,
    });
    const threads = [writer, reporter];
    const onIdle = (): void => {
      for (const thread of threads) thread.postMessage('clear-heap');
      clearHeap('all');
    };
    const files = new FileProcess({
      where: workerData,
      clock: where.clock,
      onIdle,
      cpuMsMax: FILE_CPU_MS_MAX,
    });
    return new ThreadedLedger({ writer, reporter, files, release, onDamage: where.onDamage });
  } catch (error) {
    await writer?.terminate();
    release();
    throw error;
  }
}

class ThreadedLedger implements LedgerClient {
  readonly #writer: Worker;
  readonly #reporter: Worker;
  readonly #files: FileProcess;
  readonly #release: () => void;
  readonly #onDamage: (words: string) => void;
  readonly #waiting: Waiting[] = [];
  readonly #underWay: Waiting[] = [];
  readonly #linking = new Linking(nextTurn);
  #messagesUnderWay = 0;
  #flushing = false;
  /** Jobs per message under way: the writer may join messages, its answers count jobs. */
  readonly #jobsPerMessage: number[] = [];
  readonly #asked = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #reportId = 0;
  readonly #listeners = new Set<(notice: CommitNotice) => void>();
  #stopping: Promise<void> | null = null;
  #idle: (() => void) | null = null;

  constructor(parts: {
    writer: Worker;
    reporter: Worker;
    files: FileProcess;
    release: () => void;
    onDamage: (words: string) => void;
  }) {
    const { writer, reporter } = parts;
    this.#writer = writer;
    this.#reporter = reporter;
    this.#files = parts.files;
    this.#release = parts.release;
    this.#onDamage = parts.onDamage;
    writer.on('message', (reply: LedgerReply) => this.#answered(reply));
    reporter.on('message', (reply: ReportReply) => this.#reported(reply));
    writer.on('error', (error) => this.#died(error));
    reporter.on('error', (error) => this.#died(error));
  }

  append(request: AppendRequest): Promise<EventsReply> {
    if (this.#stopping) return Promise.resolve(STOPPED);
    if (this.#waiting.length + this.#linking.waiting >= JOBS_WAITING_MAX) return Promise.resolve(BUSY);
    const linked = this.#linking.link(request);
    return linked instanceof Promise ? linked.then((batch) => this.#store(batch)) : this.#store(linked);
  }

  write<N extends WriteName>(name: N, args: WriteArgs<N>): Promise<WriteResult<N>> {
    if (this.#stopping) return Promise.reject(new Refusal('stopping', STOPPED.message));
    return new Promise((resolve, reject) => {
      this.#send({
        job: { kind: 'write', name, args },
        done: (answer) => {
          // The worker ran the function of this name: its result has this type (write-table.ts).
          if (answer.kind === 'done') resolve(answer.result as WriteResult<N>);
          else
            reject(answer.kind === 'failed' ? refusalFrom(answer) : new Error('an append answered a write'));
        },
      });
    });
  }

  report<N extends ReportName>(name: N, args: ReportArgs<N>): Promise<ReportResult<N>> {
    if (this.#stopping) return Promise.reject(new Refusal('stopping', STOPPED.message));
    if (isFileReport(name))
      return this.#files.ask(name, args).catch((error: unknown) => {
        throw this.#noted(error);
      }) as Promise<ReportResult<N>>;
    const id = ++this.#reportId;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve: (result) => resolve(result as ReportResult<N>), reject });
      this.#reporter.postMessage({ id, name, args } satisfies ReportMessage);
    });
  }

  onCommit(listener: (notice: CommitNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  #store(batch: LinkedBatch): Promise<EventsReply> {
    if (this.#stopping) return Promise.resolve(STOPPED);
    return new Promise((resolve) => {
      this.#send({
        job: { kind: 'append', batch },
        done: (answer) => resolve(answer.kind === 'append' ? answer.reply : STOPPED),
      });
    });
  }

  #send(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#messagesUnderWay > 0 || this.#flushing) return;
    // What came in with the same turn of the loop goes along: else the first of a rush would be committed alone.
    this.#flushing = true;
    afterThisTurn(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0 || this.#messagesUnderWay >= MESSAGES_UNDER_WAY_MAX) return;
    const group = this.#waiting.splice(0);
    const { message, handedOver } = packJobs(group.map((w) => w.job));
    this.#messagesUnderWay++;
    this.#jobsPerMessage.push(group.length);
    this.#underWay.push(...group);
    this.#writer.postMessage(message, handedOver);
  }

  #answered(reply: LedgerReply): void {
    if (reply.kind === 'damaged') this.#onDamage(reply.message);
    if (reply.kind !== 'answers') return;
    const done = this.#underWay.splice(0, reply.jobs);
    let { jobs } = reply;
    while (jobs > 0) {
      jobs -= this.#jobsPerMessage.shift() ?? jobs;
      this.#messagesUnderWay--;
    }
    this.#flush();
    const appends = (JSON.parse(reply.appends) as EventsReply[]).values();
    const others = reply.others.values();
    for (const waiting of done) {
      if (waiting.job.kind === 'append') waiting.done({ kind: 'append', reply: next(appends) });
      else waiting.done(next(others));
    }
    if (reply.notice) for (const listener of this.#listeners) listener(reply.notice);
    if (this.#messagesUnderWay === 0) this.#idle?.();
  }

  #reported(reply: ReportReply): void {
    if (reply.kind === 'ready' || reply.kind === 'piece') return;
    const asked = this.#asked.get(reply.id);
    this.#asked.delete(reply.id);
    if (reply.kind === 'result') asked?.resolve(reply.result);
    else asked?.reject(this.#noted(refusalFrom(reply)));
  }

  /** The same error, after whoever watches the database has heard of it. */
  #noted<E>(error: E): E {
    if (error instanceof Refusal && error.code === 'database-damaged') this.#onDamage(error.message);
    return error;
  }

  async #close(): Promise<void> {
    if (this.#messagesUnderWay + this.#waiting.length > 0)
      await new Promise<void>((resolve) => (this.#idle = resolve));
    await this.#files.stop();
    // The writer last: the last connection folds the log into the database, and one that only reads cannot.
    for (const worker of [this.#reporter, this.#writer]) {
      const closed = once(worker, 'exit');
      worker.postMessage('close');
      await closed;
    }
    this.#release();
    for (const { reject } of this.#asked.values()) reject(new Refusal('stopping', STOPPED.message));
  }

  /** A dead thread is a broken invariant: nobody gets an answer that was not committed, and the process ends loudly. */
  #died(error: unknown): never {
    throw error instanceof Error ? error : new Error(String(error));
  }
}

function next<Answer>(answers: Iterator<Answer, undefined>): Answer {
  const { value } = answers.next();
  if (value === undefined) throw new Error('the writer answered fewer jobs than it was given');
  return value;
}
