import { createContext, useContext, useEffect, useState } from 'react';
import type { EdgeClient } from './edge-client.ts';
import type { EdgeClock } from './edge-clock.ts';

/** What the entry file chose and every page may use. */
export interface BoardContext {
  client: EdgeClient;
  clock: EdgeClock;
}

const Context = createContext<BoardContext | null>(null);
export const BoardProvider = Context.Provider;

export function useBoard(): BoardContext {
  const context = useContext(Context);
  if (context === null) throw new Error('no board context above this component');
  return context;
}

/**
 * Lists are fetched when `listsVersion` rises, and this often besides: people come of age for 漏检 by the clock alone, and a
 * decision made at another board moves no number.
 */
export const LISTS_AGAIN_MS = 10_000;

/** Ages are shown in seconds; a tick a second is enough. */
const TICK_MS = 1000;

/** The edge's time, renewed every second. */
export function useNow(): number {
  const { clock } = useBoard();
  const [now, setNow] = useState(clock.wall);
  useEffect(() => {
    let cancel = clock.timer(TICK_MS, tick);
    function tick(): void {
      setNow(clock.wall());
      cancel = clock.timer(TICK_MS, tick);
    }
    return () => cancel();
  }, [clock]);
  return now;
}
