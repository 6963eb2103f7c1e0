/** The first restart comes at once for a person standing there; each further one waits twice as long. */
export const RESTART_DELAY_MS_MIN = 250;
/** A journal that cannot be opened will not open sooner for being asked more often. */
export const RESTART_DELAY_MS_MAX = 30_000;
/** An engine that has run so long has recovered: the next crash begins at the shortest delay again. */
export const RECOVERED_AFTER_MS = 60_000;
/** After so many crashes in a row the screen says 本机停用, while the restarts go on slowly. */
export const CRASHES_BEFORE_STOPPED = 5;

/** Crashes in a row, and when the engine last started (monotonic ms). */
export interface Restarts {
  crashes: number;
  startedAt: number;
}

/** After a crash at `now`: how long to wait, and whether the screen must send people elsewhere. */
export function afterCrash(
  restarts: Restarts,
  now: number,
): { crashes: number; delayMs: number; stopped: boolean } {
  const crashes = now - restarts.startedAt >= RECOVERED_AFTER_MS ? 1 : restarts.crashes + 1;
  const delayMs = Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MIN * 2 ** (crashes - 1));
  return { crashes, delayMs, stopped: crashes > CRASHES_BEFORE_STOPPED };
}
