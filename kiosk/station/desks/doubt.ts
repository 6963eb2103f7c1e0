/** What was doubted is believed when it comes again within this: a scanner rarely misreads twice alike. */
const AGAIN_MS = 30_000;

/** A code that is doubted once: given again, a person means it. */
export class Doubt {
  readonly #againMs: number;
  #doubted: { code: string; atMs: number } | null = null;

  /** `againMs`: what comes sooner is the same reading doubled. */
  constructor(againMs: number) {
    this.#againMs = againMs;
  }

  /** True when `code`, given at `nowMs` (monotonic), was doubted before; false doubts it. */
  isInsisted(code: string, nowMs: number): boolean {
    const waitedMs = this.#doubted?.code === code ? nowMs - this.#doubted.atMs : Infinity;
    if (waitedMs > AGAIN_MS) this.#doubted = { code, atMs: nowMs };
    if (waitedMs < this.#againMs || waitedMs > AGAIN_MS) return false;
    this.#doubted = null;
    return true;
  }

  /** Another code came that nobody doubts. */
  forget(): void {
    this.#doubted = null;
  }
}
