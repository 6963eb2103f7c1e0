import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import { BATCH_BYTES_MAX, SOCKET_MESSAGE_BYTES_MAX } from '#shared/event/batch.ts';
import { EMPTY_HEAD, type Head } from '#shared/event/chain.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { RoundId } from '#shared/ids.ts';
import { countedMessageSchema, PROTOCOL_VERSION, roundsMessageSchema } from '#shared/contract/wire.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const invented = { kind: 'id' as const, number: '11019919751103008X', name: '样·买买提' };
const wire = ({ sequence, hash }: Head): { sequence: number; hash: string } => ({
  sequence,
  hash: bytesToHex(hash),
});

/** What a socket or its engine tells next under this name. */
const once = (
  from: { once(event: string, run: (...told: unknown[]) => void): unknown },
  event: string,
): Promise<unknown[]> => new Promise((resolve) => void from.once(event, (...told) => resolve(told)));

interface OpenPacket {
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
}

describe('a connection as docs/protocol.md tells it', () => {
  let site: EdgeSite;
  let lead: string;
  let older: RoundId;
  let newer: RoundId;
  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    const stations = [1, 2].map((station) => ({ station, stand: 'before' }));
    older = await site.round(lead, { stations });
    newer = await site.round(lead, { stations, tubePattern: { length: 10, prefix: 'SY', check: 'mod10' } });
    for (const round of [older, newer]) await site.open(lead, round);
  });
  afterAll(async () => {
    await site?.stop();
    site?.remove();
  });

  const tokenOf = (kiosk: WireKiosk): string => String((kiosk.socket.auth as { token: unknown }).token);
  const second = (kiosk: WireKiosk): Socket =>
    io(`${site.edge.url}/kiosk`, {
      transports: ['websocket'],
      auth: { token: tokenOf(kiosk), protocol: PROTOCOL_VERSION },
      reconnection: false,
      forceNew: true,
    });
  const helloOf = (kiosk: WireKiosk, counted: object | null): object => ({
    install: kiosk.install,
    head: wire(kiosk.head),
    wallTime: Date.now(),
    edgeHead: null,
    counted,
  });

  it('PG35 behind the welcome come rounds, patterns, and what is counted round by round; a second hello repeats no counted', async () => {
    const before = await site.kiosk(lead, { station: 1, stand: 'before' });
    before.swipe(invented);
    await before.send();
    before.close();
    const socket = second(before);
    await once(socket, 'connect');
    const told: string[] = [];
    const counted = new Map<string, number>();
    socket.onAny((event: string, message: unknown) => {
      if (event !== 'counted') return void told.push(event);
      const batch = countedMessageSchema.parse(message);
      counted.set(batch.round, batch.number);
      told.push(`counted ${batch.round === newer ? 'newer' : 'older'}${batch.full ? ' full' : ''}`);
    });
    const hello = (known: object | null): Promise<string> =>
      new Promise((resolve) => {
        socket.emit('hello', helloOf(before, known), (reply: { outcome: string; epoch: string }) => {
          told.push(reply.outcome);
          resolve(reply.epoch);
        });
      });
    const epoch = await hello(null);
    await expect.poll(() => told.length).toBe(5);
    expect(told).toEqual(['welcome', 'rounds', 'tube-patterns', 'counted newer full', 'counted older full']);
    for (const number of counted.values()) expect(number).toBeGreaterThan(2 ** 32);

    told.length = 0;
    await hello(null);
    // answered in the order asked: whatever a second hello sends has come by now
    await expect.poll(() => told.length).toBe(3);
    await socket.timeout(10_000).emitWithAck('counted-since', { round: newer, number: null });
    await expect.poll(() => told.length).toBe(4);
    expect(told).toEqual(['welcome', 'rounds', 'tube-patterns', 'counted newer full']);
    socket.close();

    const again = second(before);
    await once(again, 'connect');
    const rounds: string[] = [];
    again.on('counted', (message: unknown) => rounds.push(countedMessageSchema.parse(message).round));
    const known = { epoch, round: newer, number: (counted.get(newer) ?? 0) - 1 };
    const told2 = once(again, 'rounds');
    await again.timeout(10_000).emitWithAck('hello', helloOf(before, known));
    expect(roundsMessageSchema.parse((await told2)[0]).rounds.map(({ info }) => info.round)).toEqual([
      newer,
      older,
    ]);
    await expect.poll(() => rounds).toEqual([newer, older]);
    again.close();
  });

  it('PG36 the open packet names ping and size, a message beyond it ends the connection with 1009, a batch beyond its own is refused', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const socket = second(kiosk);
    const [packet] = (await once(socket.io.engine, 'handshake')) as [OpenPacket];
    expect(packet).toMatchObject({
      pingInterval: 10_000,
      pingTimeout: 10_000,
      maxPayload: SOCKET_MESSAGE_BYTES_MAX,
    });
    await once(socket, 'connect');
    const header = { install: kiosk.install, first: 2, head: wire(EMPTY_HEAD), wallTime: Date.now() };
    expect(await kiosk.ask('events', header, new Uint8Array(BATCH_BYTES_MAX + 1))).toMatchObject({
      outcome: 'refused',
      code: 'invalid',
    });
    expect(kiosk.socket.connected).toBe(true);
    const ended = once(socket, 'disconnect');
    socket.emit('events', header, new Uint8Array(SOCKET_MESSAGE_BYTES_MAX + 1), () => {});
    const [, details] = (await ended) as [string, { context: { code: number } }];
    expect(details.context.code).toBe(1009);
  });

  it('PG50 long polling is refused before its body is read, and the connection ends', async () => {
    const polling = '/socket.io/?EIO=4&transport=polling';
    expect((await fetch(`${site.edge.url}${polling}`)).status).toBe(400);
    const post = connect(site.edge.port, '127.0.0.1');
    const told: Buffer[] = [];
    post.on('data', (part: Buffer) => told.push(part));
    const ended = once(post, 'close');
    post.write(
      `POST ${polling} HTTP/1.1\r\nhost: 127.0.0.1:${site.edge.port}\r\ncontent-length: ${SOCKET_MESSAGE_BYTES_MAX}\r\n\r\nx`,
    );
    await ended;
    expect(Buffer.concat(told).toString()).toMatch(/^HTTP\/1.1 400 /);
  });

  it('PG37 a pairing revoked while its kiosk is connected ends the connection, and the next one is refused by that name', async () => {
    const kiosk = await site.kiosk(lead, { station: 2, stand: 'before' });
    kiosk.swipe(invented);
    await kiosk.send();
    const { pairings } = (await site.ask('GET', '/pairings', { token: lead })).json as {
      pairings: { id: string; station: number }[];
    };
    const ended = once(kiosk.socket, 'disconnect');
    const id = pairings.find(({ station }) => station === 2)?.id;
    expect((await site.ask('DELETE', `/pairings/${String(id)}`, { token: lead })).status).toBe(204);
    expect((await ended)[0]).toBe('io server disconnect');
    await expect(kiosk.connect()).rejects.toThrow('revoked');
  });

  it('PG38 a second `installed` is stored as created and takes the place of the first one’s machine', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.append('installed', { device: 'another name', parent: null });
    expect(await kiosk.send()).toMatchObject({
      outcome: 'stored',
      items: [{ from: 1, to: 2, outcome: 'created' }],
    });
    const { installs } = (await site.ask('GET', '/installs', { token: lead })).json as {
      installs: { id: string; device: string }[];
    };
    expect(installs.find(({ id }) => id === kiosk.install)?.device).toBe('another name');
  });
});
