import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { wordsOf } from '#shared/error-words.ts';
import { eventIdSchema } from '#shared/ids.ts';
import {
  PROTOCOL_VERSION,
  countedMessageSchema,
  eventsReplySchema,
  hashesReplySchema,
  helloReplySchema,
  roundsMessageSchema,
  statusReplySchema,
  tubePatternsMessageSchema,
  rosterNameReplySchema,
  tubeUsedReplySchema,
} from '#shared/contract/wire.ts';
import { askEdge } from './edge-http.ts';
import type { Answer, ConnectResult, Connection, Link, LinkListener, LinkTarget } from './link.ts';
import type { Log } from '../disk/log.ts';
import { OtherKeyError, originOf, pinnedAgent } from './pinned-agent.ts';

/** A LAN connects in milliseconds; a switched-off edge must not hold up the next address. */
const CONNECT_TIMEOUT_MS = 8_000;

/** What a refused handshake carries: its name, words for people, and for a version the edge's own (`ours`). */
const refusalSchema = z.looseObject({
  code: z.string().optional(),
  ours: z.number().optional(),
  words: z.string().optional(),
});

/**
 * The real link: socket.io over WebSocket alone, pinned to one public key. socket.io's own reconnection, retries and buffers
 * are off, because the journal is the queue.
 */
export function socketLink(log: Log): Link {
  return { connect: (target, listener) => connect(target, listener, log) };
}

function connect(target: LinkTarget, listener: LinkListener, log: Log): Promise<ConnectResult> {
  const { address, fingerprint, token } = target;
  let origin: string;
  try {
    origin = originOf(address, fingerprint);
  } catch (error) {
    return Promise.resolve({ ok: false, code: 'other-key', message: wordsOf(error), theirs: null });
  }
  const socket = io(`${origin}/kiosk`, {
    transports: ['websocket'],
    auth: { token, protocol: PROTOCOL_VERSION },
    reconnection: false,
    retries: 0,
    forceNew: true,
    timeout: CONNECT_TIMEOUT_MS,
    // engine.io hands the agent on to ws; its types know browsers only.
    ...(fingerprint !== null && { agent: pinnedAgent(fingerprint) as unknown as string }),
  });
  let over = false;
  socket.on('rounds', (message: unknown) => {
    const parsed = roundsMessageSchema.safeParse(message);
    if (parsed.success) listener.rounds(parsed.data);
    else refuse('rounds', parsed.error);
  });
  socket.on('tube-patterns', (message: unknown) => {
    const parsed = tubePatternsMessageSchema.safeParse(message);
    if (parsed.success) listener.tubePatterns(parsed.data);
    else refuse('tube-patterns', parsed.error);
  });
  socket.on('counted', (message: unknown) => {
    const parsed = countedMessageSchema.safeParse(message);
    if (parsed.success) listener.counted(parsed.data);
    else refuse('counted', parsed.error);
  });
  const refuse = (event: string, error: z.ZodError): void =>
    log({
      code: 'message-refused',
      detail: `${event}: ${error.issues[0]?.path.join('.') ?? ''} cannot be used`,
    });

  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.once('disconnect', (reason) => {
        socket.disconnect();
        if (!over) listener.closed(reason);
        over = true;
      });
      resolve({
        ok: true,
        connection: connectionOver(socket, target, () => {
          over = true;
          socket.disconnect();
        }),
      });
    });
    socket.once('connect_error', (error: Error & { data?: unknown; description?: unknown }) => {
      over = true;
      socket.disconnect();
      resolve(faultOf(error));
    });
  });
}

function faultOf(error: Error & { data?: unknown; description?: unknown }): ConnectResult {
  if (causesOf(error).some((cause) => cause instanceof OtherKeyError))
    return { ok: false, code: 'other-key', message: error.message, theirs: null };
  const data = refusalSchema.safeParse(error.data);
  if (!data.success) return { ok: false, code: 'unreachable', message: error.message, theirs: null };
  const code = data.data.code ?? error.message;
  const theirs = data.data.ours ?? null;
  const message = data.data.words ?? error.message;
  if (code === 'unknown-version') return { ok: false, code: 'version', message, theirs };
  return { ok: false, code: 'unpaired', message, theirs: null };
}

/** The chain of what was thrown: ws wraps the socket's error, engine.io wraps that of ws. */
function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let next = error; typeof next === 'object' && next !== null && causes.length < 8;) {
    causes.push(next);
    const {
      description,
      error: inner,
      cause,
    } = next as { description?: unknown; error?: unknown; cause?: unknown };
    next = description ?? inner ?? cause;
  }
  return causes;
}

const usedSchema = tubeUsedReplySchema.transform(({ used }, context) => {
  if (used === null) return null;
  const opened = eventIdSchema.safeParse(used.opened);
  if (!opened.success) {
    context.addIssue({ code: 'custom', message: 'not an event id', path: ['used', 'opened'] });
    return z.NEVER;
  }
  return {
    opened: opened.data,
    station: used.station,
    time: used.time,
    sealed: used.sealed,
    people: used.count,
  };
});

function connectionOver(socket: Socket, target: LinkTarget, close: () => void): Connection {
  const ask = async <T>(schema: z.ZodType<T>, event: string, ...given: unknown[]): Promise<Answer<T>> => {
    if (!socket.connected) return { ok: false, code: 'closed', message: 'not connected' };
    let reply: unknown;
    try {
      reply = await socket.emitWithAck(event, ...given);
    } catch (error) {
      return { ok: false, code: 'closed', message: wordsOf(error) };
    }
    const parsed = schema.safeParse(reply);
    if (parsed.success) return { ok: true, value: parsed.data };
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    return { ok: false, code: 'not-understood', message: `reply to ${event}: "${at}" cannot be used` };
  };
  return {
    hello: (hello) => ask(helloReplySchema, 'hello', hello),
    events: (header, batch) => ask(eventsReplySchema, 'events', header, batch),
    hashes: async (wanted) => {
      const answer = await ask(hashesReplySchema, 'hashes', wanted);
      return answer.ok ? { ok: true, value: answer.value.hashes } : answer;
    },
    status: (status) => ask(statusReplySchema, 'status', status),
    rosterName: async (wanted) => {
      const answer = await ask(rosterNameReplySchema, 'roster-name', wanted);
      return answer.ok ? { ok: true, value: answer.value.name } : answer;
    },
    tubeUsed: (wanted) => ask(usedSchema, 'tube-used', wanted),
    tokenBinding: (told) => {
      if (socket.connected) socket.emit('token-binding', told, () => {});
    },
    countedSince: (since) => {
      if (socket.connected) socket.emit('counted-since', since, () => {});
    },
    rosterKeys: async (hash) => {
      try {
        const path = `/api/v1/roster-keys/${hash}`;
        const { address, fingerprint, token } = target;
        const { status, body } = await askEdge({ address, fingerprint, path, token, json: null });
        if (status === 200) return { ok: true, value: body };
        return { ok: false, code: 'not-understood', message: `roster keys: HTTP ${status}` };
      } catch (error) {
        return { ok: false, code: 'closed', message: wordsOf(error) };
      }
    },
    close,
  };
}
