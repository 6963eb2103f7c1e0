import { reasonText } from '#shared/language/reason-text.ts';
import { amendedWords, leftSwipedWords, type LadderReport } from '#shared/counting/ladder.ts';
import type { BoardSnapshot, StationRow } from '#shared/contract/board.ts';
import { chained, followed } from '#shared/language/chain.ts';
import { LANGUAGES, type Language } from '#shared/language/languages.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { voiceOf, type Say } from '#shared/language/say.ts';

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
function reportedExpected(view: Pick<LadderView, 'ladder' | 'expectedBasis'>): number {
  return view.expectedBasis === 'roster' ? view.ladder.roster : view.ladder.expected;
}

/** `≥` before 实检 while something may still arrive. */
const atLeast = (ladder: LadderReport): string => (ladder.complete ? '' : '≥');

/** What may still arrive, station by station; null when every number here is here. `toCome`: how records on their way are said. */
export function outstanding(
  stations: readonly StationRow[],
  toCome: 'count.to-come' | 'report.to-come' = 'count.to-come',
): Message | null {
  const held = stations
    .map((s) => ({
      station: s.station,
      n: s.installs.reduce((sum, i) => sum + (i.settled ? 0 : i.waiting), 0),
    }))
    .filter(({ n }) => n > 0)
    .map((waiting) => message(toCome, waiting));
  const unheard = stations
    .filter((s) => s.installs.length === 0)
    .map((s) => message('station.within', { n: s.station }));
  const silent = stations.flatMap((s) =>
    s.installs
      .filter((i) => !i.connected && !i.settled && i.waiting === 0 && i.lastContact !== null)
      .map((i) => message('count.silent-since', { station: s.station, at: i.lastContact ?? 0 })),
  );
  return chained('count.semicolon', [
    ...held,
    unheard.length === 0 ? null : message('count.stations-unheard', { stations: unheard }),
    ...silent,
  ]);
}

interface MissingFigures {
  /** Those whose sessions are over: 漏检 accuses. */
  missing: number;
  /** Of them, those who may stand among the walk-ins: 身份待核对. */
  toIdentify: number;
  notYet: number;
}

/** Those without a swipe and without a reason: 漏检 accuses, so only of those whose sessions are over. */
function missingFigures(view: Pick<LadderView, 'ladder' | 'missingFrom' | 'asOf'>): MissingFigures {
  const over = view.missingFrom.filter(({ at }) => at <= view.asOf);
  const notYet = view.missingFrom.reduce((sum, { at, people }) => sum + (at > view.asOf ? people : 0), 0);
  return {
    missing: view.ladder.missing - notYet,
    toIdentify: over.reduce((sum, row) => sum + (row.toIdentify ?? 0), 0),
    notYet,
  };
}

/** `其中 2 人身份待核对`; null where nobody is. */
const toIdentifyWords = ({ toIdentify }: MissingFigures): Message | null =>
  toIdentify === 0 ? null : message('count.to-identify', { n: toIdentify });

/** What 未检 is made of: 漏检 and 未到场次, each where there are any, and 有原因. */
function untestedWords(view: LadderView): Message {
  const figures = missingFigures(view);
  const { notYet } = figures;
  const { excused } = view.ladder;
  const of = toIdentifyWords(figures);
  const missing =
    of === null ? figures.missing : message('count.missing-to-identify', { people: figures.missing, of });
  if (notYet === 0) return message('count.missing-and-excused', { missing, excused });
  return figures.missing > 0
    ? message('figure.untested-means', { missing, notYet, excused })
    : message('count.not-yet-and-excused', { notYet, excused });
}

/** One figure of the line on top: what it is, and what it is made of behind it. */
export interface LadderPart {
  name: PlainKey;
  figure: string;
  of: Message | null;
}

/** The parts of the line always on top; joined with ` · ` they are the agreed sentence (rule BD1). */
export interface LadderParts {
  roster: LadderPart;
  expected: LadderPart;
  people: LadderPart;
  untested: LadderPart;
  asOf: Message;
}

