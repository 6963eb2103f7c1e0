import type { IncomingMessage } from 'node:http';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { type Action, may } from '#shared/permissions.ts';
import type { Clock } from '#shared/clock.ts';
import type { Accounts, Session } from './accounts.ts';
import { fieldError } from './field-words.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { KioskDesk } from '../kiosks/kiosk-desk.ts';
import type { DatabaseState } from '../threads/database-watch.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import { tokenHash } from '../access/secrets.ts';
import { openapiSettings } from './openapi.ts';
import { HttpProblem, type ProblemCode } from './problems.ts';
import { Refusal } from '../ledger/refusal.ts';
import { type EndTurn, FILE_BODY_BYTES_MAX } from './file-turns.ts';
import { isUnread, JSON_BYTES_MAX, lingeringAnswer } from './unread-body.ts';
import { TOKENLESS_MS_MAX } from './tokenless-sockets.ts';
import type { TlsIdentity } from '../keys/tls-identity.ts';
import { message, type PlainKey } from '#shared/language/message.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What calling the route is: permissions.ts says who may. */
    access?: Action;
    /** What it may be refused for, beside what any route may; for the description (openapi.ts). */
    refuses?: readonly ProblemCode[];
    /** Content types of a file that comes or goes, for the description; what comes and goes as JSON has a schema. */
    takes?: readonly string[];
    gives?: string;
  }
  interface FastifyRequest {
    /** Set before the handler of every route that wants somebody logged in. */
    session: Session | null;
    /** Set instead where a kiosk asks: the station of its pairing. */
    kioskStation: number | null;
    /** On routes of files: gives the file's room back. */
    endTurn: EndTurn | null;
  }
}

/** What the routes work with. */
export interface EdgeParts {
  ledger: LedgerClient;
  keys: KeyStore;
  accounts: Accounts;
  clock: Clock;
  desk: Pick<KioskDesk, 'live' | 'disconnect'>;
  database: { readonly state: DatabaseState };
  site: string;
  /** Where kiosks and browsers find this edge. */
  address(): { host: string; port: number; fingerprint: string | null };
  loopback: boolean;
}

export type EdgeHttp = ReturnType<typeof makeHttp>;

export const SESSION_COOKIE = 'muster';
/** The board is one page; nothing else may be loaded, and styles are injected by its widgets. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/** Requests that have not ended by now have lost their client. */
const REQUEST_TIMEOUT_MS = 60_000;
/** How often Node looks for requests that take too long. */
const SLOW_CHECK_EVERY_MS = 1000;

/** Several files of the longest kind are through by then. */
const FILES_RETRY_AFTER_S = 10;

/** The longest id of the contract, 120 characters, with three escaped bytes for each. */
export const PARAM_LENGTH_MAX = 120 * 9;

/** The HTTP server without routes: parsing, access, errors and headers that every route shares. */
export function makeHttp(settings: { log: FastifyBaseLogger; tls: TlsIdentity | null; clock: Clock }) {
  const slow = { headersTimeout: TOKENLESS_MS_MAX, connectionsCheckingInterval: SLOW_CHECK_EVERY_MS };
  const app = Fastify({
    loggerInstance: settings.log,
    // fastify's own request lines carry the query, and a reason or a name may stand there
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: TOKENLESS_MS_MAX,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    frameworkErrors: (error, _, reply) => {
      void answerProblem(reply, unreadable(error.code), settings.clock);
    },
    ...(settings.tls === null
      ? { http: slow }
      : {
          https: {
            ...slow,
            handshakeTimeout: TOKENLESS_MS_MAX,
            key: settings.tls.key,
            cert: settings.tls.cert,
          },
        }),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  return app.withTypeProvider<ZodTypeProvider>();
}

/** Adds what all routes share; call it before adding routes. */
export async function prepareHttp(
  app: EdgeHttp,
  parts: Pick<EdgeParts, 'accounts' | 'ledger' | 'keys' | 'loopback' | 'address' | 'clock'>,
): Promise<void> {
  await app.register(cookie);
  await app.register(swagger, openapiSettings({ sessionCookie: SESSION_COOKIE }));
  app.decorateRequest('session', null);
  app.decorateRequest('kioskStation', null);
  app.addHook('onRoute', (route) => {
    // Closed by default: a route that forgot to say who may use it must not exist.
    if (route.url.startsWith('/api/') && route.config?.access === undefined)
      throw new Error(`${route.url} does not say who may use it`);
    // Only a route of files takes more, and who asks is known before any of it is read; one too long by little is told by its reader.
    if (route.config?.takes !== undefined) route.bodyLimit = FILE_BODY_BYTES_MAX;
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (isForeign(request.headers, parts)) throw new HttpProblem('foreign-origin');
    if (request.routeOptions.config.takes === undefined) endSlowBody(request.raw, parts.clock);
    const access = request.routeOptions.config.access;
    if (access !== undefined && !may([], access)) await admit(request, access, parts);
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request.routeOptions.config.takes !== undefined);
    if (problem.code === 'fault')
      request.log.error({ route: request.routeOptions.url, error: errorName(error) }, 'request failed');
    return answerProblem(reply, problem, parts.clock);
  });
  app.setNotFoundHandler((_, reply) => answerProblem(reply, new HttpProblem('not-found'), parts.clock));
  app.get('/api/openapi.json', { config: { access: 'contract.read' }, schema: { hide: true } }, (_, reply) =>
    reply.type('application/json').serializer(JSON.stringify).send(app.swagger()),
  );
}

/** A body that trickles in holds a connection for nothing. */
function endSlowBody(raw: IncomingMessage, clock: Clock): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
  if (length === '0' && encoding === undefined) return;
  const cancel = clock.timer(TOKENLESS_MS_MAX, () => {
    if (isUnread(raw)) raw.destroy();
  });
  raw.once('end', cancel).once('close', cancel);
}

