import type { Socket } from 'socket.io';
import type { Cancel, Clock } from '#shared/clock.ts';

type Connection = Socket['conn'];

/**
 * What one connection may send at once, and each second again: a message counts one, and one more for each KiB of text or
 * 32 KiB of bytes. A kiosk that sends a swipe as soon as the last is acknowledged sends a few hundred messages a second.
 */
export const MESSAGES_MAX = 1000;
const TEXT_BYTES = 1024;
const BINARY_BYTES = 32 * 1024;
/** Requests of one connection that wait for their answer; beyond it nothing more of it is read. A kiosk of ours has five. */
export const UNANSWERED_MAX = 32;
/** Messages that a connection has not taken yet; beyond it none of its requests is begun. */
const UNREAD_MAX = 64;

/** What engine.io's transport wraps: a `ws` socket. */
interface WebSocketParts {
  on(event: 'message', run: (data: { length: number }, isBinary: boolean) => void): void;
  pause(): void;
  resume(): void;
}

/**
 * Reads one connection no faster than it may send: who sends more is not refused, its bytes wait with the sender (TCP holds
 * it up), and the others are read meanwhile.
 */
export class MessageFlow {
  readonly #connection: Connection;
  readonly #socket: WebSocketParts | null;
  readonly #clock: Clock;
  /** Of what it may send, used up by now; falls with time. */
  #spent = 0;
  #at: number;
  #resting: Cancel | null = null;
  #unanswered = 0;
  #isPaused = false;
  #isClosed = false;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#at = clock.monotonic();
    this.#socket = (connection.transport as unknown as { socket?: WebSocketParts }).socket ?? null;
    this.#socket?.on('message', ({ length }, isBinary) => {
      this.#spend(1 + length / (isBinary ? BINARY_BYTES : TEXT_BYTES));
    });
    connection.once('close', () => {
      this.#isClosed = true;
      this.#resting?.();
      this.#resting = null;
      this.#readOrNot(); // what is left is read to its end, so that the socket can go
    });
  }

  /** A request of it waits for its answer; call what is returned once it has it. */
  unanswered(): () => void {
    this.#unanswered++;
    this.#readOrNot();
    return () => {
      this.#unanswered--;
      this.#readOrNot();
    };
  }

  /** Null where the other side takes what it is sent or has gone; else resolves once that is so. */
  taken(): Promise<void> | null {
    return this.#isBehind() ? this.#caughtUp() : null;
  }

  #isBehind(): boolean {
    return !this.#isClosed && this.#waitingOut() > UNREAD_MAX;
  }

  async #caughtUp(): Promise<void> {
    while (this.#isBehind())
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#connection.off('drain', done).off('close', done);
          resolve();
        };
        this.#connection.once('drain', done).once('close', done);
      });
  }

  /** Packets that engine.io keeps because the socket takes no more. */
  #waitingOut(): number {
    return (this.#connection as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
  }

  #spend(cost: number): void {
    const now = this.#clock.monotonic();
    this.#spent = Math.max(0, this.#spent - ((now - this.#at) / 1000) * MESSAGES_MAX) + cost;
    this.#at = now;
    const over = this.#spent - MESSAGES_MAX;
    if (over <= 0 || this.#isClosed) return;
    this.#resting?.();
    this.#resting = this.#clock.timer(Math.ceil((over / MESSAGES_MAX) * 1000), () => {
      this.#resting = null;
      this.#readOrNot();
    });
    this.#readOrNot();
  }

  #readOrNot(): void {
    const pause = !this.#isClosed && (this.#resting !== null || this.#unanswered > UNANSWERED_MAX);
    if (pause === this.#isPaused) return;
    this.#isPaused = pause;
    if (pause) this.#socket?.pause();
    else this.#socket?.resume();
  }
}
