import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import { overAt } from '../counting/sessions-over.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import type { StoredRound } from '../ledger/stored-round.ts';
import { comparedName } from '../roster/person-name.ts';
import { joinedPerson } from '../projection/person-keys.ts';
import { standingFor } from '../store/kept-reading.ts';
import { prepared, type Store } from '../store/database.ts';
import { forgetRoster, namesOfSwipes, rosterByName } from './compared-names.ts';
import { WalkInSwipes } from './walk-in-swipes.ts';

/** A walk-in and somebody of the roster with the same name who has no live swipe. */
export interface SameName {
  walkIn: CredentialKey;
  person: CredentialKey;
}

/** What is not decided about who is who. */
export interface IdentityQuestions {
  /** Pairs of one name nobody has decided. */
  open: readonly SameName[];
  /** Pairs of which somebody said that they are two people. */
  others: readonly SameName[];
  /** People of the roster without a live swipe who may have been sampled all the same: by their name, or by a link held back. */
  uncertain: ReadonlySet<string>;
}

const standing = standingFor(() => new WalkInSwipes());

/** Everything open about who is who in a round. Without the round's keys no name is compared. */
export function identityQuestions(
  { db, keys }: Pick<ReportContext, 'db' | 'keys'>,
  round: RoundId,
): IdentityQuestions {
  return db.transaction(() => {
    const swipes = standing(db).look(round);
    const { open, others } = sameNames({ db, keys }, round, swipes);
    const uncertain = new Set<string>(open.map(({ person }) => person));
    for (const person of heldBack(db, round, swipes)) uncertain.add(person);
    return { open, others, uncertain };
  })();
}

/**
 * Whether somebody of the roster without a live swipe is `uncertain`, for a few people whose names are open already: the
 * roster is not.
 */
export function uncertainty(
  { db, keys }: Pick<ReportContext, 'db' | 'keys'>,
  round: RoundId,
): (person: { id: string; name: string | null }) => boolean {
  return db.transaction(() => {
    const swipes = standing(db).look(round);
    const held = new Set(heldBack(db, round, swipes));
    const others = otherPeople(db, round);
    const walkIns = [...swipes.walkIns].map(([walkIn, theirs]) => ({
      walkIn,
      names: namesOfSwipes(db, keys, theirs),
    }));
    return ({ id, name }: { id: string; name: string | null }): boolean =>
      held.has(id) ||
      walkIns.some((w) => w.names.has(comparedName(name ?? '')) && !others.has(`${w.walkIn} ${id}`));
  })();
}

/** Of the missing those who are `uncertain`, by the time from which on they may be called missing. */
export function uncertainFrom(
  db: Store,
  { round, definition }: Pick<StoredRound, 'round' | 'definition'>,
  uncertain: ReadonlySet<string>,
): { at: number; people: number }[] {
  if (uncertain.size === 0) return [];
  const rows = prepared<[{ round: RoundId; persons: string }], { shift: string | null }>(
    db,
    `SELECT r.shift FROM roster_person r WHERE r.round = :round AND r.person IN (SELECT value FROM json_each(:persons))
     AND NOT EXISTS (SELECT 1 FROM excuse e LEFT JOIN person p ON p.round = e.round AND p.key = e.person
       WHERE e.round = r.round AND e.withdrawn = 0 AND COALESCE(p.person, e.person) = r.person)`,
  ).all({ round, persons: JSON.stringify([...uncertain]) });
  const counted = new Map<number, number>();
  for (const { shift } of rows) {
    const at = overAt(definition, shift);
    counted.set(at, (counted.get(at) ?? 0) + 1);
  }
  return [...counted].map(([at, people]) => ({ at, people }));
}

function sameNames(
  { db, keys }: Pick<ReportContext, 'db' | 'keys'>,
  round: RoundId,
  swipes: WalkInSwipes,
): { open: SameName[]; others: SameName[] } {
  const open: SameName[] = [];
  const others: SameName[] = [];
  const roundKeys = keys.round(round);
  if (roundKeys === null) forgetRoster(db, round);
  if (roundKeys === null || swipes.walkIns.size === 0) return { open, others };
  // Without a roster everybody is a walk-in and nobody is missing: no box need be opened.
  const roster = rosterByName(db, round, roundKeys);
  if (roster.size === 0) return { open, others };
  const decided = otherPeople(db, round);
  for (const [walkIn, theirs] of swipes.walkIns) {
    const namesakes = new Set<CredentialKey>();
    for (const name of namesOfSwipes(db, keys, theirs))
      for (const key of roster.get(name) ?? [])
        namesakes.add((joinedPerson(db, round, key) ?? key) as CredentialKey);
    const absent = [...namesakes].filter((person) => !swipes.sampled.has(person));
    for (const person of absent)
      (decided.has(`${walkIn} ${person}`) ? others : open).push({ walkIn, person });
  }
  return { open, others };
}

/** Pairs of persons of which somebody said that they are two. */
function otherPeople(db: Store, round: RoundId): Set<string> {
  const rows = prepared<[RoundId], { walkIn: CredentialKey; person: CredentialKey }>(
    db,
    "SELECT walk_in AS walkIn, person FROM identity WHERE round = ? AND state = 'other'",
  ).all(round);
  const personOf = (key: CredentialKey): string => joinedPerson(db, round, key) ?? key;
  return new Set(rows.map((r) => `${personOf(r.walkIn)} ${personOf(r.person)}`));
}

/** People without a live swipe whom links that are held back tie to somebody who has one. */
function heldBack(db: Store, round: RoundId, swipes: WalkInSwipes): string[] {
  const rows = prepared<[RoundId], { held: EventId; credentials: string }>(
    db,
    'SELECT held, credentials FROM link WHERE round = ? AND held IS NOT NULL AND undone = 0',
  ).all(round);
  return [...Map.groupBy(rows, ({ held }) => held).values()].flatMap((group) => {
    const keys = group.flatMap(({ credentials }) => JSON.parse(credentials) as CredentialKey[]);
    const persons = [...new Set(keys.map((key) => joinedPerson(db, round, key) ?? key))];
    return persons.some((person) => swipes.sampled.has(person))
      ? persons.filter((person) => !swipes.sampled.has(person))
      : [];
  });
}
