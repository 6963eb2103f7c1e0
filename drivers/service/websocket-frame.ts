/**
 * WebSocket frames (RFC 6455 section 5) from a client's side, without extensions. Pure and synchronous. Written here
 * because Node's own client gathers a message of any size before it shows it, hides what is not UTF-8, and is not in
 * every Electron.
 */

/** Control frames hold no more (RFC 6455 5.5). */
const CONTROL_BYTES_MAX = 125;
const HEAD_BYTES_MIN = 2;

const OPCODES = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

export type ClientOpcode = 'text' | 'close' | 'ping' | 'pong';

export type WebSocketOutput =
  /** A whole message, text and binary alike: some services do not care which they send. */
  | { type: 'message'; bytes: Uint8Array }
  | { type: 'ping'; bytes: Uint8Array }
  | { type: 'close' }
  /** No WebSocket, or a message beyond the bound; nothing follows. `bytes` had come by then. */
  | { type: 'broken'; reason: 'noise' | 'length'; bytes: number };

/** One whole frame; `mask` is 4 bytes, which RFC 6455 5.3 wants unpredictable. */
export function encodeWebSocketFrame(
  opcode: ClientOpcode,
  payload: Uint8Array,
  mask: Uint8Array,
): Uint8Array {
  if (payload.length > 0xffff) throw new Error(`a request of ${payload.length} bytes`);
  const isShort = payload.length < 126;
  const head = isShort
    ? [0x80 | OPCODES[opcode], 0x80 | payload.length]
    : [0x80 | OPCODES[opcode], 0x80 | 126, payload.length >> 8, payload.length & 0xff];
  const frame = new Uint8Array(head.length + 4 + payload.length);
  frame.set(head);
  frame.set(mask.subarray(0, 4), head.length);
  for (let i = 0; i < payload.length; i += 1) frame[head.length + 4 + i] = payload[i]! ^ mask[i % 4]!;
  return frame;
}

interface Head {
  isLast: boolean;
  opcode: number;
  headBytes: number;
  payloadBytes: number;
}

/** Takes bytes in any pieces; memory is bounded by `messageBytesMax` and one piece. */
export class WebSocketDecoder {
  readonly #messageBytesMax: number;
  #pending = new Uint8Array(0);
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  /** As many bytes as the next step needs, so that a frame in a thousand pieces is put together once. */
  #needed = HEAD_BYTES_MIN;
  #fragments: Uint8Array[] | null = null;
  #fragmentBytes = 0;
  #isOver = false;

  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax;
  }

  push(bytes: Uint8Array): WebSocketOutput[] {
    if (this.#isOver) return [];
    this.#chunks.push(bytes);
    this.#chunkBytes += bytes.length;
    if (this.#pending.length + this.#chunkBytes < this.#needed) return [];
    this.#pending = joined([this.#pending, ...this.#chunks]);
    this.#chunks = [];
    this.#chunkBytes = 0;
    const outputs: WebSocketOutput[] = [];
    for (;;) {
      const output = this.#take();
      if (output === 'more') return outputs;
      if (output !== 'nothing') outputs.push(output);
      if (this.#isOver) return outputs;
    }
  }

  #take(): WebSocketOutput | 'nothing' | 'more' {
    const head = headOf(this.#pending);
    if (typeof head === 'number') {
      this.#needed = head;
      return 'more';
    }
    if (head === null) return this.#broken('noise');
    if (!this.#fits(head)) return this.#broken('noise');
    if (this.#fragmentBytes + head.payloadBytes > this.#messageBytesMax) return this.#broken('length');
    this.#needed = head.headBytes + head.payloadBytes;
    if (this.#pending.length < this.#needed) return 'more';
    const payload = this.#pending.slice(head.headBytes, this.#needed);
    this.#pending = this.#pending.slice(this.#needed);
    this.#needed = HEAD_BYTES_MIN;
    return isControl(head) ? this.#control(head.opcode, payload) : this.#data(head.isLast, payload);
  }

  /** Control frames stand alone and are short; a message goes on until its last fragment. */
  #fits({ opcode, isLast, payloadBytes }: Head): boolean {
    switch (opcode) {
      case OPCODES.continuation:
        return this.#fragments !== null;
      case OPCODES.text:
      case OPCODES.binary:
        return this.#fragments === null;
      case OPCODES.close:
      case OPCODES.ping:
      case OPCODES.pong:
        return isLast && payloadBytes <= CONTROL_BYTES_MAX;
      default:
        return false;
    }
  }

  #control(opcode: number, payload: Uint8Array): WebSocketOutput | 'nothing' {
    if (opcode === OPCODES.ping) return { type: 'ping', bytes: payload };
    if (opcode === OPCODES.pong) return 'nothing';
    this.#isOver = true;
    return { type: 'close' };
  }

  #data(isLast: boolean, payload: Uint8Array): WebSocketOutput | 'nothing' {
    const fragments = this.#fragments ?? [];
    fragments.push(payload);
    if (!isLast) {
      this.#fragments = fragments;
      // Heads count too: fragments without content would go on for ever.
      this.#fragmentBytes += payload.length + HEAD_BYTES_MIN;
      return 'nothing';
    }
    this.#fragments = null;
    this.#fragmentBytes = 0;
    return { type: 'message', bytes: joined(fragments) };
  }

  #broken(reason: 'noise' | 'length'): WebSocketOutput {
    const bytes = this.#fragmentBytes + this.#pending.length;
    this.#isOver = true;
    this.#pending = new Uint8Array(0);
    this.#fragments = null;
    return { type: 'broken', reason, bytes };
  }
}

function isControl({ opcode }: Head): boolean {
  return opcode >= OPCODES.close;
}

/** The frame's head, how many bytes are needed to see it, or null for one no server may send. */
function headOf(bytes: Uint8Array): Head | number | null {
  if (bytes.length < HEAD_BYTES_MIN) return HEAD_BYTES_MIN;
  const [first, second] = [bytes[0]!, bytes[1]!];
  // Reserved bits belong to extensions nobody asked for, and a server never masks (RFC 6455 5.1).
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) return null;
  const code = second & 0x7f;
  const headBytes = code < 126 ? 2 : code === 126 ? 4 : 10;
  if (bytes.length < headBytes) return headBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const payloadBytes = code < 126 ? code : code === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
  return { isLast: (first & 0x80) !== 0, opcode: first & 0x0f, headBytes, payloadBytes };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
