/** What the corrected time of an event derives from. */
export interface TimedBody {
  wallTime: number;
  clockOffset: number | null;
}

/**
 * Corrected time in ms: wall time plus the last measured clock offset, never before `previous`, the corrected time of
 * the event before it in the same journal (−Infinity for the first). Clocks are wrong by years; sequence decides.
 */
export function correctedTime(body: TimedBody, previous: number): number {
  return Math.max(previous, body.wallTime + (body.clockOffset ?? 0));
}
