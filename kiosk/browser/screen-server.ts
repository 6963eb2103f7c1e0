import { timingSafeEqual } from 'node:crypto';
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { Server } from 'socket.io';
import { OpenConnections } from '#shared/node/open-connections.ts';
import { kioskCommandSchema, type CommandReply, type KioskBridge } from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';

export interface ScreenServerOptions {
  engine: KioskBridge;
  /** The built page. */
  directory: string;
  /** Whoever does not know it sees no state and gives no command. */
  token: string;
  /** 0: any free one. */
  port: number;
}

export interface ScreenServer {
  /** `http://127.0.0.1:PORT/#token=…`: the fragment never leaves the browser. */
  address: string;
  stop(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** A command is a few hundred bytes; anything longer is none. */
export const COMMAND_BYTES_MAX = 16 * 1024;

/**
 * Serves the station's page on loopback and bridges it to the engine: event `state` down, `command` with its reply up. Host and
 * Origin are checked, because any page in a browser can reach 127.0.0.1, and a name that points there can too.
 */
export async function serveScreen(options: ScreenServerOptions): Promise<ScreenServer> {
  const { engine, token } = options;
  // The folder a link names now: one page, whatever is built later.
  const root = realpathSync(options.directory);
  let port = options.port;
  const allowed = (request: IncomingMessage): boolean => {
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    const { host, origin } = request.headers;
    return (
      host !== undefined &&
      hosts.includes(host) &&
      (origin === undefined || hosts.some((h) => origin === `http://${h}`))
    );
  };
  const server = createServer((request, response) => {
    if (!allowed(request)) return answer(response, 403, 'foreign host or origin');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'GET only');
    sendFile(root, request.url ?? '/', response);
  });
  const connections = new OpenConnections(server);
  const io = new Server(server, {
    serveClient: false,
    maxHttpBufferSize: COMMAND_BYTES_MAX,
    allowRequest: (request, decide) => decide(null, allowed(request)),
  });
  io.use((socket, next) => {
    const { token: given } = socket.handshake.auth as { token?: unknown };
    if (typeof given === 'string' && sameText(given, token)) next();
    else next(new Error('token'));
  });
  io.on('connection', (socket) => {
    const unsubscribe = engine.onState((state) => socket.emit('state', state));
    socket.on('disconnect', unsubscribe);
    socket.on('command', (raw: unknown, reply: unknown) => {
      const say = typeof reply === 'function' ? (reply as (answer: CommandReply) => void) : () => {};
      const parsed = kioskCommandSchema.safeParse(raw);
      if (parsed.success) void engine.send(parsed.data).then(say);
      else say(notUnderstood(parsed.error.issues[0]?.path.join('.') ?? ''));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = server.address();
  if (bound !== null && typeof bound === 'object') port = bound.port;
  const stop = async (): Promise<void> => {
    const closed = io.close();
    connections.destroy();
    await closed;
  };
  return { address: `http://127.0.0.1:${port}/#token=${token}`, stop };
}

function notUnderstood(at: string): CommandReply {
  return { ok: false, code: 'invalid', words: message('program.not-command', { at }) };
}

function sameText(given: string, wanted: string): boolean {
  const [a, b] = [new TextEncoder().encode(given), new TextEncoder().encode(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function sendFile(root: string, url: string, response: ServerResponse): void {
  const asked = decodedPath(url);
  const file = path.join(root, asked === '/' ? '/index.html' : asked);
  const type = TYPES[path.extname(file)];
  const isOurs = file.startsWith(root + path.sep) && type !== undefined;
  if (!isOurs || statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    return answer(response, 404, 'not here');
  response.writeHead(200, { ...HEADERS, 'content-type': type });
  createReadStream(file).pipe(response);
}

const NO_FILE = '/.'; // a directory, which is never served

/** The path of a request without its query. What is no URL, no escape or no file name (a NUL) names nothing. */
function decodedPath(url: string): string {
  try {
    const decoded = decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname);
    return decoded.includes('\0') ? NO_FILE : decoded;
  } catch {
    return NO_FILE;
  }
}

function answer(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(words);
}
