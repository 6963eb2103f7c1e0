import type { Server, Socket } from 'socket.io';
import { z } from 'zod';
import type { BoardChange, BoardSnapshot } from '#shared/board.ts';
import type { Cancel, Clock } from '#shared/clock.ts';
import { roundIdSchema, type RoundId } from '#shared/ids.ts';
import { type Accounts, isBlind } from './accounts.ts';
import { stationRows } from './board-state.ts';
import { SESSION_COOKIE } from './http.ts';
import type { DeskLog, KioskDesk } from './kiosk-desk.ts';
import type { LedgerClient } from './ledger-client.ts';

/** At most five changes a second reach a board: faster than eyes, slower than a rush of commits. */
const CHANGE_EVERY_MS = 200;
/** After a look at a large round the next waits this many times as long, so that boards take a fifth of one thread at most. */
const REST_FACTOR = 4;
/** Without any commit: heartbeats move last contact and waiting numbers. */
const LOOK_EVERY_MS = 2000;
/** Missing list and discrepancies are fetched again over HTTP when this rises; no oftener than people can read. */
const LISTS_EVERY_MS = 3000;
/** A session that was ended elsewhere stops seeing numbers within this time. */
const SESSION_CHECK_EVERY_MS = 30_000;
/** Boards open at once; a site has a handful. */
const BOARDS_MAX = 200;

const watchSchema = z.strictObject({ round: roundIdSchema });
const authSchema = z.object({ token: z.string().max(200) }).partial();

type WatchReply = { ok: true; snapshot: BoardSnapshot } | { ok: false; code: string; title: string };

interface Parts {
  io: Server;
  ledger: LedgerClient;
  accounts: Accounts;
  desk: Pick<KioskDesk, 'live'>;
  clock: Clock;
  log: DeskLog;
}

export interface BoardGateway {
  stop(): void;
}

/** Serves boards on namespace `/board` (shared/board.ts). */
export function attachBoardGateway(parts: Parts): BoardGateway {
  const namespace = parts.io.of('/board');
  const watches = new Map<RoundId, RoundWatch>();

  namespace.use((socket, next) => {
    const token = tokenOf(socket);
    if (namespace.sockets.size >= BOARDS_MAX) return next(new Error('busy'));
    if (token === null) return next(new Error('no-session'));
    void admit(parts.accounts, token, next);
  });

  namespace.on('connection', (socket) => {
    const check = repeat(parts.clock, SESSION_CHECK_EVERY_MS, () => {
      const token = tokenOf(socket);
      void (token === null ? Promise.resolve(null) : parts.accounts.session(token)).then(
        (session) => {
          if (session === null || isBlind(session.roles)) socket.disconnect(true);
        },
        () => socket.disconnect(true),
      );
    });
    let watched: RoundWatch | null = null;
    const leave = (): void => {
      watched?.leave(socket);
      if (watched?.empty === true) watches.delete(watched.round);
      watched = null;
    };
    socket.on('disconnect', () => {
      check();
      leave();
    });
    socket.on('watch', (asked: unknown, answer: unknown) => {
      if (typeof answer !== 'function') return;
      const reply = answer as (reply: WatchReply) => void;
      const parsed = watchSchema.safeParse(asked);
      if (!parsed.success) return reply({ ok: false, code: 'invalid-request', title: '请求有误' });
      leave();
      const { round } = parsed.data;
      const watch = watches.get(round) ?? new RoundWatch(parts, round);
      watches.set(round, watch);
      watched = watch;
      void watch.join(socket).then(reply, (error: unknown) => {
        parts.log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'board watch failed');
        reply({ ok: false, code: 'fault', title: '主机出错' });
      });
    });
  });

  const unsubscribe = parts.ledger.onCommit((notice) => {
    for (const round of notice.rounds) watches.get(round)?.look();
    if (notice.installs.length > 0 || notice.roundsChanged)
      for (const watch of watches.values()) watch.look();
  });

  return {
    stop: () => {
      unsubscribe();
      for (const watch of watches.values()) watch.stop();
      namespace.disconnectSockets(true);
    },
  };
}

