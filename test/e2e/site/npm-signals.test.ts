import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { buildEdge } from '../../site/edge-process.ts';

/** The site to try builds its pages first. */
const START_MS_MAX = 120_000;
const GONE_MS_MAX = 30_000;
const AT_ONCE = /^/;

const dir = mkdtempSync(path.join(tmpdir(), 'muster-npm-'));
const started: ChildProcess[] = [];

/** A script of a package.json in a process group of its own, as a terminal or a service manager starts it. */
async function npm(
  args: readonly string[],
  ready: RegExp,
  cwd = PROJECT_ROOT,
): Promise<{ child: ChildProcess; said: () => string }> {
  const child = spawn('npm', ['run', ...args], {
    cwd,
    env: {
      ...process.env,
      PATH: `${path.join(PROJECT_ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await within(START_MS_MAX, () => ready.test(said), `"${ready}", but only:\n${said}`);
  return { child, said: () => said };
}

async function within(ms: number, holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(50);
  }
}

/** Whether anything of the group is left: npm, its shell, the program or what that started. */
function someLeft({ pid }: ChildProcess): boolean {
  try {
    process.kill(-(pid ?? 0), 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(() => {
  for (const child of started) if (someLeft(child)) process.kill(-(child.pid ?? 0), 'SIGKILL');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Tells npm alone to end, and waits until nothing of its group is left. */
async function ends(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await within(GONE_MS_MAX, () => !someLeft(child), 'the end of all processes');
}

describe('started by npm', () => {
  it('HO16 the edge ends with npm, cleanly, and its directory is free', { timeout: 300_000 }, async () => {
    buildEdge();
    // The script's last command, behind another one as there: the build was just made.
    const { scripts } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      scripts: { edge: string };
    };
    const command = (scripts.edge.split('&&').at(-1) ?? '').replace('dist/', `${PROJECT_ROOT}/dist/`);
    writeFileSync(
      path.join(dir, 'package.json'),
      JSON.stringify({ scripts: { edge: `true && ${command}` } }),
    );
    const data = path.join(dir, 'edge');
    const args = ['edge', '--', '--data', data, '--port', '0', '--host', '127.0.0.1'];
    for (const time of ['first', 'again']) {
      const { child, said } = await npm(args, /the edge is ready/, dir);
      await ends(child);
      expect(said(), time).not.toMatch(/Error/);
      // a database that was closed has put its log away
      expect(existsSync(databaseIn(data)), time).toBe(true);
      expect(existsSync(`${databaseIn(data)}-wal`), time).toBe(false);
    }
  });

  it('HO16 the page of a kiosk ends with npm, and its directory is free', { timeout: 300_000 }, async () => {
    const args = ['kiosk:browser', '--', '--data', path.join(dir, 'kiosk'), '--port', '0'];
    for (let i = 0; i < 2; i++) {
      const { child } = await npm(args, /#token=/);
      await ends(child);
      expect(someLeft(child)).toBe(false);
    }
  });

  it('HO16 the reader command ends with npm, and on Ctrl-C', { timeout: 300_000 }, async () => {
    const module = createServer((socket) => socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => module.listen(0, '127.0.0.1', resolve));
    const { port } = module.address() as AddressInfo;
    const connected = (): Promise<unknown> => new Promise((resolve) => module.once('connection', resolve));
    try {
      const args = ['reader', '--', '--tcp', `127.0.0.1:${port}`];
      for (const tell of [ends, onCtrlC]) {
        const reached = connected();
        const { child } = await npm(args, AT_ONCE); // it has nothing to say until a reader answers
        await reached;
        await tell(child);
        expect(someLeft(child)).toBe(false);
      }
    } finally {
      module.close();
    }
  });

  it('HO16 the site to try ends with npm, all its processes with it', { timeout: 300_000 }, async () => {
    const args = ['start', '--', '--any-port', '--data', path.join(dir, 'site')];
    const { child } = await npm(args, /Cards\s+http/);
    await ends(child);
    expect(someLeft(child)).toBe(false);
  });
});

/** A terminal tells the whole group. */
async function onCtrlC(child: ChildProcess): Promise<void> {
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await within(GONE_MS_MAX, () => !someLeft(child), 'the end of all processes');
}
