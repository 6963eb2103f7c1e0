import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { demanded, has } from '../support/machine/machine.ts';
import { type Totals, closingLine } from '../support/plain-reporter.ts';
import { advice, plan, verdict } from './test-plan.ts';

/** What `npm test` runs, in the order they are printed; soak and fuzz are asked for by name. */
const PROJECTS = ['tidy', 'node', 'sim', 'e2e', 'alone', 'electron', 'hid'] as const;
/** Where the files of each project lie. */
const FOLDERS: Readonly<Record<string, string>> = {
  tidy: 'test/tidy',
  node: 'test/{shared,drivers,kiosk,edge-service,packaging}',
  sim: 'test/sim',
  e2e: 'test/e2e',
  alone: 'test/e2e',
  electron: 'test/electron',
  hid: 'test/hid',
  soak: 'test/soak',
  fuzz: 'test/fuzz',
};
/** The first Node whose Node-API (10) the SQLite binding loads on; older ones die of it without a word. */
const NODE_API_MIN = 10;

const NOTHING_RAN = { status: 1, totals: null };

/** Runs Node on a script of an installed package; true if it went well. */
function build(config: string, flags: readonly string[]): boolean {
  const vite = path.join(PROJECT_ROOT, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', ...flags, '-c', config, '--logLevel', 'warn'];
  return spawnSync(process.execPath, args, { cwd: PROJECT_ROOT, stdio: 'inherit' }).status === 0;
}

/** Bundles the edge, the pages and the shell, which the tests start and load as they are shipped. */
function buildFor(projects: readonly string[]): boolean {
  if (!projects.some((name) => ['e2e', 'alone', 'electron', 'soak'].includes(name))) return true;
  return (
    build('edge-service/vite.config.ts', []) &&
    build('edge-service/board/vite.config.ts', []) &&
    build('kiosk/vite.config.ts', ['--app'])
  );
}

function runVitest(
  projects: readonly string[],
  rest: readonly string[],
): { status: number | null; totals: Totals | null } {
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-test-'));
  const totalsFile = path.join(dir, 'totals.json');
  const vitest = path.join(PROJECT_ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', ...projects.flatMap((name) => ['--project', name]), ...rest];
  const headless =
    projects.includes('electron') && process.platform === 'linux' && process.env['DISPLAY'] === undefined;
  const [program, programArgs] = headless
    ? ['xvfb-run', ['-a', process.execPath, ...args]]
    : [process.execPath, args];
  try {
    // Built just now: no file needs to build anew.
    const env = {
      ...process.env,
      MUSTER_TOTALS_FILE: totalsFile,
      MUSTER_PAGES_BUILT: 'yes',
      // Hundreds of processes start the same few programs: most of a start is compiling them.
      NODE_COMPILE_CACHE: path.join(PROJECT_ROOT, 'node_modules/.cache/muster-tests'),
    };
    const { status, error } = spawnSync(program, programArgs, { cwd: PROJECT_ROOT, stdio: 'inherit', env });
    if (error) process.stderr.write(`${program}: ${error.message}\n`);
    const totals = existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, 'utf8')) as Totals) : null;
    return { status, totals };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function finish(run: { status: number | null; totals: Totals | null }): void {
  const { code, totals } = verdict(run);
  process.exitCode = code;
  process.stdout.write(`\n${closingLine(totals)}\n`);
}

function main(): void {
  if (Number(process.versions['napi']) < NODE_API_MIN) {
    process.stderr.write(
      `此 Node.js ${process.version} 过旧，请安装 24 或更新版本，或用 npm test 启动。\n` +
        `Node.js ${process.version} is too old: install 24 or newer, or start this as npm test.\n`,
    );
    return finish(NOTHING_RAN);
  }
  const { values, positionals } = parseArgs({
    options: { project: { type: 'string', multiple: true, default: [] } },
    allowPositionals: true,
  });
  const unknown = values.project.filter((name) => !Object.hasOwn(FOLDERS, name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no such project: ${unknown.join(', ')}; there are ${Object.keys(FOLDERS).join(', ')}\n`,
    );
    return finish(NOTHING_RAN);
  }
  const projects = PROJECTS.filter(
    (name) => globSync(`${FOLDERS[name]}/**/*.test.{ts,tsx}`, { cwd: PROJECT_ROOT }).length > 0,
  );
  const { run, refuse } = plan({ asked: values.project, projects, has, demanded: demanded(process.env) });
  const advised = advice(has);
  if (advised !== null) process.stdout.write(`${advised}\n`);
  if (refuse.length > 0) {
    process.stderr.write(`this run demands ${refuse.join(', ')}\n`);
    return finish(NOTHING_RAN);
  }
  if (!buildFor(run)) return finish(NOTHING_RAN);
  finish(runVitest(run, positionals));
}

main();
