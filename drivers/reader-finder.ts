import type { Cancel, Clock } from '#shared/clock.ts';

import type { DeviceLists, Seen } from './device-lists.ts';
import { type Candidate, candidatesOf } from './reader-candidates.ts';
import { MAKERS_SERVICES } from './reader-models.ts';

export interface FinderTimings {
  /** Between two looks after something changed; the HID list may not be asked more often (node-hid#272). */
  lookGapMsMin: number;
  /** Between two looks while nothing changes: a reader plugged in must be on the screen before somebody doubts. */
  lookGapMsMax: number;
  /** A list that fails is asked again after twice as long each time, up to here: a missing program stays missing. */
  failedGapMsMax: number;
  /** Between two knocks at the makers' services: they may write down every connection. */
  serviceGapMs: number;
  /** A list that says nothing for so long is left alone; it is asked again only when it has answered. */
  listMsMax: number;
}

/** For real machines. */
export const FINDER_TIMINGS: FinderTimings = {
  lookGapMsMin: 1_000,
  lookGapMsMax: 2_000,
  failedGapMsMax: 30_000,
  serviceGapMs: 10_000,
  listMsMax: 10_000,
};

export interface FinderOptions {
  lists: DeviceLists;
  clock: Clock;
  timings: FinderTimings;
  /** What is there now; told when it differs from the last time. */
  onCandidates: (candidates: readonly Candidate[]) => void;
  /** A list that fails, in words; told once until it answers again. */
  onTrouble: (words: string) => void;
}

export interface ReaderFinder {
  /** Looks as soon as may be, at the services and at lists that failed too. */
  look(): void;
  close(): void;
}

type ListName = keyof Seen;

/** One list of the system and how it does. */
interface ListState {
  asking: boolean;
  failures: number;
  /** Not before; on the monotonic clock. */
  nextAtMs: number;
}

const LIST_NAMES: readonly ListName[] = ['serial', 'hid', 'usb', 'services'];
const SERVICE_ADDRESSES = MAKERS_SERVICES.map(({ at }) => at);

/**
 * Looks again and again at what is plugged in and tells when that changed: there are no hot-plug events to listen for
 * (readers.md 6). It opens no device and writes to none. A list that fails keeps what it said last, so that nothing
 * seems to be unplugged by it.
 */
export function openFinder(options: FinderOptions): ReaderFinder {
  return new Finder(options);
}

class Finder implements ReaderFinder {
  readonly #options: FinderOptions;
  readonly #states: Record<ListName, ListState>;
  #seen: Seen = { serial: [], hid: [], usb: [], services: [] };
  /** As JSON, what was told last; null before the first time. */
  #told: string | null = null;
  #gapMs: number;
  #cancel: Cancel = () => {};
  #closed = false;

  constructor(options: FinderOptions) {
    this.#options = options;
    this.#gapMs = options.timings.lookGapMsMin;
    const fresh = (): ListState => ({ asking: false, failures: 0, nextAtMs: 0 });
    this.#states = { serial: fresh(), hid: fresh(), usb: fresh(), services: fresh() };
    this.look();
  }

  look(): void {
    if (this.#closed) return;
    const { clock, timings } = this.#options;
    this.#gapMs = timings.lookGapMsMin;
    this.#states.services.nextAtMs = clock.monotonic();
    for (const name of LIST_NAMES)
      if (this.#states[name].failures > 0) this.#states[name].nextAtMs = clock.monotonic();
    this.#cancel();
    void this.#round();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  /** Asks every list whose time has come, then tells, then waits. */
  async #round(): Promise<void> {
    const { clock, timings } = this.#options;
    this.#cancel = () => {};
    const nowMs = clock.monotonic();
    const due = LIST_NAMES.filter((name) => {
      const { asking, nextAtMs } = this.#states[name];
      return !asking && nextAtMs <= nowMs;
    });
    await Promise.all(due.map((name) => this.#ask(name)));
    if (this.#closed) return;
    const changed = this.#tell();
    this.#gapMs = changed ? timings.lookGapMsMin : Math.min(2 * this.#gapMs, timings.lookGapMsMax);
    this.#cancel(); // Somebody asked to look meanwhile: one pause for both.
    this.#cancel = clock.timer(this.#gapMs, () => void this.#round());
  }

  /** Asks one list; settles when it has answered, failed, or kept silent for too long. */
  #ask(name: ListName): Promise<void> {
    const { clock, timings } = this.#options;
    const state = this.#states[name];
    state.asking = true;
    return new Promise((resolve) => {
      const cancel = clock.timer(timings.listMsMax, () => {
        this.#failed(name, `no answer in ${timings.listMsMax} ms`);
        resolve();
      });
      void this.#list(name)
        .then(
          (devices) => {
            this.#seen = { ...this.#seen, ...devices };
            state.failures = 0;
            const gapMs = name === 'services' ? timings.serviceGapMs : timings.lookGapMsMin;
            state.nextAtMs = clock.monotonic() + gapMs;
          },
          (error: unknown) => this.#failed(name, error instanceof Error ? error.message : String(error)),
        )
        .finally(() => {
          state.asking = false;
          cancel();
          resolve();
        });
    });
  }

  async #list(name: ListName): Promise<Partial<Seen>> {
    const { lists } = this.#options;
    switch (name) {
      case 'serial':
        return { serial: await lists.serial() };
      case 'usb':
        return { usb: await lists.usb() };
      case 'services':
        return { services: await lists.services(SERVICE_ADDRESSES) };
      case 'hid': {
        const listing = await lists.hid();
        if (listing.outcome === 'unavailable') throw new Error(`${listing.zh} · ${listing.en}`);
        return { hid: listing.devices };
      }
    }
  }

  #failed(name: ListName, words: string): void {
    const { clock, timings, onTrouble } = this.#options;
    const state = this.#states[name];
    state.failures += 1;
    const gapMs = Math.min(timings.lookGapMsMax * 2 ** state.failures, timings.failedGapMsMax);
    state.nextAtMs = clock.monotonic() + gapMs;
    if (state.failures === 1 && !this.#closed) onTrouble(`${name}: ${words}`);
  }

  /** Whether anything was new. */
  #tell(): boolean {
    const { lists, onCandidates } = this.#options;
    const candidates = candidatesOf(this.#seen, lists.opensKeyboards);
    const text = JSON.stringify(candidates);
    if (text === this.#told) return false;
    this.#told = text;
    onCandidates(candidates);
    return true;
  }
}
