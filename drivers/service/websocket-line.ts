import { createHash, randomBytes } from 'node:crypto';
import { type ClientRequest, request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';

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
import { type ClientOpcode, encodeWebSocketFrame, WebSocketDecoder } from './websocket-frame.ts';
import type { DiscardReason } from '../port/discard.ts';

/** RFC 6455 1.3 */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Where a line stands; what ended it is told to every later question. */
type State =
  | { at: 'connecting'; request: ClientRequest }
  | { at: 'open'; socket: Duplex }
  | { at: 'over'; why: LineAnswer<never> };

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
  readonly #decoder = new WebSocketDecoder(ANSWER_BYTES_MAX);
  #state: State;
  /** Sent when the connection stands. */
  #unsent: string | null = null;
  #hear: ((text: string) => void) | null = null;
  #giveUp: ((why: LineAnswer<never>) => void) | null = null;

  constructor(address: LoopbackAddress, clock: Clock, onUnasked: (text: string) => void) {
    this.#clock = clock;
    this.#onUnasked = onUnasked;
    this.#state = { at: 'connecting', request: this.#connect(address) };
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
      if (this.#state.at === 'open') this.#send('text', Buffer.from(request));
      else this.#unsent = request;
    });
  }

  end(): void {
    if (this.#state.at === 'open') this.#send('close', new Uint8Array(0));
    this.#over({ outcome: 'lost', code: 'ended' });
  }

  #connect(address: LoopbackAddress): ClientRequest {
    const key = randomBytes(16).toString('base64');
    const request = httpRequest({
      host: address.host,
      port: address.port,
      path: '/',
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
      },
    });
    request.on('error', (error) => this.#over({ outcome: 'lost', code: errorCode(error) }));
    request.on('response', () => this.#unusable('unexpected', 0)); // An HTTP server, but no WebSocket.
    request.on('upgrade', (response, socket, head) => {
      socket.on('error', (error) => this.#over({ outcome: 'lost', code: errorCode(error) }));
      if (response.headers['sec-websocket-accept'] !== acceptOf(key)) socket.destroy();
      if (this.#state.at === 'over') socket.destroy();
      if (socket.destroyed) return this.#unusable('unexpected', 0);
      this.#open(socket, head);
    });
    request.end();
    return request;
  }

  #open(socket: Duplex, head: Uint8Array): void {
    this.#state = { at: 'open', socket };
    socket.on('data', (bytes: Uint8Array) => this.#receive(bytes));
    socket.on('close', () => this.#over({ outcome: 'lost', code: 'closed' }));
    socket.on('end', () => this.#over({ outcome: 'lost', code: 'closed' }));
    if (this.#unsent !== null) this.#send('text', Buffer.from(this.#unsent));
    this.#unsent = null;
    if (head.length > 0) this.#receive(head);
  }

  #receive(bytes: Uint8Array): void {
    for (const output of this.#decoder.push(bytes)) {
      if (this.#state.at !== 'open') return;
      switch (output.type) {
        case 'message': {
          const text = textOf(output.bytes);
          if (this.#hear === null) this.#onUnasked(text);
          else this.#hear(text);
          break;
        }
        case 'ping':
          this.#send('pong', output.bytes);
          break;
        case 'close':
          this.end();
          break;
        case 'broken':
          this.#unusable(output.reason, output.bytes);
          break;
      }
    }
  }

  #send(opcode: ClientOpcode, payload: Uint8Array): void {
    if (this.#state.at !== 'open') return;
    this.#state.socket.write(encodeWebSocketFrame(opcode, payload, randomBytes(4)));
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
    const state = this.#state;
    if (state.at === 'over') return;
    this.#state = { at: 'over', why };
    if (state.at === 'connecting') state.request.destroy();
    else state.socket.end(() => state.socket.destroy());
    this.#giveUp?.(why);
  }
}

function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_SUFFIX)
    .digest('base64');
}
