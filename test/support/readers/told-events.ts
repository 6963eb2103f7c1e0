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

const PATIENCE_MS = 8_000;

/** What a reader has told, in short. */
export class Told {
  readonly events: ReaderEvent[] = [];
  #from = 0;

  constructor(reader: Reader) {
    reader.subscribe((event) => this.events.push(event));
  }

  /** Everything told since the last call, discards left out, once `last` is the last of it. */
  async upTo(last: string): Promise<string[]> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const names = this.#names();
      if (names.at(-1) === last) {
        this.#from = this.events.length;
        return names;
      }
      if (Date.now() > until) throw new Error(`no ${last} after ${JSON.stringify(names)}`);
      await sleep(2);
    }
  }

  /** Everything told within `ms`, discards left out. */
  async within(ms: number): Promise<string[]> {
    await sleep(ms);
    const names = this.#names();
    this.#from = this.events.length;
    return names;
  }

  get discarded(): string[] {
    return this.events.flatMap((event) => (event.event === 'discarded' ? [event.reason] : []));
  }

  #names(): string[] {
    return this.events.slice(this.#from).flatMap((event) => {
      if (event.event === 'discarded') return [];
      if (event.event === 'reading') return [event.reading.number];
      if (event.event === 'fault') return [event.code];
      if (event.event === 'reader-gone') return [`gone: ${event.reason}`];
      return [event.event];
    });
  }
}
