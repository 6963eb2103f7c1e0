import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import {
  SyncCounter,
  compileSyncShim,
  syncShimEnvironment,
} from '../support/machine/sync-shims/sync-shim.ts';
import { copySite, prepareSite, type BenchSite } from './bench-site.ts';
import type { LoadJob, LoadResult } from './load-job.ts';
import { LoadProcess } from './load-process.ts';
import { ServerProcess } from './server-process.ts';
import type { SqlJob, SqlResult } from './sql-main.ts';
import { makeHistories, writeHistories } from './swipe-history.ts';

/** The load of performance.md: a town's workers at 100 kiosks, and the same number as a backlog of 8. */
export const SWIPES = 36_000;
export const KIOSKS = 100;
export const DRAINING_KIOSKS = 8;
const SQL_MS_MAX = 120_000;
/** The edge is started as `npm run edge` starts it: node, its options, and the file. */
const EDGE_COMMAND = npmScript('edge').split(' && ').at(-1)?.split(' ') ?? [];
const EDGE_OPTIONS = EDGE_COMMAND.slice(1, -1);
const EDGE_ENTRY = path.join('../..', EDGE_COMMAND.at(-1) ?? '');
const ECHO_ENTRY = 'echo-main.ts';

export type LoadKind = LoadJob['kind'];
export interface Crowd {
  histories: string;
  kiosks: number;
}

function npmScript(name: string): string {
  const { scripts } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const script = scripts[name];
  if (script === undefined) throw new Error(`package.json has no script ${name}`);
  return script;
}

/** A run against a server: what the kiosks saw and what the server used meanwhile. */
export interface Run extends LoadResult {
  swipesPerSecond: number;
  cpuMicrosPerSwipe: number;
  rssPeakBytes: number;
  stallMsMax: number | null;
  /** Syncs of the write-ahead log: one per commit. Null where syncs cannot be counted. */
  commits: number | null;
}

/** Everything that is made once per bench, and every run starts from. */
export class BenchRuns {
  readonly dir: string;
  readonly site: BenchSite;
  /** 100 kiosks with 360 swipes each. */
  readonly many: Crowd;
  /** 8 kiosks with 4,500 swipes each. */
  readonly few: Crowd;
  /** The sync shim, or null where it cannot be had; then `withoutShim` says why. */
  readonly shim: string | null;
  readonly withoutShim: string | null;
  #runs = 0;

  static async prepare(dir: string): Promise<BenchRuns> {
    const shim = compileSyncShim(dir);
    const build = ['run', '--silent', 'build:edge', '--', '--logLevel', 'warn'];
    await promisify(execFile)('npm', build, { cwd: PROJECT_ROOT });
    const site = await prepareSite(path.join(dir, 'site'), KIOSKS);
    const crowd = async (kiosks: number): Promise<Crowd> => {
      const histories = path.join(dir, `histories-${kiosks}`);
      const plan = { ...site, kiosks: site.kiosks.slice(0, kiosks), swipes: SWIPES / kiosks };
      writeHistories(histories, await makeHistories(plan));
      return { histories, kiosks };
    };
    const runs = new BenchRuns({
      dir,
      site,
      shim,
      many: await crowd(KIOSKS),
      few: await crowd(DRAINING_KIOSKS),
    });
    // Started once before, as every edge but a brand-new one: its compiled modules lie beside its data.
    const first = await runs.startEdge({ site, syncs: null, watchStalls: false });
    await first.stop();
    return runs;
  }

  private constructor(made: {
    dir: string;
    site: BenchSite;
    shim: ReturnType<typeof compileSyncShim>;
    many: Crowd;
    few: Crowd;
  }) {
    this.dir = made.dir;
    this.site = made.site;
    this.shim = made.shim.library;
    this.withoutShim = made.shim.library === null ? made.shim.reason : null;
    this.many = made.many;
    this.few = made.few;
  }

