import '#shared/node/require-runtime.ts';

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { wordsOf } from '#shared/error-words.ts';
import { everyNowAndThen } from '#shared/node/system-clock.ts';
import { onceParentGone } from '#shared/node/parent-watch.ts';
import { ROOT } from './child.ts';
import { edgePortFile, SiteToTry, type SitePorts, type Tempo } from './site-to-try.ts';

/** Taken before anything takes time: who started this program. */
const PARENT = process.ppid;
const PORTS: SitePorts = { edge: 8470, kiosk: 8471, panel: 8472 };

/** From card to card 4 to 9 s: a table of two staff in its rush. */
const RUSH: Tempo = {
  pace: { betweenPeople: () => 3000 + Math.random() * 5000, hold: 700, think: 500 },
  gapMs: null,
};
/** As fast as readers and kiosks go; only so much pause that a card's removal is seen. */
const FAST: Tempo = { pace: { betweenPeople: () => 0, hold: 0, think: 0 }, gapMs: 2 };

const USAGE = `用法 usage: npm start [-- --fresh] [--data DIR] [--any-port] [--fast]
  --fresh     清空上次的数据重来 · begin anew, the data of the last time is deleted
  --data DIR  数据目录(data/site)
  --any-port  任意空闲端口 · any free ports instead of ${PORTS.edge}–${PORTS.panel}
  --fast      不等人,尽快打完卡 · the stations swipe as fast as they can: seconds instead of minutes
  --help      显示本说明 · this text
`;

/** What the edge of this directory listened on the last time; null where it never did. */
function heldPort(directory: string): number | null {
  const file = edgePortFile(directory);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

/** What to do about ports that are taken; null when all are free. `held`: the edge's port that cannot move. */
async function portTrouble(ports: readonly number[], held: number | null): Promise<string | null> {
  const taken: number[] = [];
  for (const port of ports) if (!(await isFree(port))) taken.push(port);
  if (taken.length === 0) return null;
  const option = held !== null && taken.includes(held) ? '--any-port --data DIR' : '--any-port';
  return `端口 ${taken.join('、')} 已被占用:可能已经启动了一个,请直接用它,或先按 Ctrl-C 停掉;是别的程序占用的,请用 npm start -- ${option}
port ${taken.join(', ')} is in use: perhaps the site is running already, then use it or stop it with Ctrl-C; if it is another program, npm start -- ${option}`;
}

function isFree(port: number): Promise<boolean> {
  if (port === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** The board and the screen are pages that have to be built once. */
function buildPages(): void {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  for (const [page, config] of [
    ['dist/board/index.html', 'edge-service/board/vite.config.ts'],
    ['dist/screen/index.html', 'kiosk/vite.config.ts'],
  ] as const) {
    if (existsSync(path.join(ROOT, page))) continue;
    const built = spawnSync(
      process.execPath,
      [vite, 'build', '-c', path.join(ROOT, config), '--logLevel', 'warn'],
      {
        cwd: ROOT,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    if (built.status !== 0) throw new Error(`${config} could not be built`);
  }
}

function argumentsOf() {
  return parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      data: { type: 'string', default: path.join(ROOT, 'data/site') },
      'any-port': { type: 'boolean', default: false },
      fast: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

async function main(): Promise<void> {
  let given: ReturnType<typeof argumentsOf>;
  try {
    given = argumentsOf();
  } catch (error) {
    console.error(`${wordsOf(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  const directory = path.resolve(given.data);
  const held = heldPort(directory);
  const edge = given.fresh ? null : held;
  const ports: SitePorts = given['any-port']
    ? { edge: edge ?? 0, kiosk: 0, panel: 0 }
    : { ...PORTS, edge: edge ?? PORTS.edge };
  // The held one too, before anything is deleted: a site that is running would lose its data under its feet.
  const trouble = await portTrouble([...new Set([held ?? 0, ...Object.values(ports)])], held);
  if (trouble !== null) {
    console.error(trouble);
    process.exitCode = 1;
    return;
  }
  if (given.fresh) rmSync(directory, { recursive: true, force: true });
  buildPages();
  const site = new SiteToTry({ directory, ports, tempo: given.fast ? FAST : RUSH });
  const stop = (): void => {
    if (site.stopping) return;
    console.log('\n正在停止 stopping …');
    // Staff may be waiting for an answer of a kiosk that is no more.
    void site.stop().then(() => process.exit());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  onceParentGone({ process, parent: PARENT, every: everyNowAndThen, run: stop });
  try {
    await site.start();
  } catch (error) {
    if (!site.stopping) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
    await site.stop();
  }
}

await main();
