import { isEventId, eventId, type EventId, type InstallId, type RoundId, splitEventId } from '#shared/ids.ts';
import type { SealedPerson } from '#shared/event/sealed.ts';
import { Copies } from '../projection/copies.ts';
import { sessionsOver } from '../counting/sessions-over.ts';
import { uncertainty } from '../identity/identity-questions.ts';
import { openSwipe } from '../identity/opened-swipe.ts';
import { liveExcuses } from './person-facts.ts';
import { keysOf } from '../projection/person-keys.ts';
import type { Searched } from './person-scan.ts';
import { isBounded, shownTime } from '../projection/bounded-times.ts';
import { References } from '../projection/references.ts';
import type { RosterCredential } from '../roster/roster-number.ts';
import { rosterPersonOf } from '../roster/roster-store.ts';
import { prepared } from '../store/database.ts';
import { roundMoment, type StoredRound } from '../ledger/stored-round.ts';

/** One swipe of a person found. Times in ms. */
interface FoundSwipe {
  id: EventId;
  time: number;
  timeDoubtful: boolean;
  station: number | null;
  tube: EventId | null;
  entry: 'card' | 'scan' | 'manual';
  label: 'first' | 'repeat' | 'voided';
  reason: string | null;
}

/** A person of one round with what became of them (shared/contract/http-find.ts). */
export interface FoundHere {
  id: string;
  name: string | null;
  number: string | null;
  staffNumber: string | null;
  workshop: string | null;
  team: string | null;
  onRoster: boolean;
  status: 'tested' | 'excused' | 'missing' | 'not-yet' | 'voided';
  toIdentify: boolean;
  reason: string | null;
  swipes: FoundSwipe[];
  moreSwipes: number;
}

/** Beyond it nobody reads: a card lies on a reader all morning at most a few times. */
const SWIPES_SHOWN_MAX = 30;
/** Swipes of a walk-in whose boxes are opened for a name and a number: staff may have typed one of them only later. */
const BOXES_OPENED_MAX = 5;

interface SwipeRow {
  install: InstallId;
  sequence: number;
  key: string | null;
  /** The one to show. */
  time: number;
  bounded: 0 | 1;
  station: number | null;
  tube: EventId | null;
  entry: 'card' | 'scan' | 'manual';
  voided: 0 | 1;
}

/** What is known of these persons of a round, and the numbers by which other rounds know them. */
export function peopleFound(
  where: Searched,
  of: { persons: readonly string[]; stored: StoredRound; now: number },
): { people: FoundHere[]; numbers: RosterCredential[] } {
  const { db, roundKeys, round } = where;
  const { stored } = of;
  const now = roundMoment(stored, of.now);
  const excuses = liveExcuses(db, round);
  let uncertain: ReturnType<typeof uncertainty> | null = null;
  const references = new References(db, new Copies(db));
  const swiped = swipesOf(where, of.persons);
  const numbers: RosterCredential[] = [];
  const people = of.persons.map((id): FoundHere => {
    const swipes = swiped.get(id) ?? [];
    const row = rosterPersonOf(db, roundKeys, { round, person: id });
    const live = swipes.filter((s) => s.voided === 0);
    const excuse = excuses.get(id);
    const absent = excuse
      ? 'excused'
      : sessionsOver(stored.definition, { shift: row?.shift ?? null, now })
        ? 'missing'
        : 'not-yet';
    const status = live.length > 0 ? 'tested' : row === null ? 'voided' : absent;
    const sealed = row === null ? saidBySwipes(where, swipes) : null;
    numbers.push(...(row === null ? numbersOfSwipes(sealed) : numbersOfRoster(row.person)));
    return {
      id,
      name: row?.person?.name ?? sealed?.name ?? null,
      number: row?.person?.number ?? (isNumber(sealed) ? sealed.number : null),
      staffNumber: row?.person?.staffNumber ?? (sealed?.kind === 'staff' ? sealed.number : null),
      workshop: row?.workshop ?? null,
      team: row?.team ?? null,
      onRoster: row !== null,
      status,
      toIdentify:
        (status === 'missing' || status === 'not-yet') &&
        (uncertain ??= uncertainty(where, round))({ id, name: row?.person?.name ?? null }),
      reason: status === 'excused' ? (excuse?.reason ?? null) : null,
      swipes: swipes.slice(0, SWIPES_SHOWN_MAX).map((s) => foundSwipe(s, { first: live[0], references })),
      moreSwipes: Math.max(0, swipes.length - SWIPES_SHOWN_MAX),
    };
  });
  return { people, numbers };
}

