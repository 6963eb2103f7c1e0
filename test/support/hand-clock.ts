import type { Cancel, Clock } from '#shared/clock.ts';

interface Timer {
  atMs: number;
  order: number;
  run: () => void;
}

/** A clock that stands still until a test turns it. */
export class HandClock implements Clock {
  #nowMs = 0;
  readonly #wallOffsetMs: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** `wallMs`: what `wall()` says at the start. */
  constructor(wallMs: number) {
    this.#wallOffsetMs = wallMs;
  }

  wall(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  timer(delayMs: number, run: () => void): Cancel {
    this.#order += 1;
    const timer = { atMs: this.#nowMs + delayMs, order: this.#order, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  get timersWaiting(): number {
    return this.#timers.size;
  }

  /** The process is not run for `ms`: no timer fires, and what has come in meanwhile is handed on before any does. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Runs every timer that falls due within `ms`, in order, and what promises make of each before the next. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await turn();
    for (;;) {
      const next = this.#earliest();
      if (next === null || next.atMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
      await turn();
    }
    this.#nowMs = untilMs;
  }

  #earliest(): Timer | null {
    let earliest: Timer | null = null;
    for (const timer of this.#timers) {
      const isEarlier =
        earliest === null ||
        timer.atMs < earliest.atMs ||
        (timer.atMs === earliest.atMs && timer.order < earliest.order);
      if (isEarlier) earliest = timer;
    }
    return earliest;
  }
}

/** Lets all promises settle that need no timer and no device. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
