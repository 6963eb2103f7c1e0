import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REQUIREMENTS, type Requirement, demanded, ruling } from '../support/machine/machine.ts';
import { lockGaps } from '../tools/lockcheck.ts';
import { plan, verdict } from '../tools/test-plan.ts';
import { ROOT } from './source.ts';

function world(...present: Requirement[]): Record<Requirement, boolean> {
  const names = Object.keys(REQUIREMENTS) as Requirement[];
  return Object.fromEntries(names.map((name) => [name, present.includes(name)])) as Record<
    Requirement,
    boolean
  >;
}

describe('the tools of the ground', () => {
  it('TD14 the lock file names every platform package it needs', () => {
    const lock = {
      packages: {
        'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-win': '1.0.0' } },
        'node_modules/a-linux': {},
        'node_modules/b/node_modules/c': { optionalDependencies: { 'c-linux': '1.0.0', 'a-linux': '1.0.0' } },
        'node_modules/b/node_modules/c-linux': {},
      },
    };
    expect(lockGaps(lock)).toEqual(['node_modules/a -> a-win']);
    expect(lockGaps(JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')))).toEqual([]);
  });

  it('TD15 a missing requirement skips, says why, and fails where it is demanded', () => {
    const free = { has: world('socat'), demanded: demanded({}) };
    expect(ruling(['socat'], free)).toEqual({ kind: 'run' });
    expect(ruling(['socat', 'chromium'], free)).toEqual({ kind: 'skip', reason: 'needs chromium' });
    expect(ruling(['chromium'], { ...free, demanded: demanded({ CI: 'true' }) }).kind).toBe('fail');
    expect(ruling(['electron'], { ...free, demanded: demanded({ CI: 'true' }) }).kind).toBe('skip');
    expect(
      ruling(['electron'], { ...free, demanded: demanded({ MUSTER_REQUIRE: 'gcc,electron' }) }).kind,
    ).toBe('fail');
    expect(() => demanded({ MUSTER_REQUIRE: 'elektron' })).toThrow('elektron');
  });

  it('TD16 the closing line counts passes, failures and skips, and what fails outside a test', () => {
    const ran = runVitest({
      'a.test.ts': `import { it, expect } from 'vitest';
        it('passes', () => expect(1).toBe(1));
        it('fails', () => expect(1).toBe(2));
        it.skip('waits', () => {});
        it('lets an error escape', () => { setTimeout(() => { throw new Error('late'); }); return new Promise((r) => setTimeout(r, 50)); });`,
      'b.test.ts': `import './does-not-exist.ts';`,
    });
    expect(ran.status).toBe(1);
    expect(ran.stdout.trimEnd().split('\n').at(-1)).toBe('2 passed, 3 failed, 1 skipped');
  });

  it('TD18 the plan holds the projects that have files, and Electron and HID only with what they need', () => {
    const files = ['tidy', 'node', 'sim', 'electron', 'hid'];
    const all = world('chromium', 'socat', 'libusb', 'gcc', 'display', 'electron', 'hidraw');
    expect(plan({ asked: [], projects: files, has: all, demanded: demanded({}) })).toEqual({
      run: ['tidy', 'node', 'sim', 'electron', 'hid'],
      refuse: [],
    });
    const without = { asked: [], projects: files, has: world('chromium', 'socat', 'libusb', 'python3') };
    expect(plan({ ...without, demanded: demanded({}) }).run).toEqual(['tidy', 'node', 'sim']);
    expect(
      plan({ ...without, demanded: demanded({ CI: 'true', MUSTER_REQUIRE: 'electron' }) }).refuse,
    ).toEqual(['electron']);
    expect(plan({ ...without, asked: ['sim'], demanded: demanded({}) }).run).toEqual(['sim']);
    expect(plan({ ...without, asked: ['electron'], demanded: demanded({}) }).run).toEqual(['electron']);
    expect(plan({ ...without, has: world(), demanded: demanded({ CI: 'true' }) }).refuse).toEqual([
      'chromium',
      'socat',
      'libusb',
      'python3',
    ]);
  });

  it('TD18 a run that broke never ends as if nothing had failed', () => {
    const totals = { passed: 3, failed: 0, skipped: 1 };
    expect(verdict({ status: 0, totals })).toEqual({ code: 0, totals });
    expect(verdict({ status: 1, totals }).totals).toEqual({ passed: 3, failed: 1, skipped: 1 });
    expect(verdict({ status: 0, totals: null })).toEqual({
      code: 1,
      totals: { passed: 0, failed: 1, skipped: 0 },
    });
    expect(verdict({ status: 0, totals: { ...totals, failed: 2 } }).code).toBe(1);
    expect(verdict({ status: 0, totals: { passed: 0, failed: 0, skipped: 4 } }).code).toBe(1);
  });

  it('TD25 the run at other hours says which moment failed, and what to install where faketime is missing', () => {
    const lines = (text: string): string[] => text.trimEnd().split('\n');
    // fails in the past, which it is told as a distance below zero
    const faketime = `#!/bin/sh
      [ "$1" = --version ] && exit 0
      case "$2" in -*s) echo '1 passed, 1 failed, 0 skipped'; exit 1;; +*s) echo '2 passed, 0 failed, 0 skipped';; esac`;
    const ran = runClock({ faketime }, '--at', '2020-02-29 23:58', '--at', '2999-12-31 00:10');
    expect(ran.status).toBe(1);
    expect(lines(ran.stdout).slice(-2)).toEqual([
      '2020-02-29 23:58  FAILED  1 passed, 1 failed, 0 skipped',
      '2999-12-31 00:10  ok      2 passed, 0 failed, 0 skipped',
    ]);
    const asked = runClock({ faketime: faketime.replace('exit 1', 'exit 0') });
    expect(asked.status).toBe(0);
    expect(
      lines(asked.stdout)
        .slice(-4)
        .map((line) => line.slice(5, 16)),
    ).toEqual(['12-31 00:10', '12-31 23:58', '02-29 00:10', '02-29 23:58']);
    expect(runClock({ faketime }, '--at', '2027-02-29 23:58'), 'a day that never is').toMatchObject({
      status: 2,
    });
    const missing = runClock({});
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/请安装软件包 faketime.*apt-get install .*faketime/s);
  });
});

