/** Edge and kiosk of any release as processes of their own, driven by what every release has: command line, HTTP and screen. */
import { WatchedProcess } from '../support/machine/watched-process.ts';
import { StationHands } from './station-hands.ts';

/** Scripts, relative to the project. */
export interface Programs {
  edge: string;
  kiosk: string;
}

export const TODAY: Programs = { edge: 'dist/edge/main.js', kiosk: 'kiosk/browser/main.ts' };

/** Two looks at a reader of a test, which has no need to rest. */
const GAP_MS = '20';

export interface RunningEdge {
  url: string;
  port: number;
  /** Printed at the first start. */
  setupCode: string | null;
  stop(): Promise<void>;
}

export async function startEdge(
  programs: Programs,
  where: { data: string; keys: string; port: number },
): Promise<RunningEdge> {
  const edge = new WatchedProcess(programs.edge, [
    'serve',
    `--data=${where.data}`,
    `--keys=${where.keys}`,
    `--port=${where.port}`,
    '--host=127.0.0.1',
    '--site=示例机电',
  ]);
  const [, url = '', port = ''] = await edge.says(/the edge is ready: (http:\/\/127\.0\.0\.1:(\d+))/);
  return {
    url,
    port: Number(port),
    setupCode: /set-up code, once: (\S+)/.exec(edge.stdout)?.[1] ?? null,
    stop: async () => {
      const code = await edge.stop();
      if (code !== 0) throw new Error(`the edge ended with ${code}:\n${edge.said}`);
    },
  };
}

/** Runs a command of the edge to its end. */
export async function runEdge(
  programs: Programs,
  where: { data: string; keys: string },
  ...command: string[]
): Promise<{ code: number | null; said: string }> {
  const run = new WatchedProcess(programs.edge, [...command, `--data=${where.data}`, `--keys=${where.keys}`]);
  return { code: await run.ended(), said: run.said };
}

export interface RunningKiosk {
  hands: StationHands;
  /** What it wrote to its log so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a kiosk on a data directory. `reader`: where its ID-card reader is; `pair`: a code to redeem, or null. */
export async function startKiosk(
  programs: Programs,
  given: { data: string; reader: string; pair: string | null },
): Promise<RunningKiosk> {
  const kiosk = new WatchedProcess(programs.kiosk, [
    `--data=${given.data}`,
    `--reader=${given.reader}`,
    `--poll-gap=${GAP_MS}`,
    `--probe-gap=${GAP_MS}`,
    ...(given.pair === null ? [] : [`--pair=${given.pair}`]),
  ]);
  const [, origin = '', token = ''] = await kiosk.says(/(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/);
  const hands = new StationHands({ origin, token });
  return {
    hands,
    log: () => kiosk.stderr,
    stop: async () => {
      hands.leave();
      const code = await kiosk.stop();
      if (code !== 0) throw new Error(`the kiosk ended with ${code}:\n${kiosk.said}`);
    },
  };
}
