import { utf8ToBytes } from '#shared/bytes.ts';
import type { Missing } from '#shared/contract/http.ts';
import { teamMessage } from '#shared/language/missing-text.ts';
import { sentence, type Sentence } from '#shared/language/sentence.ts';
import type { TubeStanding } from '#shared/tube-standing.ts';
import type { RoundId, InstallId, EventId, CredentialKey } from '#shared/ids.ts';
import { roundContact } from '../counting/completeness.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { isBounded, shownTime } from '../projection/bounded-times.ts';
import { identityQuestions } from '../identity/identity-questions.ts';
import { openSwipe } from '../identity/opened-swipe.ts';
import { firstSwipes, liveExcuses, rosterPeople } from './person-facts.ts';
import { sessionsOver } from '../counting/sessions-over.ts';
import { httpTimeOrNull } from '#shared/site-time.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound, roundMoment } from '../ledger/stored-round.ts';

/** Somebody without a swipe. */
interface AbsentPerson {
  /** Credential key, by which excuses name the person. */
  id: CredentialKey;
  /** Null: purged. */
  name: string | null;
  /** May stand among the walk-ins. */
  toIdentify: boolean;
}

/** 漏检 of one team. No number and no phone has a place here. */
export interface MissingGroup {
  workshop: string;
  team: string;
  leader: string | null;
  missing: AbsentPerson[];
  notYet: AbsentPerson[];
  excused: (AbsentPerson & { reason: string; excuse: EventId })[];
  /** For the team's chat; null: nobody is missing. */
  text: Sentence | null;
}

/** One swipe or unreadable card in or beside a tube, with all that is known of the person. Times in ms. */
export interface TubePerson {
  id: string;
  kind: 'swipe' | 'unreadable';
  where: 'in' | 'before' | 'after';
  time: number;
  /** Its clock cannot be believed: `time` is the latest it can have been. */
  timeDoubtful: boolean;
  station: number | null;
  ordinal: number | null;
  entry: string | null;
  standing: TubeStanding;
  voided: boolean;
  name: string | null;
  number: string | null;
  phone: string | null;
  workshop: string | null;
  team: string | null;
}

/** Swipes looked at beyond each border of a tube: a neighbour in the queue is at most a tube away. */
const NEIGHBOURS_MAX = 10;

/** Reports that open personal data. */
export const peopleReports = {
  /** Who is missing, with sums, as bytes of JSON (shared/contract/http.ts `missingSchema`): a list of 36,000 is made off the serving thread. `people`: how many it names. */
  'round.missing': (
    context: ReportContext,
    { round }: { round: RoundId },
  ): { bytes: Uint8Array; people: number } => {
    const groups = missingGroups(context, round);
    const { complete, finalUpTo } = roundContact(context.db, round);
    const all = (of: 'missing' | 'notYet' | 'excused'): number =>
      groups.reduce((sum, g) => sum + g[of].length, 0);
    const missing: Missing = {
      complete,
      finalUpTo: httpTimeOrNull(finalUpTo),
      missing: all('missing'),
      toIdentify: groups.reduce((sum, g) => sum + toIdentify(g.missing), 0),
      notYet: all('notYet'),
      excused: all('excused'),
      groups: groups.map((g) => ({ id: `${g.workshop}/${g.team}`, ...g })),
    };
    const people = missing.missing + missing.notYet + missing.excused;
    return { bytes: utf8ToBytes(JSON.stringify(missing)), people };
  },

  /** People of a tube and their neighbours over both borders, with names, numbers and phones; null for an unknown tube. */
  'tube.people': (
    { db, keys }: ReportContext,
    { round, opened }: { round: RoundId; opened: string },
  ): TubePerson[] | null => {
    const tube = db
      .prepare<[string, string], { station: number | null; opened_at: number; sealed_at: number | null }>(
        'SELECT station, opened_at, sealed_at FROM tube WHERE opened = ? AND round = ?',
      )
      .get(opened, round);
    if (!tube) return null;
    const roster = new Map(rosterPeople(db, keys, round).map((r): [string, typeof r] => [r.id, r]));
    const inside = swipeRows(db, `s.round = :round AND s.tube = :opened`, { round, opened });
    const first = Math.min(tube.opened_at, ...inside.map((s) => s.time));
    const last = Math.max(tube.sealed_at ?? tube.opened_at, ...inside.map((s) => s.time));
    const beside = `s.round = :round AND s.station IS :station AND s.tube IS NOT :opened`;
    const before = swipeRows(db, `${beside} AND s.time <= :first`, {
      round,
      opened,
      station: tube.station,
      first,
    }).slice(-NEIGHBOURS_MAX);
    const after = swipeRows(db, `${beside} AND s.time >= :last`, {
      round,
      opened,
      station: tube.station,
      last,
    }).slice(0, NEIGHBOURS_MAX);
    const people = [
      ...before.map((s) => ({ ...s, where: 'before' as const })),
      ...inside.map((s) => ({ ...s, where: 'in' as const })),
      ...after.map((s) => ({ ...s, where: 'after' as const })),
    ].map((s): Placed => {
      const sealed = openSwipe(db, keys, s);
      const row = roster.get(s.person);
      return {
        at: s.time,
        id: `${s.install}:${s.sequence}`,
        kind: 'swipe',
        where: s.where,
        time: s.shown,
        timeDoubtful: s.bounded === 1,
        station: s.station,
        ordinal: s.ordinal,
        entry: s.entry,
        standing: s.voided ? 'voided' : row ? 'on-roster' : 'walk-in',
        voided: s.voided === 1,
        name: sealed?.name ?? row?.person?.name ?? null,
        number: row?.person?.number ?? (sealed === null || sealed.kind === 'none' ? null : sealed.number),
        phone: sealed?.phone ?? row?.person?.phone ?? null,
        workshop: row?.workshop ?? null,
        team: row?.team ?? null,
      };
    });
    const all = [...people, ...unreadables(db, { opened, station: tube.station, round, first, last })];
    return all.toSorted((a, b) => a.at - b.at).map(({ at: _, ...person }) => person);
  },
};

