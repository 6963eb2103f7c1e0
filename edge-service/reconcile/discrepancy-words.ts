import { reasonText } from '#shared/language/reason-text.ts';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import { numbersWords } from '#shared/event/difference-numbers.ts';
import { chained } from '#shared/language/chain.ts';
import { message, type Message } from '#shared/language/message.ts';
import { sentence, type Sentence } from '#shared/language/sentence.ts';
import { numberOfMark } from '#shared/tube-mark.ts';
import type { BookedLine } from '../lab/lab-store.ts';
import type { Decided, Difference } from './difference.ts';

/** A difference as one sentence that names place, minute and numbers, and the question to ask the laboratory. */
export function sayDiscrepancy(d: Difference): Sentence & { question: Sentence | null } {
  const { said, question } = wordsOf(d);
  return { ...sentence(said), question: question === null ? null : sentence(question) };
}

interface FindingWords {
  said: Message;
  question: Message | null;
}

function wordsOf(d: Difference): FindingWords {
  const where = placeOf(d, 'first');
  const tube = tubeOf(d, 'within');
  const swiped = d.swiped ?? '?';
  const booked = d.booked ?? '?';
  const told = { where, numbers: numbersOf(d) };
  const recount = message('question.recount', { tube, swiped, booked });
  switch (d.kind) {
    case 'booked-more':
    case 'booked-fewer':
      return { said: message(`finding.${d.kind}`, { ...told, by: by(d) }), question: recount };
    case 'swabbed-fewer':
    case 'swabbed-more':
      return {
        said: message(`finding.${d.kind}`, { ...told, by: apart(d.swiped, d.swabbed) }),
        question:
          d.booked === null
            ? message('question.count', { tube, swiped, swabbed: d.swabbed ?? '?' })
            : recount,
      };
    case 'not-at-lab':
      return {
        said: message('finding.not-at-lab', { where, n: swiped }),
        question: message('question.received', { tube, n: swiped }),
      };
    case 'unknown-tube': {
      const listed = { tube, counts: counts(d.lines) };
      return {
        said: message('finding.unknown-tube', listed),
        question: message('question.barcode', listed),
      };
    }
    case 'code-twice':
      return {
        said:
          d.lines.length === 0
            ? message('finding.code-twice', { where, n: swiped })
            : message('finding.code-twice-booked', { where, n: swiped, counts: counts(d.lines) }),
        question: message('question.how-many', { tube, n: swiped }),
      };
    case 'entries-differ':
      return { said: entriesDiffer(d, where), question: null };
    case 'other-batch': {
      const ours = d.tube?.batch ?? '';
      return {
        said: message('finding.other-batch', { where, ours, theirs: d.batch ?? '' }),
        question: message('question.batch', { tube, batch: ours }),
      };
    }
    case 'station-total':
    case 'site-total':
      return {
        said: message('finding.total', { where, swiped, booked, by: by(d) }),
        question: message('question.recount-tubes', { where: placeOf(d, 'within'), swiped, booked }),
      };
  }
}

function entriesDiffer(d: Difference, place: Message): Message {
  const where = d.code === null ? message('lab.whole-site') : place;
  const typed = counts(d.lines.filter((l) => l.from === 'hand'));
  const listed = counts(d.lines.filter((l) => l.from === 'list'));
  return listed === ''
    ? message('finding.hands-differ', { where, counts: typed })
    : message('finding.hand-and-list-differ', { where, typed, listed });
}

/** A decision that no longer holds, with the numbers it was made on: `曾在 4/10 时说明:记录未到`. */
export function earlierDecision({ on, ...decided }: Decided): Discrepancy['earlier'][number] {
  const { state, reason } = decided;
  const said = reasonText(reason);
  return {
    ...decided,
    numbers: on,
    ...sentence(
      on === null
        ? message(`decided.${state}`, { reason: said })
        : message(`decided-on.${state}`, { numbers: numbersWords(on), reason: said }),
    ),
  };
}

const apart = (a: number | null, b: number | null): number => Math.abs((a ?? 0) - (b ?? 0));
const by = (d: Difference): number => apart(d.booked, d.swiped);
const counts = (lines: readonly BookedLine[]): string => [...new Set(lines.map((l) => l.count))].join('/');

/** What a finding is about, at the beginning of its sentence, which some languages write otherwise, and within one. */
const PLACES = {
  first: {
    tube: 'place.tube',
    marked: 'place.marked-tube',
    numbered: 'place.numbered-tube',
    withoutCode: 'place.tube-without-code',
    station: 'station.numbered',
    allStations: 'place.all-stations',
  },
  within: {
    tube: 'finding.tube',
    marked: 'finding.marked-tube',
    numbered: 'finding.numbered-tube',
    withoutCode: 'finding.tube-without-code',
    station: 'station.within',
    allStations: 'station.all',
  },
} as const;
type Position = keyof typeof PLACES;

/** A tube by its code; one that is only numbered by its number and its station. */
export function tubeOf({ code, station }: Pick<Difference, 'code' | 'station'>, at: Position): Message {
  const words = PLACES[at];
  if (code === null) return message(words.withoutCode);
  const n = numberOfMark(code);
  if (n === null) return message(words.tube, { code });
  return station === null ? message(words.numbered, { n }) : message(words.marked, { station, n });
}

function placeOf(d: Difference, at: Position): Message {
  if (d.kind === 'site-total' || d.kind === 'station-total') {
    const where =
      d.station === null ? message(PLACES[at].allStations) : message(PLACES[at].station, { n: d.station });
    return d.from === null || d.to === null
      ? where
      : message('finding.between', { where, from: d.from, to: d.to });
  }
  const tube = tubeOf(d, at);
  const where = chained('list.comma', [
    d.station === null ? null : message('station.within', { n: d.station }),
    d.to !== null
      ? message('finding.sealed-at', { at: d.to })
      : d.from !== null
        ? message('finding.opened-at', { at: d.from })
        : null,
  ]);
  return where === null ? tube : message('finding.tube-where', { tube, where });
}

const numbersOf = (d: Difference): Message =>
  chained('list.comma', [
    message('finding.swiped', { n: d.swiped ?? '?' }),
    d.swabbed === null ? null : message('finding.swabbed', { n: d.swabbed }),
    d.booked === null ? null : message('finding.booked', { n: d.booked }),
  ]) ?? message('finding.swiped', { n: d.swiped ?? '?' });
