import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What became of the tests of one run. */
export type Totals = { passed: number; failed: number; skipped: number };

/** The one plain line any CI can read; it closes every run. */
export function closingLine(totals: Totals): string {
  return `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`;
}

/**
 * Counts a run. A module that could not be loaded and an error no test caught count as failures, because neither
 * shows in the state of any test; a test that never ran counts as skipped.
 */
export function totalsOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): Totals {
  const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
    if (module.errors().length > 0) counts.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
  }
  return {
    passed: counts.passed,
    failed: counts.failed + unhandledErrors.length,
    skipped: counts.skipped + counts.pending,
  };
}

/** Prints the closing line last; `npm test` reads the same totals back from the file MUSTER_TOTALS_FILE names. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const totals = totalsOf(modules, unhandledErrors);
    const file = process.env['MUSTER_TOTALS_FILE'];
    if (file) writeFileSync(file, JSON.stringify(totals));
    else process.stdout.write(`\n${closingLine(totals)}\n`);
  }
}
