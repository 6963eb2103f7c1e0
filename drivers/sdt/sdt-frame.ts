import type { Discard, DiscardReason } from '../port/discard.ts';

/**
 * Frames of the SDT / SAM_V protocol (reader-protocols.md 1.1). Pure and synchronous; time is an argument.
 *
 *     AA AA AA 96 69 · LEN (2, big-endian) · body (LEN − 1 bytes) · CHK        CHK = XOR of LEN and body
 */

export const PREAMBLE = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);

/** SW1 SW2 SW3 CHK: no reply is shorter. */
export const REPLY_LENGTH_MIN = 4;
/** CMD PARA CHK: no request is shorter. */
export const REQUEST_LENGTH_MIN = 3;
/** The longest reply known has 2,314; a larger LEN is noise that would swallow the frames behind it. */
export const FRAME_LENGTH_MAX = 4_096;

const HEAD_BYTES = PREAMBLE.length + 2;
const FRAME_BYTES_MAX = HEAD_BYTES + FRAME_LENGTH_MAX;

export interface Frame {
  type: 'frame';
  /** CMD PARA DATA of a request, SW1 SW2 SW3 DATA of a reply; a copy. */
  body: Uint8Array;
}

/** The frame around `body` (1 to 4,095 bytes). */
export function encodeFrame(body: Uint8Array): Uint8Array {
  const length = body.length + 1;
  if (body.length === 0 || length > FRAME_LENGTH_MAX)
    throw new Error(`a frame cannot hold ${body.length} bytes`);
  const frame = new Uint8Array(HEAD_BYTES + length);
  frame.set(PREAMBLE);
  frame.set([length >> 8, length & 0xff], PREAMBLE.length);
  frame.set(body, HEAD_BYTES);
  frame[frame.length - 1] = xor(frame.subarray(PREAMBLE.length, frame.length - 1));
  return frame;
}

/**
 * Takes bytes in any pieces and yields frames and what was thrown away. Frames are taken by their length, because a
 * photo may contain a preamble; after a frame that is none, one byte is dropped and the search goes on behind it.
 */
export class FrameDecoder {
  readonly #lengthMin: number;
  readonly #gapMsMax: number;
  readonly #buffer = new Uint8Array(2 * FRAME_BYTES_MAX);
  /** At each place the XOR of all bytes before it, so that a check byte costs the same however long its frame claims to be. */
  readonly #xorBefore = new Uint8Array(2 * FRAME_BYTES_MAX + 1);
  #start = 0;
  #end = 0;
  #lastByteAtMs = 0;
  #run: Discard | null = null;
  #out: (Frame | Discard)[] = [];
  #bytesTouched = 0;

  /** `gapMsMax`: a silence longer than this inside a frame ends it. */
  constructor(options: { lengthMin: number; gapMsMax: number }) {
    this.#lengthMin = options.lengthMin;
    this.#gapMsMax = options.gapMsMax;
  }

  /** Bytes that arrived at `atMs` (monotonic). */
  push(bytes: Uint8Array, atMs: number): (Frame | Discard)[] {
    this.#expireAt(atMs);
    for (let offset = 0; offset < bytes.length;) {
      if (this.#end === this.#buffer.length) this.#compact();
      const piece = bytes.subarray(offset, offset + this.#buffer.length - this.#end);
      this.#append(piece);
      offset += piece.length;
      this.#scan();
    }
    if (bytes.length > 0) this.#lastByteAtMs = atMs;
    return this.#take();
  }

  /** To be called when the line has been silent for a while: gives up what is too old to be completed. */
  expire(atMs: number): (Frame | Discard)[] {
    this.#expireAt(atMs);
    return this.#take();
  }

  /** The moment (monotonic ms) from which `expire` has something to say, or null. */
  get expiresAtMs(): number | null {
    const waiting = this.#end > this.#start || this.#run !== null;
    return waiting ? this.#lastByteAtMs + this.#gapMsMax + 1 : null;
  }

  /**
   * How many bytes were copied, compared or summed up so far, each as often as it was: a bounded number for each byte that
   * came in, whatever the bytes are (CR14).
   */
  get bytesTouched(): number {
    return this.#bytesTouched;
  }

  #expireAt(atMs: number): void {
    if (atMs - this.#lastByteAtMs <= this.#gapMsMax) return;
    // A false length in noise may have swallowed good frames: they are searched for, not dropped with it.
    while (this.#end > this.#start) {
      this.#reject('cut-off');
      this.#scan();
    }
    this.#endRun();
  }

  #scan(): void {
    for (;;) {
      this.#skipToPreamble();
      const held = this.#end - this.#start;
      if (held < HEAD_BYTES) return;
      const at = this.#start + PREAMBLE.length;
      const length = (this.#buffer[at]! << 8) | this.#buffer[at + 1]!;
      if (length < this.#lengthMin || length > FRAME_LENGTH_MAX) {
        this.#reject('length');
        continue;
      }
      if (held < HEAD_BYTES + length) return;
      // LEN, body and CHK together.
      if (this.#xorBefore[at] !== this.#xorBefore[at + 2 + length]) {
        this.#reject('checksum');
        continue;
      }
      this.#endRun();
      this.#out.push({ type: 'frame', body: this.#buffer.slice(at + 2, at + 1 + length) });
      this.#start += HEAD_BYTES + length;
      this.#bytesTouched += length;
    }
  }

  /** Drops bytes until the rest begins with a preamble or with what may become one. */
  #skipToPreamble(): void {
    let at = this.#start;
    while (at < this.#end && !this.#mayBePreamble(at)) at += 1;
    if (at > this.#start) this.#drop('noise', at - this.#start);
  }

  #mayBePreamble(at: number): boolean {
    const known = Math.min(PREAMBLE.length, this.#end - at);
    for (let i = 0; i < known; i += 1) {
      this.#bytesTouched += 1;
      if (this.#buffer[at + i] !== PREAMBLE[i]) return false;
    }
    return true;
  }

  /** A preamble that heads no frame: its first byte goes, and a new run of discarded bytes begins. */
  #reject(reason: DiscardReason): void {
    if (reason !== 'cut-off') this.#endRun();
    this.#drop(reason, 1);
  }

  /** Bytes dropped one after another are told as one discard, under the reason that began it. */
  #drop(reason: DiscardReason, bytes: number): void {
    this.#run ??= { type: 'discarded', reason, bytes: 0 };
    this.#run.bytes += bytes;
    this.#start += bytes;
  }

  #endRun(): void {
    if (this.#run !== null) this.#out.push(this.#run);
    this.#run = null;
  }

  #append(piece: Uint8Array): void {
    this.#buffer.set(piece, this.#end);
    for (const byte of piece) {
      this.#xorBefore[this.#end + 1] = this.#xorBefore[this.#end]! ^ byte;
      this.#end += 1;
    }
    this.#bytesTouched += piece.length;
  }

  /** To the front, when the buffer has no room left; what is kept is less than one frame, so that half of it is free again. */
  #compact(): void {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#xorBefore.copyWithin(0, this.#start, this.#end + 1);
    this.#end -= this.#start;
    this.#start = 0;
    this.#bytesTouched += this.#end;
  }

  #take(): (Frame | Discard)[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

function xor(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}
