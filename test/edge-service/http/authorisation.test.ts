import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { PROTOCOL_VERSION } from '#shared/contract/wire.ts';
import { type Action, isBlind, may, ROLES, type Caller, type Role } from '#shared/permissions.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

interface Operation {
  name: string;
  method: string;
  at: string;
  action: Action;
}
/** Somebody who calls: with what they are to the table of permissions, and the token they show. */
interface Asker {
  is: string;
  callers: readonly Caller[];
  token: string | null;
}

const PAIRS: readonly (readonly Role[])[] = ROLES.flatMap((one, i) =>
  ROLES.slice(i + 1).map((other) => [one, other]),
);

let site: EdgeSite;
let lead: string;
let round: RoundId;
let operations: Operation[];
let askers: Asker[];

const tokenOf = (kiosk: WireKiosk): string => String((kiosk.socket.auth as { token: unknown }).token);
const passwordOf = (name: string): string => `${name} has a password`;

async function logIn(name: string): Promise<string> {
  const opened = await site.ask('POST', '/session', { json: { name, password: passwordOf(name) } });
  return opened.json.token as string;
}

/** Tokens that were good once. */
async function endedTokens(): Promise<Asker[]> {
  const every = [...ROLES];
  const loggedOut = await site.person(lead, { name: 'logged out', roles: every });
  await site.ask('DELETE', '/session', { token: loggedOut });
  const disabled = await site.person(lead, { name: 'disabled', roles: every });
  await site.ask('PATCH', '/accounts/disabled', { token: lead, json: { disabled: true } });
  const kiosk = await site.kiosk(lead, { station: 2, stand: 'before' });
  const { pairings } = (await site.ask('GET', '/pairings', { token: lead })).json as {
    pairings: { id: string; station: number }[];
  };
  const pairing = pairings.find(({ station }) => station === 2)?.id ?? '';
  expect((await site.ask('DELETE', `/pairings/${pairing}`, { token: lead })).status).toBe(204);
  return [
    { is: 'a session logged out', callers: [], token: loggedOut },
    { is: 'a disabled account', callers: [], token: disabled },
    { is: 'a revoked kiosk', callers: [], token: tokenOf(kiosk) },
  ];
}

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead, {
    stations: [1, 2].map((station) => ({ station, stand: 'before' })),
  });
  await site.open(lead, round);
  const { json } = await site.ask('GET', '/api/openapi.json');
  const paths = json.paths as Record<string, Record<string, { 'x-action': Action }>>;
  operations = Object.entries(paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      name: `${method.toUpperCase()} ${at}`,
      method: method.toUpperCase(),
      at,
      action: described['x-action'],
    })),
  );
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  askers = [
    { is: 'nobody', callers: [], token: null },
    { is: 'an invented token', callers: [], token: 'x'.repeat(43) },
    { is: 'kiosk', callers: ['kiosk'], token: tokenOf(kiosk) },
    ...(await endedTokens()),
  ];
  for (const roles of [...ROLES.map((role) => [role]), ...PAIRS, ROLES]) {
    const name = roles.join(' ').slice(0, 40);
    askers.push({ is: name, callers: roles, token: await site.person(lead, { name, roles: [...roles] }) });
  }
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

/** The path with ids of nothing but the round. */
function filled(at: string): string {
  const ids: Record<string, string> = {
    id: at.startsWith('/api/v1/rounds') ? round : randomUUID(),
    hash: '0'.repeat(64),
    name: 'nobody-here',
    discrepancy: 'tube',
    install: randomUUID(),
    pairing: randomUUID(),
  };
  return at.replaceAll(/\{(\w+)\}/g, (_, id: string) => ids[id] ?? `${randomUUID()}:1`);
}

/** With a body that no operation takes: admission alone is asked about. */
function call({ method, at }: Operation, token: string | null): Promise<Reply> {
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { json: {} } : {};
  return site.ask(method, filled(at), { ...body, ...(token === null ? {} : { token }) });
}

/** What the edge must say to this caller before it looks at anything else; null: let in. */
function refusalFor({ callers }: Asker, action: Action): number | null {
  if (may(callers, action)) return null;
  return callers.some((caller) => caller !== 'kiosk') ? 403 : 401;
}

const refused = ({ status, json }: Reply): number | null =>
  json?.code === 'no-session' || json?.code === 'forbidden' ? status : null;

describe('who may call what', () => {
  it('HO39 every operation lets in or refuses every caller as shared/permissions.ts says, before it looks at what it is asked', async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      // it ends the session it is called with: asked below
      if (operation.name === 'DELETE /api/v1/session') continue;
      for (const asker of askers) {
        const reply = await call(operation, asker.token);
        const told = `${operation.name} ${asker.is}: ${reply.status}`;
        if (refused(reply) !== refusalFor(asker, operation.action) || reply.status >= 500) wrong.push(told);
      }
    }
    expect(wrong).toEqual([]);
    expect(operations.length * askers.length, 'cells of the matrix').toBeGreaterThan(1000);
  });

  it('HO39 a HEAD request opens no more than the GET beside it', async () => {
    const wrong: string[] = [];
    for (const operation of operations.filter(({ method }) => method === 'GET'))
      for (const asker of askers) {
        const { status } = await fetch(`${site.edge.url}${filled(operation.at)}`, {
          method: 'HEAD',
          headers: asker.token === null ? {} : { authorization: `Bearer ${asker.token}` },
        });
        const isRefused = status === 401 || status === 403 ? status : null;
        if (isRefused !== refusalFor(asker, operation.action))
          wrong.push(`HEAD ${operation.at} ${asker.is}: ${status}`);
      }
    expect(wrong).toEqual([]);
  });

  it('HO39 whoever has a session may end it, and nobody else is answered there', async () => {
    const end = operations.find(({ name }) => name === 'DELETE /api/v1/session');
    if (end === undefined) throw new Error('a session cannot be ended');
    for (const asker of askers) {
      const isPerson = asker.callers.some((caller) => caller !== 'kiosk');
      const token = isPerson ? await logIn(asker.is) : asker.token;
      expect(refused(await call(end, token)), asker.is).toBe(refusalFor(asker, end.action));
      if (isPerson) expect((await site.ask('GET', '/session', { token: token ?? '' })).status).toBe(401);
    }
  });

  it('HO39 a session opens no kiosk’s socket, a kiosk’s token no board’s, and the board’s opens as the table says', async () => {
    const answerOf = (namespace: string, auth: object): Promise<string> => {
      const socket = io(`${site.edge.url}${namespace}`, {
        auth,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      });
      return new Promise<string>((resolve) => {
        socket.once('connect_error', (error) => resolve(error.message));
        socket.once('connect', () => resolve('connected'));
      }).finally(() => socket.disconnect());
    };
    for (const { is, callers, token } of askers) {
      const given = token === null ? {} : { token };
      const kiosk = callers.includes('kiosk')
        ? 'connected'
        : is === 'a revoked kiosk'
          ? 'revoked'
          : 'unpaired';
      expect(await answerOf('/kiosk', { ...given, protocol: PROTOCOL_VERSION }), is).toBe(kiosk);
      const roles = callers.filter((caller): caller is Role => caller !== 'kiosk' && caller !== 'anyone');
      const board = roles.length === 0 ? 'no-session' : isBlind(roles) ? 'blind' : 'connected';
      expect(await answerOf('/board', given), is).toBe(board);
    }
  });
});
