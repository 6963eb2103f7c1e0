import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { edgeArguments } from '../../support/edge/hostile-site.ts';
import { buildEdge } from '../../site/edge-process.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const EDGE = 'dist/edge/main.js';
const KIOSK = 'kiosk/browser/main.ts';
const MANIFEST = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
/** Chinese first, then English, and no line of a stack. */
const IN_WORDS = /^[^\n]*\p{Script=Han}[^\n]*[a-z]{3}[^\n]*\n$/u;

let directory: string;
beforeAll(() => {
  buildEdge();
  directory = mkdtempSync(path.join(tmpdir(), 'muster-start-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const at = (...parts: string[]): string => path.join(directory, ...parts);

/** Runs to its end. */
async function run(
  script: string,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = new WatchedProcess(script, args);
  const code = await child.ended();
  return { code, stdout: child.stdout, stderr: child.stderr };
}

/** The last line, without a log before it. */
const lastLine = (text: string): string => `${text.trimEnd().split('\n').at(-1) ?? ''}\n`;

// Side by side: each has its own directories, and most of it is processes that start.
describe.concurrent('starting', () => {
  it('HO9 wrong arguments of every command print its usage in both languages and end with 2', async () => {
    const commands = ['reader', 'edge', 'kiosk:browser', 'simulate', 'start', 'bench'];
    await Promise.all(
      commands.map(async (command) => {
        // what a script ends with is the program, what stands before it makes the program
        const script = MANIFEST.scripts[command]?.split(' ').at(-1) ?? '';
        for (const wrong of [['--no-such-option'], ['two', 'words']]) {
          const { code, stderr } = await run(script, ...wrong);
          expect([command, code]).toEqual([command, 2]);
          expect(stderr, command).toMatch(/用法 ?\/? ?usage/);
          expect(stderr, `${command}: no stack`).not.toMatch(/^ {4}at /m);
        }
      }),
    );
  });

  it('SI10 --help of every command prints its usage in both languages on standard output and ends with 0', async () => {
    const commands = ['reader', 'edge', 'kiosk:browser', 'simulate', 'start'];
    await Promise.all(
      commands.map(async (command) => {
        const script = MANIFEST.scripts[command]?.split(' ').at(-1) ?? '';
        const { code, stderr, stdout } = await run(script, '--help');
        expect([command, code, stderr]).toEqual([command, 0, '']);
        expect(stdout, command).toMatch(/用法 ?\/? ?usage/);
      }),
    );
  });

  it('HO9 a port in use is said in words by edge and kiosk', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const runs = await Promise.all([
      run(EDGE, ...edgeArguments(at('busy')), `--port=${port}`),
      run(KIOSK, `--data=${at('busy-kiosk')}`, `--port=${port}`),
    ]);
    holder.close();
    for (const { code, stderr } of runs) {
      expect(code, stderr).toBe(1);
      expect(lastLine(stderr)).toMatch(IN_WORDS);
      expect(lastLine(stderr)).toContain(String(port));
    }
  });

  it('HO9 a directory or file that cannot be used is said in words', async () => {
    writeFileSync(at('file'), '');
    for (const kind of ['edge', 'kiosk'])
      mkdirSync(at(kind, kind === 'edge' ? 'muster.sqlite' : 'kiosk.db'), { recursive: true });
    mkdirSync(at('no-json'));
    writeFileSync(at('no-json', 'settings.json'), '{"version":1');
    mkdirSync(at('no-settings'));
    writeFileSync(at('no-settings', 'settings.json'), '{"version":1,"install":null,"pairing":{"token":1}}');
    mkdirSync(at('garbage'));
    writeFileSync(at('garbage', 'muster.sqlite'), 'garbage '.repeat(2000));
    const edge = ['--host=127.0.0.1', '--port=0', `--keys=${at('keys')}`];
    const runs: [string, ...string[]][] = [
      [EDGE, ...edge, `--data=${at('file')}`],
      [EDGE, ...edge, `--data=${at('edge')}`],
      [EDGE, ...edge, `--data=${at('garbage')}`],
      [EDGE, ...edge, `--data=${at('e')}`, `--keys=${at('file')}`],
      [EDGE, '--port=0', `--keys=${at('keys')}`, `--data=${at('e')}`, '--host=no-such-host.invalid'],
      [EDGE, 'backup', `--data=${at('nothing')}`],
      [EDGE, 'rebuild', `--data=${at('nothing')}`],
      [EDGE, 'restore', `--data=${at('nothing')}`, `--from=${at('no-such-file')}`],
      [EDGE, 'restore', `--data=${at('nothing')}`, `--from=${at('garbage', 'muster.sqlite')}`],
      [KIOSK, `--data=${at('file')}`],
      [KIOSK, `--data=${at('kiosk')}`],
      [KIOSK, `--data=${at('no-json')}`],
      [KIOSK, `--data=${at('no-settings')}`],
    ];
    await Promise.all(
      runs.map(async ([script, ...args]) => {
        const { code, stderr } = await run(script, ...args);
        expect(code, stderr).toBe(1);
        expect(stderr, args.join(' ')).toMatch(IN_WORDS);
      }),
    );
  });

  it('HO10 of two edges or two kiosks on one directory the second is refused in words, and the first goes on', async () => {
    const dir = at('two');
    const first = new WatchedProcess(EDGE, edgeArguments(dir));
    const kiosk = new WatchedProcess(KIOSK, [`--data=${at('two-kiosk')}`, '--port=0']);
    const [, url = ''] = await first.says(/the edge is ready: (http:\S+)/);
    await kiosk.says(/#token=/);
    const second = await run(EDGE, ...edgeArguments(dir));
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(IN_WORDS)]);
    const recount = await run(
      EDGE,
      'rebuild',
      `--data=${path.join(dir, 'data')}`,
      `--keys=${path.join(dir, 'keys')}`,
    );
    expect([recount.code, recount.stderr]).toEqual([1, expect.stringMatching(IN_WORDS)]);
    const other = await run(KIOSK, `--data=${at('two-kiosk')}`, '--port=0');
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(IN_WORDS)]);
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
    expect(await kiosk.stop()).toBe(0);
    await first.stop('SIGKILL');
    const again = new WatchedProcess(EDGE, edgeArguments(dir));
    await again.says(/the edge is ready/); // the lock went with the process, however that ended
    expect(await again.stop()).toBe(0);
  });

  it('HO10 a damaged database is replaced by a restore, its write-ahead log with it', async () => {
    const dir = at('damaged');
    const edge = new WatchedProcess(EDGE, edgeArguments(dir));
    await edge.says(/the edge is ready/);
    const where = [`--data=${path.join(dir, 'data')}`, `--keys=${path.join(dir, 'keys')}`];
    const backup = at('backup.sqlite');
    expect(await run(EDGE, 'backup', ...where, `--to=${backup}`)).toMatchObject({ code: 0 });
    await edge.stop('SIGKILL'); // leaves its write-ahead log
    writeFileSync(path.join(dir, 'data', 'muster.sqlite'), 'garbage '.repeat(2000));
    expect(await run(EDGE, 'restore', ...where, `--from=${backup}`)).toMatchObject({ code: 0 });
    expect(await run(EDGE, 'rebuild', ...where)).toMatchObject({ code: 0 });
  });

  it('LG27 the commands name a damaged event, repair nothing, write no backup of it and overwrite none', async () => {
    const dir = at('damaged-event');
    const edge = new WatchedProcess(EDGE, edgeArguments(dir));
    await edge.says(/the edge is ready/);
    expect(await edge.stop()).toBe(0);
    const where = [`--data=${path.join(dir, 'data')}`, `--keys=${path.join(dir, 'keys')}`];
    const to = `--to=${at('kept.sqlite')}`;
    expect(await run(EDGE, 'backup', ...where, to)).toMatchObject({ code: 0 });
    const again = await run(EDGE, 'backup', ...where, to);
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(IN_WORDS)]);

    const db = openStore(path.join(dir, 'data', 'muster.sqlite'), 'write');
    db.prepare(
      'UPDATE event SET body = CAST(replace(CAST(body AS TEXT), \'"edge"\', \'"else"\') AS BLOB)',
    ).run();
    db.close();
    for (const flags of [[], ['--repair'], []]) {
      const { code, stdout, stderr } = await run(EDGE, 'rebuild', ...where, ...flags);
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^event [0-9a-f-]{36}:1 link$/m)]);
      expect(stderr).toMatch(/restore 恢复备份.*restore a backup/);
    }
    expect(await run(EDGE, 'backup', ...where)).toMatchObject({ code: 1 });
    expect(await run(EDGE, 'restore', ...where, to.replace('to', 'from'))).toMatchObject({ code: 0 });
    expect(await run(EDGE, 'rebuild', ...where)).toMatchObject({ code: 0 });
  });

  it('HO10 an edge told to stop at any moment of its first start starts again whole', async () => {
    const dir = at('stopped');
    for (const afterMs of [50, 150, 300, 500, 800]) {
      const child = new WatchedProcess(EDGE, edgeArguments(dir));
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await child.stop('SIGTERM');
      expect(child.stderr).not.toMatch(/^ {4}at /m);
    }
    const edge = new WatchedProcess(EDGE, edgeArguments(dir));
    await edge.says(/set-up code, once: \d{8}/);
    expect(await edge.stop()).toBe(0);
  });
});
