import type { Clock } from '#shared/clock.ts';

/** The machine's own time, for entry files to hand on. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (delayMs, run) => {
    const timeout = setTimeout(run, delayMs);
    return () => clearTimeout(timeout);
  },
};

/** Runs again and again, and keeps no process alive. Returns what ends it. */
export function everyNowAndThen(intervalMs: number, run: () => void): () => void {
  const timer = setInterval(run, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
