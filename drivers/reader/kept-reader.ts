import type { Clock } from '#shared/clock.ts';
import type { Text } from '#shared/language/message.ts';
import { detailOf } from '#shared/language/said-error.ts';

import { Pause } from './pause.ts';
import type { ReaderEvent, ReaderGoneReason } from './reader-event.ts';
import type { ReaderTimings } from './reader-timings.ts';

/** Every kind of reader, whatever its carrier; it begins to tell in the turn after it was opened. */
export interface Reader {
  /** Tells every event from now on; returns what ends it. */
  subscribe(listener: (event: ReaderEvent) => void): () => void;
  /** Stops and frees the port; no event follows. */
  close(): Promise<void>;
}

/** How one connection ended; `worked` when the reader had answered. */
export interface Loss {
  worked: boolean;
  reason: ReaderGoneReason;
  detail: Text;
}

/** One connection from opening to its end. */
export interface Connection {
  /** Settles when everything is closed; rejecting is a fault of the reader's own code, and a loss. */
  lost: Promise<Loss>;
  /** Makes `lost` settle soon. */
  end(): void;
}

export interface KeptReaderOptions {
  connect: (emit: (event: ReaderEvent) => void) => Connection;
  clock: Clock;
  timings: Pick<ReaderTimings, 'reopenDelayMsMin' | 'reopenDelayMsMax'>;
}

/** Connects and keeps connected: what cannot be opened, hangs or is unplugged is tried again without end. */
export function keepReader(options: KeptReaderOptions): Reader {
  return new KeptReader(options);
}

class KeptReader implements Reader {
  readonly #options: KeptReaderOptions;
  readonly #pause: Pause;
  readonly #listeners = new Set<(event: ReaderEvent) => void>();
  readonly #running: Promise<void>;
  #closed = false;
  #connection: Connection | null = null;

  constructor(options: KeptReaderOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock);
    this.#running = this.#keep();
  }

  subscribe(listener: (event: ReaderEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#connection?.end();
    this.#pause.cut();
    return this.#running;
  }

  async #keep(): Promise<void> {
    const { reopenDelayMsMin, reopenDelayMsMax } = this.#options.timings;
    let told: ReaderGoneReason | null = null;
    let delayMs = reopenDelayMsMin;
    // Whoever opened the reader subscribes in the same turn; the first event must not come before that.
    await Promise.resolve();
    while (!this.#closed) {
      const loss = await this.#once();
      this.#connection = null;
      if (this.#closed) return;
      if (loss.worked) {
        told = null;
        delayMs = reopenDelayMsMin;
      }
      if (loss.reason !== told)
        this.#emit({ event: 'reader-gone', reason: loss.reason, detail: loss.detail });
      told = loss.reason;
      await this.#pause.wait(delayMs);
      delayMs = Math.min(2 * delayMs, reopenDelayMsMax);
    }
  }

  /** A connection that throws is lost like any other: it is tried again, and disturbs no other reader. */
  async #once(): Promise<Loss> {
    try {
      this.#connection = this.#options.connect((event) => this.#emit(event));
      return await this.#connection.lost;
    } catch (error) {
      return { worked: false, reason: 'hung', detail: detailOf(error) };
    }
  }

  #emit(event: ReaderEvent): void {
    if (this.#closed) return;
    for (const listener of this.#listeners) listener(event);
  }
}
