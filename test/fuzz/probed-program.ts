import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PROBE = pathToFileURL(path.join(import.meta.dirname, 'stall-probe-main.ts')).href;

/** How long a program's event loop was away, told by the probe that is loaded into it. */
export class StallProbe {
  readonly #server: Server;
  #program: Socket | null = null;
  #rest = '';
  #longest = 0;
  #asked: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#program = socket;
      socket.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
      socket.on('error', () => socket.destroy());
    });
  }

  static async start(): Promise<StallProbe> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StallProbe(server);
  }

  /** With these the next program that is started is watched. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return { NODE_OPTIONS: `--import=${PROBE}`, MUSTER_PROBE_PORT: String(port) };
  }

  /** The longest time away since the last question, ms; asked of the program, so all of it has been told. */
  async longest(): Promise<number> {
    const program = this.#program;
    if (program === null) throw new Error('the program never told of itself');
    await new Promise<void>((resolve, reject) => {
      this.#asked.push(resolve);
      program.once('close', () => reject(new Error('the program has ended')));
      program.write('?');
    });
    program.removeAllListeners('close');
    const longest = this.#longest;
    this.#longest = 0;
    return longest;
  }

  stop(): void {
    this.#program?.destroy();
    this.#server.close();
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines)
      if (line === '.') this.#asked.shift()?.();
      else this.#longest = Math.max(this.#longest, Number(line));
  }
}

/** Lines of the edge's log that say something is broken: pino's levels error and fatal, and what is no line of the log at all. */
export class ErrorLines {
  readonly #said: () => { stdout: string; stderr: string };
  #read = 0;
  #stderr = 0;

  constructor(said: () => { stdout: string; stderr: string }) {
    this.#said = said;
  }

  /** Those since the last question. */
  next(): string[] {
    const { stdout, stderr } = this.#said();
    const end = stdout.lastIndexOf('\n') + 1;
    const lines = stdout.slice(this.#read, end).split('\n');
    this.#read = end;
    const bad = lines.filter((line) => line.startsWith('{') && /"level":[56]\d/.test(line));
    const more = stderr.slice(this.#stderr).trim();
    this.#stderr = stderr.length;
    return more === '' ? bad : [...bad, more];
  }
}
