import {
  joinPersons,
  type Joined,
  type LinkDecision,
  type StandingLink,
} from '#shared/counting/applied-links.ts';
import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import { prepared, type Store } from '../store/database.ts';

/** A row of the round's current roster. */
export interface JoinedRosterRow {
  row: number;
  keys: CredentialKey[];
  /** The number of a document is among them, or may be. */
  identified: boolean;
  workshop: string;
  team: string;
  shift: string | null;
}

/** The current roster in file order, without what its boxes say. */
export function rosterRows(db: Store, round: RoundId): JoinedRosterRow[] {
  return prepared<
    [RoundId],
    Omit<JoinedRosterRow, 'keys' | 'identified'> & { credentials: string; identified: number }
  >(
    db,
    `SELECT r.row, r.credentials, r.identified, r.workshop, r.team, r.shift FROM roster_row r
     JOIN round o ON o.round = r.round AND o.roster_version = r.version WHERE r.round = ? ORDER BY r.row`,
  )
    .all(round)
    .map(({ credentials, identified, ...row }) => ({
      ...row,
      keys: JSON.parse(credentials) as CredentialKey[],
      identified: identified === 1,
    }));
}

/** Keys that links name and no row of the roster has, with whether somebody gave an ID number under them. */
type Foreign = ReadonlyMap<string, boolean>;

/** Who is one person in a round and which links wait for a decision (applied-links.ts), from what is stored now. */
export function joinRound(
  db: Store,
  round: RoundId,
  roster: readonly JoinedRosterRow[],
): Joined & { foreign: Foreign } {
  const links = standingLinks(db, round);
  const same = sameIdentities(db, round);
  const keys = foreignKeys(roster, [...links.map((l) => l.credentials), ...same]);
  const given = idNumbers(db, round, keys);
  const joined = joinPersons({
    roster: roster.map(({ keys: credentials, identified }) => ({ credentials, identified })),
    links,
    same,
    isIdNumber: (key) => given.has(key),
  });
  return { ...joined, foreign: new Map([...keys].map((key) => [key, given.has(key)])) };
}

/** Keys on which it depends whether somebody gives an ID number under them. */
export function watchedKeys(db: Store, round: RoundId): Foreign {
  const links = standingLinks(db, round);
  if (links.length === 0) return new Map();
  const named = [...links.map((l) => l.credentials), ...sameIdentities(db, round)];
  return new Map([...foreignKeys(rosterRows(db, round), named)].map((key) => [key, false]));
}

function standingLinks(db: Store, round: RoundId): StandingLink[] {
  return prepared<[RoundId], { event: EventId; credentials: string; decision: LinkDecision }>(
    db,
    'SELECT event, credentials, decision FROM link WHERE round = ? AND undone = 0',
  )
    .all(round)
    .map(({ event, credentials, decision }) => ({
      id: event,
      credentials: JSON.parse(credentials) as CredentialKey[],
      decision,
    }));
}

function sameIdentities(db: Store, round: RoundId): CredentialKey[][] {
  return prepared<[RoundId], [CredentialKey, CredentialKey]>(
    db,
    "SELECT walk_in, person FROM identity WHERE round = ? AND state = 'same'",
  )
    .raw()
    .all(round);
}

function foreignKeys(roster: readonly JoinedRosterRow[], named: readonly (readonly string[])[]): Set<string> {
  const keys = new Set(named.flat());
  for (const row of roster) for (const key of row.keys) keys.delete(key);
  return keys;
}

/** Of these keys those under which somebody of the round gave an ID number, whatever became of the swipe. */
function idNumbers(db: Store, round: RoundId, keys: ReadonlySet<string>): ReadonlySet<string> {
  if (keys.size === 0) return keys;
  const found = prepared<[RoundId, string], string>(
    db,
    "SELECT DISTINCT key FROM swipe WHERE round = ? AND kind = 'id' AND key IN (SELECT value FROM json_each(?))",
  )
    .pluck()
    .all(round, JSON.stringify([...keys]));
  return new Set(found);
}
