import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

/** A program on a busy machine says its first word within seconds; beyond this the test has failed. */
const WAIT_MS_MAX = 30_000;

/** One of the project's programs as a process of its own, every byte it writes kept: for what must not be in its log. */
export class WatchedProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(script: string, args: readonly string[], environment: Record<string, string> = {}) {
    this.#child = spawn(process.execPath, [path.join(PROJECT_ROOT, script), ...args], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // 'close': after the last byte of both streams; null where a signal ended it.
    this.#ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)));
  }

  get said(): string {
    return this.stdout + this.stderr;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits for words that fit; rejects with what was said where it ends first. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let waited = 0; waited < WAIT_MS_MAX; waited += 20) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (!this.running) await this.#ended;
      const last = pattern.exec(this.stdout);
      if (last) return last;
      if (!this.running) break;
      await pause(20);
    }
    throw new Error(`never said ${pattern}:\n${this.said}`);
  }

  /** Exit code once it has ended of itself; rejects when it goes on. */
  async ended(): Promise<number | null> {
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error(`still running:\n${this.said}`)), WAIT_MS_MAX);
      void this.#ended.then(() => clearTimeout(timer));
    });
    return Promise.race([this.#ended, late]);
  }

  kill(): Promise<number | null> {
    return this.stop('SIGKILL');
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    if (this.running) this.#child.kill(signal);
    return this.ended();
  }
}
