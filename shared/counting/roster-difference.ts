/** A row of a roster as far as two rosters are compared. */
export interface ComparedRow {
  credentials: readonly string[];
  workshop: string;
  team: string;
  shift: string | null;
}

/** What a roster has that the one before had not: rows of the new one that joined or changed, rows of the old one that left. */
export interface RosterDifference<R> {
  joined: R[];
  left: R[];
  changed: R[];
}

/**
 * Compares two rosters by credential: who shares none with anybody of the other one has joined or left; who is in both and
 * now works elsewhere or has other credentials has changed. How a name is written is no change.
 */
export function rosterDifference<R extends ComparedRow>(
  before: readonly R[],
  after: readonly R[],
): RosterDifference<R> {
  const holder = new Map(before.flatMap((row) => row.credentials.map((c) => [c, row] as const)));
  const stayed = new Set<R>();
  const joined: R[] = [];
  const changed: R[] = [];
  for (const row of after) {
    const held = [...new Set(row.credentials.flatMap((c) => holder.get(c) ?? []))];
    for (const old of held) stayed.add(old);
    const [old] = held;
    if (old === undefined) joined.push(row);
    else if (held.length > 1 || !isSame(old, row)) changed.push(row);
  }
  return { joined, left: before.filter((row) => !stayed.has(row)), changed };
}

const isSame = (a: ComparedRow, b: ComparedRow): boolean =>
  a.workshop === b.workshop &&
  a.team === b.team &&
  a.shift === b.shift &&
  a.credentials.length === b.credentials.length &&
  a.credentials.every((c) => b.credentials.includes(c));
