import type { RoundDefinition } from '#shared/round.ts';

/**
 * Whether a person of this shift may be called missing: their sessions are those of their shift, else those for everybody,
 * else all; and the last of them is over. Times in ms.
 */
export function sessionsOver(
  definition: RoundDefinition,
  person: { shift: string | null; now: number },
): boolean {
  return overAt(definition, person.shift) <= person.now;
}

/** The sessions that had not begun at a moment. */
export const notBegun = (definition: RoundDefinition, at: number): RoundDefinition['sessions'] =>
  definition.sessions.filter((s) => s.from > at);

/** When the last session of a shift is over. */
export function overAt(definition: RoundDefinition, shift: string | null): number {
  const own = definition.sessions.filter((s) => s.shift !== null && s.shift === shift);
  const everybody = definition.sessions.filter((s) => s.shift === null);
  const theirs = own.length > 0 ? own : everybody.length > 0 ? everybody : definition.sessions;
  return Math.max(0, ...theirs.map((s) => s.to));
}

/** The missing by the time from which on they may be called so. Only shifts that have sessions of their own are counted apart. */
export function missingFrom(
  definition: RoundDefinition,
  missing: { all: number; ofShift(shift: string): number },
): { at: number; people: number }[] {
  const rest = overAt(definition, null);
  const named = new Set(definition.sessions.flatMap((s) => s.shift ?? []));
  const apart = [...named]
    .map((shift) => ({ at: overAt(definition, shift), shift }))
    .filter(({ at }) => at !== rest)
    .map(({ at, shift }) => ({ at, people: missing.ofShift(shift) }));
  const others = missing.all - apart.reduce((sum, { people }) => sum + people, 0);
  return [...apart, { at: rest, people: others }].filter(({ people }) => people > 0);
}
