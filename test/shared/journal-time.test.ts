import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundedTime,
  CLOCK_TOLERANCE_MS,
  journalTimes,
  TIME_MS_MAX,
  type TimedBody,
} from '#shared/event/journal-time.ts';

const START = Date.UTC(2021, 0, 24);
const YEAR_MS = 365 * 24 * 3_600_000;
/** Events of a kiosk seconds apart: how long after the one before, how far its clock is off, was the edge heard. */
const steps = fc.array(
  fc.record({
    after: fc.nat(600_000),
    off: fc.integer({ min: -120_000, max: 120_000 }),
    heard: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);
type Step = { after: number; off: number; heard: boolean };

function journal(made: readonly Step[], isExact: boolean): { bodies: TimedBody[]; truth: number[] } {
  let at = 0;
  const truth: number[] = [];
  const bodies = made.map(({ after, off, heard }): TimedBody => {
    at += after;
    truth.push(START + at);
    const wrong = isExact ? 0 : off;
    return {
      wallTime: START + at + wrong,
      monotonicTime: 5000 + at,
      bootId: 'boot',
      clockOffset: heard ? -wrong : null,
      origin: null,
    };
  });
  return { bodies, truth };
}
const times = (bodies: readonly TimedBody[]): number[] => journalTimes(bodies).map((t) => t.time);

describe('times along a journal', () => {
  it('LG91 where clocks are sane every event stands at its own claim, never before the one ahead of it', () => {
    fc.assert(
      fc.property(steps, (made) => {
        const { bodies } = journal(made, false);
        let running = -Infinity;
        const claims = bodies.map((b) => (running = Math.max(running, b.wallTime + (b.clockOffset ?? 0))));
        expect(times(bodies)).toEqual(claims);
      }),
    );
  });

  it('LG91 one wild clock, in 9999 or 1970, moves no other event once the edge was heard again', () => {
    const wild = fc.constantFrom(
      TIME_MS_MAX,
      Number.MAX_SAFE_INTEGER,
      0,
      START - 50 * YEAR_MS,
      START + 10 * YEAR_MS,
    );
    fc.assert(
      fc.property(steps, fc.nat(), wild, (made, where, wallTime) => {
        const last = { after: 1000, off: 0, heard: true };
        const { bodies, truth } = journal([...made, last], true);
        const at = where % made.length;
        bodies[at] = { ...bodies[at]!, wallTime, clockOffset: null };
        const placed = times(bodies);
        placed.forEach((time, i) => {
          if (i !== at) expect(time - truth[i]!, `event ${i}, wild is ${at}`).toBe(0);
        });
        expect(placed[at]).toBeLessThanOrEqual(truth[at]!);
        expect(placed.every((time, i) => i === 0 || placed[i - 1]! <= time)).toBe(true);
      }),
    );
  });

  it('LG91 what comes after the measured event moves nothing before it, so a journal may come in any pieces', () => {
    fc.assert(
      fc.property(steps, steps, (made, more) => {
        const { bodies } = journal([...made, { after: 0, off: 0, heard: true }, ...more], false);
        const held = bodies.slice(0, made.length + 1);
        expect(times(bodies).slice(0, held.length)).toEqual(times(held));
      }),
    );
  });

  it('LG92 the time to show is the latest it can have been: its receipt, or what the monotonic clock leaves of the next measured one', () => {
    const body = {
      wallTime: TIME_MS_MAX,
      monotonicTime: 1000,
      bootId: 'boot',
      clockOffset: null,
      origin: null,
    };
    const receivedAt = START + 900_000;
    const [alone] = journalTimes([body]);
    expect(boundedTime(body, { ...alone!, receivedAt })).toBe(receivedAt);
    const next = { ...body, wallTime: START + 60_000, monotonicTime: 31_000, clockOffset: 0 };
    const [bound] = journalTimes([body, next]);
    expect(bound!.time).toBe(START + 30_000);
    expect(boundedTime(body, { ...bound!, receivedAt })).toBe(START + 30_000);
    const sane = { ...body, wallTime: START };
    for (const late of [0, CLOCK_TOLERANCE_MS])
      expect(
        boundedTime(
          { ...sane, wallTime: receivedAt + late },
          { time: receivedAt + late, latest: Infinity, receivedAt },
        ),
      ).toBeNull();
    expect(boundedTime({ ...body, wallTime: 0 }, { time: 0, latest: Infinity, receivedAt })).toBe(receivedAt);
  });
});
