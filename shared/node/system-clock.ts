import type { Clock } from '#shared/clock.ts';

/** This machine's time, for entry files to hand on: every other file takes a `Clock` as an argument. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Runs again and again, and keeps no process alive. Returns what ends it. */
export function everyNowAndThen(intervalMs: number, run: () => void): () => void {
  const timer = setInterval(run, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Runs after everything that has come in with this turn of the event loop. */
export function afterThisTurn(run: () => void): void {
  setImmediate(run);
}

/** Resolves in a turn of its own, behind what has come in meanwhile. */
export const nextTurn = (): Promise<void> => new Promise(afterThisTurn);