  /** A folder of its own for one run, deleted after it. */
  async inFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = path.join(this.dir, `run-${this.#runs++}`);
    mkdirSync(folder);
    try {
      return await run(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Starts the real edge on `site` (a copy made by `copySite`). */
  startEdge(start: {
    site: BenchSite;
    syncs: { file: string; delayMs: number } | null;
    watchStalls: boolean;
  }): Promise<ServerProcess> {
    const { site, syncs, watchStalls } = start;
    const environment =
      syncs === null || this.shim === null ? {} : syncShimEnvironment({ library: this.shim, ...syncs });
    return ServerProcess.start({
      entry: EDGE_ENTRY,
      nodeOptions: EDGE_OPTIONS,
      args: (port) => [
        '--data',
        site.data,
        '--keys',
        site.keys,
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
      ],
      environment,
      watchStalls,
    });
  }

  /** A load against the real edge on a fresh site, a board watching. */
  edge(
    crowd: Crowd,
    kind: LoadKind,
    how: { syncDelayMs: number; watchStalls: boolean; checkSyncs: boolean },
  ): Promise<Run> {
    return this.inFolder(async (folder) => {
      const site = copySite(this.site, folder);
      const file = path.join(folder, 'syncs');
      const syncs = this.shim === null ? null : { file, delayMs: how.syncDelayMs };
      const server = await this.startEdge({ site, syncs, watchStalls: how.watchStalls });
      const board = { token: site.boardToken, round: site.round };
      const job = {
        ...this.#job(crowd, kind),
        port: server.port,
        board,
        syncFile: how.checkSyncs ? file : null,
      };
      return this.#measured(server, job, syncs === null ? null : file);
    });
  }

  /** The same load against socket.io alone. */
  async echo(crowd: Crowd, kind: LoadKind, how: { watchStalls: boolean }): Promise<Run> {
    const server = await ServerProcess.start({
      entry: ECHO_ENTRY,
      nodeOptions: EDGE_OPTIONS,
      args: (port) => [String(port)],
      environment: {},
      watchStalls: how.watchStalls,
    });
    return this.#measured(
      server,
      { ...this.#job(crowd, kind), port: server.port, board: null, syncFile: null },
      null,
    );
  }

  /** The same rows straight into SQLite. */
  sql(
    crowd: Crowd,
    how: { perMessage: number; messagesPerCommit: number; syncDelayMs: number },
  ): Promise<SqlResult> {
    return this.inFolder(async (folder) => {
      const { data } = copySite(this.site, folder);
      const { perMessage, messagesPerCommit, syncDelayMs } = how;
      const job: SqlJob = { data, histories: crowd.histories, perMessage, messagesPerCommit };
      const file = path.join(folder, 'syncs');
      const environment =
        this.shim === null ? {} : syncShimEnvironment({ library: this.shim, file, delayMs: syncDelayMs });
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [path.join(import.meta.dirname, 'sql-main.ts'), JSON.stringify(job)],
        { env: { ...process.env, ...environment }, timeout: SQL_MS_MAX },
      );
      return JSON.parse(stdout) as SqlResult;
    });
  }

  #job(crowd: Crowd, kind: LoadKind): Pick<LoadJob, 'histories' | 'kiosks' | 'kind'> {
    return { ...crowd, kind };
  }

  async #measured(server: ServerProcess, job: LoadJob, syncFile: string | null): Promise<Run> {
    const syncs = syncFile !== null && existsSync(syncFile) ? new SyncCounter(syncFile) : null;
    try {
      const load = await LoadProcess.ready(job);
      await server.forgetStalls();
      const syncsBefore = syncs?.read().walFinished ?? 0;
      const before = await server.use();
      const result = await load.run();
      const after = await server.use();
      return {
        ...result,
        swipesPerSecond: (result.swipes / result.ms) * 1000,
        cpuMicrosPerSwipe: (after.cpuMicros - before.cpuMicros) / result.swipes,
        rssPeakBytes: after.rssPeakBytes,
        stallMsMax: after.stallMsMax,
        commits: syncs === null ? null : syncs.read().walFinished - syncsBefore,
      };
    } finally {
      syncs?.close();
      await server.stop();
    }
  }
}
