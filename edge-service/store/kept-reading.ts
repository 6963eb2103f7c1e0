import type { RoundId } from '#shared/ids.ts';
import { prepared, type Store } from './database.ts';

/** What is gathered from a round's swipes and takes in those that were added since. */
export interface Gathered {
  read(db: Store, round: RoundId): void;
}

/** Rounds kept: boards look at one or two, and one forgotten is read whole again. */
const STANDING_MAX = 4;

/**
 * Keeps what was gathered between looks of one connection: nearly all that happens in a rush is that swipes are added, and
 * only those are read. Whatever else changes what was gathered (a void, a swipe moved or filed, persons joined) moves the
 * number in `recount` (schema.ts), and the round is read whole again.
 */
export class Standing<T extends Gathered> {
  readonly #db: Store;
  readonly #make: () => T;
  readonly #rounds = new Map<RoundId, { recount: number; gathered: T }>();

  constructor(db: Store, make: () => T) {
    this.#db = db;
    this.#make = make;
  }

  /** The round as it is now; good until the next call, which may go on gathering in it. */
  look(round: RoundId): T {
    const db = this.#db;
    // One transaction: a commit between the number and the rows would be gathered under the wrong number.
    return db.transaction(() => {
      const recount = prepared<[], number>(db, 'SELECT number FROM recount').pluck().get() ?? 0;
      const standing = this.#rounds.get(round);
      const gathered = standing?.recount === recount ? standing.gathered : this.#make();
      this.#rounds.delete(round);
      gathered.read(db, round);
      this.#rounds.set(round, { recount, gathered });
      const [oldest] = this.#rounds.keys();
      if (this.#rounds.size > STANDING_MAX && oldest !== undefined) this.#rounds.delete(oldest);
      return gathered;
    })();
  }
}

/** What stands for each connection, made when it is first asked for. */
export function standingFor<T extends Gathered>(make: () => T): (db: Store) => Standing<T> {
  const made = new WeakMap<Store, Standing<T>>();
  return (db) => {
    let standing = made.get(db);
    if (standing === undefined) made.set(db, (standing = new Standing(db, make)));
    return standing;
  };
}

/** How far the swipes of a round have been read. They lie in order of arrival, so what is new has higher row ids. */
export class SwipesRead {
  /** Row id of the last swipe looked at, of whatever round. */
  #last: number | null = null;

  /** The row id behind which the unread ones lie, or null when there are none; they count as read then. */
  next(db: Store, round: RoundId): number | null {
    const after =
      this.#last ??
      prepared<[RoundId], number | null>(db, 'SELECT MIN(rowid) - 1 FROM swipe WHERE round = ?')
        .pluck()
        .get(round) ??
      null;
    if (after === null) return null;
    const last = prepared<[], number>(db, 'SELECT MAX(rowid) FROM swipe').pluck().get() ?? after;
    this.#last = last;
    return last === after ? null : after;
  }
}
