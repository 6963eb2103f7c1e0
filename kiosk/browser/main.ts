import '#shared/node/require-runtime.ts';

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { KEYRING_MS_MAX } from '#shared/contract/machine-keys.ts';
import { wordsOf } from '#shared/error-words.ts';
import { everyNowAndThen } from '#shared/node/system-clock.ts';
import { onceParentGone } from '#shared/node/parent-watch.ts';
import { startEngine } from '../station/engine-main.ts';
import { startTrouble } from '../station/start-trouble.ts';
import { keyringKeys } from './keyring-keys.ts';
import { serveScreen } from './screen-server.ts';

/** Taken before anything takes time: who started this program. */
const PARENT = process.ppid;
const ROOT = path.resolve(import.meta.dirname, '../..');
const SCREEN = path.join(ROOT, 'dist/screen');

const USAGE = `用法 usage: npm run kiosk:browser -- [--data DIR] [--reader PATH]… [--pair CODE] [--port N] [--dev-build]

  --data DIR       数据目录(默认 data/kiosk) · where this kiosk keeps its journal
  --reader PATH    tcp://主机:端口 或串口 · tcp://host:port or a serial port; may be repeated
  --pair CODE      配对码 muster:… · redeems a pairing code if not paired yet
  --port N         网页端口(默认任意) · port of the page on 127.0.0.1 (default: any)
  --poll-gap MS    两次找卡之间(默认 300) · gap between two looks for a card (default 300)
  --probe-gap MS   取卡检测间隔(默认 300) · gap between two looks whether it still lies there (default 300)
  --dev-build      先重新生成网页 · builds the page anew first
  --help           显示本说明 · this text
`;

/** A reader looked at less often than this keeps a queue waiting. */
const GAP_MS_MAX = 5000;

function argumentsOf(argv: string[]) {
  const { values } = parseArgs({
    args: argv,
    options: {
      data: { type: 'string', default: path.join(ROOT, 'data/kiosk') },
      reader: { type: 'string', multiple: true, default: [] },
      pair: { type: 'string' },
      port: { type: 'string', default: '0' },
      'poll-gap': { type: 'string', default: String(READER_TIMINGS.pollGapMs) },
      'probe-gap': { type: 'string', default: String(READER_TIMINGS.probeGapMs) },
      'dev-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    ...values,
    port: wholeNumber(values.port, 65_535),
    timings: {
      ...READER_TIMINGS,
      pollGapMs: wholeNumber(values['poll-gap'], GAP_MS_MAX),
      probeGapMs: wholeNumber(values['probe-gap'], GAP_MS_MAX),
    },
  };
}

function wholeNumber(text: string, max: number): number {
  const value = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || value > max)
    throw new Error(`数字有误 not a number up to ${max}: ${text}`);
  return value;
}

function buildScreen(): void {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  const config = path.join(ROOT, 'kiosk/vite.config.ts');
  const built = spawnSync(process.execPath, [vite, 'build', '-c', config, '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (built.status !== 0) throw new Error('网页生成失败 the page could not be built');
}

async function main(): Promise<void> {
  let given: ReturnType<typeof argumentsOf>;
  try {
    given = argumentsOf(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`参数有误 wrong arguments: ${wordsOf(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (given['dev-build'] || !existsSync(path.join(SCREEN, 'index.html'))) buildScreen();
  const engine = await startEngine({
    data: path.resolve(given.data),
    readers: given.reader,
    pair: given.pair ?? null,
    nativeBinding: process.env['SQLITE_BINDING_NAPI9'] ?? null,
    keys: keyringKeys(process.env, KEYRING_MS_MAX),
    devices: null,
    timings: given.timings,
    log: null,
  });
  const token = randomBytes(24).toString('base64url');
  const server = await serveScreen({ engine, directory: SCREEN, token, port: given.port }).catch(
    (error: unknown) => {
      throw startTrouble(error, { data: given.data, port: given.port });
    },
  );
  // Before the first word: whoever reads it may already say stop.
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void server.stop().then(() => engine.stop());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  onceParentGone({ process, parent: PARENT, every: everyNowAndThen, run: stop });
  process.stdout.write(`${server.address}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exit(1);
});
