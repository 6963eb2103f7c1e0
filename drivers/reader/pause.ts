import type { Cancel, Clock } from '#shared/clock.ts';

/** A wait that may be cut short, one at a time: what polls must end when it is told to, not when it next wakes. */
export class Pause {
  readonly #clock: Clock;
  #wake: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `delayMs`, or at once when `cut` is called. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      let cancel: Cancel = () => {};
      this.#wake = () => {
        cancel();
        this.#wake = null;
        resolve();
      };
      cancel = this.#clock.timer(delayMs, this.#wake);
    });
  }

  /** Ends the wait under way, if there is one. */
  cut(): void {
    this.#wake?.();
  }
}
