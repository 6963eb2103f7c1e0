import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#shared/permissions.ts';
import { problemSchema } from '#shared/contract/http.ts';
import type { RoundId } from '#shared/ids.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';

type Caller = 'nobody' | 'kiosk' | Role;

const ROLE_OF: Record<string, Role> = {
  L: 'site-lead',
  H: 'hr',
  C: 'lab-clerk',
  S: 'station-staff',
  A: 'administrator',
};
const ROLES = Object.values(ROLE_OF);

/** Who may call what, written down here a second time: letters of docs/http.md, `-` nobody need log in, `K` a kiosk's token. */
const ACCESS: Record<string, string> = {
  'GET /health': '-',
  'POST /setup': '-',
  'POST /session': '-',
  'GET /session': 'LHCSA',
  'PATCH /session': 'LHCSA',
  'DELETE /session': 'LHCSA',
  'GET /accounts': 'A',
  'POST /accounts': 'A',
  'PATCH /accounts/{name}': 'A',
  'GET /rounds': 'LHCSA',
  'POST /rounds': 'L',
  'GET /rounds/{id}': 'LHCSA',
  'POST /rounds/{id}/state': 'L',
  'POST /rounds/{id}/recreation': 'L',
  'GET /pairings': 'LA',
  'POST /pairings': 'LA',
  'POST /pairings/redeem': '-',
  'DELETE /pairings/{id}': 'LA',
  'GET /installs': 'LHAS',
  'GET /unfiled': 'L',
  'GET /journal-claims': 'LHA',
  'POST /journal-claims/{install}/{pairing}': 'L',
  'GET /edge-clock': 'LHA',
  'GET /openings': 'LA',
  'GET /openings.xlsx': 'LA',
  'GET /openings.csv': 'LA',
  'GET /restore-losses': 'LHA',
  'POST /restore-losses/{loss}/acknowledgement': 'L',
  'GET /rounds/{id}/ladder': 'LHA',
  'GET /rounds/{id}/stations': 'LHA',
  'GET /rounds/{id}/tubes': 'LHA',
  'GET /rounds/{id}/tubes/{opened}/people': 'LH',
  'POST /people/search': 'LH',
  'POST /rounds/{id}/tubes/{opened}/corrections': 'L',
  'GET /rounds/{id}/discrepancies': 'LHA',
  'POST /rounds/{id}/discrepancies/decision': 'L',
  'POST /rounds/{id}/discrepancies/{discrepancy}/decision': 'L',
  'PUT /rounds/{id}/roster': 'LH',
  'PUT /rounds/{id}/lab-counts': 'LC',
  'GET /rounds/{id}/lab-counts': 'LHC',
  'GET /rounds/{id}/lab-counts/entries': 'LC',
  'POST /rounds/{id}/lab-counts/entries': 'LC',
  'DELETE /rounds/{id}/lab-counts/entries': 'LC',
  'POST /rounds/{id}/lab-counts/complete': 'LC',
  'POST /rounds/{id}/voids': 'LH',
  'POST /rounds/{id}/excuses': 'LH',
  'DELETE /rounds/{id}/excuses/{event}': 'LH',
  'POST /rounds/{id}/links': 'LH',
  'DELETE /rounds/{id}/links/{event}': 'LH',
  'GET /rounds/{id}/links': 'LH',
  'GET /rounds/{id}/walk-ins': 'LH',
  'POST /rounds/{id}/walk-ins': 'LH',
  'POST /rounds/{id}/identities': 'LH',
  'POST /rounds/{id}/links/{event}/decision': 'LH',
  'POST /rounds/{id}/filings': 'L',
  'POST /rounds/{id}/exceptions': 'L',
  'GET /rounds/{id}/quarantine': 'LHA',
  'POST /rounds/{id}/quarantine/{event}': 'L',
  'GET /rounds/{id}/forks': 'LHA',
  'POST /rounds/{id}/forks/{install}': 'L',
  'GET /rounds/{id}/roster/history': 'LH',
  'GET /rounds/{id}/roster': 'LH',
  'POST /rounds/{id}/roster/people': 'LH',
  'GET /rounds/{id}/missing': 'LHS',
  'GET /rounds/{id}/missing.xlsx': 'LH',
  'GET /rounds/{id}/missing.csv': 'LH',
  'GET /rounds/{id}/headcount.xlsx': 'LH',
  'GET /rounds/{id}/headcount.csv': 'LH',
  'GET /rounds/{id}/report.xlsx': 'LH',
  'GET /rounds/{id}/reconciliation.xlsx': 'LHA',
  'GET /roster-keys/{hash}': 'LAK',
};

