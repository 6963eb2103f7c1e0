import { parseIdNumber } from '#shared/id-number.ts';

/** Bytes that somebody got hold of, and where. */
export interface Loot {
  from: string;
  bytes: Buffer;
}

/** Derived values are looked for by their first bytes, so that a shortened one is found too. */
const PREFIX_BYTES = 8;
const BITS = 27;

/** What was got, and what it says where it is read as hexadecimal or base64, at any offset. */
export function decoded(loot: readonly Loot[]): Loot[] {
  return loot.flatMap(({ from, bytes }) => {
    const views: Loot[] = [{ from, bytes }];
    const text = bytes.toString('latin1');
    for (const [run] of text.matchAll(/[0-9a-fA-F]{16,}/g))
      for (const shift of [0, 1])
        views.push({ from: `${from} (hex)`, bytes: Buffer.from(run.slice(shift), 'hex') });
    for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{11,}/g))
      for (const shift of [0, 1, 2, 3])
        views.push({ from: `${from} (base64)`, bytes: Buffer.from(run.slice(shift), 'base64') });
    return views;
  });
}

/** Every place in all of the bytes, found by the eight bytes that stand there. */
export class LootIndex {
  readonly #bits = new Uint32Array(2 ** (BITS - 5));
  readonly #prefixes = new Set<number>();
  readonly #views: readonly Loot[];

  constructor(views: readonly Loot[]) {
    this.#views = views;
    for (const { bytes } of views)
      for (let at = 0; at + PREFIX_BYTES <= bytes.length; at++) {
        const high = bytes.readInt32BE(at);
        const bit = bitOf(high);
        this.#bits[bit >>> 5]! |= 1 << (bit & 31);
        this.#prefixes.add(nameOf(high, bytes.readInt32BE(at + 4)));
      }
  }

  get size(): number {
    return this.#prefixes.size;
  }

  /** Where eight bytes stand, given as two words; null: nowhere. */
  find(high: number, low: number): string | null {
    const bit = bitOf(high);
    if ((this.#bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return null;
    if (!this.#prefixes.has(nameOf(high, low))) return null;
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeInt32BE(high);
    prefix.writeInt32BE(low, 4);
    return this.#views.find(({ bytes }) => bytes.includes(prefix))?.from ?? null;
  }
}

const bitOf = (high: number): number => Math.imul(high, 0x9e3779b1) >>> (32 - BITS);
/** 53 bits of the 64 tell them apart well enough to look closer. */
const nameOf = (high: number, low: number): number => (high >>> 0) * 2 ** 21 + (low >>> 11);

const NUMBER = /110199(?:18|19|20)\d{9}[\dXx]|110199\d{9}/g;
/** Packed digits have no X: what stands behind the seventeenth is nobody's matter. */
const PACKED = /110199(?:18|19|20)\d{9}/g;

/** Numbers of the region that stand there in clear: ASCII, UTF-16 of either order, either order of digits, packed digits. */
export function numbersInClear(views: readonly Loot[]): string[] {
  const found: string[] = [];
  for (const { from, bytes } of views) {
    const texts = [bytes.toString('latin1')];
    for (const parity of [0, 1]) {
      const even = Buffer.from(bytes.subarray(parity, bytes.length - ((bytes.length - parity) % 2)));
      texts.push(even.toString('utf16le'), even.swap16().toString('utf16le'));
    }
    for (const text of texts.flatMap((one) => [one, one.split('').toReversed().join('')]))
      for (const [number] of text.matchAll(NUMBER))
        if (parseIdNumber(number).ok) found.push(`${number} in ${from}`);
    const packed = bytes.toString('hex');
    const swapped = packed.replaceAll(/(.)(.)/g, '$2$1');
    for (const text of [packed, swapped])
      for (const [number] of text.matchAll(PACKED)) found.push(`${number} packed in ${from}`);
  }
  return found;
}
