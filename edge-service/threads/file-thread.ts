import type { Worker } from 'node:worker_threads';
import type { Cancel, Clock } from '#shared/clock.ts';
import type { ReportName } from './report-table.ts';
import type { ReportMessage, ReportReply } from './worker-messages.ts';
import { Refusal, refusalFrom } from '../ledger/refusal.ts';

/**
 * Reports that read or write whole files: seconds each, and what a spreadsheet makes its reader do is up to the spreadsheet.
 * To find a person by name opens as many boxes as to write a file does, of every round.
 */
const FILE_REPORTS: ReadonlySet<ReportName> = new Set([
  'roster.prepare',
  'lab.prepare',
  'export.file',
  'export.report',
  'export.reconciliation',
  'export.openings',
  'people.find',
]);
/** 36,000 rows take two seconds of a fast processor; what takes ten times as long on a slow one is no roster. */
export const FILE_MS_MAX = 20_000;
/** Megabytes of heap: three times what 36,000 rows of ten columns take. Beyond it the thread ends, not the edge. */
export const FILE_HEAP_MB_MAX = 1024;
/** An idle thread keeps the spreadsheet library's 85 MB; after a while nobody is importing any more. */
const IDLE_MS_MAX = 60_000;

export const isFileReport = (name: ReportName): boolean => FILE_REPORTS.has(name);

/**
 * A thread for files, started at the first one: one file at a time, and one that takes too long or too much memory is given
 * up together with the thread. The ladder, sessions and handshakes are answered by another thread meanwhile.
 */
export class FileThread {
  readonly #start: () => Promise<Worker>;
  readonly #clock: Clock;
  #order: Promise<unknown> = Promise.resolve();
  #worker: Worker | null = null;
  #cancelIdle: Cancel = () => {};
  #stopped = false;
  #id = 0;

  constructor(parts: { start: () => Promise<Worker>; clock: Clock }) {
    this.#start = parts.start;
    this.#clock = parts.clock;
  }

  /** Rejects with a `Refusal`: the report's own, or `file-too-long` when it was given up. */
  ask(name: ReportName, args: unknown): Promise<unknown> {
    const asked = this.#order.then(() => this.#one(name, args));
    this.#order = asked.catch(() => null); // told to whoever asked; the next file is another one's
    return asked;
  }

  /** What is under way is given up. */
  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  async #one(name: ReportName, args: unknown): Promise<unknown> {
    if (this.#stopped) throw new Refusal('stopping', 'the edge is stopping');
    this.#cancelIdle();
    const worker = (this.#worker ??= await this.#begin());
    const reply = await this.#answer(worker, { id: ++this.#id, name, args });
    if (reply === null) {
      this.#end();
      throw new Refusal('file-too-long', 'the file takes too much time or memory: split it');
    }
    this.#cancelIdle = this.#clock.timer(IDLE_MS_MAX, () => this.#end());
    if (reply.kind === 'failed') throw refusalFrom(reply);
    if (reply.kind !== 'result') throw new Error('the files’ thread said it was ready twice');
    return reply.result;
  }

  async #begin(): Promise<Worker> {
    const worker = await this.#start();
    // Out of memory: whoever asked is told by the thread's end, which follows.
    worker.once('error', () => (this.#worker = null));
    return worker;
  }

  /** The thread's answer; null when it ended or took too long. */
  #answer(worker: Worker, message: ReportMessage): Promise<ReportReply | null> {
    return new Promise((resolve) => {
      const done = (reply: ReportReply | null): void => {
        cancel();
        worker.off('message', done);
        worker.off('exit', ended);
        resolve(reply);
      };
      const ended = (): void => done(null);
      const cancel = this.#clock.timer(FILE_MS_MAX, ended);
      worker.on('message', done);
      worker.on('exit', ended);
      worker.postMessage(message);
    });
  }

  /** Not waited for: a thread in the middle of filling an array of a thousand million ends only behind it. */
  #end(): void {
    this.#cancelIdle();
    void this.#worker?.terminate();
    this.#worker = null;
  }
}
