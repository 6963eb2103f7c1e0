/** Two or three cards lie on a reader at most; more numbers than this need no memory of the oldest. */
export const NUMBERS_MAX = 8;

/**
 * A card-number reader repeats the number while the card lies there (reader-protocols.md 4); this lets each card through once.
 * The number is free again when it was not sent for the gap, however long the card had lain.
 */
export class NumberHold {
  readonly #gapMs: number;
  /** When each was sent last, oldest first. */
  readonly #sentAtMs = new Map<string, number>();

  /** `gapMs`: at least 500, the pause some readers make between two repeats. */
  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** True when `number`, sent at `nowMs` (monotonic), is a card laid down, false when it lies there still. */
  isNew(number: string, nowMs: number): boolean {
    const lastMs = this.#sentAtMs.get(number);
    this.#sentAtMs.delete(number);
    this.#sentAtMs.set(number, nowMs);
    for (const oldest of this.#sentAtMs.keys()) {
      if (this.#sentAtMs.size <= NUMBERS_MAX) break;
      this.#sentAtMs.delete(oldest);
    }
    return lastMs === undefined || nowMs - lastMs >= this.#gapMs;
  }
}
