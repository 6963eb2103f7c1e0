import { randomBytes } from 'node:crypto';
import net from 'node:net';

/**
 * A socket.io client over a bare TCP socket: engine.io protocol 4 and socket.io protocol 5 on one WebSocket (RFC 6455),
 * with messages framed before the timed part. The load generator shares the machine with the server it loads, so every
 * microsecond it saves is one it does not take away from what is measured.
 */

const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
/** A server that does not answer a handshake within this has failed. */
const CONNECT_MS_MAX = 15_000;
export const NAMESPACE = '/kiosk';

/** One frame as a client must send it: masked, and the mask is zero, so that a payload can be framed by copying alone. */
function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const length = payload.length;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + lengthBytes + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.set(payload, 2 + lengthBytes + 4);
  return frame;
}

/** A request with an acknowledgement; `bytes` travels as the second argument. `id` comes back with the answer. */
export function requestFrames(request: {
  id: number;
  event: string;
  argument: unknown;
  bytes: Uint8Array | null;
}): Buffer {
  const { id, event, argument, bytes } = request;
  const first = `${JSON.stringify(event)},${JSON.stringify(argument)}`;
  if (bytes === null) return clientFrame(TEXT, Buffer.from(`42${NAMESPACE},${id}[${first}]`));
  const head = `451-${NAMESPACE},${id}[${first},{"_placeholder":true,"num":0}]`;
  return Buffer.concat([clientFrame(TEXT, Buffer.from(head)), clientFrame(BINARY, bytes)]);
}

const ANSWER = new RegExp(`^43${NAMESPACE},(\\d+)`);

/** One connected kiosk as the server sees it. */
export class LeanSocket {
  /** Called with every acknowledgement: its id, and the answer, unparsed JSON. */
  onAnswer: (id: number, answer: string) => void = () => undefined;
  /** Called once when the connection ends. */
  onEnd: () => void = () => undefined;
  /** Messages the server pushed, binary parts not counted. */
  pushed = 0;
  readonly #socket: net.Socket;
  #rest: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #admitted: { resolve: () => void; reject: (error: Error) => void } | null = null;

  /** Connects, upgrades and joins the kiosk namespace. Rejects when the server refuses or does not answer. */
  static async connect(to: { port: number; token: string; protocol: number }): Promise<LeanSocket> {
    const socket = net.connect({ host: '127.0.0.1', port: to.port, noDelay: true });
    const lean = new LeanSocket(socket, JSON.stringify({ token: to.token, protocol: to.protocol }));
    const admitted = new Promise<void>((resolve, reject) => {
      lean.#admitted = { resolve, reject };
    });
    const timer = setTimeout(() => socket.destroy(new Error('no answer to the handshake')), CONNECT_MS_MAX);
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${to.port}\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    try {
      await admitted;
    } finally {
      clearTimeout(timer);
    }
    return lean;
  }

  private constructor(socket: net.Socket, auth: string) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes, auth));
    socket.on('error', (error) => this.#admitted?.reject(error));
    socket.on('close', () => {
      this.#admitted?.reject(new Error('the connection ended during the handshake'));
      this.onEnd();
    });
  }

  /** Sends frames made by `requestFrames`. */
  send(frames: Uint8Array): void {
    this.#socket.write(frames);
  }

  /** Sends a request and waits for its answer, parsed; for the untimed part: it takes `onAnswer` for itself meanwhile. */
  ask(event: string, argument: unknown, bytes: Uint8Array | null): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.onAnswer = (_, answer) => resolve((JSON.parse(answer) as unknown[])[0]);
      this.onEnd = () => reject(new Error(`the connection ended before ${event} was answered`));
      this.send(requestFrames({ id: 0, event, argument, bytes }));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer, auth: string): void {
    let data = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (!this.#upgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end === -1) {
        this.#rest = data;
        return;
      }
      const status = data.subarray(0, data.indexOf('\r\n')).toString('latin1');
      if (!status.includes(' 101 ')) return void this.#socket.destroy(new Error(status));
      this.#upgraded = true;
      data = data.subarray(end + 4);
    }
    this.#rest = this.#frames(data, auth);
  }

  /** Takes whole frames off `data`; returns what is left. */
  #frames(data: Buffer, auth: string): Buffer {
    let at = 0;
    while (data.length - at >= 2) {
      const opcode = data[at]! & 0x0f;
      const short = data[at + 1]! & 0x7f;
      const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length - at < headBytes) break;
      const length =
        short < 126
          ? short
          : short === 126
            ? data.readUInt16BE(at + 2)
            : Number(data.readBigUInt64BE(at + 2));
      const from = at + headBytes;
      if (data.length < from + length) break;
      if (opcode === TEXT) this.#text(data.toString('utf8', from, from + length), auth);
      else if (opcode === PING) this.#socket.write(clientFrame(PONG, data.subarray(from, from + length)));
      else if (opcode === CLOSE) this.#socket.end();
      at = from + length;
    }
    return data.subarray(at);
  }

  #text(text: string, auth: string): void {
    const answer = ANSWER.exec(text);
    if (answer) return this.onAnswer(Number(answer[1]), text.slice(answer[0].length));
    if (text === '2') this.#socket.write(clientFrame(TEXT, Buffer.from('3')));
    else if (text.startsWith('0'))
      this.#socket.write(clientFrame(TEXT, Buffer.from(`40${NAMESPACE},${auth}`)));
    else if (text.startsWith(`40${NAMESPACE}`)) {
      this.#admitted?.resolve();
      this.#admitted = null;
    } else if (text.startsWith(`44${NAMESPACE}`)) this.#admitted?.reject(new Error(`refused: ${text}`));
    else this.pushed++;
  }
}
