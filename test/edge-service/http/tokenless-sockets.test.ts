import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { io } from 'socket.io-client';
import {
  placeOf,
  TOKENLESS_MAX,
  TOKENLESS_MS_MAX,
  WAITING_MAX,
} from '../../../edge-service/http/tokenless-sockets.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

/** Beside the limit, for a busy machine. */
const LATE_MS_MAX = 6000;

/** A WebSocket of engine.io that answers its pings, so that nothing but the want of a token ends it. */
class Line {
  readonly #socket: WebSocket;
  readonly #from = performance.now();
  /** Of the open packet; null: it did not come. */
  opened: number | null = null;
  /** How long it was open; null: it still is, or it waits. */
  lasted: number | null = null;

  constructor(origin: string, first: string | null) {
    this.#socket = new WebSocket(`${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    this.#socket.addEventListener('message', ({ data }) => {
      if (String(data).startsWith('0')) {
        this.opened = performance.now();
        if (first !== null) this.#socket.send(first);
      }
      if (data === '2') this.#socket.send('3');
    });
    this.#socket.addEventListener('close', () => {
      this.lasted = performance.now() - (this.opened ?? this.#from);
    });
    this.#socket.addEventListener('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.opened !== null && this.lasted === null;
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }
}

describe('connections on which nobody shows a token', () => {
  let site: EdgeSite;
  let lead: string;
  const tcp: TcpSocket[] = [];
  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    await site.open(lead, await site.round(lead));
  });
  afterAll(async () => {
    for (const socket of tcp) socket.destroy();
    await site?.stop();
    site?.remove();
  });

  const silent = (said = ''): TcpSocket => {
    const socket = connect(site.edge.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    if (said !== '') socket.write(said);
    tcp.push(socket);
    return socket;
  };
  const closedAfter = async (socket: TcpSocket): Promise<number> => {
    const from = performance.now();
    await once(socket, 'close');
    return performance.now() - from;
  };

  it('PG51 a socket is closed 10 s after it was opened, whatever it says without a token; one with a token stays', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const lines = [
      null,
      '40',
      '40/kiosk,{"token":"xxxxxxxxxxxxxxxxxxxxxxxx","protocol":1}',
      '40/board,{"token":"xxxxxxxxxxxxxxxxxxxxxxxx"}',
      '40/nothing-here,',
    ].map((first) => new Line(site.edge.url, first));
    const board = new Line(site.edge.url, `40/board,${JSON.stringify({ token: lead })}`);
    await expect
      .poll(() => lines.map((l) => l.lasted !== null), { timeout: 20_000 })
      .toEqual(lines.map(() => true));
    for (const { lasted } of lines) {
      expect(lasted).toBeGreaterThan(TOKENLESS_MS_MAX - 500);
      expect(lasted).toBeLessThan(TOKENLESS_MS_MAX + LATE_MS_MAX);
    }
    expect([kiosk.socket.connected, board.isOpen]).toEqual([true, true]);
    board.close();
  });

  it('PG51 a connection that leaves the namespace its token opened is as one without', async () => {
    const line = new Line(site.edge.url, `40/board,${JSON.stringify({ token: lead })}`);
    await expect.poll(() => line.isOpen).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, TOKENLESS_MS_MAX + 1000));
    expect(line.isOpen).toBe(true);
    line.say('41/board,');
    await expect.poll(() => line.lasted, { timeout: TOKENLESS_MS_MAX + LATE_MS_MAX }).not.toBeNull();
    expect(line.lasted).toBeGreaterThan(2 * TOKENLESS_MS_MAX);
  });

  it('HO51 what is silent, sends half a head, a body that trickles in, or nothing more is closed after 10 s', async () => {
    const host = `host: 127.0.0.1:${site.edge.port}\r\n`;
    const trickling = silent(`GET /api/v1/health HTTP/1.1\r\n${host}`);
    const dripping = setInterval(() => trickling.write('x: y\r\n'), 1000);
    const lasted = await Promise.all(
      [
        silent(),
        trickling,
        silent(`GET /api/v1/health HTTP/1.1\r\n${host}\r\n`),
        silent(
          `POST /api/v1/session HTTP/1.1\r\n${host}content-type: application/json\r\ncontent-length: 60\r\n\r\n{`,
        ),
      ].map(closedAfter),
    );
    clearInterval(dripping);
    for (const ms of lasted) {
      expect(ms).toBeGreaterThan(TOKENLESS_MS_MAX - 500);
      expect(ms).toBeLessThan(TOKENLESS_MS_MAX + LATE_MS_MAX);
    }
  });

  it('HO51 over TLS too, before and after the handshake', async () => {
    const secure = await EdgeSite.start({ tls: true });
    const bare = connect(secure.edge.port, '127.0.0.1');
    const shaken = connectTls({ port: secure.edge.port, host: '127.0.0.1', rejectUnauthorized: false });
    bare.on('error', () => undefined).resume();
    shaken.on('error', () => undefined).resume();
    for (const ms of await Promise.all([bare, shaken].map(closedAfter)))
      expect(ms).toBeLessThan(TOKENLESS_MS_MAX + LATE_MS_MAX);
    await secure.stop();
    secure.remove();
  });

  it('HO52, BN1 one address has 64 sockets without a token, and 64 connections that say nothing; with a token any number', async () => {
    const boards = Array.from({ length: TOKENLESS_MAX + 10 }, () =>
      io(`${site.edge.url}/board`, { transports: ['websocket'], auth: { token: lead }, forceNew: true }),
    );
    await Promise.all(boards.map((board) => once(board as never, 'connect')));
    const lines = Array.from({ length: TOKENLESS_MAX + 30 }, () => new Line(site.edge.url, null));
    const open = (): number => lines.filter(({ isOpen }) => isOpen).length;
    await expect.poll(open).toBe(TOKENLESS_MAX);
    const quiet = Array.from({ length: TOKENLESS_MAX + 20 }, () => silent());
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(open(), 'the others wait').toBe(TOKENLESS_MAX);

    // nobody is locked out by who only holds places: the oldest makes room, and the one that shows a token is let in
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    expect(kiosk.socket.connected).toBe(true);
    await expect
      .poll(() => quiet.filter(({ closed }) => !closed).length, { timeout: 5000 })
      .toBe(TOKENLESS_MAX);
    expect(open()).toBeLessThanOrEqual(TOKENLESS_MAX);
    expect(boards.every(({ connected }) => connected)).toBe(true);
    for (const board of boards) board.disconnect();
    for (const line of lines) line.close();
  });

  it('HO52, BN1 so many wait, one more is refused, and one that waits may be reset', async () => {
    const upgrade = `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: 127.0.0.1:${site.edge.port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    const all = Array.from({ length: TOKENLESS_MAX + WAITING_MAX + 1 }, () => silent(upgrade));
    const refused = new Promise((resolve) => {
      for (const socket of all)
        socket.once('data', (told) => /^HTTP\/1.1 400 /.test(String(told)) && resolve(true));
    });
    expect(await refused).toBe(true);
    for (const socket of all) socket.resetAndDestroy();
    expect((await site.ask('GET', '/health')).status).toBe(200);
  });

  it('HO52 an address of IPv6 counts as its /64, one of IPv4 as itself', () => {
    expect(
      ['127.0.0.1', '::ffff:10.0.0.7', '2001:db8:1:2:3:4:5:6', '2001:0db8:1:2::9', '::1', 'fe80::1%eth0'].map(
        placeOf,
      ),
    ).toEqual([
      '127.0.0.1',
      '10.0.0.7',
      '2001:db8:1:2::/64',
      '2001:db8:1:2::/64',
      '0:0:0:0::/64',
      'fe80:0:0:0::/64',
    ]);
    expect(placeOf('2001:db8:1:3::9')).not.toBe(placeOf('2001:db8:1:2::9'));
  });
});
