import type { RoundId } from '#shared/ids.ts';
import { prepared, type Store } from '../store/database.ts';

/** The person a key is joined to; undefined where nobody joined it, and it is a person of its own. */
export function joinedPerson(db: Store, round: RoundId, key: string): string | undefined {
  return prepared<[RoundId, string], string>(db, 'SELECT person FROM person WHERE round = ? AND key = ?')
    .pluck()
    .get(round, key);
}

/** Every key of a person. */
export function keysOf(db: Store, round: RoundId, person: string): string[] {
  const keys = prepared<[RoundId, string], string>(
    db,
    'SELECT key FROM person WHERE round = ? AND person = ?',
  )
    .pluck()
    .all(round, person);
  return keys.length === 0 ? [person] : keys;
}

/** Every key of the person this key belongs to. */
export function keysWith(db: Store, round: RoundId, key: string): string[] {
  const person = joinedPerson(db, round, key);
  return person === undefined ? [key] : keysOf(db, round, person);
}
