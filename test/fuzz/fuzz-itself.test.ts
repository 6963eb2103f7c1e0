import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CASE_COUNTS } from './case-counts.ts';
import { fuzzHere, fuzzThere, STALL_MS_MAX, type BorderThere } from './fuzz-case.ts';
import { ErrorLines, StallProbe } from './probed-program.ts';

/** Keeps this thread at work. */
function work(ms: number): void {
  const from = process.threadCpuUsage();
  while (process.threadCpuUsage(from).user / 1000 < ms);
}

const here = (take: (n: number) => void) => {
  let n = 0;
  return fuzzHere({
    name: 'recordings' as const,
    runLength: 100,
    open: () => null,
    make: (random) => random.below(1000),
    take: () => take(n++),
    close: () => {},
  });
};

const there = (given: Partial<BorderThere<number>>) =>
  fuzzThere<number>({
    name: 'recordings',
    together: 10,
    make: (random) => random.below(1000),
    send: async () => {},
    longestMs: async () => 0,
    complaints: () => [],
    ...given,
  });

describe('the fuzz itself', () => {
  it('HO70, HO71, HO72, HO73, HO74, HO75, HO76 together are a million cases', () => {
    const all = Object.values(CASE_COUNTS).reduce((sum, { whole }) => sum + whole, 0);
    expect(all).toBeGreaterThanOrEqual(1_000_000);
  });

  it('HO71, HO73, HO75, HO76 a case that throws, or takes long each time, fails by its number; once is forgiven', async () => {
    const throwing = (n: number): void => {
      if (n === 7) throw new Error('broken');
    };
    await expect(here(throwing)).rejects.toThrow(/case 7 .*FUZZ_FROM=0 FUZZ_CASES=8.*broken/);
    await expect(here((n) => void (n >= 7 && work(STALL_MS_MAX + 20)))).rejects.toThrow(/case 7 .*took/);
    expect(await here((n) => void (n === 7 && work(STALL_MS_MAX + 20)))).toMatchObject({ onceOnly: 1 });
  });

  it('HO70, HO72, HO74 a complaint, or a long time away that comes again, fails with the case that made it', async () => {
    let sent: readonly number[] = [];
    const send = async (all: readonly number[]): Promise<void> => void (sent = all);
    let bad: number | null = null;
    const make = (random: { below(n: number): number }): number => {
      const value = random.below(1e9);
      bad ??= value; // the first case is the bad one
      return value;
    };
    const meets = (): boolean => sent.includes(bad ?? -1);
    await expect(there({ make, send, complaints: () => (meets() ? ['at fault'] : []) })).rejects.toThrow(
      /case 0 .*at fault/,
    );
    await expect(there({ make, send, longestMs: async () => (meets() ? 90 : 0) })).rejects.toThrow(
      /case 0 .*away for 90 and 90 ms/,
    );
    let first = true;
    const once = async (): Promise<number> => (first ? ((first = false), 90) : 0);
    expect(await there({ make, send, longestMs: once })).toMatchObject({ onceOnly: 1 });
  });

  it('HO70, HO72, HO74 a program that does nothing else for a while is told of, and error lines of a log are found', async () => {
    const probe = await StallProbe.start();
    const script = `setTimeout(() => { const cpu = process.cpuUsage(); while (process.cpuUsage(cpu).user < 200_000); console.log('done'); }, 200); setInterval(() => {}, 1000)`;
    const program = spawn(process.execPath, ['-e', script], {
      env: { ...process.env, ...probe.environment },
    });
    await once(program.stdout, 'data');
    expect(await probe.longest()).toBeGreaterThan(100);
    expect(await probe.longest()).toBeLessThan(100);
    program.kill();
    await once(program, 'exit');
    probe.stop();
    const said = { stdout: '{"level":30}\n{"level":50,"msg":"x"}\nready\n', stderr: '' };
    const errors = new ErrorLines(() => said);
    expect(errors.next()).toEqual(['{"level":50,"msg":"x"}']);
    said.stderr = 'a warning\n';
    expect(errors.next()).toEqual(['a warning']);
    expect(errors.next()).toEqual([]);
  });
});
