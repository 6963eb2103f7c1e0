import type { Clock } from '#shared/clock.ts';

/** A reply slower than this says too little about the edge's clock: the error is up to half of it. */
export const ROUND_TRIP_MS_MAX = 5_000;

/**
 * Edge clock minus this clock, from requests and their replies; null until the first good one. Held against the monotonic
 * clock: somebody who puts a laptop's clock right moves no event by the years it was wrong, and a time once told too late
 * would hold back every later one of this install.
 */
export class ClockOffset {
  readonly #clock: Clock;
  /** Edge clock minus monotonic time, ms. */
  #edgeAhead: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get value(): number | null {
    if (this.#edgeAhead === null) return null;
    return Math.round(this.#edgeAhead + this.#clock.monotonic() - this.#clock.wall());
  }

  /** Call when a request is sent; call the result with the edge's time when its reply comes. */
  start(): (edgeTime: number) => void {
    const sentAt = this.#clock.monotonic();
    return (edgeTime) => {
      const now = this.#clock.monotonic();
      const roundTripMs = now - sentAt;
      if (roundTripMs <= ROUND_TRIP_MS_MAX) this.#edgeAhead = edgeTime + roundTripMs / 2 - now;
    };
  }
}
