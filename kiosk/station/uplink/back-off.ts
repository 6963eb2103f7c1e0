import type { Random } from '#shared/random.ts';

/** The first try again: a cable pushed back in is found within a second. */
export const RETRY_DELAY_MS_MIN = 500;
/** The longest wait between tries: staff who plugged the switch in again look at the screen for about so long. */
export const RETRY_DELAY_MS_MAX = 10_000;

/** Delay before try number `failures` (1 after the first failure): doubling, bounded, and spread over its upper half. */
export function retryDelayMs(failures: number, random: Random): number {
  const full = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** Math.min(failures - 1, 10));
  return Math.round(full * (0.5 + random.fraction() / 2));
}
