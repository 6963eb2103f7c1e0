import type { InstallId, RoundId } from '#shared/ids.ts';
import { planOf, type RoundPlan } from './round-plan.ts';
import { lastSwipes, type LastSwipes } from './last-swipes.ts';
import { strayedEvents } from '../ledger/unknown-rounds.ts';
import { INSTALL_ROWS, type StoredInstallRow } from './install-rows.ts';
import { prepared, type Store } from '../store/database.ts';

/** How far one journal can be trusted for one round. Times in ms, edge clock. */
interface InstallContact {
  install: InstallId;
  station: number | null;
  device: string | null;
  watermark: number;
  /** Head as last reported. */
  head: number;
  /** When the edge last held all it had; null: never. */
  headHeldAt: number | null;
  lastContact: number | null;
  parent: InstallId | null;
  trouble: 'forked' | 'broken' | 'version' | 'quarantine' | null;
  /** Its kiosk went on under a child of it (fork). */
  superseded: boolean;
  /** Has events of the round. False: planned here, but nothing of it yet. */
  tookPart: boolean;
  settled: boolean;
  /** The highest number anybody has named: its own head, or what a lead read off its screen. */
  lastNumber: number;
  /** A lead wrote a reasoned exception that reaches all that is known of it, whether or not it has been reached itself. */
  excepted: boolean;
  /** Swipes of the round whose time cannot be believed. */
  doubtfulTimes: number;
}

/** Numbers of one journal that are not here, nor as copies in another one. */
export interface Lacking {
  /** Who must deliver them, or be excepted: the journal itself, or the child that went on from it. */
  install: InstallId;
  journal: InstallId;
  station: number | null;
  from: number;
  to: number;
}

export interface RoundContact {
  complete: boolean;
  finalUpTo: number | null;
  installs: InstallContact[];
  /** Planned stations of which no kiosk was ever heard. */
  unheardStations: number[];
  /** Why `complete` is false, for people. `unexcepted`: unsettled or with a gap, and no lead has written an exception for it. */
  open: {
    unsettled: InstallId[];
    gaps: InstallId[];
    unexcepted: { install: InstallId; station: number | null }[];
    quarantined: number;
    /** Swipes and unreadables these installs took for a round nobody knows: they may be of this one. */
    strayed: number;
    unreviewedForks: InstallId[];
  };
  lacking: Lacking[];
}

interface InstallRow extends StoredInstallRow {
  /** Sequence of the last swipe or unreadable in the round, 0 for none. */
  last_own: number;
  took_part: boolean;
  strayed: number;
}

/** Who took part or was planned, who is settled, how far the numbers are final. `swipes`: the round's, where they are at hand. */
export function roundContact(
  db: Store,
  round: RoundId,
  swipes: LastSwipes = lastSwipes(db, round),
): RoundContact {
  const strayed = strayedEvents(db, round);
  const rows = prepared<[{ round: RoundId }], StoredInstallRow>(db, INSTALL_ROWS)
    .all({ round })
    .map((row): InstallRow => {
      const last_own = Math.max(swipes.of.get(row.install) ?? 0, row.last_unreadable ?? 0);
      const took_part = last_own > 0 || row.opened_or_ended === 1;
      return { ...row, last_own, took_part, strayed: strayed.get(row.install) ?? 0 };
    });
  const planned = planOf(db, round);
  if (planned.closedAt !== null) return contactAtClosing(rows, planned.closedAt);
  const heard = participants(rows, planned);
  const installs = heard.map(contactOf);
  const unheardStations = planned.stations.filter((s) => !installs.some((i) => i.station === s));
  const isHeard = new Set(installs.map((i) => i.install));
  const concerned = new Set([...isHeard, ...installs.flatMap((i) => i.parent ?? [])]);
  const these = rows.filter((r) => concerned.has(r.install));
  const open = {
    unsettled: installs.filter((i) => !i.settled).map((i) => i.install),
    gaps: these.filter(hasGap).map((r) => r.install),
    unexcepted: these
      .filter((r) => ((isHeard.has(r.install) && !isDone(r)) || hasGap(r)) && !isExcepted(r))
      .map(({ install, station }) => ({ install, station })),
    quarantined: these.reduce((sum, r) => sum + r.quarantined, 0),
    strayed: these.reduce((sum, r) => sum + r.strayed, 0),
    unreviewedForks: these.filter(unreviewed).map((r) => r.install),
  };
  const complete =
    open.unsettled.length +
      open.gaps.length +
      open.quarantined +
      open.strayed +
      open.unreviewedForks.length +
      unheardStations.length ===
      0 && installs.length > 0;
  return {
    complete,
    finalUpTo: finalUpTo(installs, unheardStations),
    installs,
    unheardStations,
    open,
    lacking: these.flatMap((r) => lackingOf(r, Math.max(r.head, r.exception ?? 0))),
  };
}

/**
 * What was known when the round was closed: everybody was settled or answered for, so only what an exception names and is
 * not here is lacking. What journals have come to since (the next round, a fork) is no matter of this one.
 */
