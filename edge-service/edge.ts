import { existsSync, realpathSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyBaseLogger } from 'fastify';
import { Server } from 'socket.io';
import type { Clock } from '#shared/clock.ts';
import { OpenConnections } from '#shared/node/open-connections.ts';
import { Accounts } from './http/accounts.ts';
import { attachBoardGateway } from './board-socket/board-gateway.ts';
import { attachKioskGateway, SOCKET_SETTINGS } from './kiosks/kiosk-gateway.ts';
import { type EdgeHttp, type EdgeParts, isForeign, makeHttp, prepareHttp } from './http/http-server.ts';
import { addAccessRoutes } from './http/access-routes.ts';
import { addDecisionRoutes } from './http/decision-routes.ts';
import { takeFiles } from './http/file-bodies.ts';
import { addExportRoutes, addRosterRoutes } from './http/file-routes.ts';
import { addFindRoutes } from './http/find-routes.ts';
import { addClaimRoutes } from './http/claim-routes.ts';
import { addIdentityRoutes } from './http/identity-routes.ts';
import { addOpeningRoutes } from './http/opening-routes.ts';
import { addInstallRoutes } from './http/install-routes.ts';
import { addLabCountRoutes, addLabListRoutes } from './http/lab-routes.ts';
import { addRosterListRoutes } from './http/roster-list-routes.ts';
import { addRoundRoutes } from './http/round-routes.ts';
import { TokenlessSockets } from './http/tokenless-sockets.ts';
import { KeyStore } from './keys/key-store.ts';
import { DATABASE_FILE } from './store/data-directory.ts';
import { DatabaseWatch } from './threads/database-watch.ts';
import { startLedger } from './threads/ledger-client.ts';
import { isLoopback, tlsIdentity } from './keys/tls-identity.ts';

export interface EdgeSettings {
  /** Directory of database and backups, and directory of keys. */
  data: string;
  keys: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** The built board; null, or a directory that is not there: no page, only HTTP and sockets. */
  boardDir: string | null;
  /** Name of the site as it stands on lists and kiosks, e.g. 示例机电; empty: the one given last. */
  site: string;
  /** True: TLS on loopback too. Elsewhere there always is. */
  tls: boolean;
  /** The address kiosks are told in a pairing code; null: the host, or this machine's first LAN address. */
  advertisedHost: string | null;
  log: FastifyBaseLogger;
  clock: Clock;
  /** Only for the site to try: an account whose password is printed. */
  demo: { name: string; password: string } | null;
}

export interface RunningEdge {
  url: string;
  port: number;
  /** SHA-256 of the public key, 64 hex digits; null on plain loopback HTTP. */
  fingerprint: string | null;
  /** To be printed at the first start; null once there is an account. */
  setupCode: string | null;
  stop(): Promise<void>;
}

/** Starts the edge: ledger, HTTP, kiosk and board sockets. Rejects when database or port cannot be had. */
export async function startEdge(settings: EdgeSettings): Promise<RunningEdge> {
  const { log, clock, host } = settings;
  const keys = new KeyStore(settings.keys);
  keys.site(); // made before any worker thread looks for it
  const tls = settings.tls || !isLoopback(host) ? await tlsIdentity(settings.keys) : null;
  const database = new DatabaseWatch({ file: path.join(settings.data, DATABASE_FILE), clock, log });
  const onDamage = (words: string): void => database.damaged(words);
  const ledger = await startLedger({ data: settings.data, keys: settings.keys, clock, onDamage });
  try {
    const site = await ledger.write('site.name', { name: settings.site });
    const accounts = new Accounts({ ledger, keys, clock });
    const setupCode = await accounts.start();
    if (settings.demo !== null) await accounts.ensureDemo(settings.demo);

    const app = makeHttp({ log, tls, clock });
    const connections = new OpenConnections(app.server);
    const tokenless = new TokenlessSockets(app.server, clock);
    const io = new Server(app.server, {
      ...SOCKET_SETTINGS,
      allowRequest: (request, answer) => {
        if (isForeign(request.headers, { loopback: isLoopback(host), address })) answer(null, false);
        else tokenless.upgrade(request, (letIn) => answer(null, letIn));
      },
    });
    for (const name of ['/kiosk', '/board'])
      io.of(name).on('connection', (socket) => {
        tokenless.accepted(socket.request);
        socket.once('disconnect', () => tokenless.left(socket.request));
      });
    // Refused by engine.io before its body was read: what is still to come is not waited for.
    io.engine.on('connection_error', ({ req }: { req: IncomingMessage & { res?: ServerResponse } }) => {
      if (req.res?.headersSent === false) req.res.setHeader('connection', 'close');
    });
    const gateway = attachKioskGateway({
      io,
      ledger,
      keys,
      clock,
      log,
      rounds: () => ledger.report('kiosk.rounds', {}),
    });
    const board = attachBoardGateway({ io, ledger, accounts, desk: gateway.desk, clock, log });
    const portNow = (): number => (app.server.address() as AddressInfo | null)?.port ?? settings.port;
    const address = (): { host: string; port: number; fingerprint: string | null } => ({
      host: settings.advertisedHost ?? lanHost(host),
      port: portNow(),
      fingerprint: tls?.fingerprint ?? null,
    });
    const parts: EdgeParts = {
      ledger,
      keys,
      accounts,
      clock,
      desk: gateway.desk,
      database,
      site,
      address,
      loopback: isLoopback(host),
    };
    await addEverything(app, parts, settings.boardDir);
    await app.listen({ host, port: settings.port });
    database.begin();
    const stop = async (): Promise<void> => {
      database.stop();
      board.stop();
      await gateway.stop();
      io.disconnectSockets(true);
      io.engine.close();
      const closed = app.close();
      connections.destroy();
      await closed;
      await ledger.stop();
    };
    const url = `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : lanHost(host)}:${portNow()}`;
    return {
      url,
      port: portNow(),
      fingerprint: tls?.fingerprint ?? null,
      setupCode: settings.demo === null ? setupCode : null,
      stop,
    };
  } catch (error) {
    await ledger.stop();
    throw error;
  }
}

async function addEverything(app: EdgeHttp, parts: EdgeParts, boardDir: string | null): Promise<void> {
  await prepareHttp(app, parts);
  await app.register(async (scope) => {
    addAccessRoutes(scope, parts);
    addRoundRoutes(scope, parts);
    addRosterListRoutes(scope, parts);
    addInstallRoutes(scope, parts);
    addClaimRoutes(scope, parts);
    addDecisionRoutes(scope, parts);
    addLabCountRoutes(scope, parts);
    addExportRoutes(scope, parts);
    addFindRoutes(scope, parts);
    addIdentityRoutes(scope, parts);
    addOpeningRoutes(scope, parts);
  });
  await app.register(async (scope) => {
    takeFiles(scope, parts);
    addRosterRoutes(scope, parts);
    addLabListRoutes(scope, parts);
  });
  if (boardDir !== null && existsSync(path.join(boardDir, 'index.html')))
    // The folder a link names now: pages already open find their files as long as this edge runs, whatever is built later.
    await app.register(fastifyStatic, { root: realpathSync(boardDir) });
}

/** The host others reach this machine by, where it listens on all addresses. */
function lanHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find((a) => a.family === 'IPv4' && !a.internal)?.address ?? '127.0.0.1';
}
