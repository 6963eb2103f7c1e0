import { plainNumber } from '#shared/event/credential.ts';
import type { NumberFormat } from '#shared/reader-setting.ts';

import { fullDigits } from './physical-number.ts';

/** Of devices that drop leading zeros a run of other cards with all digits this long is rare: 1 in 200 of ten digits. */
const ALIKE_RUN = 20;

/**
 * Whether a device that writes decimals always writes all of them: then a shorter text is half of a number, and half of a
 * number is another card's. A zero in front proves it; a run of numbers with all digits speaks for it, until the same shorter
 * text comes again, for no line is cut twice in the same place by chance.
 */
export class NumberDigits {
  readonly #full: number;
  readonly #mayDrop: boolean;
  #pads = false;
  #run = 0;
  #last: string | null = null;
  #refused: string | null = null;

  constructor(format: NumberFormat) {
    this.#full = fullDigits(format);
    this.#mayDrop = format.digits === 'decimal';
  }

  /** True for a text as long as a number of the format can be: no part of another. */
  isFull(text: string): boolean {
    return plainNumber(text).length === this.#full;
  }

  /** False for `text` that is a number of the format and shorter than this device writes any. */
  fits(text: string): boolean {
    const plain = plainNumber(text);
    if (!this.#mayDrop || !/^[0-9]+$/.test(plain)) return true;
    if (plain.length >= this.#full) {
      this.#pads ||= plain.length === this.#full && plain.startsWith('0');
      if (plain !== this.#last) this.#run += 1;
      this.#last = plain;
      this.#refused = null;
      return true;
    }
    const isHeld = this.#pads || (this.#run >= ALIKE_RUN && plain !== this.#refused);
    this.#refused = plain;
    if (!isHeld) this.#run = 0;
    return !isHeld;
  }
}
