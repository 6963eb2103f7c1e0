import type { BoardSnapshot, StationRow, TubeRow } from '#shared/contract/board.ts';
import { figuresOf, outstanding } from '../live/ladder-line.ts';
import { message, type Message, type Text } from '#shared/language/message.ts';
import { whenMessage } from '#shared/language/time-message.ts';
import { codeOrNone, codeText } from '#shared/language/tube-code.ts';
import { numberOfMark } from '#shared/tube-mark.ts';

/** What may go over with one slip: a batch where tubes have one, the tubes of a station, or all of them. */
export interface HandOverPart {
  key: string;
  name: Message;
  /** Null: of several stations. */
  station: number | null;
  tubes: readonly TubeRow[];
}

/** One tube as it stands on the paper. */
interface HandOverRow {
  opened: string;
  code: Text;
  station: Text;
  swiped: number;
  swabbed: number | null;
  /** Time of day, with the day where it is not the round's; null: the tube is still open. */
  sealed: Message | null;
  remarks: readonly Message[];
}

/** 交接单: what two people sign for. Nothing in it names anybody. */
export interface HandOverSlip {
  rows: readonly HandOverRow[];
  stations: Message;
  /** Those with anybody in them: an empty tube is listed, not counted. */
  tubes: number;
  people: number;
  swabs: number;
  /** Tubes whose swabs nobody counted: `swabs` leaves them out. */
  uncounted: number;
  /** First and last as sealed; null where several stations each have their own row of codes. */
  codes: { first: Text; last: Text } | null;
  /** 截至, as on the board, with the day. */
  until: Message;
  /** Why the slip may still change; empty when it is final. */
  notFinal: readonly Message[];
}

const stationName = (station: number | null): Text =>
  station === null ? '—' : message('station.numbered', { n: station });
/** Tubes with anybody in them; what the paragraph for the bureau calls 采样管. */
const isHeld = (tube: TubeRow): boolean => tube.places > 0 || (tube.swabbed ?? 0) > 0;

/** The choices of a round, the likeliest first. */
export function handOverParts(tubes: readonly TubeRow[]): HandOverPart[] {
  const byBatch = Map.groupBy(tubes, (t) => t.batch);
  const byStation = Map.groupBy(tubes, (t) => t.station);
  const batches = [...byBatch]
    .filter(([batch]) => batch !== null)
    .toSorted(([a], [b]) => (a ?? '').localeCompare(b ?? '', 'zh-CN', { numeric: true }))
    .map(([batch, of]) => ({
      key: `batch ${batch}`,
      name: message('hand-over.batch', { batch: batch ?? '' }),
      station: null,
      tubes: of,
    }));
  const rest = byBatch.get(null) ?? [];
  const stations = [...byStation]
    .filter(([station]) => station !== null)
    .toSorted(([a], [b]) => (a ?? 0) - (b ?? 0))
    .map(([station, of]) => ({
      key: `station ${station}`,
      name: message('station.numbered', { n: station ?? 0 }),
      station,
      tubes: of,
    }));
  return [
    ...batches,
    ...(batches.length > 0 && rest.length > 0
      ? [{ key: 'no batch', name: message('hand-over.no-batch'), station: null, tubes: rest }]
      : []),
    ...stations,
    { key: 'all', name: message('place.all-stations'), station: null, tubes },
  ];
}

/** The slip of one part. `roundFrom`: when the round's first session begins; `staleSince`: since when the edge is gone. */
export function handOverSlip(
  part: HandOverPart,
  view: {
    snapshot: Pick<BoardSnapshot, 'tubes' | 'stations' | 'ladder' | 'closing'>;
    roundFrom: number;
    now: number;
    staleSince: number | null;
  },
): HandOverSlip {
  const { snapshot, roundFrom, now, staleSince } = view;
  const order = part.tubes.toSorted(
    (a, b) => (a.sealedAt ?? Infinity) - (b.sealedAt ?? Infinity) || (a.openedAt ?? 0) - (b.openedAt ?? 0),
  );
  const held = order.filter(isHeld);
  const named = held.filter((t) => t.code !== null);
  const notFinal = openEnds(part, snapshot);
  const asOf = figuresOf(snapshot, staleSince ?? now);
  const settled = notFinal.length === 0 && staleSince === null;
  return {
    rows: order.map((t) => ({
      opened: t.opened,
      code: codeOrNone(t.code),
      station: stationName(t.station),
      swiped: t.places,
      swabbed: t.swabbed,
      sealed: t.sealedAt === null ? null : whenMessage(t.sealedAt, roundFrom),
      remarks: remarksOf(t, snapshot.tubes),
    })),
    stations: message('list.all', {
      all: [...new Set(order.map((t) => t.station))]
        .toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity))
        .map(stationName),
    }),
    tubes: held.length,
    people: held.reduce((sum, t) => sum + t.places, 0),
    swabs: held.reduce((sum, t) => sum + (t.swabbed ?? 0), 0),
    uncounted: held.filter((t) => t.swabbed === null).length,
    codes:
      named.length === 0 || new Set(named.map((t) => t.station)).size > 1
        ? null
        : { first: codeText(named[0]?.code ?? ''), last: codeText(named.at(-1)?.code ?? '') },
    until: message('hand-over.as-of', { at: settled ? asOf : (snapshot.ladder.finalUpTo ?? asOf) }),
    notFinal: [
      ...(staleSince === null ? [] : [message('hand-over.edge-lost', { at: staleSince })]),
      ...notFinal,
    ],
  };
}

