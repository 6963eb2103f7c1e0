import type { EdgeClockFinding } from '#shared/contract/http-installs.ts';
import { CLOCK_TOLERANCE_MS } from '#shared/event/journal-time.ts';
import { httpTime } from '#shared/site-time.ts';
import type { LiveKiosk } from './kiosk-desk.ts';

/**
 * Whether the edge's clock is to be trusted: null, or why not. Kiosks that agree among each other by majority decide,
 * for the edge and against it; where they do not, the edge's clock must at least not stand before what it has stored.
 * `storedAt`: when, by the edge's clock, the newest stored event was received; null: none yet. Times in ms.
 */
export function edgeClockFinding(
  live: Iterable<LiveKiosk>,
  edge: { now: number; storedAt: number | null },
): EdgeClockFinding | null {
  const { now, storedAt } = edge;
  const kiosks = [...live].filter((k) => k.connected && k.clockAheadMs !== null);
  const aheads = kiosks.map((k) => k.clockAheadMs ?? 0).toSorted((a, b) => a - b);
  const middle = aheads[Math.floor(aheads.length / 2)];
  const said = (why: EdgeClockFinding['why'], ahead: number, agreeing: readonly LiveKiosk[]) => ({
    why,
    edgeTime: httpTime(now),
    otherTime: httpTime(Math.max(0, now + ahead)),
    agreeing: agreeing.length,
    kiosks: kiosks.length,
    stations: [...new Set(agreeing.map((k) => k.station))].toSorted((a, b) => a - b),
  });
  if (middle !== undefined) {
    const agreeing = kiosks.filter((k) => Math.abs((k.clockAheadMs ?? 0) - middle) <= CLOCK_TOLERANCE_MS);
    const isOff = Math.abs(middle) > CLOCK_TOLERANCE_MS;
    if (agreeing.length >= 2 && agreeing.length * 2 > kiosks.length)
      return isOff ? said('kiosks', middle, agreeing) : null;
    // A kiosk alone and an edge: nobody can say which is right, unless what is stored speaks too.
    if (kiosks.length === 1 && isOff) return said('one-kiosk', middle, agreeing);
    if (kiosks.length === 1) return null;
  }
  if (storedAt !== null && storedAt - now > CLOCK_TOLERANCE_MS) return said('stored', storedAt - now, []);
  return null;
}
