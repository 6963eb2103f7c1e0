import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import {
  commandReplySchema,
  kioskStateSchema,
  type CommandReply,
  type KioskBridge,
  type KioskCommand,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';

/** A start checks and folds the journal; on a busy machine that takes seconds. */
const WAIT_MS_MAX = 30_000;

/** A kiosk in a process of its own: what it has shown, and hands on its keys. */
abstract class KioskProcess implements KioskBridge {
  state: KioskState | null = null;
  /** The highest number this process has shown. */
  shown = 0;
  readonly #listeners = new Set<(state: KioskState) => void>();

  /** Listens to every state from the present one on. */
  onState(listener: (state: KioskState) => void): () => void {
    this.#listeners.add(listener);
    if (this.state !== null) listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /** The first state, from the present one on, for which it holds. */
  async until(what: string, holds: (state: KioskState) => boolean): Promise<KioskState> {
    const found = Promise.withResolvers<KioskState>();
    const leave = this.onState((state) => {
      if (holds(state)) found.resolve(state);
    });
    const timer = setTimeout(
      () => found.reject(new Error(`no ${what}: ${JSON.stringify(this.state)}\n${this.said.slice(-2000)}`)),
      WAIT_MS_MAX,
    );
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      leave();
    }
  }

  /** What the program has said of itself, as far as it is kept. */
  abstract readonly said: string;
  abstract send(command: unknown): Promise<CommandReply>;
  abstract stop(): Promise<unknown>;
  /** kill -9; no state arrives any more once this resolves. */
  abstract kill(): Promise<unknown>;

  protected take(raw: unknown): void {
    const state = kioskStateSchema.parse(raw);
    this.state = state;
    this.shown = Math.max(this.shown, state.lastSequence);
    for (const listener of this.#listeners) listener(state);
  }
}

/** A program that runs and says where its page is. */
export interface Program {
  readonly said: string;
  says(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<unknown>;
  kill(): Promise<unknown>;
}

export interface BrowserKioskOptions {
  data: string;
  reader: string | null;
  pair: string | null;
  /** Of the page; 0: any that is free. */
  port: number;
  /** Between two looks at the reader; null: as with real readers. */
  gapMs: number | null;
}

/** A kiosk as people use it, `npm run kiosk:browser`, and a socket to its page. */
export class BrowserKiosk<P extends Program> extends KioskProcess {
  readonly process: P;
  /** Of the page, with its token. */
  readonly address: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly token: string;
  readonly socket: Socket;

  /** `run` starts a script of the project. */
  static async start<P extends Program>(
    run: (script: string, args: readonly string[]) => P,
    { data, reader, pair, port, gapMs }: BrowserKioskOptions,
  ): Promise<BrowserKiosk<P>> {
    const process = run('kiosk/browser/main.ts', [
      `--data=${data}`,
      `--port=${port}`,
      ...(reader === null ? [] : [`--reader=${reader}`]),
      ...(pair === null ? [] : [`--pair=${pair}`]),
      ...(gapMs === null ? [] : [`--poll-gap=${gapMs}`, `--probe-gap=${gapMs}`]),
    ]);
    try {
      return new BrowserKiosk(process, await process.says(/(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/));
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  private constructor(process: P, [address, origin = '', token = '']: RegExpExecArray) {
    super();
    this.process = process;
    this.address = address;
    this.origin = origin;
    this.token = token;
    this.socket = io(origin, { transports: ['websocket'], auth: { token } });
    this.socket.on('state', (raw: unknown) => this.take(raw));
  }

  get said(): string {
    return this.process.said;
  }

  /** Any message as a command, its answer parsed. */
  async send(command: unknown): Promise<CommandReply> {
    return commandReplySchema.parse(await this.socket.timeout(WAIT_MS_MAX).emitWithAck('command', command));
  }

  async stop(): Promise<void> {
    this.socket.disconnect();
    await this.process.stop();
  }

  async kill(): Promise<void> {
    await this.process.kill();
    this.socket.disconnect();
  }
}

const ENGINE_ENTRY = path.join(import.meta.dirname, 'engine-process-main.ts');

/** The real engine without a page, its numbers written down the moment they are shown. */
export class EngineProcess extends KioskProcess {
  /** Its words go to where the test's go. */
  readonly said = '';
  readonly #child: ChildProcess;
  readonly #replies = new Map<number, (reply: CommandReply) => void>();
  #id = 0;

  constructor(given: {
    data: string;
    reader: string | null;
    marks: string | null;
    environment: Record<string, string>;
  }) {
    super();
    this.#child = fork(ENGINE_ENTRY, [given.data, given.reader ?? '-', given.marks ?? '-'], {
      env: { ...process.env, ...given.environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: { state: unknown } | { id: number; reply: CommandReply }) => {
      if ('state' in message) this.take(message.state);
      else this.#replies.get(message.id)?.(message.reply);
    });
  }

  send(command: KioskCommand): Promise<CommandReply> {
    const id = ++this.#id;
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#child.send({ id, command });
    });
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }
}