function openEnds(
  part: HandOverPart,
  snapshot: Pick<BoardSnapshot, 'tubes' | 'stations' | 'ladder' | 'closing'>,
): Message[] {
  const open = part.tubes.filter((t) => t.sealedAt === null && t.openedAt !== null);
  // Records of a tube whose opening has not arrived: nobody knows yet whose it is.
  const unplaced = snapshot.tubes.filter((t) => t.openedAt === null).length;
  const filling = new Set(part.tubes.map((t) => t.station));
  const stations = snapshot.stations.filter((s) =>
    part.station === null ? s.stand !== 'after' || filling.has(s.station) : s.station === part.station,
  );
  const out = outstanding(stations);
  const named = [
    ...(open.length === 0
      ? []
      : [message('hand-over.tubes-open', { n: open.length, tubes: open.map((t) => codeOrNone(t.code)) })]),
    ...(unplaced === 0 ? [] : [message('hand-over.openings-lacking', { n: unplaced })]),
    ...(out === null ? [] : [out]),
    ...atWork(stations),
    ...stations.flatMap((s) =>
      s.installs.flatMap((i) =>
        i.trouble === null
          ? []
          : [
              message('hand-over.trouble', {
                station: stationName(s.station),
                trouble: message(`short-trouble.${i.trouble}`),
              }),
            ],
      ),
    ),
  ];
  // Nothing here is out, and nobody elsewhere either: then it is not known what keeps the round from being complete.
  const elsewhere = snapshot.stations.some((s) => !stations.includes(s) && !isDone(s));
  if (named.length > 0 || snapshot.ladder.complete || elsewhere) return named;
  return [message(snapshot.closing === null ? 'hand-over.records-may-lack' : 'count.records-never-came')];
}

const isDone = ({ installs }: StationRow): boolean =>
  installs.length > 0 && installs.every((i) => i.settled && i.trouble === null);

/** Stations from which nothing is known to be out, but more may come. */
function atWork(stations: readonly StationRow[]): Message[] {
  const names = stations
    .filter((s) =>
      s.installs.some((i) => !i.settled && i.waiting === 0 && (i.connected || i.lastContact === null)),
    )
    .map((s) => stationName(s.station));
  return names.length === 0 ? [] : [message('hand-over.at-work', { stations: names })];
}

function remarksOf(tube: TubeRow, all: readonly TubeRow[]): Message[] {
  const { places, people, capacity, swabbed, sealedAt, openedAt, code, station } = tube;
  if (openedAt === null) return [message('remark.opening-lacking')];
  const counted = swabbed !== null && swabbed !== places;
  const twice = code !== null && all.filter((t) => t.code === code && isHeld(t)).length > 1;
  const later = all.some(
    (t) =>
      t.station === station &&
      t.openedAt !== null &&
      t.openedAt > openedAt &&
      (isHeld(t) || t.sealedAt === null),
  );
  return [
    ...(sealedAt === null ? [message('remark.not-sealed')] : []),
    ...(counted ? [message('remark.numbers-differ', { swiped: places, swabbed })] : []),
    ...(sealedAt !== null && swabbed === null ? [message('remark.not-counted')] : []),
    ...(capacity !== null && places > capacity ? [message('remark.over-capacity', { n: capacity })] : []),
    ...(sealedAt !== null && !isHeld(tube) ? [message('remark.empty')] : []),
    ...(sealedAt !== null && capacity !== null && isHeld(tube) && places < capacity
      ? [message(later ? 'remark.short' : 'remark.last')]
      : []),
    ...(people === places ? [] : [message('tube.people', { n: people })]),
    ...(twice && numberOfMark(code) === null ? [message('remark.code-twice')] : []),
  ];
}
