import type { RosterCounts, RosterPeople } from '#shared/contract/http-roster.ts';
import { maskNumber } from '#shared/id-number.ts';
import type { CredentialKey, RoundId } from '#shared/ids.ts';
import type { RoundKeys } from '../keys/key-store.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound } from '../ledger/stored-round.ts';
import { comparedName } from '../roster/person-name.ts';
import { rosterPart } from '../roster/roster-rows.ts';
import { openRows, type OpenedRosterRow, rosterKey } from '../roster/roster-store.ts';
import type { Store } from '../store/database.ts';
import { type PersonQuery, readPersonQuery } from './person-query.ts';

/** People in one answer. */
export const PEOPLE_LISTED_MAX = 200;
/** Boxes opened for one answer: a tenth of a second of a fast processor. Whoever looks for a name goes on at `next`. */
export const BOXES_OPENED_MAX = 4000;

/** Whom to list; null: everybody. */
interface Listed {
  round: RoundId;
  version: number;
  workshop: string | null;
  team: string | null;
  search: string | null;
  after: number;
}

/** The roster as it is stored, to be looked through. */
export const rosterListReports = {
  /** How many stand in which workshop and team. Opens no box. */
  'roster.counts': ({ db, keys }: ReportContext, { round }: { round: RoundId }): RosterCounts => {
    const version = versionOf(db, round);
    const rows = db
      .prepare<[RoundId, number], { workshop: string; team: string; people: number; toCorrect: number }>(
        `SELECT workshop, team, COUNT(*) AS people, SUM(to_correct) AS toCorrect FROM roster_row
         WHERE round = ? AND version = ? GROUP BY workshop, team ORDER BY MIN(row)`,
      )
      .all(round, version);
    const persons = db
      .prepare<[RoundId], number>('SELECT COUNT(*) FROM roster_person WHERE round = ?')
      .pluck()
      .get(round);
    const workshops = [...Map.groupBy(rows, (row) => row.workshop)].map(([workshop, teams]) => ({
      workshop,
      ...sumOf(teams),
      teams: teams.map(({ workshop: _, ...team }) => team),
    }));
    return { version, ...sumOf(rows), persons: persons ?? 0, named: keys.round(round) !== null, workshops };
  },

  /** Who stands there, in the order of the file; numbers masked. A number is looked up by its key, a name by opening boxes. */
  'roster.people': ({ db, keys }: ReportContext, { round, version, ...of }: Listed): RosterPeople => {
    if (versionOf(db, round) !== version) throw new Refusal('roster-changed', 'another roster stands there');
    const roundKeys = keys.round(round);
    if (roundKeys === null) throw new Refusal('round-purged', 'the keys of this round are gone');
    const found = findIn({ db, round, version, roundKeys }, of);
    return { people: found.rows.map(shownRow), next: found.next };
  },
};

interface Where {
  db: Store;
  round: RoundId;
  version: number;
  roundKeys: RoundKeys;
}
type Of = Omit<Listed, 'round' | 'version'>;
interface Found {
  rows: OpenedRosterRow[];
  next: number | null;
}

function findIn(where: Where, of: Of): Found {
  if (of.search === null)
    return readOn(where, of, { most: PEOPLE_LISTED_MAX, keys: null, fitting: () => true });
  const query = readPersonQuery(of.search);
  const keys = query.credentials.map((credential) => rosterKey(where.roundKeys.key, credential));
  const byKey = (): Found => readOn(where, of, { most: PEOPLE_LISTED_MAX, keys, fitting: () => true });
  const byName = (): Found =>
    readOn(where, of, {
      most: BOXES_OPENED_MAX,
      keys: null,
      fitting: (row) => isMeant(query, row) || row.credentials.some((c) => keys.includes(c)),
    });
  if (query.opens === 'never') return byKey();
  if (query.opens === 'always') return byName();
  const known = readOn(where, { ...of, after: 0 }, { most: 1, keys, fitting: () => true });
  return known.rows.length > 0 ? byKey() : byName();
}

/** Reads on behind `after`: at most `most` boxes, at most a page of rows. */
function readOn(
  { db, round, version, roundKeys }: Where,
  { workshop, team, after }: Of,
  how: { most: number; keys: readonly CredentialKey[] | null; fitting: (row: OpenedRosterRow) => boolean },
): Found {
  const sealed = rosterPart(db, {
    round,
    version,
    workshop,
    team,
    after,
    keys: how.keys,
    most: how.most + 1,
  });
  const rows: OpenedRosterRow[] = [];
  for (const row of sealed.slice(0, how.most)) {
    const [opened] = openRows([row], roundKeys);
    if (opened !== undefined && how.fitting(opened)) rows.push(opened);
    if (rows.length === PEOPLE_LISTED_MAX) return { rows, next: row === sealed.at(-1) ? null : row.row };
  }
  return { rows, next: sealed.length > how.most ? (sealed[how.most - 1]?.row ?? null) : null };
}

/** A list can be long: one character of a name is enough. */
const isMeant = ({ name, documentEnd }: PersonQuery, { person }: OpenedRosterRow): boolean =>
  person !== null &&
  (person.number?.endsWith(documentEnd) === true ||
    (name !== '' && comparedName(person.name).includes(name)));

function shownRow({
  row,
  person,
  workshop,
  team,
  shift,
  leader,
  toCorrect,
}: OpenedRosterRow): RosterPeople['people'][number] {
  const number = person?.number ?? null;
  return {
    row,
    name: person?.name ?? '',
    number: number === null ? null : maskNumber(number),
    staffNumber: person?.staffNumber ?? null,
    workshop,
    team,
    shift,
    leader,
    toCorrect,
  };
}

const sumOf = (
  rows: readonly { people: number; toCorrect: number }[],
): { people: number; toCorrect: number } => ({
  people: rows.reduce((sum, row) => sum + row.people, 0),
  toCorrect: rows.reduce((sum, row) => sum + row.toCorrect, 0),
});

function versionOf(db: Store, round: RoundId): number {
  const stored = readRound(db, round);
  if (stored === null) throw new Refusal('no-round', 'no such round');
  return stored.rosterVersion;
}
