import type { BoardChange, BoardSnapshot, TubeRow } from '#shared/contract/board.ts';
import type { Cancel, Clock } from '#shared/clock.ts';
import type { RoundId } from '#shared/ids.ts';
import type { KioskDesk } from '../kiosks/kiosk-desk.ts';
import type { ProblemCode } from '../http/problems.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import { stationRows } from '../kiosks/station-rows.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';
import type { DeskLog } from '../kiosks/kiosk-session.ts';

/** At most five changes a second reach a board: faster than eyes, slower than a rush of commits. */
const CHANGE_EVERY_MS = 200;
/** After a look at a large round the next waits this many times as long, so that boards take a tenth of one thread at most: 36,000 swipes are still seen within a second. */
const REST_FACTOR = 9;
/** Without any commit: heartbeats move last contact and waiting numbers. */
const LOOK_EVERY_MS = 2000;
/** Missing list and discrepancies are fetched again over HTTP when this rises; no oftener than people can read. */
const LISTS_EVERY_MS = 3000;

export type WatchReply =
  | { ok: true; snapshot: BoardSnapshot }
  | ({ ok: false; code: ProblemCode; title: string; detail: string } & Message);

/** Why a round is not shown, as an answer over HTTP says it: the sentence in Chinese and English, its key and parameters. */
export function watchRefusal(code: ProblemCode, said: PlainKey): WatchReply {
  const { zh, en, ...made } = sentence(message(said));
  return { ok: false, code, title: zh, detail: en, ...made };
}

/** A board that is told of changes: its socket. */
export interface Watcher {
  emit(event: 'change', change: BoardChange): unknown;
}

interface Parts {
  ledger: Pick<LedgerClient, 'report'>;
  desk: Pick<KioskDesk, 'live'>;
  clock: Clock;
  log: DeskLog;
}

/** `movedTubes`: those that read otherwise than before; null: not known, everything was asked anew. */
type Seen = Omit<BoardSnapshot, 'number' | 'listsVersion'> & { movedTubes: TubeRow[] | null };

/** One round under the eyes of boards: looks after commits, tells what changed since the number before. */
export class RoundWatch {
  readonly round: RoundId;
  readonly #parts: Parts;
  readonly #sockets = new Set<Watcher>();
  #snapshot: BoardSnapshot | null = null;
  #lastLook: number | null = null;
  #looking: Promise<void> | null = null;
  #wanted = false;
  #pause: Cancel | null = null;
  readonly #stopLooking: Cancel;
  #listsAt = -Infinity;
  /** Something moved the lists and no board has been told yet. */
  #listsOwed = false;

  constructor(parts: Parts, round: RoundId) {
    this.#parts = parts;
    this.round = round;
    this.#stopLooking = repeat(parts.clock, LOOK_EVERY_MS, () => this.look());
  }

  get empty(): boolean {
    return this.#sockets.size === 0;
  }

