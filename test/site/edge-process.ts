import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Child, ROOT } from './child.ts';

export interface EdgeProcess {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Printed at the first start only. */
  setupCode: string | null;
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Makes dist/edge, as `npm run edge` does; where the test runner has made it, it stays. Throws when it cannot be made. */
export function buildEdge(): void {
  if (process.env['MUSTER_PAGES_BUILT'] !== undefined) return;
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  const config = path.join(ROOT, 'edge-service/vite.config.ts');
  const args = [vite, 'build', '-c', config, '--logLevel', 'warn'];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('主机程序生成失败 / the edge could not be built');
}

/** Starts what `npm run edge` starts, on loopback. */
export async function startEdgeProcess(options: {
  data: string;
  keys: string;
  port: number;
  site: string;
}): Promise<EdgeProcess> {
  buildEdge();
  const child = new Child('edge', 'dist/edge/main.js', [
    'serve',
    `--data=${options.data}`,
    `--keys=${options.keys}`,
    '--host=127.0.0.1',
    `--port=${options.port}`,
    `--site=${options.site}`,
  ]);
  try {
    const [, url = ''] = await child.says(/the edge is ready: (http:\/\/127\.0\.0\.1:\d+)/);
    const code = /set-up code, once: (\S+)/.exec(child.output);
    return {
      url,
      setupCode: code?.[1] ?? null,
      stop: () => child.stop(),
      kill: () => child.kill(),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