/** Lets in a session that may see numbers; else says why not, as socket.io reports it to the page. */
async function admit(accounts: Accounts, token: string, next: (refused?: Error) => void): Promise<void> {
  try {
    const session = await accounts.session(token);
    if (session === null) return next(new Error('no-session'));
    next(isBlind(session.roles) ? new Error('blind') : undefined);
  } catch {
    next(new Error('busy')); // the ledger cannot answer now: the board tries again by itself
  }
}

type Seen = Omit<BoardSnapshot, 'number' | 'listsVersion'>;

/** One round under the eyes of boards: looks after commits, tells what changed since the number before. */
class RoundWatch {
  readonly round: RoundId;
  readonly #parts: Parts;
  readonly #sockets = new Set<Socket>();
  #snapshot: BoardSnapshot | null = null;
  #looking: Promise<void> | null = null;
  #wanted = false;
  #pause: Cancel | null = null;
  readonly #stopLooking: Cancel;
  #listsAt = -Infinity;

  constructor(parts: Parts, round: RoundId) {
    this.#parts = parts;
    this.round = round;
    this.#stopLooking = repeat(parts.clock, LOOK_EVERY_MS, () => this.look());
  }

  get empty(): boolean {
    return this.#sockets.size === 0;
  }

  /** The snapshot from which the socket's changes count on. */
  async join(socket: Socket): Promise<WatchReply> {
    while (this.#snapshot === null) {
      this.#looking ??= this.#lookNow();
      await this.#looking;
      if (this.#snapshot === null) return { ok: false, code: 'no-round', title: '没有这一轮' };
    }
    this.#sockets.add(socket);
    return { ok: true, snapshot: this.#snapshot };
  }

  leave(socket: Socket): void {
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
    const stored = await this.#parts.ledger.report('board.state', { round: this.round });
    if (stored === null) return null;
    const { definition, state } = stored.round;
    return {
      round: this.round,
      name: definition.name,
      state,
      expectedBasis: definition.expectedBasis,
      ladder: stored.ladder,
      seenAtSeveralStations: stored.seenAtSeveralStations,
      stations: stationRows(stored, this.#parts.desk.live()),
      tubes: stored.tubes,
    };
  }

  #tell(seen: Seen): void {
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
    const tubes = changed(seen.tubes, before.tubes, (t) => t.opened);
    const same = <Value>(now: Value, was: Value): Value | null =>
      JSON.stringify(now) === JSON.stringify(was) ? null : now;
    const ladder = same(seen.ladder, before.ladder);
    const state = same(seen.state, before.state);
    const seenAtSeveralStations = same(seen.seenAtSeveralStations, before.seenAtSeveralStations);
    const counts = ladder !== null || tubes.length > 0 || state !== null;
    if (!counts && stations.length === 0 && seenAtSeveralStations === null) return;
    // A change cannot take a row away: where one has gone, a number is left out and the boards ask again.
    const gone =
      seen.tubes.length < before.tubes.length ||
      seen.stations.length < before.stations.length ||
      seen.name !== before.name;
    const number = before.number + (gone ? 2 : 1);
    const listsVersion = before.listsVersion + (counts && this.#listsDue() ? 1 : 0);
    this.#snapshot = { ...seen, number, listsVersion };
    const change: BoardChange = {
      number,
      round: this.round,
      state,
      ladder,
      seenAtSeveralStations,
      stations,
      tubes,
      listsVersion,
    };
    for (const socket of this.#sockets) socket.emit('change', change);
  }

  #listsDue(): boolean {
    const now = this.#parts.clock.monotonic();
    if (now - this.#listsAt < LISTS_EVERY_MS) return false;
    this.#listsAt = now;
    return true;
  }
}

function repeat(clock: Clock, everyMs: number, run: () => void): Cancel {
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

/** The session's token: given by a script as `auth: {token}`, else the browser's cookie. */
function tokenOf(socket: Socket): string | null {
  const auth = authSchema.safeParse(socket.handshake.auth);
  if (auth.success && auth.data.token !== undefined) return auth.data.token;
  const cookies = socket.handshake.headers.cookie ?? '';
  const [, value] = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]+)`).exec(cookies) ?? [];
  return value ?? null;
}