  /** The snapshot from which the socket's changes count on. */
  async join(socket: Watcher): Promise<WatchReply> {
    while (this.#snapshot === null) {
      this.#looking ??= this.#lookNow();
      await this.#looking;
      if (this.#snapshot === null) return watchRefusal('no-round', 'problem.no-round');
    }
    this.#sockets.add(socket);
    return { ok: true, snapshot: this.#snapshot };
  }

  leave(socket: Watcher): void {
    this.#sockets.delete(socket);
    if (this.empty) this.stop();
  }

  stop(): void {
    this.#stopLooking();
    this.#pause?.();
  }

  /** Something may have changed: looks at once, or as soon as the pause after the last look is over. */
  look(): void {
    if (this.#looking !== null || this.#pause !== null) {
      this.#wanted = true;
      return;
    }
    this.#looking = this.#lookNow();
  }

  /** A commit named this round: its lists may have moved even where no number did (a decision, an excuse withdrawn). */
  committed(): void {
    this.#listsOwed = true;
    this.look();
  }

  async #lookNow(): Promise<void> {
    const { clock, log } = this.#parts;
    const began = clock.monotonic();
    try {
      const seen = await this.#see();
      if (seen !== null) this.#tell(seen);
    } catch (error) {
      log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'board look failed');
    } finally {
      this.#looking = null;
      const pauseMs = Math.max(CHANGE_EVERY_MS, (clock.monotonic() - began) * REST_FACTOR);
      this.#pause = clock.timer(pauseMs, () => {
        this.#pause = null;
        if (!this.#wanted) return;
        this.#wanted = false;
        this.look();
      });
    }
  }

  async #see(): Promise<Seen | null> {
    const before = this.#snapshot;
    const since = before === null ? null : this.#lastLook;
    const stored = await this.#parts.ledger.report('board.look', { round: this.round, since });
    if (stored === null) return null;
    this.#lastLook = stored.look;
    const { definition, state } = stored.round;
    const moved = stored.full || before === null ? null : stored.tubes;
    return {
      round: this.round,
      name: definition.name,
      state,
      closing: stored.closing,
      expectedBasis: definition.expectedBasis,
      ladder: stored.ladder,
      missingFrom: stored.missingFrom,
      seenAtSeveralStations: stored.seenAtSeveralStations,
      stations: stationRows(stored, this.#parts.desk.live()),
      tubes: moved === null || before === null ? stored.tubes : replaced(before.tubes, moved),
      movedTubes: moved,
    };
  }

  #tell({ movedTubes, ...seen }: Seen): void {
    const before = this.#snapshot;
    if (before === null) {
      this.#snapshot = { ...seen, number: 1, listsVersion: 1 };
      return;
    }
    const changed = <Row>(rows: readonly Row[], old: readonly Row[], id: (row: Row) => unknown): Row[] => {
      const known = new Map(old.map((row) => [id(row), JSON.stringify(row)]));
      return rows.filter((row) => known.get(id(row)) !== JSON.stringify(row));
    };
    const stations = changed(seen.stations, before.stations, (s) => s.station);
    const tubes = movedTubes ?? changed(seen.tubes, before.tubes, (t) => t.opened);
    const same = <Value>(now: Value, was: Value): Value | null =>
      JSON.stringify(now) === JSON.stringify(was) ? null : now;
    const ladder = same(seen.ladder, before.ladder);
    const missingFrom = same(seen.missingFrom, before.missingFrom);
    const state = same(seen.state, before.state);
    const closing = same(seen.closing, before.closing);
    const seenAtSeveralStations = same(seen.seenAtSeveralStations, before.seenAtSeveralStations);
    const counts = ladder !== null || missingFrom !== null || tubes.length > 0 || state !== null;
    this.#listsOwed ||= counts;
    const lists = this.#listsDue();
    if (!counts && !lists && stations.length === 0 && seenAtSeveralStations === null) return;
    // A change cannot take a row away: where one has gone, a number is left out and the boards ask again.
    const gone =
      seen.tubes.length < before.tubes.length ||
      seen.stations.length < before.stations.length ||
      seen.name !== before.name;
    const number = before.number + (gone ? 2 : 1);
    const listsVersion = before.listsVersion + (lists ? 1 : 0);
    this.#snapshot = { ...seen, number, listsVersion };
    const change: BoardChange = {
      number,
      round: this.round,
      state,
      closing,
      ladder,
      missingFrom,
      seenAtSeveralStations,
      stations,
      tubes,
      listsVersion,
    };
    for (const socket of this.#sockets) socket.emit('change', change);
  }

  /** Owed and not too soon after the last time; what is too soon is told by a later look, for they never cease. */
  #listsDue(): boolean {
    const now = this.#parts.clock.monotonic();
    if (!this.#listsOwed || now - this.#listsAt < LISTS_EVERY_MS) return false;
    this.#listsAt = now;
    this.#listsOwed = false;
    return true;
  }
}

/** The tubes with those of `by` in their places; new ones at the end. A few of thousands move at a time. */
function replaced(tubes: TubeRow[], by: readonly TubeRow[]): TubeRow[] {
  if (by.length === 0) return tubes;
  const moved = new Map(by.map((tube) => [tube.opened, tube]));
  const next = tubes.map((tube) => {
    const other = moved.get(tube.opened);
    if (other === undefined) return tube;
    moved.delete(tube.opened);
    return other;
  });
  next.push(...moved.values());
  return next;
}

/** Runs again and again until the returned function is called. */
export function repeat(clock: Clock, everyMs: number, run: () => void): Cancel {
  let cancel: Cancel = () => undefined;
  const next = (): void => {
    cancel = clock.timer(everyMs, () => {
      next();
      run();
    });
  };
  next();
  return () => cancel();
}
