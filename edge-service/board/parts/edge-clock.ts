import type { Cancel, Clock } from '#shared/clock.ts';

/**
 * The edge's time on this machine: laptops' clocks are wrong by years, and 截至 on the board is read out to the bureau. The
 * Date header of every answer moves it; seconds are enough.
 */
export class EdgeClock implements Clock {
  readonly #own: Clock;
  #offsetMs = 0;
  constructor(own: Clock) {
    this.#own = own;
  }
  wall = (): number => this.#own.wall() + this.#offsetMs;
  monotonic = (): number => this.#own.monotonic();
  timer = (delayMs: number, run: () => void): Cancel => this.#own.timer(delayMs, run);

  /** Takes an HTTP Date header; anything else leaves the clock as it is. */
  note(date: string | null): void {
    const said = date === null ? Number.NaN : Date.parse(date);
    // a Date header names whole seconds: half of one is the best guess of the rest
    if (!Number.isNaN(said)) this.#offsetMs = said + 500 - this.#own.wall();
  }
}
