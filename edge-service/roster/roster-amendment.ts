import { rosterDifference } from '#shared/counting/roster-difference.ts';
import type { CredentialKey, RoundId } from '#shared/ids.ts';
import type { RoundKeys } from '../keys/key-store.ts';
import type { Store } from '../store/database.ts';
import { openRows, rosterContent, rosterOfVersion, type SealedRosterRow } from './roster-store.ts';

/** Somebody of a roster by name and place; no number. */
export interface NamedRow {
  name: string;
  workshop: string;
  team: string;
}

/** What another roster would change in a round that counts. */
export interface AmendmentNamed {
  joined: NamedRow[];
  /** `swiped`: counts as a walk-in from then on. */
  left: (NamedRow & { swiped: boolean })[];
  changed: NamedRow[];
}

/** Who joins, leaves and changes between two rosters of a round, by name; names are empty where the round's keys are gone. */
export function namedAmendment(
  db: Store,
  of: { round: RoundId; keys: RoundKeys | null },
  rosters: { before: readonly SealedRosterRow[]; after: readonly SealedRosterRow[] },
): AmendmentNamed {
  const { joined, left, changed } = rosterDifference(rosters.before, rosters.after);
  const named = (rows: readonly SealedRosterRow[]): (NamedRow & { credentials: CredentialKey[] })[] =>
    openRows(rows, of.keys).map(({ person, workshop, team, credentials }) => ({
      name: person?.name ?? '',
      workshop,
      team,
      credentials,
    }));
  const plain = ({ name, workshop, team }: NamedRow): NamedRow => ({ name, workshop, team });
  const swiped = swipedKeys(
    db,
    of.round,
    left.flatMap((row) => row.credentials),
  );
  return {
    joined: named(joined).map(plain),
    left: named(left).map((row) => ({ ...plain(row), swiped: row.credentials.some((c) => swiped.has(c)) })),
    changed: named(changed).map(plain),
  };
}

/** Which of these keys have a live swipe in the round. */
function swipedKeys(db: Store, round: RoundId, keys: readonly string[]): Set<string> {
  const found = db
    .prepare<[RoundId, string], string>(
      'SELECT DISTINCT key FROM swipe WHERE round = ? AND voided = 0 AND key IN (SELECT value FROM json_each(?))',
    )
    .pluck();
  return new Set(keys.length === 0 ? [] : found.all(round, JSON.stringify(keys)));
}

/** What a round's roster was when it began to count, and each amendment since, by name. Times in ms. */
export interface RosterHistory {
  /** Null: there was none yet, or the round was opened before 0.2.0. `intact`: its rows still have the hash they were frozen with. */
  frozen: {
    version: number;
    content: string;
    people: number;
    at: number;
    by: string;
    intact: boolean;
  } | null;
  amendments: ({
    id: string;
    version: number;
    content: string;
    people: number;
    reason: string;
    at: number;
    by: string;
  } & AmendmentNamed)[];
}

interface ChangeRow {
  id: string;
  version: number;
  base: number | null;
  content: string;
  people: number;
  reason: string | null;
  by: string | null;
  at: number;
}

/** The history of the round's roster since it began to count. */
export function rosterHistory(db: Store, of: { round: RoundId; keys: RoundKeys | null }): RosterHistory {
  const changes = db
    .prepare<[RoundId], ChangeRow>(
      'SELECT event AS id, version, base, content, people, reason, by, at FROM roster_change WHERE round = ? ORDER BY version',
    )
    .all(of.round);
  const history: RosterHistory = { frozen: null, amendments: [] };
  for (const { base, reason, by, ...change } of changes) {
    const after = rosterOfVersion(db, of.round, change.version);
    if (base === null) {
      const { id: _, ...frozen } = change;
      history.frozen = { ...frozen, by: by ?? '', intact: rosterContent(after) === change.content };
      continue;
    }
    const rosters = { before: rosterOfVersion(db, of.round, base), after };
    history.amendments.push({
      ...change,
      reason: reason ?? '',
      by: by ?? '',
      ...namedAmendment(db, of, rosters),
    });
  }
  return history;
}
