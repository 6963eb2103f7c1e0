import type { Cancel, Clock } from '#shared/clock.ts';
import { detailOf } from '#shared/language/said-error.ts';

import { type Connection, keepReader, type Loss, type Reader } from '../reader/kept-reader.ts';
import { type Line, LineDecoder } from './line-decoder.ts';
import { eventOfLine, type LineEvent, type LineMeaning } from './line-meaning.ts';
import { LineRate } from './line-rate.ts';
import { NumberDigits } from './number-digits.ts';
import { NumberHold } from './number-hold.ts';
import type { OpenPort, Port } from '../port/port.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import { READER_TIMINGS, type ReaderTimings } from '../reader/reader-timings.ts';
import type { Discard } from '../port/discard.ts';

export interface LineTimings extends Pick<ReaderTimings, 'reopenDelayMsMin' | 'reopenDelayMsMax'> {
  /** Ends a line whose device sends no suffix (reader-protocols.md 5). */
  silenceMs: number;
  /** How long the rest of a line that a silence has cut off may still come; a network repeats what was lost within it. */
  restMs: number;
  /** A number not sent for so long has been lifted; at least 500 (reader-protocols.md 4). */
  numberGapMs: number;
}

/** For real devices. */
export const LINE_TIMINGS: LineTimings = {
  reopenDelayMsMin: READER_TIMINGS.reopenDelayMsMin,
  reopenDelayMsMax: READER_TIMINGS.reopenDelayMsMax,
  silenceMs: 100,
  restMs: 3_000,
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
  const { clock, timings, gives } = options;
  const kept: Kept = {
    rate: new LineRate(),
    hold: new NumberHold(timings.numberGapMs),
    digits: gives.gives === 'physical-number' ? new NumberDigits(gives.format) : null,
  };
  return keepReader({ connect: (emit) => connect(options, kept, emit), clock, timings });
}

