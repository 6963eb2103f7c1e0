import { reasonText } from '#shared/language/reason-text.ts';
import type { Found, FoundPerson, FoundRound } from '#shared/contract/http-find.ts';
import { listed, message, type Message, type PlainKey, type Text } from '#shared/language/message.ts';

type Swipe = FoundPerson['swipes'][number];
/** What one line says of a person: how they stand in the round, or a further swipe. */
type Outcome = FoundPerson['status'] | 'repeat' | 'voided-swipe';

/** One line of the table: the counting swipe of a person or why there is none, a further swipe, or a round without anybody. */
export interface FoundLine {
  key: string;
  round: FoundRound;
  /** Lines of the round and of the person that begin here; 0: they began above. */
  roundRows: number;
  personRows: number;
  /** Null: nobody of this round fits. */
  person: FoundPerson | null;
  outcome: Outcome | null;
  swipe: Swipe | null;
  note: Text | null;
}

export const OUTCOME_TAGS: Readonly<Record<Outcome, { word: PlainKey; color: string }>> = {
  tested: { word: 'standing.tested', color: 'green' },
  excused: { word: 'standing.excused', color: 'gold' },
  missing: { word: 'term.missing', color: 'red' },
  'not-yet': { word: 'term.not-yet', color: 'blue' },
  voided: { word: 'standing.all-voided', color: 'volcano' },
  repeat: { word: 'standing.repeat', color: 'default' },
  'voided-swipe': { word: 'standing.voided', color: 'volcano' },
};

/** Everything found, line by line: rounds as they come, each person's standing first and their other swipes behind it. */
export function foundLines({ rounds }: Found): FoundLine[] {
  return rounds.flatMap((round) => {
    const lines = round.people.flatMap((person) => personLines(round, person));
    if (lines.length === 0) lines.push(nobody(round));
    return lines.map((line, i) => ({ ...line, roundRows: i === 0 ? lines.length : 0 }));
  });
}

function personLines(round: FoundRound, person: FoundPerson): FoundLine[] {
  const counting = person.swipes.find((s) => s.label === 'first') ?? null;
  const others = person.swipes.filter((s) => s !== counting);
  const line = (outcome: Outcome, swipe: Swipe | null, note: Text | null): FoundLine => ({
    key: `${round.id} ${person.id} ${swipe?.id ?? ''}`,
    round,
    roundRows: 0,
    personRows: 0,
    person,
    outcome,
    swipe,
    note,
  });
  const more = person.moreSwipes > 0 ? [message('standing.swipes-not-listed', { n: person.moreSwipes })] : [];
  const lines = [
    line(person.status, counting, listed('count.semicolon', [...standing(round, person), ...more])),
    ...others.map((s) =>
      s.label === 'voided'
        ? line('voided-swipe', s, s.reason === null ? null : reasonText(s.reason))
        : line('repeat', s, message('standing.not-counted-again')),
    ),
  ];
  return lines.map((l, i) => ({ ...l, personRows: i === 0 ? lines.length : 0 }));
}

function standing(round: FoundRound, person: FoundPerson): Message[] {
  if (person.status === 'excused')
    return [message('standing.with-reason', { reason: reasonText(person.reason ?? '') })];
  if (person.toIdentify) return [message('standing.may-be-walk-in')];
  if (person.status === 'missing' && !round.complete) return [message('standing.may-be-sampled')];
  return [];
}

function nobody(round: FoundRound): FoundLine {
  return {
    key: round.id,
    round,
    roundRows: 1,
    personRows: 1,
    person: null,
    outcome: null,
    swipe: null,
    note: null,
  };
}

/** Why a round shows nobody. */
export function nobodyMessage(round: FoundRound): Message {
  if (round.outcome === 'keys-gone') return message('find.keys-gone');
  if (round.outcome === 'in-part') return message('find.in-part');
  const none = message(round.hasRoster ? 'find.not-on-roster' : 'find.no-roster');
  if (round.complete || round.state === 'draft') return none;
  return message('count.semicolon', { one: none, more: message('find.records-to-come') });
}

/** What to try when nobody was found. */
export const FIND_HINTS = [
  'find.hint-name',
  'find.hint-number',
  'find.hint-unfiled',
] as const satisfies readonly PlainKey[];
