import type { WalkIn, WalkIns } from '#shared/contract/http-identity.ts';
import { isEventId, type CredentialKey, type RoundId } from '#shared/ids.ts';
import { httpTime } from '#shared/site-time.ts';
import { describedWalkIns } from '../identity/described-walk-ins.ts';
import { identityQuestions, type SameName } from '../identity/identity-questions.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound } from '../ledger/stored-round.ts';
import { firstSwipes, type FirstSwipe } from './person-facts.ts';
import { type KnownCredential, knownPeople } from './known-people.ts';

export const walkInReports = {
  /** 名单外: who swiped and is not on the roster, with whoever of the roster may be the same person, and who was joined so. */
  'round.walk-ins': (context: ReportContext, { round }: { round: RoundId }): WalkIns =>
    context.db.transaction(() => walkInsOf(context, round))(),
};

function walkInsOf(context: ReportContext, round: RoundId): WalkIns {
  const { db } = context;
  if (readRound(db, round) === null) throw new Refusal('no-round', 'no such round');
  const listed = new Set(
    db.prepare<[RoundId], string>('SELECT person FROM roster_person WHERE round = ?').pluck().all(round),
  );
  const swipes = [...firstSwipes(db, round).values()].filter(({ person }) => !listed.has(person));
  const { open, others } = identityQuestions(context, round);
  const same = db
    .prepare<[RoundId], { walkIn: CredentialKey; person: CredentialKey; by: string | null; at: number }>(
      `SELECT walk_in AS walkIn, person, by, at FROM identity WHERE round = ? AND state = 'same' ORDER BY at DESC`,
    )
    .all(round);
  const keyed = swipes.flatMap(({ person }) => (isEventId(person) ? [] : [person as CredentialKey]));
  const known = knownPeople(context, round, [
    ...keyed,
    ...[...open, ...others].map(({ person }) => person),
    ...same.flatMap((s) => [s.walkIn, s.person]),
  ]);
  const walkIn = walkInsIn(context, round, { known, open, others });
  return {
    walkIns: swipes.toReversed().map(walkIn),
    joined: same.map((s) => ({
      walkIn: known(s.walkIn),
      person: personOf(known(s.person)),
      by: s.by,
      time: httpTime(s.at),
    })),
  };
}

function walkInsIn(
  { db }: ReportContext,
  round: RoundId,
  of: {
    known: (key: CredentialKey) => KnownCredential;
    open: readonly SameName[];
    others: readonly SameName[];
  },
): (swipe: FirstSwipe) => WalkIn {
  const described = describedWalkIns(db, round);
  const openOf = Map.groupBy(of.open, ({ walkIn }) => walkIn);
  const othersOf = Map.groupBy(of.others, ({ walkIn }) => walkIn);
  return ({ person, station, time }) => {
    const said = described.get(person);
    const key = isEventId(person) ? null : (person as CredentialKey);
    const known = key === null ? null : of.known(key);
    const sameName = (pairs: readonly SameName[] | undefined, decided: 'open' | 'other') =>
      (pairs ?? []).map((pair) => ({ ...personOf(of.known(pair.person)), decided }));
    return {
      id: person,
      name: known?.name ?? null,
      number: known?.number ?? null,
      kind: known?.kind ?? null,
      station,
      time: httpTime(time),
      unit: said?.unit ?? null,
      category: said?.category ?? null,
      sameName:
        key === null ? [] : [...sameName(openOf.get(key), 'open'), ...sameName(othersOf.get(key), 'other')],
    };
  };
}

const personOf = ({ kind: _, ...person }: KnownCredential): Omit<KnownCredential, 'kind'> => person;
