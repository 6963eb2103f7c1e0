import { amendedWords, leftSwipedWords, type LadderReport } from '#shared/counting/ladder.ts';
import type { BoardSnapshot, StationRow } from '#shared/contract/board.ts';
import { clockText, dayAndTime, dayText } from '#shared/site-time.ts';

export interface LadderView {
  ladder: LadderReport;
  stations: readonly StationRow[];
  expectedBasis: 'roster' | 'roster-minus-excused';
  /** The ladder's missing by the time from which on they may be called so, ms. */
  missingFrom: readonly { at: number; people: number; toIdentify?: number | undefined }[];
  closing: BoardSnapshot['closing'];
  /** When these figures were true, ms: the moment of the last change heard; of a closed round its closing. */
  asOf: number;
}

/** The moment the figures of a round are of, seen now: a closed one stays as it was closed. */
export const figuresOf = ({ closing }: Pick<BoardSnapshot, 'closing'>, now: number): number =>
  closing?.at ?? now;

/** 应检 as the round reports it: everybody on the books, or the books minus those excused. */
export function reportedExpected(view: Pick<LadderView, 'ladder' | 'expectedBasis'>): number {
  return view.expectedBasis === 'roster' ? view.ladder.roster : view.ladder.expected;
}

/** `≥` before 实检 while something may still arrive. */
export const atLeast = (ladder: LadderReport): string => (ladder.complete ? '' : '≥');

/** What may still arrive, station by station; empty when every number here is here. */
export function outstanding(stations: readonly StationRow[]): string {
  const held = stations
    .map((s) => ({
      station: s.station,
      waiting: s.installs.reduce((sum, i) => sum + (i.settled ? 0 : i.waiting), 0),
    }))
    .filter((s) => s.waiting > 0)
    .map((s) => `${s.station}号台还有 ${s.waiting} 条未到`);
  const unseen = stations.filter((s) => s.installs.length === 0).map((s) => `${s.station}号台`);
  if (unseen.length > 0) held.push(`${unseen.join('、')}还没有联系过`);
  const silent = stations.flatMap((s) =>
    s.installs
      .filter((i) => !i.connected && !i.settled && i.waiting === 0 && i.lastContact !== null)
      .map((i) => `${s.station}号台 ${clockText(i.lastContact ?? 0)} 后无联系`),
  );
  return [...held, ...silent].join(';');
}

/** Those without a swipe and without a reason: 漏检 accuses, so only of those whose sessions are over. */
export function missingFigures(view: Pick<LadderView, 'ladder' | 'missingFrom' | 'asOf'>): readonly {
  zh: string;
  en: string;
  people: number;
  /** Of the 漏检, those who may stand among the walk-ins: 身份待核对. */
  toIdentify: number;
}[] {
  const notYet = view.missingFrom.reduce((sum, { at, people }) => sum + (at > view.asOf ? people : 0), 0);
  const missing = view.ladder.missing - notYet;
  const toIdentify = view.missingFrom.reduce(
    (sum, row) => sum + (row.at > view.asOf ? 0 : (row.toIdentify ?? 0)),
    0,
  );
  return [
    ...(missing > 0 || notYet === 0 ? [{ zh: '漏检', en: 'missing', people: missing, toIdentify }] : []),
    ...(notYet > 0 ? [{ zh: '未到场次', en: 'session not over', people: notYet, toIdentify: 0 }] : []),
  ];
}

/** `(其中 2 人身份待核对)`; empty where nobody is. */
const toIdentifyWords = ({ toIdentify }: { toIdentify: number }): string =>
  toIdentify === 0 ? '' : `(其中 ${toIdentify} 人身份待核对)`;

/** The parts of the line always on top; joined with ` · ` they are the agreed sentence (rule BD1). */
export interface LadderParts {
  roster: string;
  expected: string;
  people: string;
  untested: string;
  asOf: string;
}

