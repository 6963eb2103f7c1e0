import { connect } from 'node:net';

import { WebSocket } from 'ws';

import type { Clock } from '#shared/clock.ts';

import {
  ANSWER_BYTES_MAX,
  errorCode,
  type LineAnswer,
  type LoopbackAddress,
  type Question,
  type ServiceLine,
} from './service-line.ts';
import { textOf } from './service-text.ts';
import type { DiscardReason } from '../port/discard.ts';

const OPTIONS = {
  followRedirects: false,
  perMessageDeflate: false,
  maxPayload: ANSWER_BYTES_MAX,
  // A service may send its own code page as text: `textOf` decides what it is.
  skipUTF8Validation: true,
  // A service that said good-bye and leaves its end open is hung up on.
  closeTimeout: 1_000,
};

/** What `ws` calls a message that is too large; its other codes name what is no WebSocket frame. */
const TOO_LARGE = new Set([
  'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH',
  'WS_ERR_TOO_MANY_BUFFERED_PARTS',
]);

/** The close code of a connection that ended without a good-bye (RFC 6455 7.1.5). */
const NO_CLOSE_FRAME = 1006;

/** State of a line. A later question is answered with what ended the line. */
type State = { at: 'connecting' } | { at: 'open' } | { at: 'over'; why: LineAnswer<never> };

/**
 * Asks over one WebSocket, opened at once. `onUnasked` gets the text of a message nobody waited for: an answer that came
 * late, or a card the service tells of by itself.
 */
export function webSocketLine(
  address: LoopbackAddress,
  clock: Clock,
  onUnasked: (text: string) => void,
): ServiceLine {
  return new WebSocketLine(address, clock, onUnasked);
}

class WebSocketLine implements ServiceLine {
  readonly #clock: Clock;
  readonly #onUnasked: (text: string) => void;
  readonly #socket: WebSocket;
  #state: State = { at: 'connecting' };
  /** Sent when the connection is open. */
  #unsent: string | null = null;
  #hear: ((text: string) => void) | null = null;
  #giveUp: ((why: LineAnswer<never>) => void) | null = null;

  constructor(address: LoopbackAddress, clock: Clock, onUnasked: (text: string) => void) {
    this.#clock = clock;
    this.#onUnasked = onUnasked;
    this.#socket = this.#connect(address);
  }

  ask<T>({ request, decode, timeoutMs }: Question<T>): Promise<LineAnswer<T>> {
    if (this.#hear !== null) throw new Error('a question while another waits');
    if (this.#state.at === 'over') return Promise.resolve(this.#state.why);
    return new Promise((resolve) => {
      const settle = (answer: LineAnswer<T>) => {
        cancelTimeout();
        this.#hear = null;
        this.#giveUp = null;
        this.#unsent = null;
        resolve(answer);
      };
      const cancelTimeout = this.#clock.timer(timeoutMs, () => settle({ outcome: 'silent' }));
      this.#giveUp = settle;
      this.#hear = (text) => {
        const value = decode(text);
        if (value !== null) settle({ outcome: 'answer', value });
      };
      if (this.#state.at === 'open') this.#socket.send(request);
      else this.#unsent = request;
    });
  }

  end(): void {
    this.#over({ outcome: 'lost', code: 'ended' });
  }

  #connect({ host, port }: LoopbackAddress): WebSocket {
    const wire = connect(port, host);
    const socket = new WebSocket(`ws://${host === '::1' ? '[::1]' : host}:${port}/`, {
      ...OPTIONS,
      createConnection: () => wire,
    });
    let heardBytes = 0;
    socket.on('open', () => {
      heardBytes = wire.bytesRead;
      this.#state = { at: 'open' };
      if (this.#unsent !== null) socket.send(this.#unsent);
      this.#unsent = null;
    });
    socket.on('message', (data) => {
      heardBytes = wire.bytesRead;
      this.#receive(data as Buffer); // As `binaryType` is by default.
    });
    const failed = (error: Error) => this.#failed(error, wire.bytesRead - heardBytes);
    socket.on('error', failed);
    wire.on('error', failed); // Once open, `ws` tells of the end, but not of the system's code for it.
    socket.on('close', (code) => {
      this.#over({ outcome: 'lost', code: code === NO_CLOSE_FRAME ? 'closed' : 'ended' });
    });
    return socket;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#state.at !== 'open') return;
    const text = textOf(bytes);
    if (this.#hear === null) this.#onUnasked(text);
    else this.#hear(text);
  }

  /** `bytes` had come since the last message. */
  #failed(error: Error, bytes: number): void {
    const code = errorCode(error);
    if (code.startsWith('WS_ERR_')) this.#unusable(TOO_LARGE.has(code) ? 'length' : 'noise', bytes);
    // An error of the system or of HTTP has a code; what `ws` refuses of a handshake has none: no WebSocket there.
    else if ('code' in error) this.#over({ outcome: 'lost', code });
    else this.#unusable('unexpected', 0);
  }

  /** The question that waits hears that what came was no answer; later ones that the line has gone. */
  #unusable(reason: DiscardReason, bytes: number): void {
    const giveUp = this.#giveUp;
    this.#giveUp = null;
    // Rubbish on a connection that stood is mended by another one; what never was a WebSocket stays none.
    const isMended = this.#state.at === 'open';
    this.#over(isMended ? { outcome: 'lost', code: 'broken' } : { outcome: 'unusable', reason, bytes: 0 });
    giveUp?.({ outcome: 'unusable', reason, bytes });
  }

  #over(why: LineAnswer<never>): void {
    const { at } = this.#state;
    if (at === 'over') return;
    this.#state = { at: 'over', why };
    if (at === 'open') this.#socket.close(); // The good-bye is on its way before the connection is ended.
    this.#socket.terminate();
    this.#giveUp?.(why);
  }
}
