import { idCheckDigit } from '#shared/id-number.ts';

const REGION = '110199';
const SEQUENCES = 1000;
const DAY_MS = 86_400_000;
const EARLIEST = Date.UTC(1930, 0, 1);
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CODES = Array.from('10X98765432', (c) => c.charCodeAt(0));
const ZERO = 48;

/**
 * Likely ID numbers of one region: whole days, each with all of its thousand sequences. The days on which the people were born come
 * first, days from 1930 on fill it up, so that the dictionary holds every true number whatever its size.
 */
export class NumberDictionary {
  readonly #days: string[];

  constructor(given: { births: readonly string[]; size: number }) {
    const days = new Set(given.births.map((birth) => birth.replaceAll('-', '')));
    for (let at = EARLIEST; days.size * SEQUENCES < given.size; at += DAY_MS)
      days.add(new Date(at).toISOString().slice(0, 10).replaceAll('-', ''));
    this.#days = [...days];
  }

  get size(): number {
    return this.#days.length * SEQUENCES;
  }

  /** Tells each number as 18 bytes of ASCII, which are overwritten by the next. */
  each(look: (number: Uint8Array) => void): void {
    const number = new Uint8Array(18);
    for (const day of this.#days) {
      number.set(Buffer.from(`${REGION}${day}`));
      let ofDay = 0;
      for (let at = 0; at < 14; at++) ofDay += (number[at]! - ZERO) * WEIGHTS[at]!;
      for (let sequence = 0; sequence < SEQUENCES; sequence++) {
        const [a, b, c] = [Math.floor(sequence / 100), Math.floor(sequence / 10) % 10, sequence % 10];
        number[14] = ZERO + a;
        number[15] = ZERO + b;
        number[16] = ZERO + c;
        number[17] = CHECK_CODES[(ofDay + a * WEIGHTS[14]! + b * WEIGHTS[15]! + c * WEIGHTS[16]!) % 11]!;
        look(number);
      }
    }
    const last = Buffer.from(number).toString();
    if (idCheckDigit(last.slice(0, 17)) !== last.slice(17)) throw new Error(`${last} is no ID number`);
  }
}
