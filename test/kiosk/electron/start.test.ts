import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterCrash,
  CRASHES_BEFORE_STOPPED,
  RECOVERED_AFTER_MS,
  RESTART_DELAY_MS_MAX,
  RESTART_DELAY_MS_MIN,
} from '../../../kiosk/electron/restart-policy.ts';
import { startOptions } from '../../../kiosk/electron/start-options.ts';

const read = (args: string[], environment: Record<string, string> = {}) =>
  startOptions({ arguments: args, environment, folder: path.resolve('/site') });

describe('how the shell starts', () => {
  it("SH8 --data, --reader and --pair are read, or the environment, and Chromium's switches do no harm", () => {
    expect(read([])).toEqual({ data: null, readers: [], pair: null, tokenKey: null });
    expect(
      read([
        '.',
        '--no-sandbox',
        '--data',
        'kiosk',
        '--reader',
        'tcp://127.0.0.1:1',
        '--reader=/dev/ttyUSB0',
        '--pair',
        'muster:x',
      ]),
    ).toEqual({
      data: path.resolve('/site/kiosk'),
      readers: ['tcp://127.0.0.1:1', '/dev/ttyUSB0'],
      pair: 'muster:x',
      tokenKey: null,
    });
    expect(read([], { MUSTER_DATA: '/d', MUSTER_READER: 'a b', MUSTER_PAIR: 'c' })).toEqual({
      data: path.resolve('/d'),
      readers: ['a', 'b'],
      pair: 'c',
      tokenKey: null,
    });
    expect(read(['.', '--token-key=make']).tokenKey).toEqual({ ask: 'make' });
    expect(read(['.', '--token-key=open:djEx+/==']).tokenKey).toEqual({ ask: 'open', handle: 'djEx+/==' });
  });

  it('SH5 restarts wait twice as long each time within bounds, and begin anew after a good minute', () => {
    let crashes = 0;
    for (let i = 1; i <= 20; i++) {
      const next = afterCrash({ crashes, startedAt: 0 }, 1000);
      expect(next.delayMs).toBe(Math.min(RESTART_DELAY_MS_MAX, RESTART_DELAY_MS_MIN * 2 ** (i - 1)));
      expect(next.stopped).toBe(i > CRASHES_BEFORE_STOPPED);
      crashes = next.crashes;
    }
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: RECOVERED_AFTER_MS, max: 1e9 }), (before, ran) => {
        expect(afterCrash({ crashes: before, startedAt: 0 }, ran)).toEqual({
          crashes: 1,
          delayMs: RESTART_DELAY_MS_MIN,
          stopped: false,
        });
      }),
    );
  });
});
