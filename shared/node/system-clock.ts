import type { Clock } from '#shared/clock.ts';

/**
 * This machine's time, for entry files to hand on: every other file takes a `Clock` as an argument. A process that was not run
 * for a while finds a timer due and the answer it waits for at once: what has come in goes first, so that no answer is lost
 * to a busy machine.
 */
export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (delayMs, run) => {
    let isCancelled = false;
    const timeout = setTimeout(() => {
      setImmediate(() => {
        if (!isCancelled) run();
      });
    }, delayMs);
    return () => {
      isCancelled = true;
      clearTimeout(timeout);
    };
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
