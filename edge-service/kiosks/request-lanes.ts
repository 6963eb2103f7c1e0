/** Calls `end` when it is over; must not throw. */
type Turn = (end: () => void) => void;

/** One turn of each kind at a time, in the order of coming; where none is waited for, at once. */
class Lanes {
  /** Turns behind the one in work, by kind; no entry: that lane is empty. */
  readonly #waiting = new Map<string, Turn[]>();

  take(kind: string, turn: Turn): void {
    const waiting = this.#waiting.get(kind);
    if (waiting !== undefined) return void waiting.push(turn);
    this.#waiting.set(kind, []);
    this.#begin(kind, turn);
  }

  #begin(kind: string, turn: Turn): void {
    turn(() => {
      const next = this.#waiting.get(kind)?.shift();
      if (next === undefined) this.#waiting.delete(kind);
      else this.#begin(kind, next);
    });
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
      run: (kind, { ready, work }) => {
        const shareTurn = (end: () => void): void =>
          shared.lanes.take(kind, (endShared) => {
            void work().then(() => {
              endShared();
              end();
            });
          });
        // One that does not take its answers waits in its own lane and keeps no other connection of the pairing waiting.
        own.take(kind, (end) => {
          const wait = ready();
          if (wait === null) shareTurn(end);
          else void wait.then(() => shareTurn(end));
        });
      },
      leave: () => {
        if (--shared.connections === 0) this.#pairings.delete(pairing);
      },
    };
  }
}

export interface ConnectionLanes {
  /** `ready`: null where the connection can take an answer now, else resolves when it can. */
  run(kind: string, request: { ready: () => Promise<void> | null; work: () => Promise<void> }): void;
  leave(): void;
}
