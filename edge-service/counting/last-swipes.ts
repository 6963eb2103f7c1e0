import type { InstallId, RoundId } from '#shared/ids.ts';
import { SwipesRead, type Gathered } from '../store/kept-reading.ts';
import { prepared, type Store } from '../store/database.ts';

/** Per install the highest sequence of its swipes in a round: until they are followed by 收工 the install is not settled. */
export class LastSwipes implements Gathered {
  readonly of = new Map<InstallId, number>();
  readonly #swipesRead = new SwipesRead();

  /** Takes in the swipes that came after the last one looked at. */
  read(db: Store, round: RoundId): void {
    const after = this.#swipesRead.next(db, round);
    if (after === null) return;
    const last = prepared<[number, RoundId], { install: InstallId; sequence: number }>(
      db,
      'SELECT install, MAX(sequence) AS sequence FROM swipe NOT INDEXED WHERE rowid > ? AND round = ? GROUP BY install',
    );
    for (const { install, sequence } of last.all(after, round))
      this.of.set(install, Math.max(sequence, this.of.get(install) ?? 0));
  }
}

/** The same, read from end to end. */
export function lastSwipes(db: Store, round: RoundId): LastSwipes {
  const last = new LastSwipes();
  last.read(db, round);
  return last;
}
