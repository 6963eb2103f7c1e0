import { reasonText, sameReason } from '#shared/language/reason-text.ts';
import type { Language } from '#shared/language/languages.ts';
import { message, type Message } from '#shared/language/message.ts';
import { type Say, voiceOf } from '#shared/language/say.ts';
import { cellText, joinedText } from './cell-text.ts';
import type { RoundId } from '#shared/ids.ts';
import {
  amendedSince,
  closedOver,
  finality,
  reportedExpected,
  toIdentifyWords,
} from '../counting/ladder-words.ts';
import { identityQuestions, uncertainFrom } from '../identity/identity-questions.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { liveExcuses } from '../people/person-facts.ts';
import { roundFigures, type RoundFigures } from '../counting/round-figures.ts';
import { stampText } from '#shared/site-time.ts';
import type { Store } from '../store/database.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';
import type { Tally } from '../counting/tally.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

/** Reasons are typed freely: beyond this many columns nobody reads on, and the rarer ones share one. */
const REASON_COLUMNS_MAX = 20;

interface RoundRow {
  stored: StoredRound;
  figures: Pick<RoundFigures, 'ladder' | 'contact' | 'notYet' | 'toIdentify'>;
  /** Tubes with anybody in them. */
  tubes: number;
  reasons: ReadonlyMap<string, number>;
}
type Cell = string | number;

/** 上报表: one row a round for the bureau, in the words and numbers of the ladder. */
export function bureauSheet(
  { db, keys }: Pick<ReportContext, 'db' | 'keys'>,
  asked: { site: string; rounds: readonly StoredRound[]; now: number; language: Language },
): WrittenSheet {
  const { site, rounds, now, language } = asked;
  const say = voiceOf(language);
  const rows = rounds.map((stored): RoundRow => {
    const uncertain = uncertainFrom(db, stored, identityQuestions({ db, keys }, stored.round).uncertain);
    const counted = roundFigures(db, stored, { now, uncertain });
    const { ladder, contact, notYet, toIdentify, tubes, tally } = counted;
    return {
      stored,
      figures: { ladder, contact, notYet, toIdentify },
      tubes: tubes.filter((t) => t.places > 0).length,
      reasons: reasonsOf(db, stored.round, tally),
    };
  });
  const columns: readonly { header: string; width: number; cell(row: RoundRow): Cell }[] = [
    { header: say('term.site'), width: 24, cell: () => site },
    { header: say('term.round'), width: 18, cell: ({ stored }) => stored.definition.name },
    { header: say('column.date'), width: 12, cell: ({ stored }) => dateOf(stored) },
    { header: say('term.on-the-books'), width: 8, cell: ({ figures }) => figures.ladder.roster },
    {
      header: say('term.expected'),
      width: 8,
      cell: ({ stored, figures }) => reportedExpected(stored.definition, figures.ladder).people,
    },
    { header: say('term.tested'), width: 8, cell: ({ figures }) => figures.ladder.people },
    { header: say('column.on-roster'), width: 8, cell: ({ figures }) => figures.ladder.onRoster },
    { header: say('term.walk-ins'), width: 8, cell: ({ figures }) => figures.ladder.walkIns },
    { header: say('term.to-verify'), width: 8, cell: ({ figures }) => figures.ladder.toVerify },
    { header: say('term.untested'), width: 8, cell: ({ figures }) => figures.ladder.untested },
    {
      header: say('term.missing'),
      width: 8,
      cell: ({ figures }) => figures.ladder.missing - figures.notYet,
    },
    { header: say('term.excused'), width: 8, cell: ({ figures }) => figures.ladder.excused },
    ...reasonColumns(rows, say),
    { header: say('term.not-yet'), width: 10, cell: ({ figures }) => figures.notYet },
    { header: say('column.tubes-used'), width: 8, cell: ({ tubes }) => tubes },
    {
      header: say('column.complete'),
      width: 8,
      cell: ({ figures }) => say(figures.ladder.complete ? 'cell.yes' : 'cell.no'),
    },
    {
      header: say('term.as-of'),
      width: 18,
      cell: ({ figures: { ladder } }) =>
        ladder.finalUpTo === null ? say('cell.unknown') : minute(ladder.finalUpTo),
    },
    {
      header: say('term.expected-basis'),
      width: 22,
      cell: ({ stored, figures }) =>
        cellText(language, reportedExpected(stored.definition, figures.ladder).words),
    },
    {
      header: say('sheet.notes'),
      width: 44,
      cell: ({ stored, figures: { ladder, contact, toIdentify } }) =>
        joinedText(language, [
          finality(ladder, contact),
          closedOver(stored),
          amendedSince(ladder),
          missingToIdentify(language, toIdentify),
        ]),
    },
    { header: say('column.filled-in-at'), width: 18, cell: () => minute(now) },
  ];
  return {
    name: say('sheet.report'),
    columns: columns.map(({ header, width }) => ({ header, width })),
    rows: rows.map((row) => columns.map((c) => c.cell(row))),
  };
}

/** Nobody reads 漏检 off the row without it. */
const missingToIdentify = (language: Language, toIdentify: number): Message | null =>
  toIdentify === 0
    ? null
    : message('cell.missing-to-identify', { of: cellText(language, toIdentifyWords(toIdentify) ?? '') });

/** `2021-01-24 20:05` */
const minute = (time: number): string => stampText(time).slice(0, 16);

/** The day the round's first session begins. */
const dateOf = ({ definition }: StoredRound): string =>
  stampText(Math.min(...definition.sessions.map((s) => s.from))).slice(0, 10);

/** How many of the roster were not tested for which reason. */
function reasonsOf(db: Store, round: RoundId, tally: Tally): Map<string, number> {
  const excuses = liveExcuses(db, round);
  const roster = db
    .prepare<[RoundId], string>('SELECT person FROM roster_person WHERE round = ?')
    .pluck()
    .all(round);
  const people = new Map<string, number>();
  for (const person of roster) {
    const excuse = tally.persons.has(person) ? undefined : excuses.get(person);
    if (excuse === undefined) continue;
    const reason = sameReason(excuse.reason);
    people.set(reason, (people.get(reason) ?? 0) + 1);
  }
  return people;
}

/** A column for each reason, the commonest first; behind the word before it a reason typed by anybody cannot begin a formula. */
function reasonColumns(
  rows: readonly RoundRow[],
  say: Say,
): { header: string; width: number; cell(row: RoundRow): Cell }[] {
  const all = new Map<string, number>();
  for (const { reasons } of rows)
    for (const [reason, people] of reasons) all.set(reason, (all.get(reason) ?? 0) + people);
  const order = [...all].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([reason]) => reason);
  const own = order.length > REASON_COLUMNS_MAX ? order.slice(0, REASON_COLUMNS_MAX - 1) : order;
  const rest = order.slice(own.length);
  const count = (row: RoundRow, of: readonly string[]): number =>
    of.reduce((sum, reason) => sum + (row.reasons.get(reason) ?? 0), 0);
  const columns = own.map((reason) => ({
    header: say('column.reason-of', { reason: reasonText(reason) }),
    width: 14,
    cell: (row: RoundRow): Cell => count(row, [reason]),
  }));
  if (rest.length > 0)
    columns.push({
      // 其他 is a reason people type
      header: say('column.reason-of', { reason: message('cell.other-reasons') }),
      width: 14,
      cell: (row: RoundRow): Cell => count(row, rest),
    });
  return columns;
}
