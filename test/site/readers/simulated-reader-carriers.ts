import { createServer, type Server, type Socket } from 'node:net';

import type { OpenPort } from '#drivers/port/port.ts';

import type { SimulatedReader } from './simulated-reader.ts';

/** A simulated reader on a TCP port of this machine. */
export interface ServedReader {
  /** `tcp://127.0.0.1:port`, for `openReader`. */
  path: string;
  port: number;
  /** The cable is pulled: connections end and nobody can connect. */
  unplug(): Promise<void>;
  /** Back at the same address. */
  plugIn(): Promise<void>;
}

/** Puts `reader` behind TCP; `port` 0 takes a free one. End it with `unplug`. */
export async function serveReader(reader: SimulatedReader, port: number): Promise<ServedReader> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const attachment = reader.attach({ send: (bytes) => void socket.write(bytes), baudRate: () => null });
    socket.on('data', (bytes) => attachment.receive(bytes));
    socket.on('error', () => socket.destroy()); // The host has gone without a word; 'close' follows.
    socket.on('close', () => {
      sockets.delete(socket);
      attachment.detach();
    });
  });
  const listeningPort = await listen(server, port);
  return {
    path: `tcp://127.0.0.1:${listeningPort}`,
    port: listeningPort,
    unplug: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    plugIn: async () => {
      await listen(server, listeningPort);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
      resolve(address.port);
    });
  });
}

/** A line within this process, with a rate like a serial one; for clocks that tests turn by hand. */
export interface MemoryLine {
  openPort: OpenPort;
  unplug(): void;
  plugIn(): void;
}

export function memoryLine(reader: Pick<SimulatedReader, 'attach'>): MemoryLine {
  let isPlugged = true;
  let gone: (() => void) | null = null;
  return {
    openPort: async (path, listener) => {
      await Promise.resolve();
      if (!isPlugged) throw new Error(`No such file or directory, cannot open ${path}`);
      let baudRate = 0;
      const attachment = reader.attach({ send: (bytes) => listener.onData(bytes), baudRate: () => baudRate });
      const end = () => {
        attachment.detach();
        gone = null;
      };
      gone = () => {
        end();
        listener.onGone('disconnected');
      };
      return {
        write: (bytes) => attachment.receive(bytes),
        setBaudRate: (rate) => {
          baudRate = rate;
          return Promise.resolve();
        },
        close: () => {
          end();
          return Promise.resolve();
        },
      };
    },
    unplug: () => {
      isPlugged = false;
      gone?.();
    },
    plugIn: () => {
      isPlugged = true;
    },
  };
}
