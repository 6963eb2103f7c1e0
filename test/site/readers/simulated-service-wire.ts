import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';

/** One request that came in, and what can be done to whoever sent it. */
export interface Asked {
  /** The path (HTTP) or the message (WebSocket). */
  request: string;
  /** An answer as the carrier has it; `inPieces` sends every few bytes alone, and a WebSocket message in fragments. */
  answer(body: Uint8Array, inPieces: boolean): void;
  /** The beginning of an answer, then nothing more and the connection closed. */
  half(body: Uint8Array): void;
  /** These bytes as they are, in no carrier's form. */
  raw(bytes: Uint8Array): void;
  /** HTTP: sends whoever asked elsewhere; WebSocket: says good-bye. */
  turnAway(): void;
  hangUp(): void;
}

export type OnAsked = (asked: Asked) => void;

/** A carrier on a loopback port. */
export interface ServiceWire {
  port: number;
  /** To every connection: what nobody asked for (WebSocket only). */
  push(body: Uint8Array): void;
  /** Ends connections and listening. */
  close(): Promise<void>;
}

const PIECE_BYTES = 7;
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A small HTTP server as makers write them: one request a connection, which it closes. */
export function serveHttp(port: number, onAsked: OnAsked): Promise<ServiceWire> {
  return serve(port, (socket) => {
    gatherHead(socket, (head) => {
      const request = /^GET (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1] ?? '';
      const respond = (status: string, more: string, body: Uint8Array) =>
        Buffer.concat([
          Buffer.from(
            `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${more}Connection: close\r\n\r\n`,
          ),
          body,
        ]);
      const ok = (body: Uint8Array) => respond('200 OK', 'Content-Type: text/html;charset=utf-8\r\n', body);
      onAsked({
        request,
        answer: (body, inPieces) => {
          write(socket, ok(body), inPieces);
          socket.end();
        },
        half: (body) => socket.end(ok(body).subarray(0, -Math.ceil(body.length / 2))),
        raw: (bytes) => socket.end(bytes),
        turnAway: () =>
          socket.end(
            respond(
              '302 Found',
              `Location: http://127.0.0.1:${socket.localPort}/elsewhere\r\n`,
              Buffer.alloc(0),
            ),
          ),
        hangUp: () => socket.destroy(),
      });
    });
    return null;
  });
}

/** A WebSocket server written from RFC 6455 and not with the driver's package, so that one proves the other. */
export function serveWebSocket(port: number, onAsked: OnAsked): Promise<ServiceWire> {
  return serve(port, (socket) => {
    let isOpen = false;
    gatherHead(socket, (head, rest) => {
      const key = /^sec-websocket-key: *(\S+)\r$/im.exec(head)?.[1];
      if (key === undefined) return socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
      const accept = createHash('sha1')
        .update(key + ACCEPT_SUFFIX)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      isOpen = true;
      readFrames(socket, rest, (request) => {
        onAsked({
          request,
          answer: (body, inPieces) => {
            for (const frame of inPieces ? fragments(body) : [frameOf(0x81, body)])
              write(socket, frame, inPieces);
          },
          half: (body) => socket.end(frameOf(0x81, body).subarray(0, -Math.ceil(body.length / 2))),
          raw: (bytes) => void socket.write(bytes),
          turnAway: () => socket.end(frameOf(0x88, Uint8Array.of(0x03, 0xe8))),
          hangUp: () => socket.destroy(),
        });
      });
    });
    return (body) => {
      if (isOpen) socket.write(frameOf(0x81, body));
    };
  });
}

async function serve(
  port: number,
  onSocket: (socket: Socket) => ((body: Uint8Array) => void) | null,
): Promise<ServiceWire> {
  const sockets = new Map<Socket, ((body: Uint8Array) => void) | null>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy()); // Whoever asked has gone; 'close' follows.
    socket.on('close', () => sockets.delete(socket));
    sockets.set(socket, onSocket(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return {
    port: address.port,
    push: (body) => {
      for (const push of sockets.values()) push?.(body);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.keys()) socket.destroy();
      }),
  };
}

/** The request's head, then what came behind it. */
function gatherHead(socket: Socket, onHead: (head: string, rest: Buffer) => void): void {
  let gathered = Buffer.alloc(0);
  const listen = (bytes: Buffer) => {
    gathered = Buffer.concat([gathered, bytes]);
    const end = gathered.indexOf('\r\n\r\n');
    if (end < 0) return;
    socket.off('data', listen);
    onHead(gathered.subarray(0, end + 2).toString('latin1'), gathered.subarray(end + 4));
    socket.resume();
  };
  socket.on('data', listen);
}

/** Text messages of a client, which always masks and here never fragments; a close is answered by one. */
function readFrames(socket: Socket, first: Buffer, onText: (text: string) => void): void {
  let gathered = Buffer.alloc(0);
  const listen = (bytes: Buffer) => {
    gathered = Buffer.concat([gathered, bytes]);
    while (gathered.length >= 2) {
      const short = gathered[1]! & 0x7f;
      const head = short === 126 ? 4 : 2;
      if ((gathered[1]! & 0x80) === 0 || short === 127) return socket.destroy();
      if (gathered.length < head) return;
      const length = short === 126 ? gathered.readUInt16BE(2) : short;
      if (gathered.length < head + 4 + length) return;
      const mask = gathered.subarray(head, head + 4);
      const text = Buffer.from(
        gathered.subarray(head + 4, head + 4 + length).map((byte, i) => byte ^ mask[i % 4]!),
      );
      const opcode = gathered[0]! & 0x0f;
      gathered = gathered.subarray(head + 4 + length);
      if (opcode === 0x8) return void socket.end(frameOf(0x88, text));
      if (opcode === 0x1) onText(text.toString());
    }
  };
  socket.on('data', listen);
  listen(first);
}

function frameOf(first: number, body: Uint8Array): Buffer {
  const head =
    body.length < 126
      ? [first, body.length]
      : body.length < 0x1_0000
        ? [first, 126, body.length >> 8, body.length & 0xff]
        : [
            first,
            127,
            0,
            0,
            0,
            0,
            body.length >>> 24,
            (body.length >> 16) & 0xff,
            (body.length >> 8) & 0xff,
            body.length & 0xff,
          ];
  return Buffer.concat([Uint8Array.from(head), body]);
}

/** Three fragments with a ping between them. */
function fragments(body: Uint8Array): Buffer[] {
  const third = Math.ceil(body.length / 3);
  return [
    frameOf(0x01, body.subarray(0, third)),
    frameOf(0x89, Buffer.from('still there?')),
    frameOf(0x00, body.subarray(third, 2 * third)),
    frameOf(0x80, body.subarray(2 * third)),
  ];
}

function write(socket: Socket, bytes: Uint8Array, inPieces: boolean): void {
  if (!inPieces) return void socket.write(bytes);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) socket.write(bytes.subarray(at, at + PIECE_BYTES));
}
