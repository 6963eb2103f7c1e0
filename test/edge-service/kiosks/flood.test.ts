import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { encodeBatch } from '#shared/event/batch.ts';
import { PROTOCOL_VERSION } from '#shared/contract/wire.ts';
import { MESSAGES_MAX, UNANSWERED_MAX } from '../../../edge-service/kiosks/message-flow.ts';
import { CONNECTIONS_MAX } from '../../../edge-service/kiosks/request-lanes.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

describe('one kiosk that sends without pause', () => {
  let site: EdgeSite;
  let lead: string;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    const stations = [1, 2].map((station) => ({ station, stand: 'before' }));
    await site.open(lead, await site.round(lead, { stations }));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await site?.stop();
    site?.remove();
  });

  const headerOf = (kiosk: WireKiosk, first: number) => ({
    install: kiosk.install,
    first,
    head: { sequence: kiosk.head.sequence, hash: bytesToHex(kiosk.head.hash) },
    wallTime: Date.now(),
  });

  it('HO53 of a kiosk that sends all its batches at once, one goes before another kiosk’s batch, or few; all are stored', async () => {
    const flood = await site.kiosk(lead, { station: 2, stand: 'before' });
    const other = await site.kiosk(lead, { station: 1, stand: 'before' });
    const [batches, events] = [400, 40];
    while (flood.head.sequence < batches * events) flood.append('round-ended', {});
    let stored = 0;
    const first = Promise.withResolvers<void>();
    const last = Promise.withResolvers<void>();
    for (let n = 0; n < batches; n++) {
      const from = n * events;
      const bytes = encodeBatch(flood.journal.slice(from, from + events));
      flood.socket.emit('events', headerOf(flood, from + 1), bytes, ({ outcome }: { outcome: string }) => {
        if (outcome === 'stored') stored++;
        if (stored === 1) first.resolve();
        if (stored === batches) last.resolve();
      });
    }
    await first.promise;
    const before = stored;
    other.append('round-ended', {});
    expect(await other.send()).toMatchObject({ outcome: 'stored' });
    expect(stored - before, 'batches of the flood that went before').toBeLessThanOrEqual(batches / 10);
    await last.promise;
  });

  it('HO53, BN1 so many messages are answered at once, and of more so many each second: none is refused or lost', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const status = {
      head: headerOf(kiosk, 1).head,
      pending: 0,
      reader: 'ready',
      readerSince: null,
      openTube: null,
      round: null,
      version: 'test',
      wallTime: Date.now(),
    };
    const ask = async (count: number): Promise<number> => {
      const from = performance.now();
      const replies = await Promise.all(Array.from({ length: count }, () => kiosk.ask('status', status)));
      expect(replies.every((reply) => Object.hasOwn(reply as object, 'edgeTime'))).toBe(true);
      return performance.now() - from;
    };
    expect(MESSAGES_MAX).toBeGreaterThan(10 * UNANSWERED_MAX);
    expect(await ask(UNANSWERED_MAX + 1)).toBeLessThan(5000);
    // what has been read of a message before the rest of it waits is a tenth of all this
    expect(await ask(5 * MESSAGES_MAX)).toBeGreaterThan(2000);
    expect(kiosk.socket.connected).toBe(true);
  });

  it('HO53, BN1 a token has so many connections at once, one more is told busy, and one that ends makes room', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const { token } = kiosk.socket.auth as { token: string };
    const open = (): Promise<string> => {
      const socket = io(`${site.edge.url}/kiosk`, {
        transports: ['websocket'],
        auth: { token, protocol: PROTOCOL_VERSION },
        reconnection: false,
        forceNew: true,
      });
      sockets.push(socket);
      return new Promise((resolve) => {
        socket.once('connect', () => resolve('open'));
        socket.once('connect_error', ({ message }) => resolve(message));
      });
    };
    const outcomes: string[] = [];
    while (outcomes.length < CONNECTIONS_MAX) outcomes.push(await open());
    expect(outcomes).toEqual([...Array.from({ length: CONNECTIONS_MAX - 1 }, () => 'open'), 'busy']);
    kiosk.close();
    await expect.poll(open).toBe('open');
  });
});
