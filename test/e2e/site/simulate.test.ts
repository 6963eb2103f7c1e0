import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { SimulationResult } from '../../site/simulation.ts';

const SCRIPT = path.join(PROJECT_ROOT, 'test/site/simulate-main.ts');

async function simulate(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

/** The first numbers below 10^9 as they were before seeds beyond 32 bits were taken. */
const PINNED: ReadonlyMap<number, number[]> = new Map([
  [0, [266_429_208, 329_745, 223_272_027]],
  [1, [627_073_940, 2_735_721, 527_447_039]],
  [7, [11_704_753, 61_958_257, 976_907_632]],
  [2 ** 31, [820_577_560, 448_108_955, 783_611_285]],
  [2 ** 32 - 1, [896_422_614, 189_478_256, 715_652_678]],
]);

const resultOf = (out: string): SimulationResult => JSON.parse(out) as SimulationResult;

// Side by side: most of a site's time is waiting for processes to start.
describe.concurrent('a whole site, card bytes to discrepancies', () => {
  it.each([
    { seed: 11, stations: 2, people: 45 },
    { seed: 12, stations: 1, people: 7 },
    { seed: 13, stations: 3, people: 60 },
  ])('SI1 seed $seed names exactly the faulty tube', async ({ seed, stations, people }) => {
    const { out, err, code } = await simulate(
      '--json',
      `--seed=${seed}`,
      `--stations=${stations}`,
      `--people=${people}`,
    );
    expect(err).toBe('');
    const { truth, reported } = resultOf(out);
    expect(truth.faults).toHaveLength(1);
    expect(reported.discrepancies).toEqual(truth.faults);
    expect(reported.ladder).toEqual(truth.ladder);
    expect(truth.ladder.people).toBe(people);
    expect(code).toBe(0);
  });

  it('SI2 SI14 a clean site reports nothing, and up to when that is final', async () => {
    const before = Date.now();
    const { out, code } = await simulate('--json', '--clean', '--seed=21', '--stations=2', '--people=40');
    const { truth, reported } = resultOf(out);
    expect(truth.faults).toEqual([]);
    expect(reported.discrepancies).toEqual([]);
    expect(reported.ladder).toEqual(truth.ladder);
    expect(Date.parse(reported.finalUpTo ?? '')).toBeGreaterThanOrEqual(before);
    expect(truth).not.toHaveProperty('finalUpTo');
    expect(code).toBe(0);
  });

  it('SI3 each fault is found by its name', async () => {
    const faults = 'nine-for-ten,booked-fewer,lost-tube,extra-tube';
    const { out, code } = await simulate(
      '--json',
      `--faults=${faults}`,
      '--seed=31',
      '--stations=2',
      '--people=70',
    );
    const { truth, reported } = resultOf(out);
    expect(truth.faults.map((f) => f.kind).toSorted()).toEqual([
      'booked-fewer',
      'booked-more',
      'not-at-lab',
      'unknown-tube',
    ]);
    expect(reported.discrepancies).toEqual(truth.faults);
    expect(code).toBe(0);
  });

  it('SI4 wrong arguments are told in both languages', async () => {
    const { code, err } = await simulate('--stations=0');
    expect(code).toBe(2);
    expect(err).toContain('用法 usage');
    expect(err).toContain('--stations: 1–50');
    expect(err).toContain(`--seed S        0–${Number.MAX_SAFE_INTEGER}`);
    for (const seed of ['9007199254740992', '-1', '1.5', '']) {
      const refused = await simulate(`--seed=${seed}`);
      expect([refused.code, refused.err], seed).toEqual([2, expect.stringContaining('--seed: 0–')]);
    }
  });

  it('SI13 the largest whole number is a seed', async () => {
    const seed = Number.MAX_SAFE_INTEGER;
    const { out, code } = await simulate('--json', `--seed=${seed}`, '--stations=1', '--people=12');
    const { truth, reported } = resultOf(out);
    expect(truth.faults).toHaveLength(1);
    expect(reported.discrepancies).toEqual(truth.faults);
    expect(reported.ladder).toEqual(truth.ladder);
    expect(code).toBe(0);
  });

  it('SI13 every whole number is a seed of its own, and those of 32 bits play what they always did', () => {
    const drawn = (seed: number): number[] => {
      const random = seededRandom(seed);
      return [random.below(1e9), random.below(1e9), random.below(1e9)];
    };
    PINNED.forEach((numbers, seed) => expect(drawn(seed), String(seed)).toEqual(numbers));
    const near = [0, 1, 2, 1000].flatMap((low) => [0, 1, 2, 3, 2 ** 20].map((high) => high * 2 ** 32 + low));
    const seen = new Set([...near, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER].map((seed) => String(drawn(seed))));
    expect(seen.size).toBe(near.length + 2);
  });
});
