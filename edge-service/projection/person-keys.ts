import type { RoundId, CredentialKey } from '#shared/ids.ts';
import { prepared, type Store } from '../store/database.ts';

/** The person a key is joined to; undefined where nobody joined it, and it is a person of its own. */
export function joinedPerson(db: Store, round: RoundId, key: CredentialKey): string | undefined {
  return prepared<[RoundId, string], string>(db, 'SELECT person FROM person WHERE round = ? AND key = ?')
    .pluck()
    .get(round, key);
}

/** Every key of a person. */
export function keysOf(db: Store, round: RoundId, person: string): CredentialKey[] {
  const keys = prepared<[RoundId, string], CredentialKey>(
    db,
    'SELECT key FROM person WHERE round = ? AND person = ?',
  )
    .pluck()
    .all(round, person);
  // An unjoined key is its own person.
  return keys.length === 0 ? [person as CredentialKey] : keys;
}

/** Every key of the person this key belongs to. */
export function keysWith(db: Store, round: RoundId, key: CredentialKey): CredentialKey[] {
  const person = joinedPerson(db, round, key);
  return person === undefined ? [key] : keysOf(db, round, person);
}
