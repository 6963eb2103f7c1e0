import { describe, expect, it } from 'vitest';
import { STUBBORN_FAULTS } from '../sim/support/faults.ts';
import { runSite } from '../sim/support/site-run.ts';

/** `SIMULATION_SEEDS` and `SIMULATION_FROM` choose others; a seed that fails is named and belongs into the pinned ones. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 400);
const FROM = Number(process.env['SIMULATION_FROM'] ?? 10_000);
const VISITS = 200;

describe('many seeds of the site simulation', () => {
  const seeds = Array.from({ length: SEEDS }, (_, i) => FROM + i);
  it.each(seeds)('SM1 after every fault of seed %i the site heals', async (seed) => {
    const { work } = await runSite({ seed, visits: VISITS, faults: null });
    expect(work.events).toBeGreaterThan(work.swipes);
  });
  it.each(seeds.slice(0, Math.ceil(SEEDS / 2)))(
    'SM1 after clones, restores and full disks of seed %i the site heals',
    async (seed) => {
      const { work } = await runSite({ seed, visits: VISITS, faults: STUBBORN_FAULTS });
      expect(work.events).toBeGreaterThan(work.swipes);
    },
  );
});
