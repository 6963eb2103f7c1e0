/** What the time of an event derives from. */
export interface TimedBody {
  wallTime: number;
  monotonicTime: number;
  bootId: string;
  clockOffset: number | null;
  /** Not null: appended anew by the child of a fork, so its place in the journal says nothing of when it was. */
  origin: object | null;
}

/** 9999-12-31T15:59:59.999Z: the last moment RFC 3339 can write, in China too. */
export const TIME_MS_MAX = Date.UTC(9999, 11, 31, 15, 59, 59, 999);

/** Clocks that stand further apart than this are not both right: no LAN, and nobody who sets a clock by hand, errs so far. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Nothing here happened before: an earlier time is that of a clock that was never set. */
const FIRST_PLAUSIBLE_MS = Date.UTC(2020, 0, 1);

/** The nearest time, ms, that every screen and file can write: 1970 to 9999. A clock may claim any other. */
export function writableTime(ms: number): number {
  return Math.min(Math.max(ms, 0), TIME_MS_MAX);
}

/** What the event itself says: wall time plus the last measured clock offset, ms. */
const claimedTime = (body: Pick<TimedBody, 'wallTime' | 'clockOffset'>): number =>
  writableTime(body.wallTime + (body.clockOffset ?? 0));

/** True if the time was measured against the edge's clock: then it bounds what came before it in the journal. */
export function isMeasured(body: TimedBody): boolean {
  return body.clockOffset !== null && body.origin === null && claimedTime(body) >= FIRST_PLAUSIBLE_MS;
}

/**
 * The latest moment, ms, at which an event can have happened, known from the next measured one of its journal: not after
 * that one, and within one boot earlier by what the monotonic clock has counted since. (It may have counted less than has
 * passed, asleep or started anew, but never more.)
 */
function latestTime(body: TimedBody, next: TimedBody): number {
  const counted = body.bootId === next.bootId ? next.monotonicTime - body.monotonicTime : 0;
  return claimedTime(next) - Math.max(0, counted);
}

/** An event's corrected time, ms, and the latest moment at which it can have happened; Infinity: nothing measured followed. */
export interface JournalTime {
  time: number;
  latest: number;
}

/**
 * Corrected times of a run of one journal: its events from behind a measured one (`previous`: the corrected time of that
 * one, −Infinity at the journal's start) up to before the next measured one (`next`; null: none yet). Each is what the
 * event claims, unless that is beyond what the next measured one allows by more than clocks differ: then it is that bound.
 * Along a journal times never go back, for sequence decides. So one wild clock moves none of the events that follow its
 * being put right, and where clocks are sane each event stands at its own claim. Receipt has no part in it.
 */
export function runTimes(
  run: readonly TimedBody[],
  { previous, next }: { previous: number; next: TimedBody | null },
): JournalTime[] {
  let time = previous;
  return run.map((body) => {
    const latest = next === null ? Infinity : latestTime(body, next);
    const claimed = claimedTime(body);
    time = Math.max(time, claimed > latest + CLOCK_TOLERANCE_MS ? latest : claimed);
    return { time, latest };
  });
}

/** Corrected times of a whole journal's usable events, in order of sequence. */
export function journalTimes(bodies: readonly TimedBody[]): JournalTime[] {
  const times: JournalTime[] = [];
  const add = (run: readonly TimedBody[], next: TimedBody | null): void => {
    for (const time of runTimes(run, { previous: times.at(-1)?.time ?? -Infinity, next })) times.push(time);
  };
  let run: TimedBody[] = [];
  for (const body of bodies) {
    if (!isMeasured(body)) {
      run.push(body);
      continue;
    }
    add(run, body);
    add([body], null);
    run = [];
  }
  add(run, null);
  return times;
}

/** The corrected time, ms, of the last event of a journal as far as it is known: never before `previous`. */
export const correctedTime = (body: TimedBody, previous: number): number =>
  Math.max(previous, claimedTime(body));

/**
 * The time to show where the corrected one cannot be believed; null: it can. It cannot if the event's own clock said
 * otherwise, or if it lies after the edge received it, or before anything here can have happened. What is shown then is
 * the latest moment at which it can have happened. A copy's place tells nothing of its clock.
 */
export function boundedTime(body: TimedBody, at: JournalTime & { receivedAt: number }): number | null {
  const { time, latest, receivedAt } = at;
  const isOff = body.origin === null && Math.abs(claimedTime(body) - time) > CLOCK_TOLERANCE_MS;
  if (!isOff && time <= receivedAt + CLOCK_TOLERANCE_MS && time >= FIRST_PLAUSIBLE_MS) return null;
  return writableTime(Math.min(latest, receivedAt));
}