function foundSwipe(s: SwipeRow, by: { first: SwipeRow | undefined; references: References }): FoundSwipe {
  const id = eventId(s.install, s.sequence);
  const voids = s.voided === 0 ? [] : by.references.naming(id);
  const body = voids.find((n) => n.body.type === 'void')?.body;
  return {
    id,
    time: s.time,
    timeDoubtful: s.bounded === 1,
    station: s.station,
    tube: s.tube,
    entry: s.entry,
    label: s.voided === 1 ? 'voided' : s === by.first ? 'first' : 'repeat',
    reason: body?.type === 'void' ? body.reason : null,
  };
}

const SWIPE = `SELECT s.install, s.sequence, s.key, ${shownTime('s')} AS time, ${isBounded('s')} AS bounded, s.station, t.code AS tube, s.entry, s.voided
  FROM swipe s LEFT JOIN tube t ON t.opened = s.tube`;

/** All swipes of each of these persons in derived order. */
function swipesOf({ db, round }: Searched, persons: readonly string[]): Map<string, SwipeRow[]> {
  const personOf = new Map<string, string>();
  const swiped = new Map<string, SwipeRow[]>();
  const alone = prepared<[InstallId, number, RoundId], SwipeRow>(
    db,
    `${SWIPE} WHERE s.install = ? AND s.sequence = ? AND s.round = ?`,
  );
  for (const person of persons) {
    // a swipe without a key is a person of its own, named by its event
    if (isEventId(person)) {
      const { install, sequence } = splitEventId(person);
      swiped.set(person, alone.all(install, sequence, round));
    } else for (const key of keysOf(db, round, person)) personOf.set(key, person);
  }
  const rows = prepared<[RoundId, string], SwipeRow>(
    db,
    `${SWIPE} WHERE s.round = ? AND s.key IN (SELECT value FROM json_each(?)) ORDER BY s.time, s.install, s.sequence`,
  ).all(round, JSON.stringify([...personOf.keys()]));
  for (const row of rows) {
    const person = personOf.get(row.key ?? '') ?? '';
    const theirs = swiped.get(person);
    if (theirs === undefined) swiped.set(person, [row]);
    else theirs.push(row);
  }
  return swiped;
}

/** What a walk-in's swipes say of them: the first that has a number, with whatever name any of them has. */
function saidBySwipes({ db, keys }: Searched, swipes: readonly SwipeRow[]): SealedPerson | null {
  const opened = swipes.slice(0, BOXES_OPENED_MAX).flatMap((s) => openSwipe(db, keys, s) ?? []);
  const [best] = opened.toSorted((a, b) => rank(a) - rank(b));
  if (best === undefined) return null;
  return { ...best, name: best.name ?? opened.find((o) => o.name !== null)?.name ?? null };
}

/** An ID number tells most, then another document, then the rest. */
const rank = ({ kind }: SealedPerson): number =>
  ['id', 'document', 'staff', 'physical', 'none'].indexOf(kind);

const isNumber = (sealed: SealedPerson | null): sealed is SealedPerson =>
  sealed !== null && sealed.kind !== 'none' && sealed.kind !== 'staff';

/** A staff number is given to the next person some day: it leads to nobody in other rounds. */
function numbersOfSwipes(sealed: SealedPerson | null): RosterCredential[] {
  if (sealed === null || sealed.kind === 'none' || sealed.kind === 'staff') return [];
  return [{ kind: sealed.kind, canonical: sealed.number }];
}

function numbersOfRoster(
  person: { number: string | null; physicalNumber: string | null } | null,
): RosterCredential[] {
  const { number = null, physicalNumber = null } = person ?? {};
  return [
    ...(number === null
      ? []
      : [{ kind: number.includes('/') ? ('document' as const) : ('id' as const), canonical: number }]),
    ...(physicalNumber === null ? [] : [{ kind: 'physical' as const, canonical: physicalNumber }]),
  ];
}
