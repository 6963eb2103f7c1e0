import type { CredentialKey, EventId, InstallId, RoundId } from '#shared/ids.ts';
import { eventId } from '#shared/ids.ts';
import { SwipesRead, type Gathered } from '../store/kept-reading.ts';
import { prepared, type Store } from '../store/database.ts';

/** A live swipe of somebody who is not on the roster. */
export interface WalkInSwipe {
  id: EventId;
  install: InstallId;
  sequence: number;
}

type Row = [install: InstallId, sequence: number, person: string, isKeyed: 0 | 1, isListed: 0 | 1];

/** Who of a round has a live swipe, and the swipes of those who are not on its roster; kept standing between looks. */
export class WalkInSwipes implements Gathered {
  /** Everybody with a live swipe. */
  readonly sampled = new Set<string>();
  /** By person, those with a credential key alone: only they can be joined to anybody. */
  readonly walkIns = new Map<CredentialKey, WalkInSwipe[]>();
  #swipesRead = new SwipesRead();
  #rosterVersion: number | null = null;

  read(db: Store, round: RoundId): void {
    const version =
      prepared<[RoundId], number>(db, 'SELECT roster_version FROM round WHERE round = ?')
        .pluck()
        .get(round) ?? 0;
    if (version !== this.#rosterVersion) {
      this.#rosterVersion = version;
      this.sampled.clear();
      this.walkIns.clear();
      this.#swipesRead = new SwipesRead();
    }
    const after = this.#swipesRead.next(db, round);
    if (after === null) return;
    const rows = prepared<[{ round: RoundId; after: number }], Row>(
      db,
      `SELECT s.install, s.sequence, COALESCE(p.person, s.key, s.install || ':' || s.sequence), s.key IS NOT NULL,
         EXISTS (SELECT 1 FROM roster_person r WHERE r.round = s.round AND r.person = COALESCE(p.person, s.key))
       FROM swipe s NOT INDEXED LEFT JOIN person p ON p.round = s.round AND p.key = s.key
       WHERE s.rowid > :after AND s.round = :round AND s.voided = 0`,
    ).raw();
    for (const [install, sequence, person, isKeyed, isListed] of rows.iterate({ round, after })) {
      this.sampled.add(person);
      if (isKeyed === 0 || isListed === 1) continue;
      const key = person as CredentialKey;
      const swipe = { id: eventId(install, sequence), install, sequence };
      const theirs = this.walkIns.get(key);
      if (theirs === undefined) this.walkIns.set(key, [swipe]);
      else theirs.push(swipe);
    }
  }
}
