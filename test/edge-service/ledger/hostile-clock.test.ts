import { describe, expect, it } from 'vitest';
import { correctedTime, TIME_MS_MAX } from '#shared/event/journal-time.ts';
import { ClockOffset } from '../../../kiosk/station/uplink/clock-offset.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const START = Date.UTC(2021, 0, 24);
const BODY = { monotonicTime: 0, bootId: 'boot', origin: null };

describe('clocks', () => {
  it('HO15 a clock put back three years or forward ten while a round runs moves no event that follows', () => {
    let elapsed = 0;
    let wrong = -3 * YEAR_MS;
    const edge = (): number => START + elapsed;
    const clock = {
      wall: () => START + elapsed + wrong,
      monotonic: () => 5000 + elapsed,
      timer: () => () => {},
    };
    const offset = new ClockOffset(clock);
    offset.start()(edge());
    let time = -Infinity;
    for (const jump of [0, 3 * YEAR_MS, -3 * YEAR_MS, 10 * YEAR_MS, 0, -90_000, 1]) {
      wrong += jump;
      elapsed += 1000; // the next answer of the edge has not come yet
      time = correctedTime(
        { ...BODY, wallTime: clock.wall(), monotonicTime: clock.monotonic(), clockOffset: offset.value },
        time,
      );
      expect(time - edge(), `after ${jump}`).toBe(0);
    }
  });

  it('HO15 corrected times stay within what can be written', () => {
    for (const wallTime of [
      Number.MIN_SAFE_INTEGER,
      -1,
      0,
      TIME_MS_MAX,
      TIME_MS_MAX + 1,
      Number.MAX_SAFE_INTEGER,
    ])
      for (const clockOffset of [null, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]) {
        const time = correctedTime({ ...BODY, wallTime, clockOffset }, -Infinity);
        expect(new Date(time).toISOString(), String(time)).toMatch(/^\d{4}-/);
      }
  });
});