/** 截至: final up to then when something is out, else the moment of the figures. */
export function ladderParts(view: LadderView): LadderParts {
  const { ladder } = view;
  const verify = ladder.toVerify > 0 ? `,其中 ${ladder.toVerify} 人待核实` : '';
  const amended = amendedWords(ladder.rosterAmended);
  const left = leftSwipedWords(ladder.rosterAmended);
  const out = outstanding(view.stations);
  const until = ladder.complete ? view.asOf : (ladder.finalUpTo ?? view.asOf);
  return {
    roster: `在册 ${ladder.roster}`,
    expected: `应检 ${reportedExpected(view)}${amended === '' ? '' : ` (${amended})`}`,
    people: `实检 ${atLeast(ladder)}${ladder.people} (名单内 ${ladder.onRoster} + 名单外 ${ladder.walkIns}${left === '' ? '' : `,${left}`}${verify})`,
    untested: `未检 ${ladder.untested} (${missingFigures(view)
      .map((f) => `${f.zh} ${f.people}${toIdentifyWords(f)} + `)
      .join('')}有原因 ${ladder.excused})`,
    asOf:
      view.closing === null
        ? `截至 ${clockText(until)}${out === '' ? (ladder.complete ? ',已到齐' : '') : `,${out}`}`
        : `截至 ${dayAndTime(until)},已归档${closedOver(view)}`,
  };
}

/** What a round was closed over: records that never came, sessions nobody had come to. */
function closedOver({ ladder, closing }: Pick<LadderView, 'ladder' | 'closing'>): string {
  const names = closing?.notBegun ?? [];
  return [
    ladder.complete ? '' : ',有记录没有到(已填例外)',
    names.length === 0 ? '' : `,归档时${names.join('、')}还没有开始`,
  ].join('');
}

/** 在册 997 · 应检 985 · 实检 972 (名单内 960 + 名单外 12,其中 10 人待核实) · 未检 37 (漏检 25 + 有原因 12) · 截至 09:12,4号台还有 3 条未到 */
export function ladderLine(view: LadderView): string {
  const p = ladderParts(view);
  return [p.roster, p.expected, p.people, p.untested, p.asOf].join(' · ');
}

export interface ReportInput extends LadderView {
  site: string;
  round: string;
  /** Sealed or open tubes of the round that hold anybody. */
  tubes: number;
  /** Reasons with how many people each, most first. */
  reasons: readonly { reason: string; people: number }[];
}

/** The paragraph for the bureau, as it is read out on the telephone (rule BD3). */
export function reportText(input: ReportInput): string {
  const { ladder } = input;
  const reasons = input.reasons.map((r) => `${r.reason}${r.people}`).join('、');
  const excused = `有原因${ladder.excused}${reasons === '' ? '' : `:${reasons}`}`;
  const missing = missingFigures(input)
    .map((f) => `${f.zh}${f.people}${toIdentifyWords(f).replaceAll(' ', '')}`)
    .join('、');
  const amended = amendedWords(ladder.rosterAmended).replaceAll(' ', '');
  const left = leftSwipedWords(ladder.rosterAmended).replaceAll(' ', '');
  const out = outstanding(input.stations);
  const verify = ladder.toVerify > 0 ? `,其中${ladder.toVerify}人待核实` : '';
  return (
    `【${input.site}】${input.round.endsWith('核酸') ? input.round : `${input.round}核酸`}:在册${ladder.roster}人,应检${reportedExpected(input)}人${amended === '' ? '' : `(${amended})`},` +
    `实检${atLeast(ladder)}${ladder.people}人(名单内${ladder.onRoster}、名单外${ladder.walkIns}${left === '' ? '' : `,${left}`}${verify}),` +
    `未检${ladder.untested}人(${missing};${excused}),采样管${input.tubes}支。` +
    `截至${dayText(input.asOf)}${clockText(input.asOf)}${input.closing === null ? '' : `(已归档${closedOver(input)})`}${out === '' ? '' : `(${out.replaceAll('还有', '尚有').replaceAll(' ', '')})`}。`
  );
}
