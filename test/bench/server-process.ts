import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { WATCH_STALLS, type ProbeQuestion, type ServerUse } from './server-use.ts';

const HERE = import.meta.dirname;
const PROBE = pathToFileURL(path.join(HERE, 'server-probe.mjs')).href;
const START_MS_MAX = 30_000;
const STOP_MS_MAX = 15_000;
const POLL_MS = 20;
/** The last lines a server wrote, for the message when it dies. */
const TAIL_CHARS = 2000;

/** A server in a process of its own, listening on loopback. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  #tail = '';

  /** Starts `entry` (a path from this folder) and waits until its port answers. Rejects with its last words if it dies. */
  static async start(server: {
    entry: string;
    /** Options of node itself. */
    nodeOptions: readonly string[];
    /** Arguments, given the port to listen on. */
    args: (port: number) => string[];
    environment: Readonly<Record<string, string>>;
    watchStalls: boolean;
  }): Promise<ServerProcess> {
    const port = await freePort();
    const child = fork(path.join(HERE, server.entry), server.args(port), {
      execArgv: [
        ...server.nodeOptions,
        '--import',
        PROBE,
        ...(process.env['MUSTER_BENCH_EXEC_ARGV']?.split(' ') ?? []),
      ],
      env: { ...process.env, ...server.environment, ...(server.watchStalls && { [WATCH_STALLS]: '1' }) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const started = new ServerProcess(child, port);
    await started.#listening();
    return started;
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    const keep = (text: string): void => void (this.#tail = (this.#tail + text).slice(-TAIL_CHARS));
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
  }

  /** What it has used so far. */
  use(): Promise<ServerUse> {
    return this.#ask('use');
  }

  async forgetStalls(): Promise<void> {
    await this.#ask('forget-stalls');
  }

  /** As a power cut would: no handler of the process runs. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    else return;
    await gone;
  }

  /** Asks it to stop; kills it when it does not. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    await gone;
    clearTimeout(timer);
  }

  async #ask(question: ProbeQuestion): Promise<ServerUse> {
    const answered = once(this.#child, 'message', { signal: AbortSignal.timeout(START_MS_MAX) });
    this.#child.send(question);
    const [use] = (await answered) as [ServerUse];
    return use;
  }

  async #listening(): Promise<void> {
    const end = Date.now() + START_MS_MAX;
    while (!(await answers(this.port))) {
      const { exitCode, signalCode } = this.#child;
      if (exitCode !== null || signalCode !== null || Date.now() > end) {
        this.#child.kill('SIGKILL');
        throw new Error(`the server did not start (${exitCode ?? signalCode ?? 'silent'}): ${this.#tail}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return address.port;
}
