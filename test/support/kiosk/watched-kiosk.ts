import { WatchedProcess } from '../machine/watched-process.ts';
import { BrowserKiosk } from './kiosk-process.ts';

const GAP_MS = 2;

/** A kiosk as people use it with its whole log. */
export type WatchedKiosk = BrowserKiosk<WatchedProcess>;

export function startWatchedKiosk(of: {
  data: string;
  reader?: string;
  pair?: string;
  environment?: Record<string, string>;
}): Promise<WatchedKiosk> {
  const { data, reader = null, pair = null, environment = {} } = of;
  return BrowserKiosk.start((script, args) => new WatchedProcess(script, args, environment), {
    data,
    reader,
    pair,
    port: 0,
    gapMs: GAP_MS,
  });
}
