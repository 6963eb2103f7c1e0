import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { edgeArguments } from '../../support/edge/hostile-site.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const NOT_COPIED = ['node_modules', 'dist', 'data', 'test', '.git'];

let dir = '';
/** Two checkouts of the project that build into one dist/: two builds at once, each of its own sources. */
let checkouts: readonly [Checkout, Checkout];

/** The sources of this project, to be changed. */
class Checkout {
  readonly folder: string;
  readonly #edge: string;
  readonly #board: string;
  readonly #originals: Record<string, string> = {};

  constructor(folder: string, dist: string) {
    this.folder = folder;
    for (const entry of readdirSync(PROJECT_ROOT))
      if (!NOT_COPIED.includes(entry))
        cpSync(path.join(PROJECT_ROOT, entry), path.join(folder, entry), { recursive: true });
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    if (!existsSync(path.join(folder, 'dist'))) symlinkSync(dist, path.join(folder, 'dist'));
    this.#edge = this.#folderOf('build:edge');
    this.#board = this.#folderOf('build:board');
  }

  /** Writes this mark into the edge's threads and, with little else, into the board's page. */
  mark(mark: string): void {
    for (const thread of ['main', 'threads/ledger-worker', 'threads/report-worker'])
      this.#begin(`${thread}.ts`, `process.stderr.write('mark ${path.basename(thread)} ${mark} .\\n');\n`);
    writeFileSync(path.join(this.#board, 'later.ts'), `export const mark = '${mark}';\n`);
    writeFileSync(
      path.join(this.#board, 'main.tsx'),
      `document.title = '${mark}';\nvoid import('./later.ts').then(({ mark }) => document.body.append(mark));\n`,
    );
  }

  break(): void {
    this.#begin('threads/report-worker.ts', 'const = ;\n');
    writeFileSync(path.join(this.#board, 'main.tsx'), `import './no-such-file.ts';\n`);
  }

  /** Exit codes of both builds, run one after the other. */
  async build(): Promise<(number | null)[]> {
    return [await this.#run('build:edge'), await this.#run('build:board')];
  }

  async #run(script: string): Promise<number | null> {
    const child = spawn('npm', ['run', '-s', script, '--', '--logLevel', 'silent'], {
      cwd: this.folder,
      stdio: 'ignore',
    });
    return new Promise((resolve) => child.once('close', resolve));
  }

  #begin(file: string, words: string): void {
    const at = path.join(this.#edge, file);
    this.#originals[file] ??= readFileSync(at, 'utf8');
    writeFileSync(at, words + this.#originals[file]);
  }

  #folderOf(script: string): string {
    const { scripts } = JSON.parse(readFileSync(path.join(this.folder, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    return path.dirname(path.join(this.folder, scripts[script]?.split(' ').at(-1) ?? ''));
  }
}

const dist = (...parts: string[]): string => path.join(dir, 'one', 'dist', ...parts);

const edges: WatchedProcess[] = [];
function startEdge(): WatchedProcess {
  const script = path.relative(PROJECT_ROOT, dist('edge/main.js'));
  const edge = new WatchedProcess(script, edgeArguments(path.join(dir, `site-${edges.length}`)));
  edges.push(edge);
  return edge;
}

/** Starts an edge and stops it once it is ready; returns the marks its threads are of. */
async function marksOfNewEdge(): Promise<string[]> {
  const edge = startEdge();
  await edge.says(/the edge is ready/);
  expect(await edge.stop(), edge.said).toBe(0);
  return marksOf(edge);
}

function marksOf(edge: WatchedProcess): string[] {
  const marks = [...edge.stderr.matchAll(/^mark (\S+) (\S+) \.$/gm)];
  expect(new Set(marks.map(([, thread]) => thread)), edge.said).toEqual(
    new Set(['main', 'ledger-worker', 'report-worker']),
  );
  return [...new Set(marks.map(([, , mark = '']) => mark))];
}

/** What a page asks for at its start and later, with what it got. */
async function pageAt(url: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const waiting = ['/'];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    const text = await (await fetch(url + file)).text();
    files.set(file, text);
    waiting.push(...[...text.matchAll(/\/([\w-]+\.js)/g)].map(([, name]) => `/assets/${name}`));
  }
  return files;
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'muster-builds-'));
  mkdirSync(path.join(dir, 'one', 'dist'), { recursive: true });
  checkouts = [new Checkout(path.join(dir, 'one'), dist()), new Checkout(path.join(dir, 'two'), dist())];
  checkouts[0].mark('first');
  await checkouts[0].build();
});
afterAll(async () => {
  for (const edge of edges) await edge.stop('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

describe('builds under running programs', () => {
  it('HO17 two builds at once take no file from an edge or a page, and each start is of one build', async () => {
    const [one, two] = checkouts;
    const edge = startEdge();
    const [, url = ''] = await edge.says(/the edge is ready: (http:\S+)/);
    const page = await pageAt(url);
    expect([...page.keys()].length, 'the page, its script and what that loads later').toBe(3);

    const marks = new Set<string>();
    one.mark('one');
    two.mark('two');
    const built = Promise.all([one.build(), two.build()]);
    while ((await Promise.race([built, Promise.resolve('still building')])) === 'still building') {
      for (const [file, text] of page) {
        const answer = await fetch(url + file);
        expect([file, answer.status, await answer.text()]).toEqual([file, 200, text]);
      }
      const ofNew = await marksOfNewEdge();
      expect(ofNew).toHaveLength(1);
      marks.add(ofNew[0] ?? '');
    }
    expect(await built).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect([['one'], ['two']]).toContainEqual(await marksOfNewEdge());
    expect(marks.has('first'), 'starts while both were building').toBe(true);
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
    expect(await edge.stop()).toBe(0);
    expect(marksOf(edge)).toEqual(['first']);
  });

  it('HO17 a build that fails leaves the one before whole, and nothing beside it', async () => {
    const [one] = checkouts;
    const before = ['edge', 'board'].map((name) => realpathSync(dist(name)));
    const marks = await marksOfNewEdge();
    one.break();
    expect(await one.build()).toEqual([1, 1]);
    expect(['edge', 'board'].map((name) => realpathSync(dist(name)))).toEqual(before);
    expect(readdirSync(dist('builds')).filter((entry) => entry.startsWith('unfinished-'))).toEqual([]);
    expect(await marksOfNewEdge()).toEqual(marks);
  });
});
