import type { Clock } from '#shared/clock.ts';

import { Pause } from '../reader/pause.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import type { ReaderTimings } from '../reader/reader-timings.ts';
import type { CardWatch } from './service-card-watch.ts';
import type { OpenAnswer, ReadAnswer, ServiceCodec } from './service-codec.ts';
import type { LineAnswer, ServiceLine } from './service-line.ts';

/** A service answers within seconds or hangs; after two such waits (10 s) the queue has waited long enough. */
export const SILENCES_MAX = 2;

/** One damaged answer happens when a service is shut down; three in a row are another program on its port. */
export const UNUSABLE_MAX = 3;

export type SessionEnd =
  | 'ended'
  /** Nobody listens there (any more). */
  | 'lost'
  | 'hung'
  /** What answers there is no service of this dialect. */
  | 'not-it'
  /** The service runs and has no reader. */
  | 'no-reader';

/** A question without an answer: 'none' this once, 'end' when that was one too many. */
type Unanswered = { answer: 'none' } | { answer: 'end'; is: SessionEnd };

type Card = Extract<ReadAnswer, { answer: 'reading' | 'fault' | 'no-card' }>;

export interface ServiceSessionOptions {
  codec: ServiceCodec;
  line: ServiceLine;
  watch: CardWatch;
  clock: Clock;
  timings: Pick<ReaderTimings, 'pollGapMs' | 'readTimeoutMsMax' | 'serviceRetryMs'>;
  emit: (event: Extract<ReaderEvent, { event: 'discarded' }>) => void;
}

/** One connection to a maker's service: is it there and has it a reader, then a read every `pollGapMs`. */
export class ServiceSession {
  readonly #options: ServiceSessionOptions;
  readonly #pause: Pause;
  #silences = 0;
  #unusables = 0;
  #lostCode = 'closed';
  #openedAtMs = 0;
  #isEnded = false;

  constructor(options: ServiceSessionOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock);
  }

  /** What the system called the loss (ECONNREFUSED) when `prove` or `run` gave 'lost'. */
  get lostCode(): string {
    return this.#lostCode;
  }

  /**
   * 'ready' with what the first read gave, if one was needed. A service that could not open its reader, or does not answer
   * that question, is believed only after a read has said no more: one that has it open already may call that a failure.
   */
  async prove(): Promise<{ is: 'ready'; first: Card | null } | { is: SessionEnd }> {
    const opened = await this.#open();
    if (opened.answer === 'open') return { is: 'ready', first: null };
    if (opened.answer === 'end') return { is: opened.is };
    const read = await this.#read();
    switch (read.answer) {
      case 'end':
        return { is: read.is };
      case 'reading':
      case 'fault':
        return { is: 'ready', first: read };
      case 'no-card':
        return opened.answer === 'no-reader' ? { is: 'no-reader' } : { is: 'ready', first: read };
      case 'no-reader':
        return { is: 'no-reader' };
      case 'none':
      case 'other':
      case 'strange':
        return { is: opened.answer === 'no-reader' ? 'no-reader' : 'not-it' };
    }
  }

  /** Reads cards until `end` is called or the service gives out. */
  async run(): Promise<SessionEnd> {
    for (;;) {
      await this.#wait(this.#options.timings.pollGapMs);
      if (this.#isEnded) return 'ended';
      const end = await this.#look();
      if (end !== null) return end;
    }
  }

  /** `prove` and `run` return soon; nothing is told afterwards. */
  end(): void {
    this.#isEnded = true;
    this.#options.line.end();
    this.#pause.cut();
  }

  async #look(): Promise<SessionEnd | null> {
    const read = await this.#read();
    switch (read.answer) {
      case 'end':
        return read.is;
      case 'no-reader':
        return 'no-reader';
      case 'reading':
      case 'fault':
        this.#options.watch.saw(read);
        return null;
      case 'no-card':
        this.#options.watch.saw(read);
        return this.#openAgain(read.unsure);
      case 'none':
      case 'other':
      case 'strange':
        return null;
    }
  }

  /** An idle reader is opened anew now and then, and soon after a code that an empty reader does not give. */
  async #openAgain(isUnsure: boolean): Promise<SessionEnd | null> {
    const { codec, watch, clock, timings } = this.#options;
    if (codec.openAgainMs === null || !watch.isIdle) return null;
    const sinceMs = clock.monotonic() - this.#openedAtMs;
    if (sinceMs < (isUnsure ? timings.serviceRetryMs : codec.openAgainMs)) return null;
    const opened = await this.#open();
    // The card read last may lie there still, and opening anew may let the reader see it a second time.
    watch.doubt();
    if (opened.answer === 'end') return opened.is;
    return opened.answer === 'no-reader' ? 'no-reader' : null;
  }

  #open(): Promise<OpenAnswer | Unanswered> {
    const { codec, clock } = this.#options;
    this.#openedAtMs = clock.monotonic();
    if (codec.openRequest === null) return Promise.resolve({ answer: 'none' });
    return this.#ask(codec.openRequest, (text) => codec.decodeOpened(text));
  }

  #read(): Promise<ReadAnswer | Unanswered> {
    const { codec } = this.#options;
    return this.#ask(codec.readRequest, (text) => codec.decodeRead(text));
  }

  async #ask<T extends OpenAnswer | ReadAnswer>(
    request: string,
    decode: (text: string) => T,
  ): Promise<T | Unanswered> {
    const { line, timings } = this.#options;
    let units = 0;
    const answer = await line.ask({
      request,
      timeoutMs: timings.readTimeoutMsMax,
      decode: (text) => {
        units = text.length;
        const said = decode(text);
        return said.answer === 'other' ? null : said;
      },
    });
    const isStrange = answer.outcome === 'answer' && answer.value.answer === 'strange';
    return this.#weighed(isStrange ? { outcome: 'unusable', reason: 'noise', bytes: units } : answer);
  }

  #weighed<T>(answer: LineAnswer<T>): T | Unanswered {
    if (this.#isEnded) return { answer: 'end', is: 'ended' };
    if (answer.outcome === 'lost') {
      this.#lostCode = answer.code;
      return { answer: 'end', is: 'lost' };
    }
    if (answer.outcome === 'silent') {
      this.#silences += 1;
      return this.#silences < SILENCES_MAX ? { answer: 'none' } : { answer: 'end', is: 'hung' };
    }
    this.#silences = 0;
    if (answer.outcome === 'unusable') {
      this.#options.emit({ event: 'discarded', reason: answer.reason, bytes: answer.bytes });
      this.#unusables += 1;
      return this.#unusables < UNUSABLE_MAX ? { answer: 'none' } : { answer: 'end', is: 'not-it' };
    }
    this.#unusables = 0;
    return answer.value;
  }

  #wait(delayMs: number): Promise<void> {
    return this.#isEnded ? Promise.resolve() : this.#pause.wait(delayMs);
  }
}
