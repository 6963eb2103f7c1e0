import { createServer, type Socket } from 'node:net';

import { portOpener } from '#drivers/rig/open-port.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import type { PortBench } from './port-contract.ts';
import { ptyToTcp } from '../machine/pty.ts';

/** A device behind TCP, as behind a serial-over-LAN box. */
export async function tcpBench(): Promise<PortBench> {
  const device = await farEnd();
  return {
    openPort: portOpener(systemClock),
    path: `tcp://127.0.0.1:${device.port}`,
    send: device.send,
    received: device.received,
    hangUp: device.stop,
    comeBack: device.start,
    dispose: device.stop,
  };
}

/** A device behind a pseudo-terminal, as on a serial line. */
export async function ptyBench(): Promise<PortBench> {
  const device = await farEnd();
  const pty = await ptyToTcp(device.port);
  return {
    openPort: portOpener(systemClock),
    path: pty.host,
    send: device.send,
    received: device.received,
    hangUp: pty.unplug,
    comeBack: pty.plugIn,
    dispose: async () => {
      await pty.dispose();
      await device.stop();
    },
  };
}

/** A TCP server that keeps what it gets and sends to whoever connected last. */
async function farEnd() {
  const received: number[] = [];
  const sockets = new Set<Socket>();
  /** Whoever waits for somebody to connect. */
  const waiting: ((socket: Socket) => void)[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    for (const go of waiting.splice(0)) go(socket);
    socket.on('data', (bytes) => received.push(...bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        const address = server.address();
        if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
        resolve(address.port);
      });
    });
  const port = await listen(0);
  return {
    port,
    received: () => Uint8Array.from(received),
    send: async (frame: Uint8Array) => {
      const last = [...sockets].at(-1);
      const socket = last ?? (await new Promise<Socket>((resolve) => waiting.push(resolve)));
      socket.write(frame);
    },
    start: async () => {
      await listen(port);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
