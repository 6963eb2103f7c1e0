import type { Discrepancy, Hypothesis } from '#shared/counting/discrepancy.ts';
import type { Difference, ReconciliationInput } from './difference.ts';
import { message, type Message } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';
import { tubeOf } from './discrepancy-words.ts';

type Ranked = Discrepancy['hypotheses'][number];

const ranked = (hypothesis: Hypothesis, evidence: readonly (Message | false | null)[] = []): Ranked => ({
  hypothesis,
  ...sentence(message(`hypothesis.${hypothesis}`)),
  evidence: evidence.filter((e) => typeof e === 'object' && e !== null).map(sentence),
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
    station === null
      ? message('evidence.not-settled-somewhere')
      : message('evidence.not-settled', { station }),
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
        full && message('evidence.booked-full', { n: d.booked ?? '?' }),
        d.swabbed !== null && d.swabbed === d.swiped && message('evidence.swabbed', { n: d.swabbed }),
        inTheMiddle(input, d) && message('evidence.in-the-middle'),
      ]);
      const unswiped = ranked('sampled-not-swiped', [
        d.swabbed !== null && d.swabbed === d.booked && message('evidence.swabbed', { n: d.swabbed }),
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
          d.booked !== null && d.booked === d.swabbed && message('evidence.booked-too', { n: d.booked }),
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
          d.lines.map((l) => message('evidence.said', { source: l.source, n: l.count })),
        ),
      ];
    case 'entries-differ':
      return [
        ranked(
          'entered-wrong',
          d.lines.map((l) => message('evidence.said', { source: l.source, n: l.count })),
        ),
      ];
    case 'other-batch':
      return [
        ranked(
          'carried-to-another-batch',
          d.lines.map((l) => message('evidence.said-batch', { source: l.source, batch: l.batch ?? '' })),
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

function facts(_: ReconciliationInput, d: Difference): { missed: (Message | null)[]; repeated: Message[] } {
  const { tube } = d;
  if (tube === null) return { missed: [], repeated: [] };
  return {
    missed: [
      tube.unreadables > 0 ? message('evidence.unreadables', { n: tube.unreadables }) : null,
      tube.voided > 0 ? message('evidence.voided', { n: tube.voided }) : null,
    ],
    repeated: tube.repeats > 0 ? [message('evidence.repeats', { n: tube.repeats })] : [],
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
  return other
    ? [ranked('wrong-or-swapped-code', [message('evidence.swapped', { tube: tubeOf(other, 'within') })])]
    : [];
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
      ? message('evidence.booked-strange', { tube: tubeOf(other, 'within') })
      : message('evidence.ours-missing', { tube: tubeOf(other, 'within') });
  return [
    ranked('wrong-or-swapped-code', [
      words,
      numberOf(other) === numberOf(d) && message('evidence.same-number', { n: numberOf(d) ?? '?' }),
    ]),
  ];
}

/** Places in which two codes of one length differ; codes of different lengths are apart by more than a slip. */
function digitsApart(a: string, b: string): number {
  if (a.length !== b.length) return Infinity;
  return [...a].filter((c, i) => c !== b[i]).length;
}
