import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { edgeArguments } from '../../support/edge/hostile-site.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

let directory: string;
let sockets: Socket[] = [];
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'muster-told-to-end-'));
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HALF_A_REQUEST = 'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\nhalf';

/** One connection that says nothing and one that stops in the middle of its request, both held open by this side. */
async function hold(port: number): Promise<void> {
  for (const words of ['', HALF_A_REQUEST]) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    socket.on('error', () => {}).on('data', () => {});
    await once(socket, 'connect');
    socket.write(words);
  }
}

describe('told to end', () => {
  it('HO18 an edge ends whatever connections are open to it', async () => {
    const edge = new WatchedProcess('edge-service/main.ts', edgeArguments(path.join(directory, 'edge')));
    const [, port] = await edge.says(/the edge is ready: http:\/\/[^\s:]+:(\d+)/);
    await hold(Number(port));
    expect(await edge.stop('SIGTERM')).toBe(0);
  });

  it('HO18 an edge ends whatever connections have not shaken hands yet', async () => {
    const site = await EdgeSite.start({ tls: true });
    await hold(site.edge.port);
    const told = Date.now();
    await site.stop();
    // Node itself ends a handshake that never comes after two minutes.
    expect(Date.now() - told).toBeLessThan(30_000);
  });

  it('HO18 the page of a kiosk ends whatever connections are open to it', async () => {
    const kiosk = new WatchedProcess('kiosk/browser/main.ts', [`--data=${path.join(directory, 'kiosk')}`]);
    const [, port] = await kiosk.says(/http:\/\/127\.0\.0\.1:(\d+)/);
    await hold(Number(port));
    expect(await kiosk.stop('SIGTERM')).toBe(0);
  });
});
