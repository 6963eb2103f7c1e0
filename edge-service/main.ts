/**
 * `npm run edge`: `[serve|backup|restore|rebuild] --data DIR --keys DIR --port N --host H`, everything also by environment
 * (`MUSTER_DATA`, `MUSTER_KEYS`, `MUSTER_PORT`, `MUSTER_HOST`). Native modules are imported only once the runtime is known
 * to hold them: under an older Node they die without a word.
 */
import '#shared/node/require-runtime.ts';
import { existsSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { wordsOf } from '#shared/error-words.ts';
import { onceParentGone } from '#shared/node/parent-watch.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { troubleWords } from './start-trouble.ts';
import { CommandTrouble } from './store/data-directory.ts';

/** Taken before anything takes time: who started this program. */
const PARENT = process.ppid;

const USAGE = `用法 / usage: npm run edge -- [命令 / command] [选项 / options]
  serve                     启动主机(默认) / serve (default)
  backup [--to FILE]        备份 / write a checked copy of the ledger
  restore --from FILE       从备份恢复(先停止主机) / make a backup the ledger; stop the edge first
  rebuild [--repair]        从事件重算并比较 / recount from the events and compare
  --data DIR    数据目录 / ledger and backups   (MUSTER_DATA, ./data)
  --keys DIR    密钥目录 / keys                 (MUSTER_KEYS, ./data/keys)
  --port N      端口 / port                     (MUSTER_PORT, 8443)
  --host HOST   地址 / address                  (MUSTER_HOST, 0.0.0.0)
  --new         密钥目录里有旧轮次也从空账本开始 / begin with an empty ledger beside keys of rounds
  --site NAME   采样点名称 / name of the site   (MUSTER_SITE)
  --advertise H 配对码中的地址 / address in pairing codes (MUSTER_ADVERTISE)
  --help        显示本说明 / this text
`;
const PORT_DEFAULT = '8443';
/** What no log line may carry, wherever somebody logs a request whole. */
const LOG_REDACTED = [
  'req.headers.cookie',
  'req.headers.authorization',
  'res.headers["set-cookie"]',
  '*.password',
  '*.token',
  '*.secret',
];

interface Settings {
  command: string;
  data: string;
  keys: string;
  port: number;
  host: string;
  site: string;
  advertisedHost: string | null;
  to: string | undefined;
  from: string | undefined;
  repair: boolean;
  /** An empty ledger beside keys of rounds is meant. */
  isNew: boolean;
}

/** What is asked for; null where the arguments make no sense. */
function settings(): Settings | 'help' | null {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: text,
      keys: text,
      port: text,
      host: text,
      site: text,
      advertise: text,
      to: text,
      from: text,
      repair: { type: 'boolean' },
      new: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { env } = process;
  const data = values.data ?? env['MUSTER_DATA'] ?? 'data';
  const port = Number(values.port ?? env['MUSTER_PORT'] ?? PORT_DEFAULT);
  const [command = 'serve', ...more] = positionals;
  if (values.help === true) return 'help';
  if (more.length > 0 || !Number.isInteger(port) || port < 0 || port > 65_535) return null;
  return {
    command,
    data,
    keys: values.keys ?? env['MUSTER_KEYS'] ?? `${data}/keys`,
    port,
    host: values.host ?? env['MUSTER_HOST'] ?? '0.0.0.0',
    site: values.site ?? env['MUSTER_SITE'] ?? '',
    advertisedHost: values.advertise ?? env['MUSTER_ADVERTISE'] ?? null,
    to: values.to,
    from: values.from,
    repair: values.repair === true,
    isNew: values.new === true,
  };
}

/** Runs the command; returns the exit code, or null while it goes on serving. */
async function run(given: Settings): Promise<number | null> {
  await refuseNewer(given);
  if (given.command === 'serve') return serve(given);
  if (given.command === 'backup') return backUp(given);
  if (given.command === 'restore' && given.from !== undefined) return putBack(given, given.from);
  if (given.command === 'rebuild') return recount(given);
  process.stderr.write(USAGE);
  return 2;
}

/** Before anything is made, locked or opened; a restore may well replace what a newer Muster wrote, not bring it back. */
async function refuseNewer({ command, data, from }: Settings): Promise<void> {
  const [{ DATABASE_FILE }, { refuseNewerSchema }] = await Promise.all([
    import('./store/data-directory.ts'),
    import('./store/newer-schema.ts'),
  ]);
  refuseNewerSchema(command === 'restore' && from !== undefined ? from : path.join(data, DATABASE_FILE));
}

async function serve(given: Settings): Promise<null> {
  const { refuseEmptyBesideKeys } = await import('./first-start.ts');
  if (!given.isNew) refuseEmptyBesideKeys(given);
  // Before anything else writes there: the directory is its owner's alone.
  mkdirSync(given.data, { recursive: true, mode: 0o700 });
  // Run from its sources, compiled modules are kept beside the data: the next start is quicker. The bundle needs none.
  if (import.meta.filename.endsWith('.ts')) {
    process.env['NODE_COMPILE_CACHE'] ??= path.join(given.data, 'code-cache'); // for the worker threads
    module.enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  }
  // Heaps are cleared out when they have grown by a fifth, not when they have doubled: 25 MB less under load, at no cost
  // that could be measured. (That the young generation stays small is said in package.json: it must be known at the start.)
  setFlagsFromString('--heap-growing-percent=20');
  const [{ startEdge }, { everyNowAndThen, systemClock }, { default: pino }] = await Promise.all([
    import('./edge.ts'),
    import('#shared/node/system-clock.ts'),
    import('pino'),
  ]);
  const log = pino({
    level: process.env['MUSTER_LOG'] ?? 'info',
    redact: { paths: LOG_REDACTED, remove: true },
  });
  const { data, keys, host, port, site, advertisedHost } = given;
  const edge = await startEdge({
    data,
    keys,
    host,
    port,
    site,
    advertisedHost,
    tls: false,
    boardDir: path.join(PROJECT_ROOT, 'dist/board'),
    log,
    clock: systemClock,
    demo: null,
  });
  // Before the first word: whoever reads it may already say stop.
  let stopping: Promise<never> | null = null;
  const stop = (): void => {
    stopping ??= edge.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  onceParentGone({ process, parent: PARENT, every: everyNowAndThen, run: stop });
  if (edge.fingerprint !== null)
    process.stdout.write(
      `指纹前 20 位 / first 20 digits of the fingerprint: ${edge.fingerprint.slice(0, 20)}\n`,
    );
  if (edge.setupCode !== null)
    process.stdout.write(`设置码(只用一次) / set-up code, once: ${edge.setupCode}\n`);
  process.stdout.write(`主机已就绪 / the edge is ready: ${edge.url}\n`);
  return null;
}

async function backUp({ data, to }: Settings): Promise<number> {
  const { backup, databaseIn } = await import('./upkeep/backup.ts');
  demandFile(databaseIn(data));
  const stamp = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const result = backup(data, to ?? `${data}/backups/muster-${stamp}.sqlite`);
  if (result.ok)
    process.stdout.write(
      `备份完成 / backed up: ${result.file} (${result.events} events, ${result.installs} installs)\n`,
    );
  else
    process.stderr.write(
      `账本有损坏,未写备份 / the ledger is damaged, no backup was written: ${JSON.stringify(result)}\n`,
    );
  return result.ok ? 0 : 1;
}

const lossWords = ({ from, to }: { from: number; to: number }): string =>
  `主机的第 ${from}–${to} 条决定已丢失,请在看板上确认 / decisions ${from}–${to} of the edge are lost: acknowledge it on the board\n`;

async function putBack({ data, keys }: Settings, from: string): Promise<number> {
  const [{ restore }, { KeyStore }, { systemClock }] = await Promise.all([
    import('./upkeep/backup.ts'),
    import('./keys/key-store.ts'),
    import('#shared/node/system-clock.ts'),
  ]);
  demandFile(from);
  const result = restore({ data, keys: new KeyStore(keys), from, clock: systemClock });
  if (result.ok)
    process.stdout.write(
      `已恢复 ${result.events} 条,各台将自动补传 / restored ${result.events} events; kiosks send again what is newer\n` +
        (result.setAside === null
          ? ''
          : `原数据库保留为 / the database before is kept as ${result.setAside}\n`) +
        result.lost.map(lossWords).join(''),
    );
  else process.stderr.write(`${result.words}\n`);
  return result.ok ? 0 : 1;
}

async function recount({ data, keys, repair }: Settings): Promise<number> {
  const [{ databaseIn }, { takeDirectory }, { KeyStore }, { rebuild }, { openStore }, { migrate }] =
    await Promise.all([
      import('./upkeep/backup.ts'),
      import('./store/data-directory.ts'),
      import('./keys/key-store.ts'),
      import('./upkeep/rebuild.ts'),
      import('./store/database.ts'),
      import('./store/schema.ts'),
    ]);
  demandFile(databaseIn(data));
  // What a running edge remembers would no longer be what lies on the disk.
  const release = takeDirectory(data);
  const db = openStore(databaseIn(data), 'write');
  migrate(db);
  const report = rebuild(db, new KeyStore(keys), repair);
  db.close();
  release();
  // Rows of the ledger hold keys and codes, never names or numbers.
  for (const d of report.differences)
    process.stdout.write(
      `${d.table} ${d.row}\n  held      ${JSON.stringify(d.held)}\n  recounted ${JSON.stringify(d.recounted)}\n`,
    );
  for (const { install, sequence, fault } of report.damaged)
    process.stdout.write(`event ${install}:${sequence} ${fault}\n`);
  const found = `${report.differences.length}${report.more ? '+' : ''}`;
  process.stdout.write(
    `${report.events} 条事件,${found} 处不同${report.repaired ? ',已修复' : ''} / ${report.events} events, ${found} differences${report.repaired ? ', repaired' : ''}\n`,
  );
  if (report.damaged.length > 0)
    process.stderr.write(
      '有记录已损坏(见上),没有修复:请用 restore 恢复备份,各台会自动补传 / events are damaged (above), nothing was repaired: restore a backup, kiosks deliver again what it does not hold\n',
    );
  const isSound = report.damaged.length === 0 && (report.differences.length === 0 || report.repaired);
  return isSound ? 0 : 1;
}

function demandFile(file: string): void {
  if (!existsSync(file)) throw new CommandTrouble(`没有这个文件 / there is no such file: ${file}`);
}

let given: ReturnType<typeof settings> = null;
try {
  given = settings();
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`);
}
if (given === 'help') process.stdout.write(USAGE);
else if (given === null) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    const code = await run(given);
    if (code !== null) process.exitCode = code;
  } catch (error) {
    const words = troubleWords(error, given);
    if (words === null) throw error;
    process.stderr.write(`${words}\n`);
    process.exit(1);
  }
}
