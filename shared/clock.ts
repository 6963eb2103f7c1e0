/** Undoes a timer; calling it twice, or after the timer ran, does nothing. */
export type Cancel = () => void;

/** Time as every part of Muster sees it: real in entry files, hand-cranked in tests and simulation. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC as this machine believes; may be wrong by years and may jump. */
  wall(): number;
  /** Milliseconds from an arbitrary origin that never go back while the machine is up. */
  monotonic(): number;
  /** Runs once after `delayMs`. */
  timer(delayMs: number, run: () => void): Cancel;
}
