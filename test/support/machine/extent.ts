/**
 * How much of a long proof is done. `npm test` does enough of it to find what breaks, CI and `npm run test:soak` all of it.
 * `.ci/run` and the soak project of vitest.config.ts set MUSTER_EXTENT.
 */
export function extent(of: { everyday: number; full: number }): number {
  return process.env['MUSTER_EXTENT'] === 'full' ? of.full : of.everyday;
}
