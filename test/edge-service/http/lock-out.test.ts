import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAIRING_TRIES_MAX, PAIRING_TRIES_PER_ADDRESS_MAX } from '../../../edge-service/access/secrets.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

let site: EdgeSite;
let lead: string;
beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
});
afterAll(async () => {
  await site.stop();
  site.remove();
});

/** A POST from an address of this machine's loopback network, as from another machine. Returns status and code. */
async function post(from: string, at: string, json: object): Promise<string> {
  const body = JSON.stringify(json);
  const asked = request(`${site.edge.url}/api/v1${at}`, {
    method: 'POST',
    localAddress: from,
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  const said = JSON.parse(Buffer.concat(parts).toString('utf8')) as { code?: string };
  return said.code ?? String(answer.statusCode);
}

const logIn = (from: string, name: string, password: string): Promise<string> =>
  post(from, '/session', { name, password });
const redeem = (from: string, secret: string): Promise<string> =>
  post(from, '/pairings/redeem', { secret, device: 'x' });
const newSecret = async (): Promise<string> =>
  (await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } })).json.secret as string;

describe('nobody is locked out', () => {
  it('AC19 ten wrong passwords from another address lock that address out, not the name’s own', async () => {
    const [name, password] = ['被猜的人', '被猜的人 has a password'];
    await site.person(lead, { name, roles: ['hr'] });
    for (let n = 0; n < 10; n++) expect(await logIn('127.0.0.2', name, `wrong ${n}`)).toBe('wrong-login');
    expect(await logIn('127.0.0.2', name, password)).toBe('too-many-tries');
    expect(await logIn('127.0.0.1', name, password)).toBe('200');
    expect(await logIn('127.0.0.3', name, password), 'nor one that has never logged in').toBe('200');
  });

  it('AC19 of guesses from many addresses a hundred are looked at, and the name’s own address stays allowed, also by an edge started again', async () => {
    const [name, password] = ['众人猜的人', '众人猜的人 has a password'];
    await site.person(lead, { name, roles: ['hr'] });
    await site.stop();
    site = await EdgeSite.start({ dir: site.dir });
    const guesses = Array.from({ length: 200 }, (_, n) =>
      logIn(`127.1.${Math.floor(n / 10)}.1`, name, `wrong ${n}`),
    );
    const told = await Promise.all(guesses);
    expect(told.filter((code) => code === 'wrong-login')).toHaveLength(100);
    expect(told.filter((code) => code === 'too-many-tries')).toHaveLength(100);
    expect(await logIn('127.0.0.9', name, password), 'a strange address has to wait').toBe('too-many-tries');
    expect(await logIn('127.0.0.1', name, password)).toBe('200');
  });

  it('AC20 five wrong pairing secrets from one address spoil nothing for another, and a new pairing gives new tries', async () => {
    const secret = await newSecret();
    for (let n = 0; n < 20; n++)
      expect(await redeem('127.0.0.2', String(10_000_000 + n))).toBe(
        n < PAIRING_TRIES_PER_ADDRESS_MAX ? 'pairing-secret' : 'too-many-tries',
      );
    expect(await redeem('127.0.0.2', secret)).toBe('too-many-tries');
    expect(await redeem('127.0.0.3', secret)).toBe('200');
    expect(await redeem('127.0.0.2', await newSecret()), 'a person who mistyped').toBe('200');
  });

  it('AC20 a thousand wrong secrets at once from one address count as a thousand, and from many end every open pairing', async () => {
    const secret = await newSecret();
    const guess = (from: (n: number) => string, n: number): Promise<string> =>
      redeem(from(n), String(20_000_000 + n));
    const alone = await Promise.all(Array.from({ length: 1000 }, (_, n) => guess(() => '127.0.0.2', n)));
    expect(alone.filter((code) => code === 'pairing-secret')).toHaveLength(PAIRING_TRIES_PER_ADDRESS_MAX);
    const many = await Promise.all(
      Array.from({ length: PAIRING_TRIES_MAX }, (_, n) => guess(() => `127.2.${Math.floor(n / 5)}.1`, n)),
    );
    expect(new Set(many)).toEqual(new Set(['pairing-secret']));
    expect(await redeem('127.0.0.3', secret)).toBe('pairing-secret');
  });
});

describe('the board’s socket at its account’s end', () => {
  const ends: [what: string, end: (name: string, token: string) => Promise<unknown>][] = [
    ['log-out', (_, token) => site.ask('DELETE', '/session', { token })],
    ['a new password', (name) => change(name, { password: 'another password' })],
    ['other roles', (name) => change(name, { roles: ['lab-clerk'] })],
    ['disabling', (name) => change(name, { disabled: true })],
  ];
  const change = (name: string, json: object): Promise<unknown> =>
    site.ask('PATCH', `/accounts/${encodeURIComponent(name)}`, { token: lead, json });
  const open = async (token: string): Promise<Socket> => {
    const socket = io(`${site.edge.url}/board`, {
      transports: ['websocket'],
      auth: { token },
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve) => void socket.once('connect', resolve));
    return socket;
  };

  it.each(ends)('AC21 an open socket is closed within a second of %s, and no other is', async (what, end) => {
    const name = `看板 ${what}`;
    const token = await site.person(lead, { name, roles: ['hr'] });
    const [ended, other] = [await open(token), await open(lead)];
    const closed = new Promise((resolve) => void ended.once('disconnect', resolve));
    await end(name, token);
    const at = performance.now();
    await closed;
    expect(performance.now() - at).toBeLessThan(1000);
    expect(other.connected).toBe(true);
    other.disconnect();
  });

  it('AC21 log-ins with a password that is being changed leave no session', async () => {
    const name = '改密码的人';
    await site.person(lead, { name, roles: ['hr'] });
    const changed = change(name, { password: 'another password' });
    const json = { name, password: `${name} has a password` };
    const raced = await Promise.all(Array.from({ length: 8 }, () => site.ask('POST', '/session', { json })));
    await changed;
    for (const { json: said } of raced)
      if (said.token !== undefined)
        expect((await site.ask('GET', '/session', { token: said.token as string })).status).toBe(401);
    const opened = await logIn('127.0.0.1', name, 'another password');
    expect(opened).toBe('200');
  });
});
