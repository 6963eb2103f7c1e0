import { sameBytes } from '#shared/bytes.ts';
import type { Cancel, Clock } from '#shared/clock.ts';

import { type Owed, OwedAnswers } from './owed-answers.ts';
import type { ReaderTimings } from './reader-timings.ts';
import { mayAnswer } from '../sdt/sdt-answer.ts';
import { type SdtCommand, encodeCommand } from '../sdt/sdt-commands.ts';
import { type Frame, FrameDecoder, REPLY_LENGTH_MIN } from '../sdt/sdt-frame.ts';
import { type SdtReply, decodeReply, meaningOf } from '../sdt/sdt-status.ts';
import type { Discard, DiscardReason } from '../port/discard.ts';

/**
 * How an exchange ends: with a reply, in silence, in rubbish, with nothing but frames that answer another command, or
 * because the link ended.
 */
export type Answer =
  | { outcome: 'reply'; reply: SdtReply }
  | { outcome: 'silent' | 'damaged' | 'strange' | 'ended' };

/** A content that may be an earlier card's. */
interface Doubtful {
  outcome: 'doubtful';
  reply: SdtReply;
}

/** Text, photo and fingerprints: the longest reply the protocol has. */
const READ_REPLY_BYTES = 2_321;
/** Preamble, LEN, SW1 SW2 SW3 and CHK. */
const REPLY_BYTES_MIN = 11;
/** Four appended addresses. */
const SHORT_REPLY_BYTES_MAX = 291;
/** 8 data bits, start and stop. */
const BITS_PER_BYTE = 10;

export interface SdtLinkOptions {
  clock: Clock;
  timings: ReaderTimings;
  write: (bytes: Uint8Array) => void;
  onDiscarded: (discard: Discard) => void;
  /** What an earlier connection to the same module had asked and got no answer to. */
  owed: readonly SdtCommand[];
}

interface InFlight {
  command: SdtCommand;
  askedAtMs: number;
  timeoutMs: number;
  cancel: Cancel;
  resolve: (answer: Answer | Doubtful) => void;
  /** A reply that may as well be the answer to `owed`, a question given up: it is ours if no other comes. */
  held: { reply: SdtReply; owed: Owed } | null;
  /** A good frame came that does not answer this. */
  isStrange: boolean;
  /** Any answer will do. */
  isProbe: boolean;
}

/**
 * One question at a time to the module and its answer. The protocol has no request numbers, so an answer belongs to the
 * command in flight if it has its form; answers to questions given up are counted (`OwedAnswers`), and before the next
 * question a status command with an answer of its own tells that the line is clear of them.
 */
export class SdtLink {
  readonly #options: SdtLinkOptions;
  readonly #decoder: FrameDecoder;
  readonly #owed: OwedAnswers;
  #baudRate: number | null = null;
  #inFlight: InFlight | null = null;
  #cancelGap: Cancel | null = null;
  #ended = false;

  constructor(options: SdtLinkOptions) {
    this.#options = options;
    const gapMsMax = options.timings.byteGapMsMax;
    this.#decoder = new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax });
    this.#owed = new OwedAnswers(options.owed, 2 * options.timings.readTimeoutMsMax);
  }

  /** The line's rate, by which the timeouts grow; null where the carrier has none. */
  get baudRate(): number | null {
    return this.#baudRate;
  }

  set baudRate(rate: number | null) {
    this.#baudRate = rate;
    this.#owed.rateIs(rate);
  }

  /** What was asked and not answered: for the next connection to the same module. */
  get owed(): readonly SdtCommand[] {
    return this.#owed.commands;
  }

  /** Asks, on a line clear of late answers; what the line has damaged, in either direction, is asked once more. */
  async exchange(command: SdtCommand): Promise<Answer> {
    if (this.#owed.wantsMark) await this.#ask('sam-id', this.#timeoutMs('sam-id'));
    const first = await this.#askSurely(command);
    return wasDamaged(first) ? this.#askSurely(command) : first;
  }

  /**
   * Asks, where a content may be another card's because answers overtake each other, until one content has come once more
   * often than contents were owed: one of them is an answer to this.
   */
  async #askSurely(command: SdtCommand): Promise<Answer> {
    const { clock } = this.#options;
    const needed = this.#mayBeOvertaken(command) ? this.#owed.contents(clock.monotonic()) + 1 : 1;
    const seen: Uint8Array[] = [];
    for (let asked = 0; asked < 2 * needed; asked += 1) {
      const answer = await this.#ask(command, this.#timeoutMs(command));
      if (answer.outcome !== 'doubtful') return answer;
      const { reply } = answer;
      seen.push(reply.data);
      if (seen.filter((data) => sameBytes(data, reply.data)).length >= needed)
        return { outcome: 'reply', reply };
    }
    return { outcome: 'damaged' };
  }

