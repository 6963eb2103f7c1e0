import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumPath } from '../support/machine/chromium.ts';

/** In China: just before and just after a midnight, where a year ends and on the day that most years have not. */
const MOMENTS = ['2027-12-31 00:10', '2027-12-31 23:58', '2028-02-29 00:10', '2028-02-29 23:58'];
/** The suites that say or compare times. Processes that are killed and power that is cut know no hour. */
const SUITES = [
  ...['shared', 'drivers', 'kiosk', 'edge-service'].map((room) => `test/${room}/`),
  ...['board/board-', 'kiosk/screen-', 'site/simulate.', 'site/start.'].map((name) => `test/e2e/${name}`),
];
const PROJECTS = ['node', 'e2e', 'alone'];
/** China has one zone without summer time (UTC+8). */
const CHINA_OFFSET_MS = 8 * 3_600_000;
const TEST_MAIN = path.join(import.meta.dirname, 'test-main.ts');
const STOPS = ['SIGINT', 'SIGTERM'] as const;
let stopped = false;

interface Run {
  moment: string;
  good: boolean;
  /** The closing line of the run. */
  closing: string;
}

/** The ms of `2027-12-31 23:58` in China; null if that is no moment. */
function momentMs(moment: string): number | null {
  const iso = moment.replace(' ', 'T');
  const utcMs = Date.parse(`${iso}:00Z`);
  // a day that a month does not have would count into the next
  if (Number.isNaN(utcMs) || new Date(utcMs).toISOString().slice(0, 16) !== iso) return null;
  return utcMs - CHINA_OFFSET_MS;
}

/**
 * Starts the browser with the machine's own clock: Chromium does not live under faketime. It then is a browser whose clock
 * is wrong, which the edge's overrules (BD4). Returns the environment that makes the tests use it.
 */
function browserOfToday(dir: string): Record<string, string> {
  const chromium = chromiumPath();
  if (chromium === null) return {};
  const script = path.join(dir, 'chromium');
  writeFileSync(script, `#!/bin/sh\nunset LD_PRELOAD\nexec '${chromium}' "$@"\n`, { mode: 0o755 });
  return { CHROMIUM: script };
}

/** Runs the suites once as if it were that moment. */
async function runAt(
  moment: string,
  given: { atMs: number; suites: readonly string[]; dir: string },
): Promise<Run> {
  process.stdout.write(`\n== ${moment} ==\n`);
  // A distance and not a moment: of a moment every process would begin anew.
  const seconds = Math.round((given.atMs - Date.now()) / 1000);
  const projects = PROJECTS.flatMap((name) => ['--project', name]);
  const command = [process.execPath, TEST_MAIN, ...projects, ...given.suites];
  const child = spawn('faketime', ['-f', `${seconds < 0 ? '' : '+'}${seconds}s`, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a group of its own, which is ended whole
    env: { ...process.env, ...browserOfToday(given.dir), FAKETIME_DONT_FAKE_MONOTONIC: '1' },
  });
  const end = (signal: NodeJS.Signals): void => {
    stopped = true;
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  for (const signal of STOPS) process.on(signal, end);
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    tail = (tail + text).slice(-1000);
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const signal of STOPS) process.off(signal, end);
  return { moment, good: status === 0, closing: tail.trimEnd().split('\n').at(-1) ?? '' };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { at: { type: 'string', multiple: true, default: MOMENTS } },
    allowPositionals: true,
  });
  const moments = values.at.map((moment) => ({ moment, atMs: momentMs(moment) }));
  for (const { moment, atMs } of moments) {
    if (atMs !== null) continue;
    process.stderr.write(`不是时刻 no moment: ${moment} (2027-12-31 23:58)\n`);
    return 2;
  }
  if (spawnSync('faketime', ['--version'], { stdio: 'ignore' }).error !== undefined) {
    process.stderr.write(
      '没有 faketime:在 Debian 上请安装软件包 faketime。\n' +
        'faketime is missing. On Debian: apt-get install -y --no-install-recommends faketime\n',
    );
    return 2;
  }
  const suites = positionals.length === 0 ? SUITES : positionals;
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-clock-'));
  const runs: Run[] = [];
  try {
    for (const { moment, atMs } of moments)
      if (!stopped) runs.push(await runAt(moment, { atMs: atMs ?? 0, suites, dir }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  process.stdout.write('\n');
  for (const run of runs)
    process.stdout.write(`${run.moment}  ${run.good ? 'ok    ' : 'FAILED'}  ${run.closing}\n`);
  return runs.every((run) => run.good) ? 0 : 1;
}

process.exitCode = await main();
