import { io, type Socket } from 'socket.io-client';
import {
  commandReplySchema,
  kioskStateSchema,
  type CommandReply,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';
import { WatchedProcess } from '../machine/watched-process.ts';

const WAIT_MS_MAX = 20_000;

/** `npm run kiosk:browser` as a process of its own with its whole log, and hands on its page. */
export class WatchedKiosk {
  readonly process: WatchedProcess;
  /** `http://127.0.0.1:PORT` of its page, and the token of its address. */
  readonly origin: string;
  readonly token: string;
  readonly socket: Socket;
  state: KioskState | null = null;

  private constructor(process: WatchedProcess, origin: string, token: string) {
    this.process = process;
    this.origin = origin;
    this.token = token;
    this.socket = io(origin, { transports: ['websocket'], auth: { token } });
    this.socket.on('state', (raw: unknown) => (this.state = kioskStateSchema.parse(raw)));
  }

  static async start(options: { data: string; reader?: string; pair?: string }): Promise<WatchedKiosk> {
    const process = new WatchedProcess('kiosk/browser/main.ts', [
      `--data=${options.data}`,
      '--port=0',
      '--poll-gap=2',
      '--probe-gap=2',
      ...(options.reader === undefined ? [] : [`--reader=${options.reader}`]),
      ...(options.pair === undefined ? [] : [`--pair=${options.pair}`]),
    ]);
    const [, origin = '', token = ''] = await process.says(/(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/);
    return new WatchedKiosk(process, origin, token);
  }

  /** Any message as a command, its answer parsed. */
  async send(command: unknown): Promise<CommandReply> {
    return commandReplySchema.parse(await this.socket.timeout(WAIT_MS_MAX).emitWithAck('command', command));
  }

  async until(what: string, holds: (state: KioskState) => boolean): Promise<KioskState> {
    const end = Date.now() + WAIT_MS_MAX;
    while (Date.now() < end) {
      if (this.state !== null && holds(this.state)) return this.state;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`no ${what}: ${JSON.stringify(this.state)}\n${this.process.said.slice(-2000)}`);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    this.socket.disconnect();
    return this.process.stop(signal);
  }
}
