import { amendedWords, leftSwipedWords, type Ladder, type LadderReport } from '#shared/counting/ladder.ts';
import type { RoundDefinition } from '#shared/round.ts';
import { notBegun } from './sessions-over.ts';
import type { Lacking, RoundContact } from './completeness.ts';
import { dayAndTime } from '#shared/site-time.ts';
import { message, type Message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

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
}): (string | number | null)[][] {
  const { site, round, ladder: l, contact, notYet, toIdentify, seenAtSeveralStations, now } = input;
  const open = toIdentifyWords(toIdentify);
  const reported = reportedExpected(round.definition, l);
  const rows: [string, number | string, string][] = [
    ['单位', site, ''],
    ['轮次', round.definition.name, ''],
    ['在册', l.roster, joinWords('花名册上的人', amendedWords(l.rosterAmended))],
    ['有原因未检', l.excused, '有登记原因且没有打卡的在册人员'],
    ['应检', l.expected, joinWords(`在册 ${l.roster} − 有原因 ${l.excused}`, amendedWords(l.rosterAmended))],
    ['应检(上报)', reported.people, `上报口径:${reported.words}`],
    ['打卡次数', l.swipes, '全部打卡,包括作废和重复'],
    ['作废', l.voided, '已作废的打卡'],
    ['重复打卡', l.repeats, '同一人的再次打卡,不重复计数'],
    ['实检', l.people, `打卡 ${l.swipes} − 作废 ${l.voided} − 重复 ${l.repeats}`],
    ['实检·名单内', l.onRoster, '实检中在花名册上的人'],
    [
      '实检·名单外',
      l.walkIns,
      joinWords(`实检 ${l.people} − 名单内 ${l.onRoster}`, leftSwipedWords(l.rosterAmended)),
    ],
    [
      '未检',
      l.untested,
      `漏检 ${l.missing - notYet}${open === '' ? '' : `(${open})`} + 未到场次 ${notYet} + 有原因 ${l.excused}`,
    ],
    [
      '漏检',
      l.missing - notYet,
      `应检 ${l.expected} − 名单内 ${l.onRoster} − 未到场次 ${notYet}${open === '' ? '' : `;${open}`}`,
    ],
    ['未到场次', notYet, '没有打卡,但本人的场次还没有结束'],
    ['待核实', l.toVerify, '所在的管采样员数得比刷的少、还没有说明的人'],
    ['采了未刷', l.sampledWithoutCard, '身份证没读出、已采样的人,不在上面各数之内'],
    ['未归管', l.withoutTube, '采样前打卡、没有管的人'],
    ['多台出现', seenAtSeveralStations, '各台人数之和比实检多出的人'],
    [
      '截至',
      l.finalUpTo === null ? '未知' : dayAndTime(l.finalUpTo),
      `${finality(l, contact)}${closedOver(round)}`,
    ],
    ['导出时间', dayAndTime(now), ''],
  ];
  return rows.map(([name, figure, words]) => [name, figure, words === '' ? null : words]);
}

/** `其中 2 人身份待核对`; empty: of nobody. */
export const toIdentifyWords = (people: number): string =>
  people === 0 ? '' : `其中 ${people} 人身份待核对`;
const joinWords = (...parts: string[]): string => parts.filter((p) => p !== '').join(';');

/** What was amended in the roster since the round began to count, behind other words. Empty: nothing. */
export const amendedSince = ({ rosterAmended }: Pick<LadderReport, 'rosterAmended'>): string =>
  rosterAmended === null
    ? ''
    : `;${joinWords(`应检${amendedWords(rosterAmended)}`, leftSwipedWords(rosterAmended))}`;

/** 应检 as the round reports it, with its basis in words. */
export function reportedExpected(
  { expectedBasis }: Pick<RoundDefinition, 'expectedBasis'>,
  l: Pick<Ladder, 'roster' | 'expected'>,
): { people: number; words: string } {
  return expectedBasis === 'roster'
    ? { people: l.roster, words: '应检=在册' }
    : { people: l.expected, words: '应检=在册−有原因未检' };
}

/** Whether everything has arrived, and what has not, by station and number. */
export function finality(l: Pick<LadderReport, 'complete'>, contact: RoundContact): string {
  if (l.complete) return '数据齐全';
  const { lacking, open } = contact;
  const without = new Set(lacking.map((k) => k.install));
  const excepted = new Set(contact.installs.filter((i) => i.excepted).map((i) => i.install));
  const words = [
    ...contact.unheardStations.map((s) => `${s}号台从未联系`),
    ...lacking.map((k) => `${say('zh', lackingWords(k))}未到${excepted.has(k.install) ? '(已填例外)' : ''}`),
    ...contact.installs
      .filter((i) => !i.settled && !without.has(i.install))
      .map((i) => `${i.station ?? '?'}号台未收工`),
    ...(open.quarantined > 0 ? [`${open.quarantined} 条记录待处理`] : []),
    ...(open.unreviewedForks.length > 0 ? ['有分叉的记录待查看'] : []),
  ];
  return `数据未齐:${words.join(';')}`;
}

/** What a round was closed over that its numbers do not show: sessions nobody had come to yet. Empty: nothing. */
export function closedOver({ definition, closedAt }: Pick<StoredRound, 'definition' | 'closedAt'>): string {
  const names = closedAt === null ? [] : notBegun(definition, closedAt).map(({ name }) => name);
  return names.length === 0 ? '' : `;归档时${names.join('、')}还没有开始`;
}

/** `3号台第 101–120 条`. */
export function lackingWords({ install, journal, station, from, to }: Lacking): Message {
  const which = { station: station ?? '?', numbers: from === to ? `${from}` : `${from}–${to}` };
  return install === journal ? message('count.lacking', which) : message('count.lacking-before', which);
}
