import type { Clock } from '#shared/clock.ts';

/** Subjects remembered at once; beyond it the oldest is forgotten, so that a flood of names costs no memory. */
export const SUBJECTS_MAX = 10_000;

/** Counts failures per subject (a name, an address) within a window of time. */
export class TryLimit {
  readonly #clock: Clock;
  readonly #triesMax: number;
  readonly #windowMs: number;
  readonly #failures = new Map<string, number[]>();

  constructor(settings: { clock: Clock; triesMax: number; windowMs: number }) {
    this.#clock = settings.clock;
    this.#triesMax = settings.triesMax;
    this.#windowMs = settings.windowMs;
  }

  /** True while the subject has tries left. */
  allows(subject: string): boolean {
    return this.#recent(subject).length < this.#triesMax;
  }

  /**
   * Takes one of the subject's tries before it is known how it ends, so that a thousand at once are not all looked at.
   * False when none is left.
   */
  take(subject: string): boolean {
    if (!this.allows(subject)) return false;
    this.failed(subject);
    return true;
  }

  /** Gives the last try back: it was no failure. */
  giveBack(subject: string): void {
    const left = this.#recent(subject).slice(0, -1);
    if (left.length === 0) this.#failures.delete(subject);
    else this.#failures.set(subject, left);
  }

  failed(subject: string): void {
    const recent = [...this.#recent(subject), this.#clock.monotonic()];
    this.#failures.delete(subject);
    this.#failures.set(subject, recent.slice(-this.#triesMax));
    const oldest = this.#failures.size > SUBJECTS_MAX ? this.#failures.keys().next().value : undefined;
    if (oldest !== undefined) this.#failures.delete(oldest);
  }

  /** Everybody has all tries again. */
  forgetAll(): void {
    this.#failures.clear();
  }

  succeeded(subject: string): void {
    this.#failures.delete(subject);
  }

  #recent(subject: string): number[] {
    const since = this.#clock.monotonic() - this.#windowMs;
    return (this.#failures.get(subject) ?? []).filter((at) => at > since);
  }
}
