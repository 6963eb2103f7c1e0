import { parseBody } from '#shared/event/event.ts';
import type { RoundId, CredentialKey } from '#shared/ids.ts';
import type { SealedPerson } from '#shared/event/sealed.ts';
import type { KeyStore, RoundKeys } from '../keys/key-store.ts';
import { joinedPerson, keysOf } from '../projection/person-keys.ts';
import { fits, type PersonQuery } from './person-query.ts';
import { rosterBoxes, rosterKey } from '../roster/roster-store.ts';
import type { RosterCredential } from '../roster/roster-number.ts';
import { prepared, type Store } from '../store/database.ts';
import { openPerson } from '../keys/swipe-key.ts';

/** Persons of one round, by id: the smallest of their keys, or the event of a swipe without a key. */
export interface Fitting {
  exactly: Set<string>;
  /** Their names contain what was typed. */
  partly: Set<string>;
  /** Whether every box was opened before time was up. */
  whole: boolean;
}

/** Where to look: one round, with its keys. */
export interface Searched {
  db: Store;
  keys: KeyStore;
  roundKeys: RoundKeys;
  round: RoundId;
}

/** Boxes between two looks at the clock. */
const BOXES_PER_LOOK = 64;

/** Who of the round gave one of these numbers, on the roster or by a swipe. No box is opened. */
export function personsOf(
  { db, roundKeys, round }: Searched,
  numbers: readonly RosterCredential[],
): Set<string> {
  const onRoster = prepared<[RoundId, string]>(
    db,
    'SELECT 1 FROM roster_person WHERE round = ? AND person = ?',
  );
  const persons = new Set<string>();
  const others = new Map<CredentialKey, string>();
  for (const number of numbers) {
    const key = rosterKey(roundKeys.key, number);
    const person = joinedPerson(db, round, key) ?? key;
    if (onRoster.get(round, person) !== undefined) persons.add(person);
    else for (const one of keysOf(db, round, person)) others.set(one, person);
  }
  if (others.size === 0) return persons;
  const swiped = prepared<[RoundId, string], { key: CredentialKey }>(
    db,
    'SELECT DISTINCT key FROM swipe WHERE round = ? AND key IN (SELECT value FROM json_each(?))',
  ).all(round, JSON.stringify([...others.keys()]));
  for (const { key } of swiped) persons.add(others.get(key) ?? key);
  return persons;
}

/** Opens the boxes of the roster, then those of the walk-ins' swipes, until `late` says that time is up. */
export function scanRound(where: Searched, query: PersonQuery, late: () => boolean): Fitting {
  const { db, round, roundKeys } = where;
  const found: Fitting = { exactly: new Set(), partly: new Set(), whole: !late() };
  if (!found.whole) return found;
  let boxes = 0;
  const take = (id: string, name: string | null, number: string | null): boolean => {
    const how = number?.endsWith(query.documentEnd) === true ? 'exactly' : fits(query, name);
    if (how !== null) found[how].add(id);
    if (++boxes % BOXES_PER_LOOK === 0 && late()) found.whole = false;
    return found.whole;
  };
  for (const { key, person } of rosterBoxes(db, round, roundKeys))
    if (!take(key, person.name, person.number)) break;
  // Rows are found by the key of their first credential; only those that fit are looked up by person.
  for (const how of ['exactly', 'partly'] as const)
    found[how] = new Set([...found[how]].map((key) => joinedPerson(db, round, key as CredentialKey) ?? key));
  if (!found.whole) return found;
  for (const { person, sealed } of walkIns(where))
    if (!take(person, sealed.name, sealed.kind === 'document' ? sealed.number : null)) break;
  return found;
}

/** What the swipes of those say who are not on the roster, voided ones too. Read first, as in `rosterBoxes`. */
function* walkIns({ db, keys, round }: Searched): Generator<{ person: string; sealed: SealedPerson }> {
  const swipes = db
    .prepare<[{ round: RoundId }], [person: string, body: Uint8Array, sealed: Uint8Array]>(
      `SELECT COALESCE(p.person, s.key, s.install || ':' || s.sequence), e.body, e.sealed
       FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key
       JOIN event e ON e.install = s.install AND e.sequence = s.sequence
       WHERE s.round = :round AND e.sealed IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM roster_person r WHERE r.round = :round AND r.person = COALESCE(p.person, s.key))`,
    )
    .raw();
  for (const [person, body, sealed] of swipes.all({ round })) {
    const parsed = parseBody(new Uint8Array(body));
    if (!parsed.ok || parsed.body.type !== 'swipe') continue;
    const opened = openPerson(keys, { body: parsed.body, sealed: new Uint8Array(sealed) });
    if (opened !== null) yield { person, sealed: opened };
  }
}
