import assert from 'node:assert/strict';

/**
 * As much of vitest as the contract of ports uses, for the virtual machine, where vitest would be too heavy. What is
 * not here fails when it is called.
 */
export interface Collected {
  title: string;
  run: () => Promise<void>;
}

export const collected: Collected[] = [];

let groups: string[] = [];
let cleanups: (() => Promise<void>)[] = [];

export function describe(title: string, body: () => void): void {
  groups.push(title);
  body();
  groups.pop();
}

export function afterEach(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

/** Ends what `afterEach` means: each suite calls this when it has been collected. */
export function endSuite(): void {
  groups = [];
  cleanups = [];
}

export function it(title: string, body: () => Promise<void>): void {
  const after = cleanups;
  collected.push({
    title: [...groups, title].join(': '),
    run: async () => {
      try {
        await body();
      } finally {
        for (const cleanup of after) await cleanup();
      }
    },
  });
}

export function expect(actual: unknown) {
  return {
    toBe: (expected: unknown) => assert.equal(actual, expected),
    toEqual: (expected: unknown) => assert.deepEqual(actual, expected),
    toBeInstanceOf: (expected: new () => unknown) => assert.ok(actual instanceof expected),
    not: { toBe: (unexpected: unknown) => assert.notEqual(actual, unexpected) },
  };
}
