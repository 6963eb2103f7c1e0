import { Child } from './child.ts';

export interface EdgeProcess {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Printed at the first start only. */
  setupCode: string | null;
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts `npm run edge` on loopback. */
export async function startEdgeProcess(options: {
  data: string;
  keys: string;
  port: number;
  site: string;
}): Promise<EdgeProcess> {
  const child = new Child('edge', 'edge-service/main.ts', [
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
