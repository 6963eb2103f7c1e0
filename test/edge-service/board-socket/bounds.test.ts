import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOARDS_MAX } from '../../../edge-service/board-socket/board-gateway.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

describe('bounds of boards', () => {
  let site: EdgeSite;
  let token: string;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    site = await EdgeSite.start();
    token = await site.lead();
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await site.stop();
    site.remove();
  });

  async function open(): Promise<string> {
    const socket = io(`${site.edge.url}/board`, {
      transports: ['websocket'],
      auth: { token },
      reconnection: false,
      forceNew: true,
    });
    sockets.push(socket);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve('open'));
      socket.once('connect_error', ({ message }) => resolve(message));
    });
  }

  it('BN1 as many boards as the bound are open at once, one more is told that the edge is busy, and one that closes makes room', async () => {
    const outcomes: string[] = [];
    while (outcomes.length < BOARDS_MAX - 1) outcomes.push(await open());
    expect(new Set(outcomes)).toEqual(new Set(['open']));
    expect([await open(), await open()]).toEqual(['open', 'busy']);
    sockets[0]?.disconnect();
    let last = 'busy';
    // the edge hears of it a moment later
    for (let n = 0; n < 100 && last === 'busy'; n++) last = await open();
    expect(last).toBe('open');
  });
});
