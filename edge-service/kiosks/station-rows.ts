import type { InstallRow, StationRow } from '#shared/contract/board.ts';
import type { RoundContact } from '../counting/completeness.ts';
import type { LiveKiosk } from './kiosk-desk.ts';
import type { InstallReport } from '../ledger/install-reports.ts';
import type { StoredBoard } from '../rounds/board-reports.ts';

/** Stations planned or seen, with their kiosks as stored and as heard just now. */
export function stationRows(stored: StoredBoard, live: ReadonlyMap<string, LiveKiosk>): StationRow[] {
  const planned = stored.round.definition.stations;
  const installs = stored.installs
    .filter((i) => i.kind === 'kiosk')
    .map((i) => installRow(i, { contact: stored.contact, live: live.get(i.install) ?? null }));
  const taking = new Set(stored.contact.installs.map((i) => i.install));
  const isClosed = stored.round.closedAt !== null;
  const counting = stored.stations.map((s) => s.station);
  // Of a closed round nothing is awaited, and a station nobody used is no part of it.
  const numbers = isClosed
    ? new Set([...counting, ...stored.contact.installs.flatMap((i) => i.station ?? [])])
    : new Set([...planned.map((s) => s.station), ...counting]);
  return [...numbers]
    .toSorted((a, b) => a - b)
    .map((station) => {
      const counted = stored.stations.find((s) => s.station === station);
      const here = installs
        .filter((i) => i.station === station && (taking.has(i.install) || (i.connected && !isClosed)))
        .map((i) => (isClosed ? { ...i, settled: true, waiting: 0, trouble: null } : i));
      const open = here
        .map((i) => live.get(i.install))
        .find(
          (l) =>
            l?.connected === true && l.status?.round === stored.round.round && l.status.openTube !== null,
        );
      return {
        station,
        stand: planned.find((s) => s.station === station)?.stand ?? counted?.stand ?? null,
        people: counted?.people ?? 0,
        swipes: counted?.swipes ?? 0,
        openTube: open?.status?.openTube ?? null,
        installs: here,
      };
    });
}

/** One kiosk for people: what is stored, and what its last heartbeat said. */
export function installRow(
  stored: InstallReport,
  now: { contact: RoundContact | null; live: LiveKiosk | null },
): InstallRow {
  const { live, contact } = now;
  const inRound = contact?.installs.find((i) => i.install === stored.install);
  const head = Math.max(stored.head, live?.status?.head.sequence ?? 0, inRound?.lastNumber ?? 0);
  return {
    install: stored.install,
    station: live?.station ?? stored.station,
    device: stored.device,
    connected: live?.connected ?? false,
    lastContact: live?.at ?? stored.lastContact,
    watermark: stored.watermark,
    head,
    waiting: Math.max(0, head - stored.watermark),
    reader: live?.status?.reader ?? null,
    readerSince: live?.status?.readerSince ?? null,
    wrongObjects: live?.status?.wrongObjects ?? 0,
    tokenBound: live?.tokenBound ?? null,
    doubtfulTimes: inRound?.doubtfulTimes ?? 0,
    settled: inRound?.settled ?? false,
    excepted: inRound?.excepted ?? false,
    parent: stored.parent,
    trouble:
      inRound?.trouble ??
      (stored.forkReviewed ? null : stored.trouble) ??
      (stored.quarantined > 0 ? 'quarantine' : null),
  };
}
