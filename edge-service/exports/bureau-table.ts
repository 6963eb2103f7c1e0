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
import type { WrittenSheet } from '../tables/table-file.ts';
import type { Tally } from '../counting/tally.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

/** Reasons are typed freely: beyond this many columns nobody reads on, and the rarer ones share one. */
const REASON_COLUMNS_MAX = 20;
/** 其他 is a reason people type. */
const OTHER_REASONS = '其余各种';
/** Behind it a reason typed by anybody cannot begin a formula. */
const REASON = '有原因:';

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
  asked: { site: string; rounds: readonly StoredRound[]; now: number },
): WrittenSheet {
  const { site, rounds, now } = asked;
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
    { header: '单位', width: 24, cell: () => site },
    { header: '轮次', width: 18, cell: ({ stored }) => stored.definition.name },
    { header: '日期', width: 12, cell: ({ stored }) => dateOf(stored) },
    { header: '在册', width: 8, cell: ({ figures }) => figures.ladder.roster },
    {
      header: '应检',
      width: 8,
      cell: ({ stored, figures }) => reportedExpected(stored.definition, figures.ladder).people,
    },
    { header: '实检', width: 8, cell: ({ figures }) => figures.ladder.people },
    { header: '名单内', width: 8, cell: ({ figures }) => figures.ladder.onRoster },
    { header: '名单外', width: 8, cell: ({ figures }) => figures.ladder.walkIns },
    { header: '待核实', width: 8, cell: ({ figures }) => figures.ladder.toVerify },
    { header: '未检', width: 8, cell: ({ figures }) => figures.ladder.untested },
    { header: '漏检', width: 8, cell: ({ figures }) => figures.ladder.missing - figures.notYet },
    { header: '有原因', width: 8, cell: ({ figures }) => figures.ladder.excused },
    ...reasonColumns(rows),
    { header: '未到场次', width: 10, cell: ({ figures }) => figures.notYet },
    { header: '采样管', width: 8, cell: ({ tubes }) => tubes },
    { header: '完整', width: 8, cell: ({ figures }) => (figures.ladder.complete ? '是' : '否') },
    {
      header: '截至',
      width: 18,
      cell: ({ figures: { ladder } }) => (ladder.finalUpTo === null ? '未知' : minute(ladder.finalUpTo)),
    },
    {
      header: '应检口径',
      width: 22,
      cell: ({ stored, figures }) => reportedExpected(stored.definition, figures.ladder).words,
    },
    {
      header: '说明',
      width: 44,
      cell: ({ stored, figures }) =>
        `${finality(figures.ladder, figures.contact)}${closedOver(stored)}${amendedSince(figures.ladder)}${openWords(figures.toIdentify)}`,
    },
    { header: '填报时间', width: 18, cell: () => minute(now) },
  ];
  return {
    name: '上报表',
    columns: columns.map(({ header, width }) => ({ header, width })),
    rows: rows.map((row) => columns.map((c) => c.cell(row))),
  };
}

/** Nobody reads 漏检 off the row without it. */
const openWords = (toIdentify: number): string =>
  toIdentify === 0 ? '' : `;漏检${toIdentifyWords(toIdentify)}`;

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
    if (excuse !== undefined) people.set(excuse.reason, (people.get(excuse.reason) ?? 0) + 1);
  }
  return people;
}

/** A column for each reason, the commonest first. */
function reasonColumns(
  rows: readonly RoundRow[],
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
    header: `${REASON}${reason}`,
    width: 14,
    cell: (row: RoundRow): Cell => count(row, [reason]),
  }));
  if (rest.length > 0)
    columns.push({
      header: `${REASON}${OTHER_REASONS}`,
      width: 14,
      cell: (row: RoundRow): Cell => count(row, rest),
    });
  return columns;
}
