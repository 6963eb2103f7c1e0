import type { Found } from '#shared/contract/http-find.ts';
import type { RoundId } from '#shared/ids.ts';
import { roundContact } from '../counting/completeness.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { type FoundHere, peopleFound } from './person-found.ts';
import { type PersonQuery, readPersonQuery } from './person-query.ts';
import { type Fitting, personsOf, scanRound, type Searched } from './person-scan.ts';
import type { RosterCredential } from '../roster/roster-number.ts';
import { roundReports } from '../rounds/round-reports.ts';
import { httpTime } from '#shared/site-time.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

/** People of a round that are shown: whoever reads more has asked for a list, and there are files for that. */
export const PEOPLE_SHOWN_MAX = 20;
/**
 * Time for opening boxes, all rounds together; half of what the files' thread gives up after. 36,000 names take a second of a
 * fast processor (docs/performance.md).
 */
export const OPENING_MS_MAX = 10_000;

/** A round under search: `where` null once its keys are gone. */
interface Round {
  stored: StoredRound;
  where: Searched | null;
  persons: Set<string>;
  whole: boolean;
}

export const findReports = {
  /**
   * 查人: everybody of any round to whom these words fit, newest round first. By number through the keys of each round; by
   * name by opening the boxes of rosters and walk-ins. Whoever was found in one round is looked up in the others by number.
   */
  'people.find': (context: ReportContext, { who }: { who: string }): Found => {
    const query = readPersonQuery(who);
    const rounds = roundReports['round.list'](context, {}).map((stored) => roundOf(context, stored));
    for (const r of rounds) if (r.where !== null) r.persons = personsOf(r.where, query.credentials);
    const isFound = rounds.some((r) => r.persons.size > 0);
    const opens = query.opens === 'always' || (query.opens === 'unless-found' && !isFound);
    const exact = opens ? openNames(rounds, query, until(context)) : true;
    const shown = shownOf(context, rounds);
    return { exact, rounds: shown };
  },
};

function roundOf({ db, keys }: ReportContext, stored: StoredRound): Round {
  const roundKeys = keys.round(stored.round);
  const where = roundKeys === null ? null : { db, keys, roundKeys, round: stored.round };
  return { stored, where, persons: new Set(), whole: true };
}

function until({ wall }: ReportContext): () => boolean {
  const end = wall() + OPENING_MS_MAX;
  return () => wall() >= end;
}

/** Adds those whose names fit, newest round first; false when only names that contain the words were found. */
function openNames(rounds: readonly Round[], query: PersonQuery, late: () => boolean): boolean {
  const scanned = new Map<Round, Fitting>();
  for (const r of rounds) {
    if (r.where === null) continue;
    const fitting = scanRound(r.where, query, late);
    scanned.set(r, fitting);
    r.whole = fitting.whole;
  }
  const found = (how: 'exactly' | 'partly'): boolean => [...scanned.values()].some((f) => f[how].size > 0);
  const exact = rounds.some((r) => r.persons.size > 0) || found('exactly') || !found('partly');
  for (const [r, fitting] of scanned)
    for (const person of exact ? fitting.exactly : fitting.partly) r.persons.add(person);
  return exact;
}

function shownOf(context: ReportContext, rounds: readonly Round[]): Found['rounds'] {
  const described = new Map<RoundId, FoundHere[]>();
  const numbers: RosterCredential[] = [];
  const describe = (r: Round, persons: readonly string[]): void => {
    if (r.where === null || persons.length === 0) return;
    const found = peopleFound(r.where, { persons, stored: r.stored, now: context.wall() });
    described.set(r.stored.round, [...(described.get(r.stored.round) ?? []), ...found.people]);
    numbers.push(...found.numbers);
  };
  for (const r of rounds) describe(r, [...r.persons].slice(0, PEOPLE_SHOWN_MAX));
  const known = [...new Map(numbers.map((n) => [`${n.kind}/${n.canonical}`, n])).values()];
  for (const r of rounds) {
    if (r.where === null || known.length === 0) continue;
    const fresh = [...personsOf(r.where, known)].filter((p) => !r.persons.has(p));
    const room = Math.max(0, PEOPLE_SHOWN_MAX - r.persons.size);
    for (const person of fresh) r.persons.add(person);
    describe(r, fresh.slice(0, room));
  }
  return rounds.map(({ stored, where, persons, whole }) => ({
    id: stored.round,
    name: stored.definition.name,
    state: stored.state,
    from: httpTime(Math.min(...stored.definition.sessions.map((s) => s.from))),
    outcome: where === null ? 'keys-gone' : whole ? 'searched' : 'in-part',
    hasRoster: stored.rosterVersion > 0,
    complete: roundContact(context.db, stored.round).complete,
    people: (described.get(stored.round) ?? []).map((p) => ({
      ...p,
      swipes: p.swipes.map((s) => ({ ...s, time: httpTime(s.time) })),
    })),
    more: persons.size > PEOPLE_SHOWN_MAX,
  }));
}
