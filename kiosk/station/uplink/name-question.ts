import type { Clock } from '#shared/clock.ts';
import type { CredentialKey, RoundId } from '#shared/ids.ts';
import { TOO_LATE, within } from '#shared/within.ts';
import type { Connection } from './link.ts';

/** Nothing waits for the name; one that comes later would stand beside somebody else. */
export const ROSTER_NAME_MS_MAX = 2_000;

/** The masked name behind a staff number of the roster. Null when the edge cannot be asked, does not know or is silent. */
export async function askRosterName(
  clock: Clock,
  connection: Connection | null,
  ask: { round: RoundId; key: CredentialKey },
): Promise<string | null> {
  if (connection === null) return null;
  const answer = await within(clock, ROSTER_NAME_MS_MAX, connection.rosterName(ask));
  return answer === TOO_LATE || !answer.ok ? null : answer.value;
}
