import type { BoardSnapshot, StationRow, TubeRow } from '#shared/contract/board.ts';
import { figuresOf, outstanding } from '../live/ladder-line.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { clockText, dayAndTime, whenText } from '#shared/site-time.ts';

/** What may go over with one slip: a batch where tubes have one, the tubes of a station, or all of them. */
export interface HandOverPart {
  key: string;
  name: string;
  /** Null: of several stations. */
  station: number | null;
  tubes: readonly TubeRow[];
}

/** One tube as it stands on the paper. */
interface HandOverRow {
  opened: string;
  code: string;
  station: string;
  swiped: number;
  swabbed: number | null;
  /** Time of day, with the day where it is not the round's; null: the tube is still open. */
  sealed: string | null;
  remarks: readonly string[];
}

/** 交接单: what two people sign for. Nothing in it names anybody. */
export interface HandOverSlip {
  rows: readonly HandOverRow[];
  stations: string;
  /** Those with anybody in them: an empty tube is listed, not counted. */
  tubes: number;
  people: number;
  swabs: number;
  /** Tubes whose swabs nobody counted: `swabs` leaves them out. */
  uncounted: number;
  /** First and last as sealed; null where several stations each have their own row of codes. */
  codes: { first: string; last: string } | null;
  /** 截至, as on the board, with the day. */
  until: string;
  /** Why the slip may still change; empty when it is final. */
  notFinal: readonly string[];
}

const NO_CODE = '(无管号)';
const stationName = (station: number | null): string => (station === null ? '—' : `${station}号台`);
/** Tubes with anybody in them; what the paragraph for the bureau calls 采样管. */
const isHeld = (tube: TubeRow): boolean => tube.places > 0 || (tube.swabbed ?? 0) > 0;

/** The choices of a round, the likeliest first. */
export function handOverParts(tubes: readonly TubeRow[]): HandOverPart[] {
  const byBatch = Map.groupBy(tubes, (t) => t.batch);
  const byStation = Map.groupBy(tubes, (t) => t.station);
  const batches = [...byBatch]
    .filter(([batch]) => batch !== null)
    .toSorted(([a], [b]) => (a ?? '').localeCompare(b ?? '', 'zh-CN', { numeric: true }))
    .map(([batch, of]) => ({ key: `batch ${batch}`, name: `批次 ${batch}`, station: null, tubes: of }));
  const rest = byBatch.get(null) ?? [];
  const stations = [...byStation]
    .filter(([station]) => station !== null)
    .toSorted(([a], [b]) => (a ?? 0) - (b ?? 0))
    .map(([station, of]) => ({
      key: `station ${station}`,
      name: stationName(station),
      station,
      tubes: of,
    }));
  return [
    ...batches,
    ...(batches.length > 0 && rest.length > 0
      ? [{ key: 'no batch', name: '未分批', station: null, tubes: rest }]
      : []),
    ...stations,
    { key: 'all', name: '全部采样台', station: null, tubes },
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
      code: t.code ?? NO_CODE,
      station: stationName(t.station),
      swiped: t.places,
      swabbed: t.swabbed,
      sealed: t.sealedAt === null ? null : whenText(t.sealedAt, roundFrom),
      remarks: remarksOf(t, snapshot.tubes),
    })),
    stations: [...new Set(order.map((t) => t.station))]
      .toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity))
      .map(stationName)
      .join('、'),
    tubes: held.length,
    people: held.reduce((sum, t) => sum + t.places, 0),
    swabs: held.reduce((sum, t) => sum + (t.swabbed ?? 0), 0),
    uncounted: held.filter((t) => t.swabbed === null).length,
    codes:
      named.length === 0 || new Set(named.map((t) => t.station)).size > 1
        ? null
        : { first: named[0]?.code ?? '', last: named.at(-1)?.code ?? '' },
    until: `截至 ${dayAndTime(settled ? asOf : (snapshot.ladder.finalUpTo ?? asOf))}`,
    notFinal: [
      ...(staleSince === null ? [] : [`与主机断开,以下是 ${clockText(staleSince)} 的数`]),
      ...notFinal,
    ],
  };
}

function openEnds(
  part: HandOverPart,
  snapshot: Pick<BoardSnapshot, 'tubes' | 'stations' | 'ladder' | 'closing'>,
): string[] {
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
      : [`还有 ${open.length} 支管未封:${open.map((t) => t.code ?? NO_CODE).join('、')}`]),
    ...(unplaced === 0 ? [] : [`有 ${unplaced} 支管的开管记录未到,不知是哪一台的`]),
    ...(out === null ? [] : [say('zh', out)]),
    ...atWork(stations),
    ...stations.flatMap((s) =>
      s.installs.flatMap((i) =>
        i.trouble === null
          ? []
          : [`${stationName(s.station)}${say('zh', message(`short-trouble.${i.trouble}`))}`],
      ),
    ),
  ];
  // Nothing here is out, and nobody elsewhere either: then it is not known what keeps the round from being complete.
  const elsewhere = snapshot.stations.some((s) => !stations.includes(s) && !isDone(s));
  if (named.length > 0 || snapshot.ladder.complete || elsewhere) return named;
  return [snapshot.closing === null ? '还有记录可能没到' : '有记录没有到(已填例外)'];
}

const isDone = ({ installs }: StationRow): boolean =>
  installs.length > 0 && installs.every((i) => i.settled && i.trouble === null);

/** Stations from which nothing is known to be out, but more may come. */
function atWork(stations: readonly StationRow[]): string[] {
  const names = stations
    .filter((s) =>
      s.installs.some((i) => !i.settled && i.waiting === 0 && (i.connected || i.lastContact === null)),
    )
    .map((s) => stationName(s.station));
  return names.length === 0 ? [] : [`${names.join('、')}还没有收工`];
}

function remarksOf(tube: TubeRow, all: readonly TubeRow[]): string[] {
  const { places, people, capacity, swabbed, sealedAt, openedAt, code, station } = tube;
  if (openedAt === null) return ['开管记录未到'];
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
    ...(sealedAt === null ? ['未封管'] : []),
    ...(counted ? [`数目不符:刷 ${places},采样员数 ${swabbed}`] : []),
    ...(sealedAt !== null && swabbed === null ? ['采样员没数'] : []),
    ...(capacity !== null && places > capacity ? [`超过满管 ${capacity} 人`] : []),
    ...(sealedAt !== null && !isHeld(tube) ? ['空管,不计入管数'] : []),
    ...(sealedAt !== null && capacity !== null && isHeld(tube) && places < capacity
      ? [later ? '未满管' : '尾管']
      : []),
    ...(people === places ? [] : [`打卡 ${people} 人`]),
    ...(twice && !/^第.+管$/.test(code) ? ['管号重复'] : []),
  ];
}
