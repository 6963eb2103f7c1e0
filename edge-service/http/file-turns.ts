import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import type { Cancel, Clock } from '#shared/clock.ts';

/** A file that is longer by little is read, so that its reader says by how much. */
export const FILE_BODY_BYTES_MAX = FILE_BYTES_MAX + 1024;
/** Of all files together that lie in memory, from the first byte until their reader is through: two of the largest. */
export const FILE_BYTES_HELD_MAX = 2 * FILE_BODY_BYTES_MAX;
/** Files whose requests wait without being read. */
export const FILES_WAITING_MAX = 8;
/** A large file takes two or three seconds: what has waited so long is better sent again than kept. Below the time of a whole request. */
export const FILE_WAIT_MS_MAX = 20_000;

/** Gives back what a file took; more than once is once. */
export type EndTurn = () => void;

interface Waiting {
  bytes: number;
  begin: (end: EndTurn) => void;
}

/** Who of the files that come at once is read now; the others wait unread, in the order they came. */
export class FileTurns {
  readonly #clock: Clock;
  #held = 0;
  readonly #waiting: Waiting[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves once there is room for `bytes`; with null when too many wait, it takes too long, or `gone` says that nobody waits
   * for it any more.
   */
  turn(bytes: number, gone: AbortSignal): Promise<EndTurn | null> {
    const room = Math.min(bytes, FILE_BYTES_HELD_MAX);
    if (gone.aborted) return Promise.resolve(null);
    if (this.#waiting.length === 0 && this.#fits(room)) return Promise.resolve(this.#begin(room));
    if (this.#waiting.length >= FILES_WAITING_MAX) return Promise.resolve(null);
    return new Promise((resolve) => {
      const ended = (): void => {
        this.#leave(waiting);
        settle(null);
      };
      const cancel: Cancel = this.#clock.timer(FILE_WAIT_MS_MAX, ended);
      const settle = (end: EndTurn | null): void => {
        cancel();
        gone.removeEventListener('abort', ended);
        resolve(end);
      };
      const waiting: Waiting = { bytes: room, begin: settle };
      gone.addEventListener('abort', ended);
      this.#waiting.push(waiting);
    });
  }

  #fits(bytes: number): boolean {
    return this.#held + bytes <= FILE_BYTES_HELD_MAX;
  }

  #begin(bytes: number): EndTurn {
    let ended = false;
    this.#held += bytes;
    return () => {
      if (ended) return;
      ended = true;
      this.#held -= bytes;
      this.#next();
    };
  }

  #leave(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#next();
  }

  #next(): void {
    for (let [first] = this.#waiting; first && this.#fits(first.bytes); [first] = this.#waiting) {
      this.#waiting.shift();
      first.begin(this.#begin(first.bytes));
    }
  }
}
