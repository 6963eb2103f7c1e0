import { amendedWords, leftSwipedWords, type Ladder, type LadderReport } from '#shared/counting/ladder.ts';
import type { RoundDefinition } from '#shared/round.ts';
import { notBegun } from './sessions-over.ts';
import type { Lacking, RoundContact } from './completeness.ts';
import { message, type Message } from '#shared/language/message.ts';
import { chained, followed } from '#shared/language/chain.ts';
import { dayAndTimeMessage } from '#shared/language/time-message.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

/** A cell of the ladder's rows: a message is said when the sheet is written. */
type LadderCell = Message | string | number | null;

/** The ladder in words, one row a step: name, number, how it comes about. For the sheet 汇总. */
export function ladderWords(input: {
  site: string;
  round: StoredRound;
  ladder: LadderReport;
  contact: RoundContact;
  /** Of the ladder's missing, those whose session is not over: nobody may call them 漏检. */
  notYet: number;
  /** Of the 漏检, those who may stand among the walk-ins. */
  toIdentify: number;
  seenAtSeveralStations: number;
  now: number;
}): LadderCell[][] {
  const { site, round, ladder: l, contact, notYet, toIdentify, seenAtSeveralStations, now } = input;
  const { swipes, voided, repeats, people, onRoster, walkIns, roster, excused, expected, untested } = l;
  const missing = l.missing - notYet;
  const open = toIdentifyWords(toIdentify);
  const missingSaid =
    open === null ? missing : message('count.missing-to-identify', { people: missing, of: open });
  const reported = reportedExpected(round.definition, l);
  const amended = amendedWords(l.rosterAmended);
  const also = (first: Message, more: Message | null): Message => followed('count.semicolon', first, [more]);
  return [
    [message('term.site'), site, null],
    [message('term.round'), round.definition.name, null],
    [message('term.on-the-books'), roster, also(message('figure.roster-means'), amended)],
    [message('figure.excused'), excused, message('figure.excused-means')],
    [
      message('term.expected'),
      expected,
      also(message('figure.expected-means', { roster, excused }), amended),
    ],
    [
      message('figure.reported-expected'),
      reported.people,
      message('figure.reported-expected-means', { basis: reported.words }),
    ],
    [message('figure.swipes'), swipes, message('figure.swipes-means')],
    [message('figure.voided'), voided, message('figure.voided-means')],
    [message('figure.repeats'), repeats, message('figure.repeats-means')],
    [message('term.tested'), people, message('figure.people-means', { swipes, voided, repeats })],
    [message('figure.on-roster'), onRoster, message('figure.on-roster-means')],
    [
      message('figure.walk-ins'),
      walkIns,
      also(message('figure.walk-ins-means', { people, onRoster }), leftSwipedWords(l.rosterAmended)),
    ],
    [
      message('term.untested'),
      untested,
      message('figure.untested-means', { missing: missingSaid, notYet, excused }),
    ],
    [
      message('term.missing'),
      missing,
      also(message('figure.missing-means', { expected, onRoster, notYet }), open),
    ],
    [message('term.not-yet'), notYet, message('figure.not-yet-means')],
    [message('term.to-verify'), l.toVerify, message('figure.to-verify-means')],
    [
      message('figure.sampled-without-card'),
      l.sampledWithoutCard,
      message('figure.sampled-without-card-means'),
    ],
    [message('figure.without-tube'), l.withoutTube, message('figure.without-tube-means')],
    [
      message('figure.at-several-stations'),
      seenAtSeveralStations,
      message('figure.at-several-stations-means'),
    ],
    [
      message('term.as-of'),
      l.finalUpTo === null ? message('figure.unknown') : dayAndTimeMessage(l.finalUpTo),
      also(finality(l, contact), closedOver(round)),
    ],
    [message('term.exported-at'), dayAndTimeMessage(now), null],
  ];
}

/** `其中 2 人身份待核对`; null: of nobody. */
export const toIdentifyWords = (people: number): Message | null =>
  people === 0 ? null : message('count.to-identify', { n: people });

/** What was amended in the roster since the round began to count. Null: nothing. */
export function amendedSince({ rosterAmended }: Pick<LadderReport, 'rosterAmended'>): Message | null {
  const amended = amendedWords(rosterAmended);
  if (amended === null) return null;
  return followed('count.semicolon', message('figure.amended-since', { amended }), [
    leftSwipedWords(rosterAmended),
  ]);
}

/** 应检 as the round reports it, with its basis in words. */
export function reportedExpected(
  { expectedBasis }: Pick<RoundDefinition, 'expectedBasis'>,
  l: Pick<Ladder, 'roster' | 'expected'>,
): { people: number; words: Message } {
  return expectedBasis === 'roster'
    ? { people: l.roster, words: message('figure.expected-is-roster') }
    : { people: l.expected, words: message('figure.expected-is-roster-minus-excused') };
}

/** Whether everything has arrived, and what has not, by station and number. */
export function finality(l: Pick<LadderReport, 'complete'>, contact: RoundContact): Message {
  if (l.complete) return message('count.records-all-here');
  const { lacking, open } = contact;
  const without = new Set(lacking.map((k) => k.install));
  const excepted = new Set(contact.installs.filter((i) => i.excepted).map((i) => i.install));
  const what = chained('count.semicolon', [
    ...contact.unheardStations.map((station) => message('count.station-never-heard', { station })),
    ...lacking.map((k) =>
      message(excepted.has(k.install) ? 'count.not-come-excepted' : 'count.not-come', {
        which: lackingWords(k),
      }),
    ),
    ...contact.installs
      .filter((i) => !i.settled && !without.has(i.install))
      .map((i) => message('count.station-not-ended', { station: i.station ?? '?' })),
    open.quarantined > 0 ? message('count.records-to-settle', { n: open.quarantined }) : null,
    open.unreviewedForks.length > 0 ? message('count.forks-to-review') : null,
  ]);
  return message('count.records-lacking', { what: what ?? '' });
}

/** What a round was closed over that its numbers do not show: sessions nobody had come to yet. Null: nothing. */
export function closedOver({
  definition,
  closedAt,
}: Pick<StoredRound, 'definition' | 'closedAt'>): Message | null {
  const sessions = closedAt === null ? [] : notBegun(definition, closedAt).map(({ name }) => name);
  return sessions.length === 0 ? null : message('count.before-sessions', { sessions });
}

/** `3号台第 101–120 条`. */
export function lackingWords({ install, journal, station, from, to }: Lacking): Message {
  const which = { station: station ?? '?', numbers: from === to ? `${from}` : `${from}–${to}` };
  return install === journal ? message('count.lacking', which) : message('count.lacking-before', which);
}
