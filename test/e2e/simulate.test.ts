import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SimulationResult } from '../site/simulation.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../site/simulate-main.ts');

async function simulate(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

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

  it('SI2 a clean site reports nothing', async () => {
    const { out, code } = await simulate('--json', '--clean', '--seed=21', '--stations=2', '--people=40');
    const { truth, reported } = resultOf(out);
    expect(truth.faults).toEqual([]);
    expect(reported.discrepancies).toEqual([]);
    expect(reported.ladder).toEqual(truth.ladder);
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
  });
});
