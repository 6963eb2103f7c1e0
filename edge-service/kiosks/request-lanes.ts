/** Works one request of each kind after the other, in the order of coming. */
class Lanes {
  readonly #last = new Map<string, Promise<void>>();

  run(kind: string, work: () => Promise<void>): Promise<void> {
    const done = (this.#last.get(kind) ?? Promise.resolve()).then(work);
    this.#last.set(kind, done);
    return done;
  }
}

/** Connections of one pairing at once: the living one and those of it that nobody has missed yet. */
export const CONNECTIONS_MAX = 16;

/**
 * The turns of all kiosks. Of each pairing one batch, one hello, one question of a kind is in work, over however many
 * connections it comes: so a commit holds one batch of each kiosk, and who sends a hundred at once waits for ninety-nine
 * turns, the others for one. `work` must not throw.
 */
export class RequestLanes {
  readonly #pairings = new Map<string, { lanes: Lanes; connections: number }>();

  isFull(pairing: string): boolean {
    return (this.#pairings.get(pairing)?.connections ?? 0) >= CONNECTIONS_MAX;
  }

  /** A connection of this pairing is there; null: it has too many. */
  join(pairing: string): ConnectionLanes | null {
    if (this.isFull(pairing)) return null;
    const shared = this.#pairings.get(pairing) ?? { lanes: new Lanes(), connections: 0 };
    shared.connections++;
    this.#pairings.set(pairing, shared);
    const own = new Lanes();
    return {
      // One that does not take its answers waits in its own lane and keeps no other connection of the pairing waiting.
      run: (kind, { ready, work }) => own.run(kind, () => ready().then(() => shared.lanes.run(kind, work))),
      leave: () => {
        if (--shared.connections === 0) this.#pairings.delete(pairing);
      },
    };
  }
}

export interface ConnectionLanes {
  /** `ready`: resolves when the connection can take an answer. */
  run(kind: string, request: { ready: () => Promise<void>; work: () => Promise<void> }): Promise<void>;
  leave(): void;
}
