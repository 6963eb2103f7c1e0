import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { LoadAnswer, LoadJob, LoadOrder, LoadResult } from './load-job.ts';

const ENTRY = path.join(import.meta.dirname, 'load-main.ts');
/** Connecting, preparing and the longest run together. */
const LOAD_MS_MAX = 180_000;

/** One load generator: `ready` when it has connected, `run` starts the clock. */
export class LoadProcess {
  readonly #child: ChildProcess;
  #answer: (answer: LoadAnswer) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  /** Starts the generator and waits until it may go. Rejects with its words when it cannot. */
  static async ready(job: LoadJob): Promise<LoadProcess> {
    const load = new LoadProcess();
    const answer = load.#next();
    load.#order({ kind: 'job', job });
    const first = await answer;
    if (first.kind === 'failed') throw new Error(first.message);
    return load;
  }

  private constructor() {
    this.#child = fork(ENTRY, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
    this.#child.on('message', (answer: LoadAnswer) => this.#answer(answer));
    this.#child.on('exit', (code, signal) =>
      this.#fail(new Error(`the load generator ended: ${code ?? signal}`)),
    );
  }

  async run(): Promise<LoadResult> {
    const answer = this.#next();
    this.#order({ kind: 'go' });
    const last = await answer;
    if (last.kind !== 'result') throw new Error(last.kind === 'failed' ? last.message : 'ready twice');
    return last.result;
  }

  #order(order: LoadOrder): void {
    this.#child.send(order);
  }

  #next(): Promise<LoadAnswer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#child.kill('SIGKILL');
        reject(new Error(`the load generator took longer than ${LOAD_MS_MAX} ms`));
      }, LOAD_MS_MAX);
      this.#answer = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#fail = (error) => {
        clearTimeout(timer);
        reject(error);
      };
    });
  }
}
