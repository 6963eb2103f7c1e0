import { createConnection } from 'node:net';

import type { Clock } from '#shared/clock.ts';

import type { Port, PortGoneReason, PortListener } from './port.ts';

/** A box on the same LAN answers in milliseconds; one that is switched off must not hold up the next try. */
const CONNECT_TIMEOUT_MS = 3_000;

export interface TcpAddress {
  host: string;
  port: number;
}

/** `tcp://host:port` (IPv6 in brackets) or null for anything else. */
export function parseTcpPath(path: string): TcpAddress | null {
  if (!/^tcp:\/\/[^/?#@]+:[0-9]{1,5}$/.test(path) || !URL.canParse(path)) return null;
  const url = new URL(path);
  const port = Number(url.port);
  return port === 0 ? null : { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** A reader behind a serial-over-LAN box, or a simulated one. */
export function openTcpPort(address: TcpAddress, clock: Clock, listener: PortListener): Promise<Port> {
  return new Promise((resolve, reject) => {
    // Requests are 10 bytes and wait for their reply: Nagle's algorithm would only delay them.
    const socket = createConnection({ ...address, noDelay: true, keepAlive: true });
    let state: 'connecting' | 'open' | 'over' = 'connecting';
    const cancelTimeout = clock.timer(CONNECT_TIMEOUT_MS, () => {
      fail(new Error(`no answer from ${address.host}:${address.port} in ${CONNECT_TIMEOUT_MS} ms`));
    });
    const fail = (error: Error) => {
      if (state !== 'connecting') return;
      state = 'over';
      cancelTimeout();
      socket.destroy();
      reject(error);
    };
    const gone = (reason: PortGoneReason) => {
      if (state !== 'open') return;
      state = 'over';
      socket.destroy();
      listener.onGone(reason);
    };
    socket.on('data', (bytes) => {
      if (state === 'open') listener.onData(bytes);
    });
    socket.on('error', (error) => (state === 'connecting' ? fail(error) : gone('error')));
    socket.on('close', () => gone('disconnected'));
    socket.once('connect', () => {
      if (state !== 'connecting') return;
      state = 'open';
      cancelTimeout();
      resolve({
        write: (bytes) => {
          if (state === 'open') socket.write(bytes);
        },
        setBaudRate: null,
        close: () => closeSocket(),
      });
    });
    const closeSocket = (): Promise<void> => {
      state = 'over';
      if (socket.closed) return Promise.resolve();
      return new Promise((closed) => {
        socket.once('close', () => closed());
        socket.destroy();
      });
    };
  });
}
