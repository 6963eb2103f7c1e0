import { REQUIREMENTS, type Requirement } from '../support/machine/machine.ts';
import type { Totals } from '../support/plain-reporter.ts';

type Has = Readonly<Record<Requirement, boolean>>;

/**
 * Which projects to run, and which demanded requirements are missing (the run is refused then). Asked for by name, a
 * project runs whatever is there; its suites then skip or fail by themselves, saying why.
 */
export function plan(input: {
  asked: readonly string[];
  projects: readonly string[];
  has: Has;
  demanded: ReadonlySet<Requirement>;
}): { run: string[]; refuse: Requirement[] } {
  const refuse = [...input.demanded].filter((need) => !input.has[need]);
  if (input.asked.length > 0) return { run: [...input.asked], refuse };
  const can: Readonly<Record<string, boolean>> = {
    electron: input.has.electron && input.has.display,
    hid: input.has.hidraw,
  };
  return { run: input.projects.filter((name) => can[name] ?? true), refuse };
}

/** The end of a run: its exit code and totals. A run without totals, without a pass, or with a bad status has failed. */
export function verdict(run: { status: number | null; totals: Totals | null }): {
  code: number;
  totals: Totals;
} {
  const totals = run.totals ?? { passed: 0, failed: 0, skipped: 0 };
  const good = run.status === 0 && totals.failed === 0 && totals.passed > 0;
  if (good) return { code: 0, totals };
  return { code: 1, totals: { ...totals, failed: Math.max(1, totals.failed) } };
}

/** The system packages that are missing, what is not tested without them, and the line that installs them; or null. */
export function advice(has: Has): string | null {
  const missing = (Object.keys(REQUIREMENTS) as Requirement[]).filter((name) => !has[name]);
  if (missing.length === 0) return null;
  const lines = missing.map(
    (name) => `  ${name} is missing; not tested without it: ${REQUIREMENTS[name].without}`,
  );
  const packages = missing.flatMap((name) => REQUIREMENTS[name].apt ?? []);
  if (packages.length > 0)
    lines.push(`  On Debian: apt-get install -y --no-install-recommends ${packages.join(' ')}`);
  return lines.join('\n');
}
