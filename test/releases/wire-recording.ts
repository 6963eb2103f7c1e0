/**
 * A recorder between kiosks and their edge: it takes every connection and request as the edge would, hands it on, and
 * writes down what went each way, in order.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io } from 'socket.io-client';
import { Server, type Socket } from 'socket.io';
import { SOCKET_MESSAGE_BYTES_MAX } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';

/** One line of a recording. Bytes stand as `{"$hex": "…"}`. */
type WireLine =
  | { kiosk: number; from: 'kiosk'; message: 'handshake'; given: [unknown] }
  | { kiosk: number; from: 'kiosk' | 'edge'; message: string; given: unknown[] }
  | { kiosk: number; from: 'edge'; answer: string; given: unknown[] }
  | { method: string; path: string; status: number; asked: unknown; answered: unknown };

export interface WireRecorder {
  port: number;
  lines: readonly WireLine[];
  /** From now on the edge is here. */
  handTo(url: string): void;
  stop(): Promise<void>;
}

type Acknowledge = (...answer: unknown[]) => void;

export async function recordWire(): Promise<WireRecorder> {
  const lines: WireLine[] = [];
  const kiosks: string[] = [];
  let edge = '';
  const server = createServer((request, response) => void passOn(edge, request, response, lines));
  const front = new Server(server, {
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: SOCKET_MESSAGE_BYTES_MAX,
  });
  front.of('/kiosk').use((kiosk, next) => {
    const auth = kiosk.handshake.auth as { token?: unknown };
    const token = String(auth.token);
    if (!kiosks.includes(token)) kiosks.push(token);
    const number = kiosks.indexOf(token) + 1;
    lines.push({ kiosk: number, from: 'kiosk', message: 'handshake', given: [auth] });
    join(kiosk, { edge, auth, number, next, note: (line) => lines.push(line) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    handTo: (url) => (edge = url),
    stop: () => front.close(),
  };
}

/** Acknowledgements are handed on in the turn in which they come: nothing overtakes anything. */
function join(
  kiosk: Socket,
  given: {
    edge: string;
    auth: object;
    number: number;
    next: (error?: Error) => void;
    note: (line: WireLine) => void;
  },
): void {
  const { number, note } = given;
  const upstream = io(`${given.edge}/kiosk`, {
    transports: ['websocket'],
    auth: given.auth,
    reconnection: false,
    forceNew: true,
  });
  const hand = (from: 'kiosk' | 'edge', to: { emit(event: string, ...args: unknown[]): unknown }) => {
    return (event: string, ...args: unknown[]): void => {
      const last = args.at(-1);
      const acknowledge = typeof last === 'function' ? (last as Acknowledge) : null;
      const told = acknowledge === null ? args : args.slice(0, -1);
      note({ kiosk: number, from, message: event, given: told.map(plain) });
      if (acknowledge === null) return void to.emit(event, ...told);
      to.emit(event, ...told, (...answer: unknown[]) => {
        note({ kiosk: number, from: 'edge', answer: event, given: answer.map(plain) });
        acknowledge(...answer);
      });
    };
  };
  upstream.once('connect', () => given.next());
  upstream.once('connect_error', (error) => given.next(error));
  upstream.on('disconnect', () => kiosk.disconnect(true));
  upstream.onAny(hand('edge', kiosk));
  kiosk.onAny(hand('kiosk', upstream));
  kiosk.on('disconnect', () => upstream.disconnect());
  kiosk.conn.once('close', () => upstream.disconnect());
}

async function passOn(
  edge: string,
  request: IncomingMessage,
  response: ServerResponse,
  lines: WireLine[],
): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  const body = Buffer.concat(parts);
  const { authorization, 'content-type': type } = request.headers;
  const { method = 'GET', url: at = '/' } = request;
  try {
    const answer = await fetch(`${edge}${at}`, {
      method,
      headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
      ...(body.length > 0 && { body }),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const answerType = answer.headers.get('content-type') ?? '';
    lines.push({
      method,
      path: at,
      status: answer.status,
      asked: body.length === 0 ? null : (JSON.parse(body.toString('utf8')) as unknown),
      answered: answerType.includes('json')
        ? (JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown)
        : plain(bytes),
    });
    response.writeHead(answer.status, { 'content-type': answerType });
    response.end(bytes);
  } catch {
    response.destroy(); // the edge is not there: neither is its stand-in
  }
}

/** A value of the wire as JSON. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $hex: bytesToHex(value) };
  if (value instanceof ArrayBuffer) return { $hex: bytesToHex(new Uint8Array(value)) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  return value;
}

/** The value that `plain` was given. */
export function bytesBack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bytesBack);
  if (typeof value !== 'object' || value === null) return value;
  const { $hex } = value as { $hex?: unknown };
  if (typeof $hex === 'string') return Uint8Array.from(Buffer.from($hex, 'hex'));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, bytesBack(member)]));
}
