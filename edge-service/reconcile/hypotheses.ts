import type { Discrepancy, Hypothesis } from '#shared/counting/discrepancy.ts';
import type { Difference, ReconciliationInput } from './difference.ts';

type Ranked = Discrepancy['hypotheses'][number];

const ZH: Readonly<Record<Hypothesis, string>> = {
  'sealed-short-booked-full': '封管时未满,检测机构按满管登记',
  'sampled-not-swiped': '有人采了样但没刷身份证',
  'swiped-walked-away': '有人刷了身份证但没采样',
  'card-tapped-twice': '同一人的身份证刷了两次',
  'sampled-twice': '有人采了两次',
  'wrong-or-swapped-code': '管号写错或与另一支管互换',
  'carried-to-another-batch': '被带到另一批送检',
  'tube-lost': '管丢失或仍在现场',
  'entered-wrong': '录入时看错或打错',
  'journal-incomplete': '有采样台的记录还没传齐',
};

const ranked = (hypothesis: Hypothesis, evidence: (string | false | null)[] = []): Ranked => ({
  hypothesis,
  zh: ZH[hypothesis],
  evidence: evidence.filter((e) => typeof e === 'string'),
});

/** Why a difference may be so, best first, each with the facts that speak for it. */
export function hypothesesOf(
  input: ReconciliationInput,
  all: readonly Difference[],
  difference: Difference,
): Ranked[] {
  const { station } = difference;
  const unsettled =
    station === null ? input.unsettledStations.size > 0 : input.unsettledStations.has(station);
  const incomplete = ranked('journal-incomplete', [
    station === null ? '有采样台未收工或未传齐' : `${station}号台未收工或未传齐`,
  ]);
  const ideas = ideasOf(input, all, difference);
  return unsettled && wantsMore(difference) ? [incomplete, ...ideas] : ideas;
}

/** Records still on their way can only add tubes and places: they explain what the site has too little of, and nothing else. */
function wantsMore(d: Difference): boolean {
  switch (d.kind) {
    case 'booked-more':
    case 'swabbed-more':
    case 'unknown-tube':
      return true;
    case 'code-twice':
    case 'station-total':
    case 'site-total':
      return (d.booked ?? 0) > (d.swiped ?? 0);
    case 'booked-fewer':
    case 'swabbed-fewer':
    case 'not-at-lab':
    case 'other-batch':
    case 'entries-differ':
      return false;
  }
}

function ideasOf(input: ReconciliationInput, all: readonly Difference[], d: Difference): Ranked[] {
  const evidence = facts(input, d);
  const swap = swapped(all, d);
  switch (d.kind) {
    case 'booked-more': {
      const full = d.tube !== null && d.booked === d.tube.capacity && d.swabbed !== d.booked;
      const short = ranked('sealed-short-booked-full', [
        full && `登记数等于满管 ${d.booked} 人`,
        d.swabbed !== null && d.swabbed === d.swiped && `采样员封管时数 ${d.swabbed}`,
        inTheMiddle(input, d) && '本台之后还开过管,此管是中间的未满管',
      ]);
      const unswiped = ranked('sampled-not-swiped', [
        d.swabbed !== null && d.swabbed === d.booked && `采样员封管时数 ${d.swabbed}`,
        ...evidence.missed,
      ]);
      const first = d.swabbed !== null && d.swabbed === d.booked ? [unswiped] : [short, unswiped];
      return [...swap, ...first, ranked('sampled-twice')];
    }
    case 'booked-fewer':
      return [
        ...swap,
        ranked('swiped-walked-away'),
        ranked('card-tapped-twice', evidence.repeated),
        ranked('wrong-or-swapped-code'),
      ].filter(once);
    case 'swabbed-fewer':
      return [
        ranked('swiped-walked-away', [
          d.booked !== null && d.booked === d.swabbed && `检测机构也登记 ${d.booked} 人`,
        ]),
        ranked('card-tapped-twice', evidence.repeated),
      ];
    case 'swabbed-more':
      return [ranked('sampled-not-swiped', evidence.missed), ranked('sampled-twice')];
    case 'not-at-lab':
      return [
        ...mistaken(all, d),
        ranked('carried-to-another-batch'),
        ranked('tube-lost'),
        ranked('wrong-or-swapped-code'),
      ].filter(once);
    case 'unknown-tube':
      return [
        ...mistaken(all, d),
        ranked('wrong-or-swapped-code'),
        ranked('carried-to-another-batch'),
      ].filter(once);
    case 'code-twice':
      return [
        ranked(
          'wrong-or-swapped-code',
          d.lines.map((l) => `${l.source}:${l.count}人`),
        ),
      ];
    case 'entries-differ':
      return [
        ranked(
          'entered-wrong',
          d.lines.map((l) => `${l.source}:${l.count}人`),
        ),
      ];
    case 'other-batch':
      return [
        ranked(
          'carried-to-another-batch',
          d.lines.map((l) => `${l.source}:批次 ${l.batch ?? ''}`),
        ),
      ];
    case 'station-total':
    case 'site-total':
      return (d.booked ?? 0) > (d.swiped ?? 0)
        ? [ranked('sampled-not-swiped'), ranked('sealed-short-booked-full'), ranked('sampled-twice')]
        : [ranked('swiped-walked-away'), ranked('tube-lost'), ranked('card-tapped-twice')];
  }
}