/** Who is missing, by workshop and team in the roster's order; names only. */
function missingGroups({ db, keys, wall }: ReportContext, round: RoundId): MissingGroup[] {
  const { uncertain } = identityQuestions({ db, keys }, round);
  const stored = readRound(db, round);
  if (stored === null) throw new Refusal('no-round', 'no such round');
  const seen = firstSwipes(db, round);
  const excuses = liveExcuses(db, round);
  const now = roundMoment(stored, wall());
  const groups = new Map<string, MissingGroup>();
  const counted = new Set<string>();
  for (const row of rosterPeople(db, keys, round)) {
    const id = `${row.workshop}\0${row.team}`;
    const group = groups.get(id) ?? {
      workshop: row.workshop,
      team: row.team,
      leader: null,
      missing: [],
      notYet: [],
      excused: [],
      text: null,
    };
    groups.set(id, group);
    const person = { id: row.id, name: row.person?.name ?? null, toIdentify: uncertain.has(row.id) };
    if (row.leader) group.leader ??= person.name;
    if (seen.has(row.id) || counted.has(row.id)) continue;
    counted.add(row.id);
    const excuse = excuses.get(row.id);
    if (excuse) group.excused.push({ ...person, reason: excuse.reason, excuse: excuse.event });
    else if (sessionsOver(stored.definition, { shift: row.shift, now })) group.missing.push(person);
    else group.notYet.push(person);
  }
  for (const group of groups.values())
    if (group.missing.length > 0)
      group.text = sentence(teamMessage({ ...group, round: stored.definition.name, at: now }));
  return [...groups.values()].filter((g) => g.missing.length + g.notYet.length + g.excused.length > 0);
}

interface NeighbourRow {
  install: InstallId;
  sequence: number;
  station: number | null;
  ordinal: number | null;
  entry: string;
  time: number;
  shown: number;
  bounded: 0 | 1;
  voided: number;
  person: string;
}

/** `at`: its place in the queue, which no receipt moves. */
type Placed = TubePerson & { at: number };

function swipeRows(
  db: ReportContext['db'],
  where: string,
  values: Record<string, string | number | null>,
): NeighbourRow[] {
  return db
    .prepare<[Record<string, string | number | null>], NeighbourRow>(
      `SELECT s.install, s.sequence, s.station, s.ordinal, s.entry, s.time, ${shownTime('s')} AS shown,
         ${isBounded('s')} AS bounded, s.voided, COALESCE(p.person, s.key, s.install || ':' || s.sequence) AS person
       FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key WHERE ${where} ORDER BY s.time, s.install, s.sequence`,
    )
    .all(values);
}

function unreadables(
  db: ReportContext['db'],
  tube: { opened: string; station: number | null; round: RoundId; first: number; last: number },
): Placed[] {
  return db
    .prepare<
      [typeof tube],
      {
        install: InstallId;
        sequence: number;
        station: number | null;
        time: number;
        shown: number;
        bounded: 0 | 1;
        tube: EventId | null;
        outcome: string | null;
      }
    >(
      `SELECT install, sequence, station, time, ${shownTime('u')} AS shown, ${isBounded('u')} AS bounded, tube, outcome FROM unreadable u
       WHERE round = :round AND (tube = :opened OR (station IS :station AND time BETWEEN :first AND :last))`,
    )
    .all(tube)
    .map((u) => ({
      at: u.time,
      id: `${u.install}:${u.sequence}`,
      kind: 'unreadable',
      where: 'in',
      time: u.shown,
      timeDoubtful: u.bounded === 1,
      station: u.station,
      ordinal: null,
      entry: null,
      standing:
        u.outcome === 'sampled' ? 'unread-sampled' : u.outcome === null ? 'unread-open' : 'unread-settled',
      voided: false,
      name: null,
      number: null,
      phone: null,
      workshop: null,
      team: null,
    }));
}

const toIdentify = (people: readonly AbsentPerson[]): number => people.filter((p) => p.toIdentify).length;
