import type { Namespace, Server, ServerOptions, Socket } from 'socket.io';
import { SOCKET_MESSAGE_BYTES_MAX } from '#shared/event/batch.ts';
import { edgeAnswer } from '../ledger/edge-answer.ts';
import { KioskDesk, type Admission, type DeskParts } from './kiosk-desk.ts';
import type { KioskPeer, KioskSession } from './kiosk-session.ts';
import { MessageFlow } from './message-flow.ts';
import { type ConnectionLanes, RequestLanes } from './request-lanes.ts';

/**
 * Settings of the edge's socket.io server. Long polling would take a megabyte from anybody before a token is asked for, and no
 * kiosk or board uses it. Compression costs 5–14 times the CPU of a swipe (docs/performance.md).
 */
export const SOCKET_SETTINGS: Partial<ServerOptions> = {
  transports: ['websocket'],
  maxHttpBufferSize: SOCKET_MESSAGE_BYTES_MAX,
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: 10_000,
  pingTimeout: 10_000,
};

export interface KioskGateway {
  desk: KioskDesk;
  /** Ends all kiosk connections and stores the last heartbeats. */
  stop(): Promise<void>;
}

type Admitted = Extract<Admission, { ok: true }>;
type Answer = (reply: unknown) => void;

/** Serves kiosks on namespace `/kiosk`. */
export function attachKioskGateway(parts: DeskParts & { io: Server }): KioskGateway {
  const { io, ...deskParts } = parts;
  const desk = new KioskDesk(deskParts);
  const namespace: Namespace = io.of('/kiosk');

  const lanes = new RequestLanes();
  const flows = new WeakMap<Socket['conn'], MessageFlow>();
  io.engine.on('connection', (connection: Socket['conn']) => {
    flows.set(connection, new MessageFlow(connection, parts.clock));
  });

  namespace.use((socket, next) => void handshake({ desk, lanes, socket }, next));

  namespace.on('connection', (socket) => {
    const { admitted } = socket.data as { admitted?: Admitted };
    const flow = flows.get(socket.conn);
    if (!admitted || !flow) throw new Error('a connection that was never admitted');
    const own = lanes.join(admitted.pairing);
    if (own === null) return void socket.disconnect(true); // as many came in meanwhile
    socket.once('disconnect', () => own.leave());
    serve({ desk, socket, flow, lanes: own }, desk.open(admitted, peerOf(socket)));
  });

  return {
    desk,
    stop: async () => {
      for (const socket of namespace.sockets.values()) drop(socket);
      await desk.stop();
    },
  };
}

async function handshake(
  { desk, lanes, socket }: { desk: KioskDesk; lanes: RequestLanes; socket: Socket },
  next: (error?: Error) => void,
): Promise<void> {
  try {
    const admission = await desk.admit(socket.handshake.auth);
    if (!admission.ok) return next(refusal(admission));
    if (lanes.isFull(admission.pairing)) return next(new Error('busy'));
    (socket.data as { admitted?: Admitted }).admitted = admission;
    next();
  } catch (error) {
    desk.fault('handshake', error);
    next(new Error('busy'));
  }
}

function serve(
  {
    desk,
    socket,
    flow,
    lanes,
  }: { desk: KioskDesk; socket: Socket; flow: MessageFlow; lanes: ConnectionLanes },
  session: KioskSession,
): void {
  /** Answers in its turn with what `run` returns; a fault is logged, answered `busy`, and the socket stays up. */
  const on = <Reply>(
    event: string,
    run: (...given: unknown[]) => Reply | Promise<Reply>,
    after?: (reply: Reply, raw: unknown) => Promise<void>,
  ): void => {
    socket.on(event, (...given: unknown[]) => {
      const last = given.at(-1);
      const asked = typeof last === 'function';
      const answer = asked
        ? (last as Answer)
        : () => desk.parts.log.warn({ what: event }, 'no acknowledgement wanted'); // its fault, not ours
      const done = flow.unanswered();
      const work = async (): Promise<void> => {
        if (socket.connected)
          await answered({ run, given: asked ? given.slice(0, -1) : given, answer, after }).catch(
            (error: unknown) => {
              desk.fault(event, error);
              answer(FAULT);
            },
          );
        done();
      };
      lanes.run(event, { ready: () => flow.taken(), work });
    });
  };
  // The welcome goes out before rounds and counted keys do.
  on(
    'hello',
    (raw) => session.hello(raw),
    (reply, raw) => (reply.outcome === 'welcome' ? session.afterWelcome(raw) : Promise.resolve()),
  );
  on('events', (header, bytes) => session.events(header, bytes));
  on('hashes', (raw) => session.hashes(raw));
  on('status', (raw) => session.status(raw));
  on('tube-used', (raw) => session.tubeUsed(raw));
  on('roster-name', (raw) => session.rosterName(raw));
  on('token-binding', (raw) => session.tokenBinding(raw));
  on('counted-since', (raw) => session.countedSince(raw));
  socket.on('disconnect', () => session.close());
  socket.onAny((event: string, ...given: unknown[]) => {
    const answer = given.at(-1);
    if (socket.listenerCount(event) === 0 && typeof answer === 'function') (answer as Answer)(UNKNOWN);
  });
}

const UNKNOWN = {
  outcome: 'refused',
  code: 'invalid',
  message: edgeAnswer('edge-answer.unknown-request'),
};

const FAULT = {
  outcome: 'busy',
  retryAfterMs: 5000,
  message: edgeAnswer('edge-answer.failed'),
};

async function answered<Reply>(call: {
  run: (...given: unknown[]) => Reply | Promise<Reply>;
  given: unknown[];
  answer: Answer;
  after: ((reply: Reply, raw: unknown) => Promise<void>) | undefined;
}): Promise<void> {
  const reply = await call.run(...call.given);
  call.answer(reply);
  await call.after?.(reply, call.given[0]);
}

function peerOf(socket: Socket): KioskPeer {
  return {
    push: (event: string, message: unknown) => void socket.emit(event, message),
    alive: () => answersPing(socket),
    close: () => void socket.disconnect(true),
    drop: () => drop(socket),
  };
}

/** Ends a connection without a farewell: a machine that is gone would be waited for half a minute. */
function drop(socket: Socket): void {
  (socket.conn.transport as unknown as RawTransport).socket?.terminate?.();
  socket.disconnect(true);
}

/** What engine.io's websocket transport wraps: a `ws` socket, whose ping every WebSocket answers by itself (RFC 6455 5.5.3). */
interface RawTransport {
  socket?: {
    terminate?: () => void;
    ping?: (data: undefined, mask: undefined, done: (error?: Error) => void) => void;
    once(event: 'pong', run: () => void): void;
  };
}

/** A WebSocket ping. Over another transport nothing can be asked, and the connection counts as alive while it is open. */
function answersPing(socket: Socket): Promise<boolean> {
  if (!socket.connected) return Promise.resolve(false);
  const ws = (socket.conn.transport as unknown as RawTransport).socket;
  if (!ws?.ping) return Promise.resolve(true);
  return new Promise((resolve) => {
    socket.once('disconnect', () => resolve(false));
    ws.once('pong', () => resolve(true));
    ws.ping?.(undefined, undefined, (error) => {
      if (error) resolve(false);
    });
  });
}

/** socket.io reports the name as `connect_error` with `data` for the words (wire.ts). */
function refusal(admission: Exclude<Admission, { ok: true }>): Error {
  const { ok: _, ...data } = admission;
  return Object.assign(new Error(admission.code), { data });
}
