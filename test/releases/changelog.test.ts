import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { expectedOf, recordedReleases, whyNotRecorded } from './release-folder.ts';

const CHANGELOG = readFileSync(path.join(PROJECT_ROOT, 'CHANGELOG.md'), 'utf8');
const { version: ours } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const headings = [...CHANGELOG.matchAll(/^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/gm)].map(
  ([, version]) => version,
);

describe('releases', () => {
  it('RL6 every recorded release, and the version of package.json, has its heading in CHANGELOG.md', () => {
    expect(recordedReleases()).toContain('0.1.0');
    expect(headings).toEqual(expect.arrayContaining([...recordedReleases(), ours]));
    expect(CHANGELOG).toMatch(/^## \[Unreleased\]$/m);
  });

  it('RL6 a recorded release says its own version and is never recorded again', () => {
    for (const version of recordedReleases()) {
      expect(expectedOf(version).version).toBe(version);
      expect(whyNotRecorded(version)).toMatch(/不覆盖.*is not overwritten/);
    }
    expect(whyNotRecorded('0.0.0')).toBeNull();
  });
});
