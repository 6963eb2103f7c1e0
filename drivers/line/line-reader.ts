import type { Cancel, Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';

import { type Connection, keepReader, type Loss, type Reader } from '../reader/kept-reader.ts';
import { type Line, LineDecoder } from './line-decoder.ts';
import { eventOfLine, type LineMeaning } from './line-meaning.ts';
import { LineRate } from './line-rate.ts';
import { NumberHold } from './number-hold.ts';
import type { OpenPort, Port } from '../port/port.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import { READER_TIMINGS, type ReaderTimings } from '../reader/reader-timings.ts';
import type { Discard } from '../port/discard.ts';

export interface LineTimings extends Pick<ReaderTimings, 'reopenDelayMsMin' | 'reopenDelayMsMax'> {
  /** Ends a line whose device sends no suffix (reader-protocols.md 5). */
  silenceMs: number;
  /** A number not sent for so long has been lifted; at least 500 (reader-protocols.md 4). */
  numberGapMs: number;
}

/** For real devices. */
export const LINE_TIMINGS: LineTimings = {
  reopenDelayMsMin: READER_TIMINGS.reopenDelayMsMin,
  reopenDelayMsMax: READER_TIMINGS.reopenDelayMsMax,
  silenceMs: 100,
  numberGapMs: 1_000,
};

export interface LineReaderOptions {
  /** `tcp://host:port`, or a serial device. */
  path: string;
  /** `portOpener(clock)` of open-port.ts, or a test's own. */
  openPort: OpenPort;
  gives: LineMeaning;
  clock: Clock;
  /** `LINE_TIMINGS` for real devices. */
  timings: LineTimings;
}

/**
 * Opens a card-number reader or a scanner that sends lines, and keeps it. Nothing is written to it, and nothing can
 * prove it: it is ready when its port is open and gone when the port is.
 */
export function openLineReader(options: LineReaderOptions): Reader {
  const kept: Kept = {
    rate: new LineRate(),
    hold: new NumberHold(options.timings.numberGapMs),
  };
  const { clock, timings } = options;
  return keepReader({ connect: (emit) => connect(options, kept, emit), clock, timings });
}

/** What outlives a connection: a loose plug must not count the card that lies there again. */
interface Kept {
  rate: LineRate;
  hold: NumberHold;
}

function connect(options: LineReaderOptions, kept: Kept, emit: (event: ReaderEvent) => void): Connection {
  let isOver = false;
  let settle: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const end = () => {
    isOver = true;
    settle();
  };
  return { lost: run(options, kept, emit, { over, end, isOver: () => isOver }), end };
}

async function run(
  { path, openPort, gives, clock, timings }: LineReaderOptions,
  { rate, hold }: Kept,
  emit: (event: ReaderEvent) => void,
  { over, end, isOver }: { over: Promise<void>; end: () => void; isOver: () => boolean },
): Promise<Loss> {
  let port: Port | null = null;
  rate.begin();
  const lines = new LineListener({
    gives,
    clock,
    silenceMs: timings.silenceMs,
    hold,
    rate,
    emit,
    // A port that could not change its rate tells it by onGone.
    onRate: (baudRate) => void port?.setBaudRate?.(baudRate),
  });
  try {
    port = await openPort(path, {
      onData: (bytes) => lines.receive(bytes),
      onGone: end,
      onDiscarded: (discard) => lines.tell(discard),
    });
  } catch (error) {
    return { worked: false, reason: 'cannot-open', detail: wordsOf(error) };
  }
  if (port.setBaudRate === null) lines.hasNoRates();
  else await port.setBaudRate(rate.baudRate);
  if (gives.gives === 'physical-number') {
    // A card that lies there is repeated, maybe in this very moment, and the tail of its number must not pass for a
    // number. A scanner sends a code once, so nothing of it is given up.
    lines.beginAnywhere();
    await firstOf(over, clock, timings.silenceMs);
  }
  const worked = !isOver();
  if (worked) emit({ event: 'reader-ready', baudRate: port.setBaudRate === null ? null : rate.baudRate });
  await over;
  lines.end();
  await port.close();
  return { worked, reason: 'disconnected', detail: `${path} was disconnected` };
}

/** Resolves when `over` does or the time has passed. */
function firstOf(over: Promise<void>, clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.timer(delayMs, resolve);
    void over.then(() => {
      cancel();
      resolve();
    });
  });
}

interface LineListenerOptions {
  gives: LineMeaning;
  clock: Clock;
  silenceMs: number;
  hold: NumberHold;
  rate: LineRate;
  emit: (event: ReaderEvent) => void;
  onRate: (baudRate: number) => void;
}

/** Bytes of one connection to events. */
class LineListener {
  readonly #options: LineListenerOptions;
  readonly #decoder: LineDecoder;
  #heardAtMs = 0;
  #hasRates = true;
  #cancelSilence: Cancel | null = null;

  constructor(options: LineListenerOptions) {
    this.#options = options;
    const characters = options.gives.gives === 'scan' ? 'utf8' : 'ascii';
    this.#decoder = new LineDecoder({ characters, silenceMs: options.silenceMs });
  }

  beginAnywhere(): void {
    this.#decoder.beginAnywhere(this.#options.clock.monotonic());
  }

  /** Nothing this carrier brings comes at a wrong rate. */
  hasNoRates(): void {
    this.#hasRates = false;
  }

  receive(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { clock, silenceMs } = this.#options;
    this.#heardAtMs = clock.monotonic();
    for (const output of this.#decoder.push(bytes, this.#heardAtMs)) this.tell(output);
    this.#cancelSilence ??= clock.timer(silenceMs, () => this.#look());
  }

  end(): void {
    this.#cancelSilence?.();
    this.#cancelSilence = null;
    for (const output of this.#decoder.cut()) this.tell(output);
  }

  /** One timer that looks again when it fires is cheaper than one per byte. */
  #look(): void {
    const { clock, silenceMs, rate, onRate } = this.#options;
    const nowMs = clock.monotonic();
    const leftMs = this.#heardAtMs + silenceMs - nowMs;
    if (leftMs > 0) {
      this.#cancelSilence = clock.timer(Math.ceil(leftMs), () => this.#look());
      return;
    }
    this.#cancelSilence = null;
    for (const output of this.#decoder.expire(nowMs)) this.tell(output);
    if (rate.hearSilence()) onRate(rate.baudRate);
  }

  tell(output: Line | Discard): void {
    const { gives, clock, hold, rate, emit } = this.#options;
    if (output.type === 'discarded') {
      rate.hearNoise();
      emit({ event: 'discarded', reason: output.reason, bytes: output.bytes });
      return;
    }
    const { text, isEnded } = output;
    const event = eventOfLine(text, gives);
    const isTold = rate.hearLine({ text, isEnded, sure: event.event === 'physical-number' });
    if (this.#hasRates && !isTold) {
      emit({ event: 'discarded', reason: 'noise', bytes: Buffer.byteLength(text) });
      return;
    }
    // What no number can be made of is repeated like one while its card lies there.
    const held = event.event === 'physical-number' ? event.number : `no number: ${text}`;
    if (event.event !== 'scan' && !hold.isNew(held, clock.monotonic())) return;
    emit(event);
  }
}
