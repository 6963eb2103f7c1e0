import { createHash } from 'node:crypto';

/**
 * HMAC-SHA-256 of short messages under many keys, a microsecond each: both blocks of a key are compressed once, and the message is
 * spread over the rounds once for all keys. node:crypto makes an object of every key and takes twenty.
 */

const BLOCK_BYTES = 64;
/** A message and its padding fill one block. */
const MESSAGE_BYTES_MAX = 55;

const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n }, (_, d) => d).every((d) => d < 2 || n % d !== 0),
);
/** The first 32 bits behind the point, as FIPS 180-4 has them. */
const fraction = (of: number): number => Math.floor((of - Math.floor(of)) * 2 ** 32) | 0;
const K = Int32Array.from(PRIMES.slice(0, 64), (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** Spreads the 16 words of a block over the 64 rounds. */
function spread(w: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const a = w[t - 15]!;
    const b = w[t - 2]!;
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    w[t] = (w[t - 16]! + s0 + w[t - 7]! + s1) | 0;
  }
}

/** One compression of a block that was spread; eight words into `out`. */
function compress(state: Int32Array, w: Int32Array, out: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t]! + w[t]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  out[0] = (state[0]! + a) | 0;
  out[1] = (state[1]! + b) | 0;
  out[2] = (state[2]! + c) | 0;
  out[3] = (state[3]! + d) | 0;
  out[4] = (state[4]! + e) | 0;
  out[5] = (state[5]! + f) | 0;
  out[6] = (state[6]! + g) | 0;
  out[7] = (state[7]! + h) | 0;
}

function wordsInto(w: Int32Array, bytes: Uint8Array): void {
  for (let i = 0; i < 16; i++)
    w[i] =
      ((bytes[4 * i] ?? 0) << 24) |
      ((bytes[4 * i + 1] ?? 0) << 16) |
      ((bytes[4 * i + 2] ?? 0) << 8) |
      (bytes[4 * i + 3] ?? 0);
}

/** A key, ready to be asked. */
export interface DigestKey {
  inner: Int32Array;
  outer: Int32Array;
}

const keyBlock = new Int32Array(64);

export function digestKey(key: Uint8Array): DigestKey {
  const short = key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key;
  const half = (pad: number): Int32Array => {
    wordsInto(keyBlock, short);
    for (let i = 0; i < 16; i++) keyBlock[i]! ^= pad;
    spread(keyBlock);
    const state = new Int32Array(8);
    compress(START, keyBlock, state);
    return state;
  };
  return { inner: half(0x36363636), outer: half(0x5c5c5c5c) };
}

/** A message that is asked of many keys; holds one at a time. */
export class KeyedMessage {
  readonly #message = new Int32Array(64);
  /** Eight words of the inner digest, and the padding behind them. */
  readonly #outer = new Int32Array(64);
  readonly #block = new Uint8Array(BLOCK_BYTES);
  /** The digest of the last `ask`, eight words. */
  readonly digest = new Int32Array(8);

  constructor() {
    this.#outer[8] = 0x80000000 | 0;
    this.#outer[15] = (BLOCK_BYTES + 32) * 8;
  }

  set(message: Uint8Array): void {
    if (message.length > MESSAGE_BYTES_MAX) throw new RangeError('the message must fit one block');
    this.#block.fill(0).set(message);
    this.#block[message.length] = 0x80;
    wordsInto(this.#message, this.#block);
    this.#message[15] = (BLOCK_BYTES + message.length) * 8;
    spread(this.#message);
  }

  ask(key: DigestKey): Int32Array {
    compress(key.inner, this.#message, this.#outer);
    spread(this.#outer);
    compress(key.outer, this.#outer, this.digest);
    return this.digest;
  }
}