/** A refusal; where the request's body is still to come it is not waited for, and the connection ends. */
function answerProblem(reply: FastifyReply, problem: HttpProblem, clock: Clock): FastifyReply {
  reply.code(problem.status).type('application/problem+json');
  if (problem.code === 'files-waiting') reply.header('retry-after', FILES_RETRY_AFTER_S);
  const { raw, session } = reply.request; // of an address that cannot be read it has none at all
  if (!isUnread(raw)) return reply.serializer(JSON.stringify).send(problem.body());
  const text = JSON.stringify(problem.body());
  return reply
    .header('connection', 'close')
    .header('content-length', Buffer.byteLength(text))
    .send(lingeringAnswer(raw, text, { clock, loggedIn: Boolean(session) }));
}

/** Who asks; only for routes that want somebody logged in. */
export function asker(request: FastifyRequest): Session {
  if (request.session === null) throw new Error('a route without access rules asked who is there');
  return request.session;
}

/** A page from elsewhere must not act with the cookie of this one; on loopback not even under another name (DNS rebinding). */
export function isForeign(
  { host = '', origin }: { host?: string | undefined; origin?: string | undefined },
  { loopback, address }: Pick<EdgeParts, 'loopback' | 'address'>,
): boolean {
  const { port } = address();
  if (loopback && port !== 0 && ![`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host))
    return true;
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}

async function admit(
  request: FastifyRequest,
  access: Action,
  parts: Pick<EdgeParts, 'accounts' | 'ledger' | 'keys'>,
): Promise<void> {
  const token = tokenOf(request);
  if (token === null) throw new HttpProblem('no-session');
  if (may(['kiosk'], access)) {
    request.kioskStation = await stationOf(parts, token);
    if (request.kioskStation !== null) return;
  }
  const session = await parts.accounts.session(token);
  if (session === null) throw new HttpProblem('no-session');
  request.session = session;
  if (!may(session.roles, access)) throw new HttpProblem('forbidden');
}

/** A session's token: the bearer's, else the cookie's; null without one. */
function tokenOf(request: Pick<FastifyRequest, 'headers' | 'cookies'>): string | null {
  const [, bearer] = /^Bearer ([A-Za-z0-9_-]{16,128})$/i.exec(request.headers.authorization ?? '') ?? [];
  return bearer ?? request.cookies[SESSION_COOKIE] ?? null;
}

/** The station of a kiosk whose token is good; null for any other token. */
async function stationOf(parts: Pick<EdgeParts, 'ledger' | 'keys'>, token: string): Promise<number | null> {
  const kiosk = await parts.ledger.report('access.kiosk', {
    tokenHash: tokenHash(parts.keys.site().tokenKey, token),
  });
  return kiosk === null || kiosk.revokedAt !== null ? null : kiosk.station;
}

function problemOf(error: unknown, ofFile: boolean): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Refusal) return new HttpProblem(error.code);
  if (hasZodFastifySchemaValidationErrors(error))
    return new HttpProblem('invalid-request', {
      errors: error.validation.map(({ instancePath, keyword, message: own = '', params }) =>
        fieldError({
          path: instancePath.replace(/^\//, '').replaceAll('/', '.'),
          keyword,
          message: own,
          params,
        }),
      ),
    });
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    statusCode?: unknown;
  };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new HttpProblem('file-too-long', ofFile ? {} : { said: message('problem.body-too-long') });
  if (typeof statusCode === 'number' && statusCode < 500) return unreadable(code);
  return new HttpProblem('fault');
}

/** A request that no schema has looked at: nothing of it could be read. */
const UNREADABLE: Readonly<Record<string, PlainKey>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'problem.body-not-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'problem.body-empty',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'problem.body-type',
};

const unreadable = (code: unknown): HttpProblem =>
  new HttpProblem('invalid-request', {
    said: message<PlainKey>(UNREADABLE[String(code)] ?? 'problem.unreadable'),
  });

/** For the log: a message may quote a value somebody typed, a name does not. */
function errorName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const frame = error.stack
    ?.split('\n')
    .find((line) => line.trim().startsWith('at '))
    ?.trim();
  const origin = error instanceof Refusal ? error.origin : null;
  return `${error.name}${'code' in error ? ` ${origin ?? String(error.code)}` : ''} ${frame ?? ''}`;
}