function contactAtClosing(rows: readonly InstallRow[], closedAt: number): RoundContact {
  const these = rows.filter((r) => r.took_part || r.exception !== null);
  const lacking = these.flatMap((r) => (r.exception === null ? [] : lackingOf(r, r.exception)));
  const without = new Set(lacking.map(({ install }) => install));
  const installs = these.map((r) => ({
    ...contactOf(r),
    settled: !without.has(r.install),
    excepted: r.exception !== null,
  }));
  const unsettled = [...without];
  const complete = unsettled.length === 0;
  return {
    complete,
    finalUpTo: complete ? closedAt : finalUpTo(installs, []),
    installs,
    unheardStations: [],
    open: { unsettled, gaps: unsettled, unexcepted: [], quarantined: 0, strayed: 0, unreviewedForks: [] },
    lacking,
  };
}

/** Unsettled ones decide; when all are settled, the moment the last of them was held whole. */
function finalUpTo(installs: readonly InstallContact[], unheard: readonly number[]): number | null {
  if (unheard.length > 0 || installs.length === 0) return null;
  const unsettled = installs.filter((i) => !i.settled);
  const times = (unsettled.length > 0 ? unsettled : installs).map((i) => i.headHeldAt);
  if (times.includes(null)) return unsettled.length > 0 ? null : latest(times);
  return unsettled.length > 0 ? Math.min(...times.filter((t) => t !== null)) : latest(times);
}

const latest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((t) => t !== null);
  return known.length === 0 ? null : Math.max(...known);
};

function contactOf(row: InstallRow): InstallContact {
  return {
    install: row.install,
    station: row.station,
    device: row.device,
    watermark: row.watermark,
    head: row.head,
    headHeldAt: row.parent_lacks > 0 ? null : row.head_held_at,
    lastContact: row.last_contact,
    parent: row.parent,
    trouble:
      row.trouble !== null && row.reviewed === 0 ? row.trouble : row.quarantined > 0 ? 'quarantine' : null,
    tookPart: row.took_part,
    superseded: isSuperseded(row),
    settled: isDone(row) && row.strayed === 0,
    lastNumber: Math.max(row.head, row.exception ?? 0),
    excepted: isExcepted(row),
    doubtfulTimes: row.doubtful_times,
  };
}

const isSuperseded = (row: InstallRow): boolean =>
  row.superseded === 1 && !hasGap(row) && (row.trouble === null || row.reviewed === 1);

/** Its kiosk has ended the round and all of it is here, or a lead or a child answers for it. */
function isDone(row: InstallRow): boolean {
  const { last_end, last_own, exception } = row;
  const ended = last_end !== null && last_end > last_own && row.watermark >= row.head;
  const exceptionHolds = exception !== null && heldUpTo(row) >= exception && exception >= last_own;
  return ended || exceptionHolds || isSuperseded(row);
}

const hasGap = (row: InstallRow): boolean => hasOwnGap(row) || row.parent_lacks > 0;
const hasOwnGap = (row: InstallRow): boolean => row.head - row.watermark > row.repeated;

/** The highest number up to which nothing is missing; what has not arrived may be here as copies. */
const heldUpTo = (row: InstallRow): number =>
  hasOwnGap(row) ? row.watermark : Math.max(row.head, row.watermark);

/** A number below what was heard since is no longer what the lead meant. */
const isExcepted = (row: InstallRow): boolean =>
  row.exception !== null && row.exception >= Math.max(row.head, row.watermark);

/** `last`: the highest number that must be here. */
function lackingOf(row: InstallRow, last: number): Lacking[] {
  const { install, station, parent, parent_sequence, parent_watermark, parent_head } = row;
  const lacking: Lacking[] = [];
  if (last > heldUpTo(row))
    lacking.push({ install, journal: install, station, from: heldUpTo(row) + 1, to: last });
  // A parent that has said hello names its own.
  if (row.parent_lacks > 0 && parent !== null && parent_sequence !== null && parent_head < parent_sequence)
    lacking.push({ install, journal: parent, station, from: parent_watermark + 1, to: parent_sequence });
  return lacking;
}

const unreviewed = (row: InstallRow): boolean =>
  row.reviewed === 0 && (row.trouble === 'forked' || row.trouble === 'broken' || row.parent !== null);

/**
 * Who concerns the round: everybody who took part; of a planned station also who was heard since the round was opened, and
 * who, heard since it was made, said to have more than is held (an edge set back has forgotten whether that kiosk came back
 * and took part); and where that leaves a planned station empty, its kiosk last heard.
 */
function participants(rows: readonly InstallRow[], planned: RoundPlan): InstallRow[] {
  const isPlanned = (r: InstallRow): boolean => r.station !== null && planned.stations.includes(r.station);
  const wasHeardSince = (r: InstallRow, at: number | null): boolean =>
    at !== null && (r.last_contact ?? 0) >= at;
  const heard = rows.filter(
    (r) =>
      r.took_part ||
      (isPlanned(r) &&
        (wasHeardSince(r, planned.openedAt) || (hasGap(r) && wasHeardSince(r, planned.createdAt)))),
  );
  for (const station of planned.stations) {
    if (heard.some((r) => r.station === station)) continue;
    const last = rows
      .filter((r) => r.station === station)
      .toSorted((a, b) => (b.last_contact ?? 0) - (a.last_contact ?? 0))
      .at(0);
    if (last) heard.push(last);
  }
  return heard;
}
