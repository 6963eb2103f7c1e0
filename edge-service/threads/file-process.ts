import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Cancel, Clock } from '#shared/clock.ts';
import { clearHeap, littered } from '#shared/node/cleared-heap.ts';
import type { ReportName } from './report-table.ts';
import { beside } from './start-worker.ts';
import { PIECE_BYTES, piecesIn, PieceStore } from '../tables/pieces.ts';
import type { PieceMessage, ReportMessage, ReportReply, WorkerData } from './worker-messages.ts';
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
/**
 * What the process may work on one file, in milliseconds of the processor: 36,000 rows take two seconds of a fast one, and what
 * takes ten times as long on a slow one is no roster. A machine that is busy with something else makes no file too long.
 */
export const FILE_CPU_MS_MAX = 20_000;
/** Beyond it the process does not work any more, or gets no processor to work with. */
export const FILE_MS_MAX = 120_000;
/** What the edge itself has stored is written however much work it is; beyond it the process does not work any more. */
export const EXPORT_MS_MAX = 600_000;
/** Megabytes of heap: three times what 36,000 rows of ten columns take. Beyond it the process ends, not the edge. */
export const FILE_HEAP_MB_MAX = 1024;
/** A file's rows live until all of them are read (ledger-client.ts says what young generations are kept for). */
export const FILE_YOUNG_MB = 16;
/** An idle process keeps what its last file took, up to some hundred megabytes; a person searching goes on within seconds. */
const IDLE_MS_MAX = 30_000;

export const isFileReport = (name: ReportName): boolean => FILE_REPORTS.has(name);
/** Nobody brings a file for it: it is of what the edge has stored. */
export const isExport = (name: ReportName): boolean => name.startsWith('export.');

/**
 * A process for files, started at the first one: one file at a time, and one that takes too much work or memory is given
 * up together with the process. What it took of memory goes back to the system with it. The ladder, sessions and handshakes
 * are answered by the edge meanwhile.
 */
export class FileProcess {
  readonly #where: WorkerData;
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #cpuMsMax: number;
  #order: Promise<unknown> = Promise.resolve();
  #child: ChildProcess | null = null;
  #cancelIdle: Cancel = () => {};
  #stopped = false;
  #id = 0;

  /** `onIdle`: nobody has brought or wanted a file for a while, and the process is ended; `cpuMsMax`: of work on one file. */
  constructor(parts: { where: WorkerData; clock: Clock; onIdle: () => void; cpuMsMax: number }) {
    this.#where = parts.where;
    this.#clock = parts.clock;
    this.#onIdle = parts.onIdle;
    this.#cpuMsMax = parts.cpuMsMax;
  }

  /** Rejects with a `Refusal`: the report's own, or `file-too-long` when it was given up, `export-not-made` where nobody brought a file. */
  ask(name: ReportName, args: unknown): Promise<unknown> {
    const asked = this.#order.then(() => this.#one(name, args));
    this.#order = asked.catch(() => null); // told to whoever asked; the next file is another one's
    return asked;
  }

  /** What is under way is given up; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#end();
  }

  async #one(name: ReportName, args: unknown): Promise<unknown> {
    if (this.#stopped) throw new Refusal('stopping', 'the edge is stopping');
    this.#cancelIdle();
    const child = this.#child !== null && !hasEnded(this.#child) ? this.#child : await this.#start();
    const reply = await this.#answer(child, { id: ++this.#id, name, args });
    if (reply === null) {
      void this.#end();
      if (this.#stopped) throw new Refusal('stopping', 'the edge is stopping');
      if (isExport(name)) throw new Refusal('export-not-made', 'the file could not be made now: try again');
      throw new Refusal('file-too-long', 'the file takes too much time or memory: split it');
    }
    this.#cancelIdle = this.#clock.timer(IDLE_MS_MAX, () => {
      void this.#end();
      this.#onIdle();
    });
    if (reply.kind === 'failed') throw refusalFrom(reply);
    if (reply.kind !== 'result')
      throw new Error('the files’ process said it was ready in the middle of a file');
    return reply.result;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(
      beside('file-worker.ts'),
      [this.#where.file, this.#where.keys, String(this.#cpuMsMax)],
      {
        serialization: 'advanced', // bytes stay bytes
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    this.#child = child;
    const isReady = await new Promise<boolean>((resolve) => {
      child.once('message', () => resolve(true));
      child.once('exit', () => resolve(false));
      // It could not be started, or a message met its end; that is told by whoever waits for it.
      child.on('error', () => resolve(false));
    });
    if (isReady && !this.#stopped) return child;
    await this.#end();
    if (this.#stopped) throw new Refusal('stopping', 'the edge is stopping');
    throw new Error('the process for files could not begin');
  }

  /** The process's answer; null when it ended or took too long. */
  #answer(child: ChildProcess, message: ReportMessage): Promise<ReportReply | null> {
    return new Promise((resolve) => {
      const done = (reply: ReportReply | null): void => {
        cancel();
        child.off('message', answered);
        child.off('exit', ended);
        resolve(reply);
      };
      const came = new PieceStore();
      const answered = (given: unknown): void => {
        const reply = given as ReportReply;
        if (reply.kind === 'piece') {
          came.add(reply.bytes);
          littered(reply.bytes.length);
          return;
        }
        if (reply.kind === 'result') piecesIn(reply.result)?.pieces.push(...came.pieces);
        done(reply);
      };
      const ended = (): void => done(null);
      const cancel = this.#clock.timer(isExport(message.name) ? EXPORT_MS_MAX : FILE_MS_MAX, ended);
      child.on('message', answered);
      child.on('exit', ended);
      void send(child, message).then((isSent) => isSent || ended());
    });
  }

  async #end(): Promise<void> {
    this.#cancelIdle();
    const child = this.#child;
    this.#child = null;
    if (child === null || hasEnded(child)) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

/** Sends the pieces of a file one by one, each when the one before has gone, then what is asked about it. False: nobody takes it. */
async function send(child: ChildProcess, message: ReportMessage): Promise<boolean> {
  const one = (part: ReportMessage | PieceMessage): Promise<boolean> =>
    new Promise((resolve) => child.send(part, (error) => resolve(error === null)));
  for (const whole of piecesIn(message.args)?.pieces.splice(0) ?? [])
    for (let at = 0; at < whole.length; at += PIECE_BYTES)
      if (!(await one({ piece: whole.subarray(at, at + PIECE_BYTES) }))) return false;
  clearHeap('young');
  return one(message);
}