function once(idea: Ranked, index: number, ideas: readonly Ranked[]): boolean {
  return ideas.findIndex((i) => i.hypothesis === idea.hypothesis) === index;
}

function facts(_: ReconciliationInput, d: Difference): { missed: string[]; repeated: string[] } {
  const { tube } = d;
  if (tube === null) return { missed: [], repeated: [] };
  return {
    missed: [
      tube.unreadables > 0 ? `此管有 ${tube.unreadables} 次读卡失败` : null,
      tube.voided > 0 ? `此管有 ${tube.voided} 次打卡被撤销或作废` : null,
    ].filter((t) => t !== null),
    repeated: tube.repeats > 0 ? [`此管有 ${tube.repeats} 次重复打卡`] : [],
  };
}

function inTheMiddle(input: ReconciliationInput, d: Difference): boolean {
  const { tube } = d;
  if (tube === null || tube.openedAt === null) return false;
  return (
    tube.capacity !== null &&
    tube.places < tube.capacity &&
    input.tubes.some((t) => t.station === tube.station && t.openedAt !== null && t.openedAt > tube.openedAt!)
  );
}

/** Two tubes that each hold what the other was booked with. */
function swapped(all: readonly Difference[], d: Difference): Ranked[] {
  const other = all.find(
    (o) =>
      o !== d &&
      (o.kind === 'booked-more' || o.kind === 'booked-fewer') &&
      o.kind !== d.kind &&
      o.booked === d.swiped &&
      o.swiped === d.booked,
  );
  return other ? [ranked('wrong-or-swapped-code', [`与第${other.code}管的数正好互换`])] : [];
}

/** A tube not on the list and a listed one nobody opened, alike in code or in count. */
function mistaken(all: readonly Difference[], d: Difference): Ranked[] {
  const counterpart = d.kind === 'not-at-lab' ? 'unknown-tube' : 'not-at-lab';
  const numberOf = (o: Difference): number | null => o.booked ?? o.swiped;
  const other = all
    .filter(
      (o) => o.kind === counterpart && d.code !== null && o.code !== null && digitsApart(o.code, d.code) <= 2,
    )
    .toSorted((a, b) => Number(numberOf(a) !== numberOf(d)) - Number(numberOf(b) !== numberOf(d)))[0];
  if (!other) return [];
  const words =
    counterpart === 'unknown-tube'
      ? `检测机构登记了我方没有的第${other.code}管`
      : `我方第${other.code}管不在清单上`;
  return [
    ranked('wrong-or-swapped-code', [words, numberOf(other) === numberOf(d) && `人数都是 ${numberOf(d)}`]),
  ];
}

/** Places in which two codes of one length differ; codes of different lengths are apart by more than a slip. */
function digitsApart(a: string, b: string): number {
  if (a.length !== b.length) return Infinity;
  return [...a].filter((c, i) => c !== b[i]).length;
}
