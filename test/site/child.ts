import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

export const ROOT = PROJECT_ROOT;

/** A child that says nothing fitting for so long did not start; a page that has to be built first takes some seconds. */
const START_MS_MAX = 60_000;
/** After this a child that was asked to stop is ended. */
const STOP_MS_MAX = 10_000;

/** What a program says of itself at its start; its log behind that is nobody's here. */
const OUTPUT_KEPT = 64 * 1024;

/** One part of the site as a process of its own: the same program a real site runs. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  /** After the last byte of both streams. */
  readonly #closed: Promise<void>;
  #output = '';
  #errors = '';

  constructor(name: string, script: string, args: readonly string[]) {
    this.#name = name;
    this.#process = spawn(process.execPath, [path.join(ROOT, script), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = new Promise((resolve) => this.#process.once('close', () => resolve()));
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (this.#output.length < OUTPUT_KEPT) this.#output += text;
    });
    // The last words are enough to say why it ended.
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** What was said on standard output since the start. */
  get output(): string {
    return this.#output;
  }

  /** The same, and its last words on standard error. */
  get said(): string {
    return this.#output + this.#errors;
  }

  /** Waits for a line that fits and returns its match; rejects with the child's last words when it ends first. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let waited = 0; waited < START_MS_MAX; waited += 20) {
      const ended = !this.running;
      if (ended) await this.#closed;
      const match = pattern.exec(this.#output);
      if (match) return match;
      if (ended) break;
      await pause(20);
    }
    // What ended says why in words for people; what hangs says nothing, so all of it is shown.
    const why = this.#errors.trim();
    if (!this.running && why !== '') throw new Error(`${this.#name}: ${why}`);
    throw new Error(`${this.#name} did not say ${pattern}:\n${this.#output}${this.#errors}`);
  }

  /** Asks it to stop and waits until it has. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.kill('SIGTERM');
    const late = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS_MAX);
    await ended;
    clearTimeout(late);
  }

  /** kill -9, as a power button or the system's own killer does; resolves when it is gone. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.kill('SIGKILL');
    await ended;
  }
}
