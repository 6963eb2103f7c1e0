import { expect, it } from 'vitest';
import { runSite } from '../sim/support/site-run.ts';

const FIRST_SEED = Number(process.env['MUSTER_SOAK_FROM'] ?? 1);
/** About ten minutes on two cores; more by MUSTER_SOAK_SEEDS. */
const SEEDS = Number(process.env['MUSTER_SOAK_SEEDS'] ?? 500);

it('SM1 hundreds of seeds: nothing shown is lost, nothing counts twice', async () => {
  const failed: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    try {
      await runSite({ seed, visits: 150, faults: null });
    } catch (error) {
      failed.push(error instanceof Error ? error.message : String(error));
    }
  }
  expect(failed).toEqual([]);
});
