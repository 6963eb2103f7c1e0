import type { Server, Socket } from 'socket.io';
import { z } from 'zod';
import type { Clock } from '#shared/clock.ts';
import { roundIdSchema, type RoundId } from '#shared/ids.ts';
import { isBlind } from '#shared/permissions.ts';
import type { Accounts } from '../http/accounts.ts';
import { SESSION_COOKIE } from '../http/http-server.ts';
import type { KioskDesk } from '../kiosks/kiosk-desk.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import { repeat, RoundWatch, watchRefusal, type WatchReply } from './round-watch.ts';
import type { DeskLog } from '../kiosks/kiosk-session.ts';

/** The end of a session or an account is told and looked at then; one that runs out is noticed within this time. */
const SESSION_CHECK_EVERY_MS = 30_000;
/** Boards open at once; a site has a handful. */
export const BOARDS_MAX = 200;

const watchSchema = z.strictObject({ round: roundIdSchema });
const authSchema = z.object({ token: z.string().max(200) }).partial();

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

/** Serves boards on namespace `/board` (shared/contract/board.ts). */
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
    const look = (): void => {
      const token = tokenOf(socket);
      void (token === null ? Promise.resolve(null) : parts.accounts.session(token)).then(
        (session) => {
          if (session === null || isBlind(session.roles)) socket.disconnect(true);
        },
        () => socket.disconnect(true),
      );
    };
    const stopLooking = repeat(parts.clock, SESSION_CHECK_EVERY_MS, look);
    const stopListening = parts.accounts.onEnd(look);
    look(); // it may have ended since it was let in
    let watched: RoundWatch | null = null;
    const leave = (): void => {
      watched?.leave(socket);
      if (watched?.empty === true) watches.delete(watched.round);
      watched = null;
    };
    socket.on('disconnect', () => {
      stopLooking();
      stopListening();
      leave();
    });
    socket.on('watch', (asked: unknown, answer: unknown) => {
      if (typeof answer !== 'function') return;
      const reply = answer as (reply: WatchReply) => void;
      const parsed = watchSchema.safeParse(asked);
      if (!parsed.success) return reply(watchRefusal('invalid-request', 'machine.watch-invalid'));
      leave();
      const { round } = parsed.data;
      const watch = watches.get(round) ?? new RoundWatch(parts, round);
      watches.set(round, watch);
      watched = watch;
      void watch.join(socket).then(reply, (error: unknown) => {
        parts.log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'board watch failed');
        reply(watchRefusal('fault', 'problem.fault'));
      });
    });
  });

  const unsubscribe = parts.ledger.onCommit((notice) => {
    for (const round of notice.rounds) watches.get(round)?.committed();
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

/** The session's token: given by a script as `auth: {token}`, else the browser's cookie. */
function tokenOf(socket: Socket): string | null {
  const auth = authSchema.safeParse(socket.handshake.auth);
  if (auth.success && auth.data.token !== undefined) return auth.data.token;
  const cookies = socket.handshake.headers.cookie ?? '';
  const [, value] = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([A-Za-z0-9_-]+)`).exec(cookies) ?? [];
  return value ?? null;
}
