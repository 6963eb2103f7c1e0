import type { Clock } from '#shared/clock.ts';

/** A reply slower than this says too little about the edge's clock: the error is up to half of it. */
export const ROUND_TRIP_MS_MAX = 5_000;

/** Edge clock minus this clock, from requests and their replies; null until the first good one. */
export class ClockOffset {
  readonly #clock: Clock;
  #offset: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get value(): number | null {
    return this.#offset;
  }

  /** Call when a request is sent; call the result with the edge's time when its reply comes. */
  start(): (edgeTime: number) => void {
    const sentAt = this.#clock.monotonic();
    return (edgeTime) => {
      const roundTripMs = this.#clock.monotonic() - sentAt;
      if (roundTripMs <= ROUND_TRIP_MS_MAX)
        this.#offset = Math.round(edgeTime + roundTripMs / 2 - this.#clock.wall());
    };
  }
}
