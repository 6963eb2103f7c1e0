import { READER_TIMINGS, type ReaderTimings } from '#drivers/reader/reader-timings.ts';

/**
 * Hundreds of cards a second over TCP: gaps shrink to a timer's least. Timeouts stay as they are, because a busy
 * machine must not look like a hung reader.
 */
export const ACCELERATED_READER_TIMINGS: ReaderTimings = {
  ...READER_TIMINGS,
  pollGapMs: 2,
  probeGapMs: 1,
  reopenDelayMsMin: 20,
  reopenDelayMsMax: 200,
};
