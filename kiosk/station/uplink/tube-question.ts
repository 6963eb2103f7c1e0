import type { RoundId } from '#shared/ids.ts';
import type { Clock } from '#shared/clock.ts';
import type { Connection } from './link.ts';
import { TOO_LATE, within } from '#shared/within.ts';
import type { UsedTube } from '../books/joined-tubes.ts';

/** Staff wait for the tube's face meanwhile; on a LAN the edge answers in 5 ms. */
export const TUBE_USED_MS_MAX = 300;

/** Has this code been opened in the round? Null when the edge cannot be asked, or does not answer in time. */
export async function askTubeUsed(
  clock: Clock,
  connection: Connection | null,
  ask: { round: RoundId; code: string },
): Promise<UsedTube | 'unused' | null> {
  if (connection === null) return null;
  const answer = await within(clock, TUBE_USED_MS_MAX, connection.tubeUsed(ask));
  return answer === TOO_LATE || !answer.ok ? null : (answer.value ?? 'unused');
}
