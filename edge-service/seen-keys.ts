import type { RoundId } from '#shared/ids.ts';
import type { Statement, Store } from './store.ts';

/** Bits of a round's filter: with 100,000 keys one look in fifty goes to the table in vain; 128 KiB a round. */
const BITS_LOG2 = 20;
/** Hex digits that make one place in the filter. */
const DIGITS = BITS_LOG2 / 4;
const PLACES = 3;
/** Rounds remembered: one is open, some are being filed; one forgotten is read again. */
const ROUNDS_MAX = 8;

/**
 * Which credential keys may have a swipe in a round already: nearly every person swipes once, and asking a Bloom filter
 * costs a tenth of asking the table. Keys are halves of a MAC, so their own digits are as good as any hash of them.
 */
export class SeenKeys {
  readonly #held: Statement<[RoundId], string>;
  readonly #rounds = new Map<RoundId, Uint8Array>();

  constructor(db: Store) {
    this.#held = db
      .prepare<[RoundId], string>('SELECT key FROM swipe WHERE round = ? AND key IS NOT NULL')
      .pluck();
  }

  /** False: surely no swipe of this key is in the table. True: look there. */
  maybe(round: RoundId, key: string): boolean {
    const bits = this.#bits(round);
    for (let i = 0; i < PLACES; i++) {
      const at = placeOf(key, i);
      if ((bits[at >>> 3]! & (1 << (at & 7))) === 0) return false;
    }
    return true;
  }

  /** A row of this key has been written; one that is taken back later only costs a look in vain. */
  add(round: RoundId, key: string): void {
    mark(this.#bits(round), key);
  }

  #bits(round: RoundId): Uint8Array {
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    const bits = new Uint8Array(2 ** BITS_LOG2 / 8);
    for (const key of this.#held.iterate(round)) mark(bits, key);
    const [oldest] = this.#rounds.keys();
    if (this.#rounds.size >= ROUNDS_MAX && oldest !== undefined) this.#rounds.delete(oldest);
    this.#rounds.set(round, bits);
    return bits;
  }
}

function mark(bits: Uint8Array, key: string): void {
  for (let i = 0; i < PLACES; i++) {
    const at = placeOf(key, i);
    bits[at >>> 3]! |= 1 << (at & 7);
  }
}

const placeOf = (key: string, i: number): number => parseInt(key.slice(i * DIGITS, (i + 1) * DIGITS), 16);
