import { setTimeout as sleep } from 'node:timers/promises';

import type { Reader } from '#drivers/reader/kept-reader.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { READER_TIMINGS, type ReaderTimings } from '#drivers/reader/reader-timings.ts';

/** Gaps shrink, time-outs stay long enough for a busy machine. */
export const QUICK: ReaderTimings = {
  ...READER_TIMINGS,
  pollGapMs: 5,
  serviceRetryMs: 40,
  reopenDelayMsMin: 10,
  reopenDelayMsMax: 40,
};

/** A guard against what never comes; nothing is measured by it. */
const PATIENCE_MS = 50_000;

/** What a reader has told, in short. */
export class Told {
  readonly events: ReaderEvent[] = [];
  #from = 0;

  constructor(reader: Reader) {
    reader.subscribe((event) => this.events.push(event));
  }

  /** Everything told since the last call up to the first `last`, discards left out; what follows is for the next call. */
  async upTo(last: string): Promise<string[]> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const at = this.#named().findIndex(({ name }) => name === last);
      if (at >= 0) return this.#take(at + 1);
      if (Date.now() > until) throw new Error(`no ${last} after ${JSON.stringify(this.#named())}`);
      await sleep(2);
    }
  }

  /** Everything told since the last call, discards left out, once `passed` has resolved. */
  async during(passed: Promise<void>): Promise<string[]> {
    await passed;
    return this.#take(Infinity);
  }

  get discarded(): string[] {
    return this.events.flatMap((event) => (event.event === 'discarded' ? [event.reason] : []));
  }

  /** The first `count` of what was not asked for yet. */
  #take(count: number): string[] {
    const taken = this.#named().slice(0, count);
    this.#from = taken.at(-1)?.end ?? this.#from;
    return taken.map(({ name }) => name);
  }

  /** What was not asked for yet, each with the place in `events` behind it. */
  #named(): { name: string; end: number }[] {
    return this.events.slice(this.#from).flatMap((event, i) => {
      const name = nameOf(event);
      return name === null ? [] : [{ name, end: this.#from + i + 1 }];
    });
  }
}

function nameOf(event: ReaderEvent): string | null {
  if (event.event === 'discarded') return null;
  if (event.event === 'reading') return event.reading.number;
  if (event.event === 'fault') return event.code;
  if (event.event === 'reader-gone') return `gone: ${event.reason}`;
  return event.event;
}
