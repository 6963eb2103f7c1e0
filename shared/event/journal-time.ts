/** What the corrected time of an event derives from. */
export interface TimedBody {
  wallTime: number;
  clockOffset: number | null;
}

/** 9999-12-31T15:59:59.999Z: the last moment RFC 3339 can write, in China too. */
export const TIME_MS_MAX = Date.UTC(9999, 11, 31, 15, 59, 59, 999);

/** The nearest time, ms, that every screen and file can write: 1970 to 9999. A clock may claim any other. */
export function writableTime(ms: number): number {
  return Math.min(Math.max(ms, 0), TIME_MS_MAX);
}

/**
 * Corrected time in ms: wall time plus the last measured clock offset, never before `previous`, the corrected time of
 * the event before it in the same journal (−Infinity for the first). Clocks are wrong by years; sequence decides, and
 * what no calendar holds is moved to its edge, so that one broken clock never keeps anybody from reading the others' times.
 */
export function correctedTime(body: TimedBody, previous: number): number {
  return Math.max(previous, writableTime(body.wallTime + (body.clockOffset ?? 0)));
}