  /**
   * Asks once whether anybody is there, and waits no longer than `timeoutMs`, plus the time on the wire; a late answer
   * to a question before is strange, and tells it as well.
   */
  probe(command: SdtCommand, timeoutMs: number): Promise<Answer | Doubtful> {
    const answer = this.#ask(command, timeoutMs + this.#wireMs(SHORT_REPLY_BYTES_MAX));
    if (this.#inFlight !== null) this.#inFlight.isProbe = true;
    return answer;
  }

  receive(bytes: Uint8Array): void {
    for (const output of this.#decoder.push(bytes, this.#options.clock.monotonic())) this.#accept(output);
    this.#watchGap();
  }

  /** Nothing is written, told or waited for afterwards. */
  end(): void {
    this.#ended = true;
    this.#cancelGap?.();
    this.#cancelGap = null;
    if (this.#inFlight !== null) this.#owe(this.#inFlight);
    this.#settle({ outcome: 'ended' });
  }

  #ask(command: SdtCommand, timeoutMs: number): Promise<Answer | Doubtful> {
    if (this.#ended) return Promise.resolve({ outcome: 'ended' });
    if (this.#inFlight !== null)
      throw new Error(`${command} asked while ${this.#inFlight.command} is in flight`);
    const { clock, write } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.timer(timeoutMs, () => this.#giveUp());
      const askedAtMs = clock.monotonic();
      this.#inFlight = {
        command,
        askedAtMs,
        timeoutMs,
        cancel,
        resolve,
        held: null,
        isStrange: false,
        isProbe: false,
      };
      write(encodeCommand(command));
    });
  }

  /** No more is waited for: what was held is the answer, and what was owed before it is lost. */
  #giveUp(): void {
    if (this.#inFlight === null) return;
    const { command, held, isStrange, isProbe } = this.#inFlight;
    if (held !== null) {
      // The other question was not answered by it. Contents are not told apart, so of those one answer is enough.
      if (command !== 'read-card') this.#owed.add(held.owed);
      return this.#answered(command, held.reply);
    }
    // What was strange may have been its answer: one of a kind is enough to be careful.
    if (!isStrange || !this.owed.includes(command)) this.#owe(this.#inFlight);
    this.#settle({ outcome: isStrange && !isProbe ? 'strange' : 'silent' });
  }

  #answered(command: SdtCommand, reply: SdtReply): void {
    // Each try to find the rate asks for the status, so that an answer to it may be that of an earlier try.
    if (command !== 'sam-status') this.#owed.passed(this.#options.clock.monotonic(), this.#keepsOrder);
    this.#settle({ outcome: 'reply', reply });
  }

  /** A serial line does; over a network answers were seen to overtake each other. */
  get #keepsOrder(): boolean {
    return this.#baudRate !== null;
  }

