import type { RoundDefinition } from '#shared/round.ts';

/**
 * Whether a person of this shift may be called missing: their sessions are those of their shift, else those for everybody,
 * else all; and the last of them is over. Times in ms.
 */
export function sessionsOver(
  definition: RoundDefinition,
  person: { shift: string | null; now: number },
): boolean {
  const { shift, now } = person;
  const own = definition.sessions.filter((s) => s.shift !== null && s.shift === shift);
  const everybody = definition.sessions.filter((s) => s.shift === null);
  const theirs = own.length > 0 ? own : everybody.length > 0 ? everybody : definition.sessions;
  return theirs.every((s) => s.to <= now);
}