/** Runs `npm run test:clock` on a machine that has these programs and no other. */
function runClock(
  programs: Readonly<Record<string, string>>,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  const dir = mkdtempSync(path.join(tmpdir(), 'programs-'));
  try {
    for (const [name, text] of Object.entries(programs))
      writeFileSync(path.join(dir, name), text, { mode: 0o755 });
    const command = [path.join(ROOT, 'test/tools/clock-main.ts'), ...args];
    return spawnSync(process.execPath, command, { encoding: 'utf8', env: { ...process.env, PATH: dir } });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs vitest on a folder of its own with this project's reporter. */
function runVitest(files: Readonly<Record<string, string>>): { status: number | null; stdout: string } {
  const dir = mkdtempSync(path.join(tmpdir(), 'reporter-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text);
    const { MUSTER_TOTALS_FILE: _, ...env } = process.env;
    const reporter = path.join(ROOT, 'test/support/plain-reporter.ts');
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    // the folder is outside the project, so what its files import is looked up from here
    writeFileSync(
      path.join(dir, 'vitest.config.mjs'),
      `export default { resolve: { alias: { vitest: ${JSON.stringify(path.join(ROOT, 'node_modules/vitest/dist/index.js'))} } },
        test: { reporters: [${JSON.stringify(reporter)}] } };`,
    );
    const args = [vitest, 'run', '--root', dir, '--config', path.join(dir, 'vitest.config.mjs')];
    return spawnSync(process.execPath, args, { encoding: 'utf8', env });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