/** What outlives a connection: a loose plug must not count the card that lies there again. */
interface Kept {
  rate: LineRate;
  hold: NumberHold;
  /** Null for a scanner. */
  digits: NumberDigits | null;
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
  kept: Kept,
  emit: (event: ReaderEvent) => void,
  { over, end, isOver }: { over: Promise<void>; end: () => void; isOver: () => boolean },
): Promise<Loss> {
  let port: Port | null = null;
  const { rate } = kept;
  rate.begin();
  const lines = new LineListener({
    ...kept,
    gives,
    clock,
    timings,
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
    return { worked: false, reason: 'cannot-open', detail: detailOf(error) };
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

interface LineListenerOptions extends Kept {
  gives: LineMeaning;
  clock: Clock;
  timings: LineTimings;
  emit: (event: ReaderEvent) => void;
  onRate: (baudRate: number) => void;
}

/** A timer so late was held up with everything else: what came meanwhile may still be on its way through the system. */
const LATE_MS = 30;
/** So many lines in a row that a silence has cut off and whose end never came: the device does not end its lines any more. */
const CUT_OFFS_BELIEVED = 3;
/** So many codes in a row that are as long as each other: one that is as long has lost only its end. */
const ALIKE_LINES = 2;

/** Bytes of one connection to events. */
class LineListener {
  readonly #options: LineListenerOptions;
  readonly #decoder: LineDecoder;
  /** When bytes came last; before any have, when the port was opened. */
  #heardAtMs = 0;
  #hasHeard = false;
  #hasRates = true;
  /** A line that was told had an end. */
  #hasEnded = false;
  /** How long the last lines with an end were, and how many in a row were so long. */
  #alike = { characters: 0, lines: 0 };
  /** Lines without an end since the last one that was told. */
  #cutOffs = 0;
  #dueMs = 0;
  #cancelLook: Cancel | null = null;

  constructor(options: LineListenerOptions) {
    this.#options = options;
    const { silenceMs, restMs } = options.timings;
    const characters = options.gives.gives === 'scan' ? 'utf8' : 'ascii';
    this.#decoder = new LineDecoder({
      characters,
      silenceMs,
      restMs,
      isWhole: (text) => this.#isWhole(text),
    });
  }

  beginAnywhere(): void {
    const { clock, timings } = this.#options;
    this.#heardAtMs = clock.monotonic();
    this.#decoder.beginAnywhere(this.#heardAtMs);
    this.#lookIn(timings.silenceMs);
  }

  /** Nothing this carrier brings comes at a wrong rate. */
  hasNoRates(): void {
    this.#hasRates = false;
  }

  receive(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { clock, timings } = this.#options;
    this.#heardAtMs = clock.monotonic();
    this.#hasHeard = true;
    for (const output of this.#decoder.push(bytes, this.#heardAtMs)) this.tell(output);
    if (this.#cancelLook === null || this.#dueMs > this.#heardAtMs + timings.silenceMs)
      this.#lookIn(timings.silenceMs);
  }

  end(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    for (const output of this.#decoder.cut()) this.tell(output);
  }

  #lookIn(delayMs: number): void {
    const { clock } = this.#options;
    this.#cancelLook?.();
    this.#dueMs = clock.monotonic() + delayMs;
    this.#cancelLook = clock.timer(delayMs, () => this.#look());
  }

  /** One timer that looks again when it fires is cheaper than one per byte. */
  #look(): void {
    const { clock, timings, rate, onRate } = this.#options;
    const silentAtMs = this.#heardAtMs + timings.silenceMs;
    // A system's timer may fire a part of a millisecond early.
    const nowMs = this.#hasHeard ? clock.monotonic() : Math.max(clock.monotonic(), silentAtMs);
    if (this.#hasHeard && nowMs - this.#dueMs > LATE_MS) return this.#lookIn(timings.silenceMs);
    if (nowMs < silentAtMs) return this.#lookIn(Math.ceil(silentAtMs - nowMs));
    this.#cancelLook = null;
    for (const output of this.#decoder.expire(nowMs)) {
      if (output.type === 'discarded' && output.reason === 'cut-off') this.#cutOffs += 1;
      this.tell(output);
    }
    if (rate.hearSilence()) {
      this.#hasEnded = false;
      onRate(rate.baudRate);
    }
    this.#judgeEnds();
    const restAtMs = this.#decoder.expiresAtMs;
    if (restAtMs !== null) this.#lookIn(Math.max(1, Math.ceil(restAtMs - nowMs)));
  }

  /** At a rate nothing speaks for, what looks like a line's end is most likely noise. */
  #judgeEnds(): void {
    const isRight = !this.#hasRates || this.#options.rate.hasProof;
    this.#decoder.endsLines = this.#hasEnded && isRight && this.#cutOffs < CUT_OFFS_BELIEVED;
  }

  #isWhole(text: string): boolean {
    const { digits } = this.#options;
    if (digits !== null) return digits.isFull(text);
    return this.#alike.lines >= ALIKE_LINES && text.length === this.#alike.characters;
  }

  #hearEnd(isEnded: boolean, { length }: string): void {
    if (!isEnded && this.#decoder.endsLines) return;
    const { characters, lines } = this.#alike;
    if (isEnded) this.#alike = { characters: length, lines: length === characters ? lines + 1 : 1 };
    this.#hasEnded = isEnded;
    this.#cutOffs = 0;
    this.#judgeEnds();
  }

  tell(output: Line | Discard): void {
    const { gives, clock, hold, digits, rate, emit } = this.#options;
    if (output.type === 'discarded') {
      rate.hearNoise();
      emit({ event: 'discarded', reason: output.reason, bytes: output.bytes });
      return;
    }
    const { text, isEnded } = output;
    const event = digits?.fits(text) === false ? NUMBER_CUT : eventOfLine(text, gives);
    const isTold = rate.hearLine({ text, isEnded, sure: event.event === 'physical-number' });
    if (this.#hasRates && !isTold) {
      emit({ event: 'discarded', reason: 'noise', bytes: Buffer.byteLength(text) });
      return;
    }
    this.#hearEnd(isEnded, text);
    // What no number can be made of is repeated like one while its card lies there.
    const held = event.event === 'physical-number' ? event.number : `no number: ${text}`;
    if (event.event !== 'scan' && !hold.isNew(held, clock.monotonic())) return;
    emit(event);
  }
}

const NUMBER_CUT: LineEvent = { event: 'fault', code: 'number-format' };