/** 截至: final up to then when something is out, else the moment of the figures. */
export function ladderParts(view: LadderView): LadderParts {
  const { ladder } = view;
  const { onRoster, walkIns, toVerify } = ladder;
  const at = ladder.complete ? view.asOf : (ladder.finalUpTo ?? view.asOf);
  return {
    roster: { name: 'term.on-the-books', figure: `${ladder.roster}`, of: null },
    expected: {
      name: 'term.expected',
      figure: `${reportedExpected(view)}`,
      of: amendedWords(ladder.rosterAmended),
    },
    people: {
      name: 'term.tested',
      figure: `${atLeast(ladder)}${ladder.people}`,
      of: followed('list.comma', message('count.made-of-people', { onRoster, walkIns }), [
        leftSwipedWords(ladder.rosterAmended),
        toVerify > 0 ? message('count.to-verify', { n: toVerify }) : null,
      ]),
    },
    untested: { name: 'term.untested', figure: `${ladder.untested}`, of: untestedWords(view) },
    asOf:
      view.closing === null
        ? followed('list.comma', message('count.as-of', { at }), [
            outstanding(view.stations) ?? (ladder.complete ? message('count.all-here') : null),
          ])
        : followed('list.comma', message('count.closed-at', { at }), closedOver(view)),
  };
}

/** What a round was closed over: records that never came, sessions nobody had come to. */
function closedOver({ ladder, closing }: Pick<LadderView, 'ladder' | 'closing'>): (Message | null)[] {
  const sessions = closing?.notBegun ?? [];
  return [
    ladder.complete ? null : message('count.records-never-came'),
    sessions.length === 0 ? null : message('count.before-sessions', { sessions }),
  ];
}

/** What stands behind a figure: ` (名单内 960 + 名单外 12)`; empty: nothing. */
export const partWords = (say: Say, { of }: LadderPart): string => (of === null ? '' : ` (${say(of)})`);

/** 在册 997 · 应检 985 · 实检 972 (名单内 960 + 名单外 12,其中 10 人待核实) · 未检 37 (漏检 25 + 有原因 12) · 截至 09:12,4号台还有 3 条未到 */
export function ladderLine(say: Say, view: LadderView): string {
  const { roster, expected, people, untested, asOf } = ladderParts(view);
  const parts = [roster, expected, people, untested].map(
    (part) => `${say(part.name)} ${part.figure}${partWords(say, part)}`,
  );
  return [...parts, say(asOf)].join(' · ');
}

export interface ReportInput extends LadderView {
  site: string;
  round: string;
  /** Sealed or open tubes of the round that hold anybody. */
  tubes: number;
  /** Reasons with how many people each, most first. */
  reasons: readonly { reason: string; people: number }[];
}

/** The paragraph for the bureau, as it is read out on the telephone, in a language (rule BD3). */
export function reportText(language: Language, input: ReportInput): string {
  const say = voiceOf(language);
  const { ladder } = input;
  const { onRoster, walkIns, toVerify, excused } = ladder;
  const tight = (words: Message | null): string | null => {
    if (words === null) return null;
    return LANGUAGES[language].figuresApart ? say(words) : say(words).replaceAll(' ', '');
  };
  const inBrackets = (what: string | Message | null): Message | '' =>
    what === null ? '' : message('report.in-brackets', { what });
  const madeOf = followed('list.comma', message('report.made-of', { onRoster, walkIns }), [
    leftSwipedWords(ladder.rosterAmended),
    toVerify > 0 ? message('count.to-verify', { n: toVerify }) : null,
  ]);
  const reasons = input.reasons.map(({ reason, people }) =>
    message('report.reason', { reason: reasonText(reason), people }),
  );
  const kind = say('report.kind-of-test');
  return say('report.paragraph', {
    site: input.site,
    round: input.round.endsWith(kind)
      ? input.round
      : message('report.round-of-tests', { round: input.round }),
    roster: ladder.roster,
    expected: reportedExpected(input),
    amended: inBrackets(tight(amendedWords(ladder.rosterAmended))),
    people: `${atLeast(ladder)}${ladder.people}`,
    made: tight(madeOf) ?? '',
    untested: ladder.untested,
    missing: missingInReport(input).map((words) => tight(words) ?? ''),
    excused:
      reasons.length === 0
        ? message('report.excused', { n: excused })
        : message('report.excused-by', { n: excused, reasons }),
    tubes: input.tubes,
    at: input.asOf,
    closed:
      input.closing === null
        ? ''
        : inBrackets(followed('list.comma', message('round-state.closed'), closedOver(input))),
    out: inBrackets(tight(outstanding(input.stations, 'report.to-come'))),
  });
}

function missingInReport(input: ReportInput): Message[] {
  const figures = missingFigures(input);
  const of = toIdentifyWords(figures);
  const people = figures.missing;
  const missing = message('report.missing', {
    people: of === null ? people : message('count.missing-to-identify', { people, of }),
  });
  return [
    ...(figures.missing > 0 || figures.notYet === 0 ? [missing] : []),
    ...(figures.notYet > 0 ? [message('report.not-yet', { people: figures.notYet })] : []),
  ];
}
