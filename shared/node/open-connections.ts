import type { Server, Socket } from 'node:net';

/**
 * Every connection of a server from its first byte on. `server.close()` waits for all of them, and Node's HTTP server knows
 * only those that have sent a request or, under TLS, have shaken hands: browsers open some in advance that never do.
 * Call it before the server listens.
 */
export class OpenConnections {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Ends all of them at once; what was under way on them is lost to the other side. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
