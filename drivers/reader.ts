import type { Clock } from '#shared/clock.ts';

import { discoverBaudRate } from './baud-discovery.ts';
import type { OpenPort, Port } from './port.ts';
import type { ReaderEvent, ReaderGoneReason } from './reader-event.ts';
import { ReaderSession } from './reader-session.ts';
import type { ReaderTimings } from './reader-timings.ts';
import { SdtLink } from './sdt-link.ts';

export interface ReaderOptions {
  /** `tcp://host:port`, or a serial device. */
  path: string;
  /** `portOpener(clock)` of open-port.ts, or a test's own. */
  openPort: OpenPort;
  clock: Clock;
  /** `READER_TIMINGS` for real readers. */
  timings: ReaderTimings;
}

export interface Reader {
  /** Tells every event from now on; returns what ends it. */
  subscribe(listener: (event: ReaderEvent) => void): () => void;
  /** Stops and frees the port; no event follows. */
  close(): Promise<void>;
}

/** Opens a reader and keeps it: a reader that cannot be opened, hangs or is unplugged is tried again without end. */
export function openReader(options: ReaderOptions): Reader {
  return new KeptReader(options);
}

/** How one connection ended; `worked` when the module had answered. */
interface Loss {
  worked: boolean;
  reason: ReaderGoneReason;
  detail: string;
}

class KeptReader implements Reader {
  readonly #options: ReaderOptions;
  readonly #listeners = new Set<(event: ReaderEvent) => void>();
  readonly #running: Promise<void>;
  #closed = false;
  #baudRate: number | null = null;
  #endConnection: () => void = () => {};
  #wake: () => void = () => {};

  constructor(options: ReaderOptions) {
    this.#options = options;
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
    this.#endConnection();
    this.#wake();
    return this.#running;
  }

  async #keep(): Promise<void> {
    const { reopenDelayMsMin, reopenDelayMsMax } = this.#options.timings;
    let told: ReaderGoneReason | null = null;
    let delayMs = reopenDelayMsMin;
    // Whoever opened the reader subscribes in the same turn; the first event must not come before that.
    await Promise.resolve();
    while (!this.#closed) {
      const loss = await this.#connect();
      if (this.#closed) return;
      if (loss.worked) {
        told = null;
        delayMs = reopenDelayMsMin;
      }
      if (loss.reason !== told)
        this.#emit({ event: 'reader-gone', reason: loss.reason, detail: loss.detail });
      told = loss.reason;
      await this.#pause(delayMs);
      delayMs = Math.min(2 * delayMs, reopenDelayMsMax);
    }
  }

  /** One connection from opening to its end, port closed. */
  async #connect(): Promise<Loss> {
    const { path, openPort, clock, timings } = this.#options;
    let port: Port | null = null;
    const link = new SdtLink({
      clock,
      timings,
      write: (bytes) => port?.write(bytes),
      onDiscarded: ({ reason, bytes }) => this.#emit({ event: 'discarded', reason, bytes }),
    });
    const session = new ReaderSession({ link, clock, timings, emit: (event) => this.#emit(event) });
    this.#endConnection = () => session.end();
    try {
      port = await openPort(path, {
        onData: (bytes) => link.receive(bytes),
        onGone: () => session.end(),
      });
    } catch (error) {
      return { worked: false, reason: 'cannot-open', detail: wordsOf(error) };
    }
    try {
      const discovery = await discoverBaudRate({ port, link }, this.#baudRate, { clock, timings });
      if (discovery.outcome !== 'found') return { worked: false, ...lossOf(discovery.outcome, path) };
      this.#baudRate = discovery.baudRate;
      this.#emit({ event: 'reader-ready', baudRate: discovery.baudRate });
      const end = await session.run();
      return { worked: true, ...lossOf(end === 'hung' ? 'hung' : 'disconnected', path) };
    } finally {
      session.end();
      await port.close();
    }
  }

  #emit(event: ReaderEvent): void {
    if (this.#closed) return;
    for (const listener of this.#listeners) listener(event);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.timer(delayMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function lossOf(reason: Exclude<ReaderGoneReason, 'cannot-open'>, path: string): Omit<Loss, 'worked'> {
  const detail = {
    'no-answer': `nobody answers as an ID-card reader on ${path}`,
    disconnected: `${path} was disconnected`,
    hung: `the reader on ${path} stopped answering`,
  }[reason];
  return { reason, detail };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
