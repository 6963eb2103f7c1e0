import { describe, it } from 'vitest';
import { type Requirement, demanded, has, ruling } from './machine.ts';

/**
 * A `describe` for tests that need more than `npm ci` gives. Where something is missing they are skipped with the
 * reason in the title, or fail where it was demanded. `body` is not run then, so it may use what it needs.
 */
export function describeNeeding(needs: readonly Requirement[], title: string, body: () => void): void {
  const rule = ruling(needs, { has, demanded: demanded(process.env) });
  if (rule.kind === 'run') describe(title, body);
  else if (rule.kind === 'skip')
    describe.skip(`${title} (${rule.reason})`, () => it('was not run', () => {}));
  else
    describe(title, () =>
      it(rule.reason, () => {
        throw new Error(`${rule.reason}, and this run demands it`);
      }),
    );
}
