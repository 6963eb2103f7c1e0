import type { Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';
import { message, type Message } from '#shared/language/message.ts';
import { SaidError } from '#shared/language/said-error.ts';
import { TOO_LATE, within } from '#shared/within.ts';

import type { HidBus, HidDevice } from './hid-bus.ts';
import type { OpenPort, Port, PortGoneReason } from './port.ts';

export interface Guard {
  clock: Clock;
  /** In words, what a reader's own code did wrong. */
  onTrouble: (words: string) => void;
}

/**
 * Opening a line takes milliseconds, a box on the LAN up to 3 s; a driver that has lost its device can take for ever,
 * and the reader must then be told gone and tried again.
 */
export const OPEN_MS_MAX = 10_000;
/** Closing, changing a rate and listing: what takes longer is given up, so that the next try can begin. */
export const SETTLE_MS_MAX = 3_000;

/**
 * Keeps one port's trouble to itself: opening, closing and changing the rate end in bounded time whatever the driver
 * does, and a decoder that throws at what came in ends its own connection and nothing else.
 */
export function guardedOpener(openPort: OpenPort, guard: Guard): OpenPort {
  return async (path, listener) => {
    const line = new GuardedLine<Port>(path, guard, (reason) => listener.onGone(reason));
    const port = await line.open(
      openPort(path, {
        onData: (bytes) => line.take(() => listener.onData(bytes)),
        onGone: (reason) => line.gone(reason),
        onDiscarded: (discard) => line.take(() => listener.onDiscarded?.(discard)),
      }),
    );
    const setBaudRate = port.setBaudRate?.bind(port) ?? null;
    return {
      write: (bytes) => line.take(() => port.write(bytes)),
      setBaudRate:
        setBaudRate && ((baudRate) => line.settled(`changing the rate of ${path}`, setBaudRate(baudRate))),
      close: () => line.close(),
    };
  };
}

/** The same for HID devices. */
export function guardedBus(bus: HidBus, guard: Guard): HidBus {
  return {
    list: async () => {
      const listing = await within(guard.clock, SETTLE_MS_MAX, bus.list());
      if (listing !== TOO_LATE) return listing;
      return { outcome: 'unavailable', words: message('reader-gone.hid-silent') };
    },
    open: async (path, listener) => {
      const line = new GuardedLine<HidDevice>(path, guard, (reason) => listener.onGone(reason));
      const device = await line.open(
        bus.open(path, {
          onReport: (report) => line.take(() => listener.onReport(report)),
          onGone: (reason) => line.gone(reason),
        }),
      );
      return {
        write: (reportId, data) => line.take(() => device.write(reportId, data)),
        close: () => line.close(),
      };
    },
  };
}

/** One opening and what comes of it. */
class GuardedLine<T extends { close(): Promise<void> }> {
  readonly #name: string;
  readonly #guard: Guard;
  readonly #onGone: (reason: PortGoneReason) => void;
  #device: T | null = null;
  #over = false;

  constructor(name: string, guard: Guard, onGone: (reason: PortGoneReason) => void) {
    this.#name = name;
    this.#guard = guard;
    this.#onGone = onGone;
  }

  /** The device, or rejects as `opening` does, or after a while; what opens later than that is closed again. */
  async open(opening: Promise<T>): Promise<T> {
    const opened = await within(this.#guard.clock, OPEN_MS_MAX, opening);
    if (opened !== TOO_LATE) {
      this.#device = opened;
      return opened;
    }
    this.#over = true;
    opening.then(
      (late) => this.settled(`closing ${this.#name}`, late.close()),
      () => undefined, // It failed at last: told long ago as what it is now, a device that cannot be opened.
    );
    throw new Error(`${this.#name} did not open in ${OPEN_MS_MAX} ms`);
  }

  /** Runs what a reader does with its bytes; what it throws ends this connection. */
  take(run: () => void): void {
    if (this.#over) return;
    try {
      run();
    } catch (error) {
      this.#guard.onTrouble(`${this.#name}: ${wordsOf(error)}`);
      const device = this.#device;
      if (device !== null) void this.settled(`closing ${this.#name}`, device.close());
      this.gone('error');
    }
  }

  gone(reason: PortGoneReason): void {
    if (this.#over) return;
    this.#over = true;
    this.#onGone(reason);
  }

  close(): Promise<void> {
    this.#over = true;
    return this.#device === null
      ? Promise.resolve()
      : this.settled(`closing ${this.#name}`, this.#device.close());
  }

  /** Settles with `doing`, or after a while; never rejects. */
  async settled(what: string, doing: Promise<void>): Promise<void> {
    try {
      const done = await within(this.#guard.clock, SETTLE_MS_MAX, doing);
      if (done === TOO_LATE) this.#guard.onTrouble(`${what} takes longer than ${SETTLE_MS_MAX} ms`);
    } catch (error) {
      this.#guard.onTrouble(`${what}: ${wordsOf(error)}`);
    }
  }
}

/** As `doing`, but rejects after `ms`, in these words. */
export async function inTime<T>(
  clock: Clock,
  { ms, late }: { ms: number; late: Message },
  doing: Promise<T>,
): Promise<T> {
  const done = await within(clock, ms, doing);
  if (done === TOO_LATE) throw new SaidError(late);
  return done;
}