  /** The content of one card taken for another's is the one mistake that counts the wrong person. */
  #mayBeOvertaken(command: SdtCommand): boolean {
    return command === 'read-card' && !this.#keepsOrder;
  }

  #settle(answer: Answer | Doubtful): void {
    const inFlight = this.#inFlight;
    this.#inFlight = null;
    inFlight?.cancel();
    inFlight?.resolve(answer);
  }

  #accept(output: Frame | Discard): void {
    if (this.#ended) return;
    if (output.type === 'discarded') {
      this.#options.onDiscarded(output);
      return;
    }
    const reply = decodeReply(output.body);
    const inFlight = this.#inFlight;
    const owed = this.#isMark(reply) ? null : this.#owed.take(reply, this.#options.clock.monotonic());
    if (inFlight?.isProbe && owed !== null && this.#isInTimeForCards(owed)) {
      this.#discard(reply, 'late');
      this.#owe(inFlight);
      return this.#settle({ outcome: 'strange' });
    }
    if (inFlight?.held && owed === null && isOnly(inFlight.held.owed.command, inFlight.command, reply)) {
      // What was owed has come after all, so that what is held is ours.
      this.#discard(reply, 'late');
      return this.#answered(inFlight.command, inFlight.held.reply);
    }
    if (inFlight === null || !mayAnswer(inFlight.command, reply)) {
      this.#discard(reply, owed === null ? 'unexpected' : 'late');
      if (inFlight !== null && owed === null) inFlight.isStrange = true;
      return;
    }
    // With one more answer come, the one before it was the late one …
    if (inFlight.held !== null) this.#discard(inFlight.held.reply, 'late');
    // … unless it overtook this one.
    if (owed !== null && reply.status === 'ok' && this.#mayBeOvertaken(inFlight.command)) {
      this.#owe(inFlight);
      return this.#settle({ outcome: 'doubtful', reply });
    }
    if (owed === null) this.#answered(inFlight.command, reply);
    else this.#hold(inFlight, { reply, owed });
  }

  #owe({ command, askedAtMs }: InFlight): void {
    this.#owed.add({ command, askedAtMs, baudRate: this.#baudRate });
  }

  /** Late for who looks for a reader, but not for a session. */
  #isInTimeForCards({ askedAtMs }: Owed): boolean {
    const { clock, timings } = this.#options;
    return askedAtMs !== null && clock.monotonic() - askedAtMs < timings.answerTimeoutMs;
  }

  /** The answer to the status command in flight, which looks like no other. */
  #isMark(reply: SdtReply): boolean {
    return this.#inFlight?.command === 'sam-id' && reply.status === 'ok' && mayAnswer('sam-id', reply);
  }

  #hold(inFlight: InFlight, held: NonNullable<InFlight['held']>): void {
    const { clock, timings } = this.#options;
    inFlight.held = held;
    inFlight.cancel();
    const leftMs = inFlight.askedAtMs + timings.readTimeoutMsMax - clock.monotonic();
    inFlight.cancel = clock.timer(Math.max(0, Math.min(inFlight.timeoutMs, leftMs)), () => this.#giveUp());
  }

  #discard({ data }: SdtReply, reason: DiscardReason): void {
    this.#options.onDiscarded({ type: 'discarded', reason, bytes: data.length + REPLY_BYTES_MIN });
  }

  /** One timer that looks again when it fires is cheaper than one per piece of a photo. */
  #watchGap(): void {
    const expiresAtMs = this.#decoder.expiresAtMs;
    if (expiresAtMs === null || this.#cancelGap !== null || this.#ended) return;
    const { clock } = this.#options;
    this.#cancelGap = clock.timer(Math.max(1, Math.ceil(expiresAtMs - clock.monotonic())), () => {
      this.#cancelGap = null;
      const outputs = this.#decoder.expire(clock.monotonic());
      for (const output of outputs) this.#accept(output);
      // Rubbish and then silence was the answer; only noise in front of it leaves hope that it still comes.
      const damaged = outputs.some((output) => output.type === 'discarded' && output.reason !== 'noise');
      if (damaged && this.#inFlight?.held === null) this.#settle({ outcome: 'damaged' });
      this.#watchGap();
    });
  }

  #timeoutMs(command: SdtCommand): number {
    const { answerTimeoutMs, readTimeoutMs, readTimeoutMsMax } = this.#options.timings;
    if (command !== 'read-card') return answerTimeoutMs + this.#wireMs(SHORT_REPLY_BYTES_MAX);
    return Math.min(readTimeoutMs + this.#wireMs(READ_REPLY_BYTES), readTimeoutMsMax);
  }

  #wireMs(bytes: number): number {
    return this.#baudRate === null ? 0 : (bytes * BITS_PER_BYTE * 1000) / this.#baudRate;
  }
}

/** Whether a reply has the form of an answer to the one command and not to the other. */
function isOnly(one: SdtCommand, other: SdtCommand, reply: SdtReply): boolean {
  return mayAnswer(one, reply) && !mayAnswer(other, reply);
}

function wasDamaged(answer: Answer): boolean {
  if (answer.outcome === 'reply') return meaningOf(answer.reply.status).handling === 'resend';
  return answer.outcome === 'damaged';
}