let site: EdgeSite;
let lead: string;
let round: RoundId;
let described: string[];
const tokens = new Map<Caller, string>();

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead);
  await site.open(lead, round);
  for (const role of ROLES) tokens.set(role, await site.person(lead, { name: role, roles: [role] }));
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  tokens.set('kiosk', String((kiosk.socket.auth as { token: unknown }).token));
  const { json } = await site.ask('GET', '/api/openapi.json');
  described = Object.entries(json.paths as Record<string, object>).flatMap(([at, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${at.replace('/api/v1', '')}`),
  );
});
afterAll(async () => {
  await site.stop();
  site.remove();
});

/** A path with every parameter filled in; what it names need not exist. */
function filled(at: string, values: Record<string, string> = {}): string {
  const known: Record<string, string> = {
    id: at.startsWith('/rounds') ? round : randomUUID(),
    opened: `${randomUUID()}:1`,
    event: `${randomUUID()}:1`,
    install: randomUUID(),
    discrepancy: 'tube',
    name: 'nobody-here',
    hash: '0'.repeat(64),
    ...values,
  };
  return at.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(known[name] ?? 'x'));
}

const split = (route: string): [string, string] => route.split(' ') as [string, string];
const call = (route: string, at: string, token: string | null, more: object = {}): Promise<Reply> =>
  site.ask(split(route)[0], at, { ...(token === null ? {} : { token }), ...more });

/** Neither refused for want of a role nor anything but the contract's answers. */
const letIn = ({ status }: Reply): boolean => status !== 401 && status !== 403;

describe('hostile HTTP', () => {
  it('HO11 the table names every route that is served, and no other', () => {
    expect(described.toSorted()).toEqual(Object.keys(ACCESS).toSorted());
  });

  it('HO11 every route lets in whom the table names and nobody else', async () => {
    const wrong: string[] = [];
    for (const [route, who] of Object.entries(ACCESS)) {
      const open = who === '-';
      const allowed = new Set<Caller>(
        Array.from(who, (letter) => (letter === 'K' ? 'kiosk' : (ROLE_OF[letter] ?? 'nobody'))),
      );
      if (open || route === 'DELETE /session') continue;
      for (const caller of ['nobody', 'kiosk', ...ROLES] as Caller[]) {
        const reply = await call(route, filled(split(route)[1]), tokens.get(caller) ?? null);
        if (letIn(reply) !== allowed.has(caller)) wrong.push(`${route} ${caller}: ${reply.status}`);
        if (reply.status >= 500) wrong.push(`${route} ${caller}: ${reply.status}`);
        if (!letIn(reply)) problemSchema.parse(reply.json);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('HO11 the board’s socket lets in whoever sees numbers, and the opening code goes to two roles', async () => {
    const told: Record<string, string> = {};
    for (const caller of ['nobody', 'kiosk', ...ROLES] as Caller[]) {
      const token = tokens.get(caller);
      const socket = io(`${site.edge.url}/board`, {
        ...(token === undefined ? {} : { auth: { token } }),
        transports: ['websocket'],
        reconnection: false,
      });
      told[caller] = await new Promise<string>((resolve) => {
        socket.once('connect_error', (error) => resolve(error.message));
        socket.once('connect', () => resolve('connected'));
      });
      socket.disconnect();
      const { json } = await call('GET /rounds/{id}', `/rounds/${round}`, token ?? null);
      if (json.id === round) told[caller] += json.openingCode === null ? '' : ', opening code';
    }
    expect(told).toEqual({
      nobody: 'no-session',
      kiosk: 'no-session',
      'site-lead': 'connected, opening code',
      hr: 'connected',
      'lab-clerk': 'blind',
      'station-staff': 'blind',
      administrator: 'connected, opening code',
    });
  });

  it('HO11 a missing, old, forged or foreign token opens nothing, in whichever way it comes', async () => {
    const gone = await site.person(lead, { name: '走了的人', roles: ['site-lead'] });
    await site.ask('DELETE', '/session', { token: gone });
    const forged = `${lead.slice(0, -1)}${lead.endsWith('A') ? 'B' : 'A'}`;
    const headers = [
      {},
      { authorization: 'Bearer' },
      { authorization: `Bearer ${gone}` },
      { authorization: `Bearer ${forged}` },
      { authorization: `Bearer ${lead} ${lead}` },
      { authorization: `Basic ${lead}` },
      { authorization: `Bearer ${'x'.repeat(8000)}` },
      { cookie: `muster=${gone}` },
      { cookie: `muster=${forged}` },
      { cookie: 'muster=%00%ff; muster=' },
      { cookie: `other=${lead}` },
      { authorization: `Bearer ${String(tokens.get('kiosk'))}` },
    ];
    for (const given of headers) {
      const reply = await site.ask('GET', `/rounds/${round}/ladder`, { headers: given });
      expect([reply.status, reply.json.code], JSON.stringify(given).slice(0, 60)).toEqual([
        401,
        'no-session',
      ]);
    }
    for (const origin of ['http://evil.example', 'null', `${site.edge.url}.evil.example`, 'file://']) {
      const reply = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead, headers: { origin } });
      expect([reply.status, reply.json.code], origin).toEqual([403, 'foreign-origin']);
    }
  });

  it('HO12 ids that are paths, other things or unknown are refused by name on every route', async () => {
    const ids = [
      '../../../etc/passwd',
      '..',
      '%2e%2e%2f',
      '__proto__',
      "' OR 1=1 --",
      '\0',
      'x'.repeat(5000),
      `${round} `,
      round.toUpperCase(),
      '😀',
    ];
    for (const route of Object.keys(ACCESS).filter((r) => r.includes('{'))) {
      const [, at] = split(route);
      for (const id of ids) {
        const names = Array.from(at.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
        const path = filled(at, Object.fromEntries(names.map((name) => [name, id])));
        const reply = await call(route, path, lead, route.startsWith('GET') ? {} : { json: {} });
        expect([400, 404, 415], `${route} ${id.slice(0, 20)}: ${reply.status}`).toContain(reply.status);
        problemSchema.parse(reply.json);
      }
      if (!at.startsWith('/rounds/{id}')) continue;
      const unknown = await call(
        route,
        filled(at, { id: randomUUID() }),
        lead,
        route.startsWith('GET') ? {} : { json: {} },
      );
      expect([400, 404, 415], `${route} of no round`).toContain(unknown.status);
    }
  });

  it('HO12 bodies that are bombs, of wrong types or of other things are refused by name on every route', async () => {
    const deep = (n: number): string => '['.repeat(n) + ']'.repeat(n);
    const bodies: (string | Uint8Array)[] = [
      '',
      'null',
      '[]',
      '"x"',
      '1e999',
      '{',
      '{"__proto__":{"admin":true}}',
      '{"constructor":{"prototype":{"x":1}}}',
      deep(200_000),
      `{"name":${deep(5000)}}`,
      '{"name":{},"password":[],"code":1,"state":null,"station":1e308,"reason":{},"tube":[],"count":"1"}',
      `{"name":"${'x'.repeat(1_000_000)}"}`,
      new Uint8Array([0xff, 0xfe, 0xfd]),
    ];
    for (const route of Object.keys(ACCESS).filter((r) => /^(?:POST|PUT|PATCH)/.test(r)))
      for (const body of bodies) {
        const reply = await call(route, filled(split(route)[1]), lead, { body, type: 'application/json' });
        const what = `${route} ${String(body).slice(0, 30)}: ${reply.status}`;
        expect([400, 401, 403, 404, 409, 413, 415, 422, 429], what).toContain(reply.status);
        problemSchema.parse(reply.json);
      }
    const huge = await site
      .ask('POST', '/rounds', { token: lead, body: ' '.repeat(9_000_000), type: 'application/json' })
      .catch(() => null);
    if (huge !== null) expect(huge.status).toBe(413);
    expect((await site.ask('GET', '/health')).status).toBe(200);
  });

  it('HO12 an account with the longest name can be changed', async () => {
    const name = '长'.repeat(40);
    await site.person(lead, { name, roles: ['hr'] });
    const at = `/accounts/${encodeURIComponent(name)}`;
    expect((await site.ask('PATCH', at, { token: lead, json: { disabled: true } })).status).toBe(200);
  });

  it('HO12 of changes of state that race one wins, and the others are told', async () => {
    const raced = await site.round(lead);
    const replies = await Promise.all(
      Array.from({ length: 8 }, () =>
        site.ask('POST', `/rounds/${raced}/state`, { token: lead, json: { state: 'open' } }),
      ),
    );
    expect(replies.filter((r) => r.status === 200)).toHaveLength(1);
    for (const reply of replies.filter((r) => r.status !== 200)) expect(reply.json.code).toBe('round-state');
  });

  it('HO12 a pairing secret, a set-up code and a password cannot be guessed or used twice', async () => {
    const { secret } = (await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } })).json as {
      secret: string;
    };
    const redeem = (given: string) =>
      site.ask('POST', '/pairings/redeem', { json: { secret: given, device: 'x' } });
    const twice = await Promise.all([redeem(secret), redeem(secret), redeem(secret)]);
    expect(twice.map((r) => r.status).filter((status) => status === 200)).toHaveLength(1);
    const spoiled = (await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } })).json as {
      secret: string;
    };
    for (let i = 0; i < 12; i++) expect([403, 429]).toContain((await redeem(String(10_000_000 + i))).status);
    expect([403, 429]).toContain((await redeem(spoiled.secret)).status);
    const setUp = { code: site.edge.setupCode, name: '第二人', password: 'four words are long' };
    expect((await site.ask('POST', '/setup', { json: setUp })).json.code).toBe('already-set-up');
    const tries = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        site.ask('POST', '/session', { json: { name: 'hr', password: `wrong ${i}` } }),
      ),
    );
    expect(new Set(tries.map((r) => r.status))).toEqual(new Set([401, 429]));
    expect(tries.filter((r) => r.status === 401).length, 'tries that were looked at').toBeLessThanOrEqual(10);
    const right = await site.ask('POST', '/session', { json: { name: 'hr', password: 'hr has a password' } });
    expect(right.status).toBe(429);
  });
});
