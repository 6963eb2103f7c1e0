import { useEffect, useState } from 'react';
import { useBoard } from '../parts/board-context.tsx';
import { LiveBoard, boardSocket, type LiveState } from './live-board.ts';

const CONNECTING: LiveState = { live: 'connecting' };

/** The live state of a round while it is on the screen; `round` null: nothing is watched. */
export function useLive(round: string | null): LiveState {
  const { clock } = useBoard();
  const [state, setState] = useState<LiveState>(CONNECTING);
  useEffect(() => {
    if (round === null) return undefined;
    const live = new LiveBoard(round, clock, boardSocket());
    const unsubscribe = live.subscribe(() => setState(live.state()));
    return () => {
      unsubscribe();
      live.close();
    };
  }, [round, clock]);
  return state;
}

/** The snapshot of a live state, current or stale; null while there is none. */
export const snapshotOf = (state: LiveState) =>
  state.live === 'current' || state.live === 'stale' ? state.snapshot : null;
