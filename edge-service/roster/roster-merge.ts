import type { RoundId } from '#shared/ids.ts';
import type { RoundKeys } from '../keys/key-store.ts';
import type { RosterEntry } from './roster-entry.ts';
import type { RosterCode } from './roster-words.ts';
import { openRoster, rosterKey, type SealedRosterRow, sealRoster, storedRoster } from './roster-store.ts';
import type { Store } from '../store/database.ts';

/**
 * 补入: the rows of a file on top of the roster as it stands, joined by credential. A person who is there already is replaced
 * where they stand, everybody else comes behind.
 */
export class RosterMerge {
  readonly #keys: RoundKeys;
  readonly #current: readonly SealedRosterRow[];
  /** Credential key → index of the row that has it. */
  readonly #holder: ReadonlyMap<string, number>;
  readonly #claimed = new Set<number>();
  readonly #places: readonly ({ sheet: string | null; row: number | null } | null)[];

  constructor(db: Store, round: RoundId, keys: RoundKeys) {
    this.#keys = keys;
    this.#current = storedRoster(db, round);
    this.#holder = new Map(this.#current.flatMap((r, at) => r.credentials.map((c) => [c, at] as const)));
    this.#places = openRoster(db, round, keys).map(({ person }) => person);
  }

  /** Asked once for each row, in their order: who is two people of the roster, or one that a row before is, is not guessed at. */
  clash(entry: RosterEntry): RosterCode | null {
    const [at, ...more] = this.#standing(entry);
    if (at === undefined) return null;
    if (more.length > 0) return 'of-two-people';
    if (this.#claimed.has(at)) return 'of-one-person';
    // A row whose number is wrong takes nothing from one that has its numbers.
    if (entry.toCorrect && this.#current[at]?.toCorrect === false) return 'stands-already';
    this.#claimed.add(at);
    return null;
  }

  /** The whole roster, numbered anew. Who is new stands nowhere in the workbook that HR gets back. */
  merged(entries: readonly RosterEntry[]): SealedRosterRow[] {
    const fresh = sealRoster(entries, this.#keys, (entry) => {
      const [at] = this.#standing(entry);
      const place = at === undefined ? null : (this.#places[at] ?? null);
      return { sheet: place?.sheet ?? null, row: place?.row ?? null };
    });
    const rows = [...this.#current];
    for (const [i, entry] of entries.entries()) {
      const [at] = this.#standing(entry);
      const row = fresh[i];
      if (row !== undefined) rows[at ?? rows.length] = row;
    }
    return rows.map((r, i) => ({ ...r, row: i + 1 }));
  }

  #standing(entry: RosterEntry): number[] {
    const held = entry.credentials.map((c) => this.#holder.get(rosterKey(this.#keys.key, c)));
    return [...new Set(held.filter((at) => at !== undefined))];
  }
}
