import type { Clock } from '#shared/clock.ts';

/** The browser's own clock; only the entry file chooses it. */
export const browserClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
