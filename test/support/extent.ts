/**
 * How much of a long proof is done. `npm test` does enough of it to find what breaks, `npm run test:soak` all of it: the
 * numbers the promise is made with. The soak project of vitest.config.ts sets MUSTER_EXTENT.
 */
export function extent(of: { everyday: number; full: number }): number {
  return process.env['MUSTER_EXTENT'] === 'full' ? of.full : of.everyday;
}
