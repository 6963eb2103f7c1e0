import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';

/** What a relay does to what passes it. */
interface Meddling {
  /** The version that handshakes name instead of the kiosk's own; null: its own. */
  protocol: number | null;
  /** Batches lose their last byte. */
  cutsBatches: boolean;
}

export interface MeddlingRelay {
  /** `host:port`. */
  address: string;
  meddling: Meddling;
  stop(): Promise<void>;
}

/** Stands on loopback between a kiosk and the edge at `origin`, passes on all messages, and meddles as it is told. */
export async function meddlingRelay(origin: string): Promise<MeddlingRelay> {
  const meddling: Meddling = { protocol: null, cutsBatches: false };
  const server = createServer();
  const relay = new Server(server, { transports: ['websocket'] });
  const kiosks = relay.of('/kiosk');
  kiosks.use((socket, next) => {
    const auth = socket.handshake.auth;
    const named = meddling.protocol === null ? auth : { ...auth, protocol: meddling.protocol };
    const edge = io(`${origin}/kiosk`, {
      transports: ['websocket'],
      auth: named,
      reconnection: false,
      forceNew: true,
    });
    edge.once('connect', () => next());
    edge.once('connect_error', (error) => next(error));
    edge.onAny((event: string, ...given: unknown[]) => void socket.emit(event, ...given));
    edge.on('disconnect', () => socket.disconnect(true));
    socket.on('disconnect', () => edge.disconnect());
    socket.onAny((event: string, ...given: unknown[]) => {
      edge.emit(event, ...given.map((one) => (meddling.cutsBatches ? cut(one) : one)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    meddling,
    stop: async () => {
      for (const socket of kiosks.sockets.values() as Iterable<Socket>) socket.disconnect(true);
      await relay.close();
    },
  };
}

const cut = (given: unknown): unknown => (given instanceof Uint8Array ? given.subarray(0, -1) : given);
