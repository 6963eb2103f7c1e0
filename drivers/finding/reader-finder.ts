import type { Cancel, Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';
import { SaidError } from '#shared/language/said-error.ts';

import type { DeviceLists, Seen } from './device-lists.ts';
import { type Candidate, candidatesOf } from './reader-candidates.ts';

export interface FinderTimings {
  /** Between two looks after something changed; the HID list may not be asked more often (node-hid#272). */
  lookGapMsMin: number;
  /** Between two looks while nothing changes: a reader plugged in must be on the screen before somebody doubts. */
  lookGapMsMax: number;
  /** A list that fails is asked again after twice as long each time, up to here: a missing program stays missing. */
  failedGapMsMax: number;
  /** Between two knocks at the makers' services that were found: they may write down every connection. */
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
  /** Addresses of makers' services that may be asked: those no reader uses. */
  askable: () => readonly string[];
}

export interface ReaderFinder {
  /** For a person: looks as soon as may be, at lists that failed too, and asks the makers' services whether they are there. */
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

const DEVICE_LISTS = ['serial', 'hid', 'usb'] as const satisfies ListName[];

/**
 * Looks again and again at what is plugged in and tells when that changed: there are no hot-plug events to listen for
 * (reader-protocols.md 6). It opens no device and writes to none. A list that fails keeps what it said last, so that nothing
 * seems to be unplugged by it. That something listens at a service's port says nothing (9000 is anybody's), so services
 * are found only when a person looks; afterwards listening tells when one is gone.
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
  /** A person wants the services to be asked. */
  #asksServices = false;

  constructor(options: FinderOptions) {
    this.#options = options;
    this.#gapMs = options.timings.lookGapMsMin;
    const fresh = (): ListState => ({ asking: false, failures: 0, nextAtMs: 0 });
    this.#states = { serial: fresh(), hid: fresh(), usb: fresh(), services: fresh() };
    void this.#round();
  }

  look(): void {
    if (this.#closed) return;
    const { clock, timings } = this.#options;
    this.#gapMs = timings.lookGapMsMin;
    this.#asksServices = true;
    for (const name of DEVICE_LISTS)
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
    const due = DEVICE_LISTS.filter((name) => {
      const { asking, nextAtMs } = this.#states[name];
      return !asking && nextAtMs <= nowMs;
    });
    // A program that is no service keeps silent for seconds, and nothing else waits for it.
    if (this.#areServicesDue(nowMs)) void this.#ask('services').then(() => this.#tell());
    await Promise.all(due.map((name) => this.#ask(name)));
    if (this.#closed) return;
    const changed = this.#tell();
    this.#gapMs = changed ? timings.lookGapMsMin : Math.min(2 * this.#gapMs, timings.lookGapMsMax);
    this.#cancel(); // Somebody asked to look meanwhile: one pause for both.
    this.#cancel = clock.timer(this.#gapMs, () => void this.#round());
  }

  #areServicesDue(nowMs: number): boolean {
    const { asking, nextAtMs } = this.#states.services;
    const { serviceGapMs, lookGapMsMin } = this.#options.timings;
    if (asking) return false;
    if (this.#asksServices) return nowMs >= nextAtMs - serviceGapMs + lookGapMsMin;
    return this.#seen.services.length > 0 && nowMs >= nextAtMs;
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
          (error: unknown) => this.#failed(name, wordsOf(error)),
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
        return { services: await this.#services() };
      case 'hid': {
        const listing = await lists.hid();
        if (listing.outcome === 'unavailable') throw new SaidError(listing.words);
        return { hid: listing.devices };
      }
    }
  }

  async #services(): Promise<readonly string[]> {
    const { lists, askable } = this.#options;
    const found = this.#seen.services;
    if (!this.#asksServices) return lists.services(found);
    this.#asksServices = false;
    const asked = askable();
    const answering = asked.length === 0 ? [] : await lists.askServices(asked);
    return [...answering, ...found.filter((at) => !asked.includes(at))];
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
    if (this.#closed) return false;
    const { lists, onCandidates } = this.#options;
    const candidates = candidatesOf(this.#seen, lists.opensKeyboards);
    const text = JSON.stringify(candidates);
    if (text === this.#told) return false;
    this.#told = text;
    onCandidates(candidates);
    return true;
  }
}
