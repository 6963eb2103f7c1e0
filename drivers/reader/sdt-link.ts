import type { Cancel, Clock } from '#shared/clock.ts';

import type { ReaderTimings } from './reader-timings.ts';
import { type SdtCommand, encodeCommand } from '../sdt/sdt-commands.ts';
import { type Frame, FrameDecoder, REPLY_LENGTH_MIN } from '../sdt/sdt-frame.ts';
import { type SdtReply, decodeReply, meaningOf } from '../sdt/sdt-status.ts';
import type { Discard } from '../port/discard.ts';

/** How an exchange ends: with a reply, in silence, in rubbish, or because the link ended. */
export type Answer = { outcome: 'reply'; reply: SdtReply } | { outcome: 'silent' | 'damaged' | 'ended' };

/** Text, photo and fingerprints: the longest reply the protocol has. */
const READ_REPLY_BYTES = 2_321;
/** Four appended addresses. */
const SHORT_REPLY_BYTES_MAX = 291;
/** 8 data bits, start and stop. */
const BITS_PER_BYTE = 10;

export interface SdtLinkOptions {
  clock: Clock;
  timings: ReaderTimings;
  write: (bytes: Uint8Array) => void;
  onDiscarded: (discard: Discard) => void;
}

/**
 * One question at a time to the module and its answer. The protocol has no request numbers, so an answer belongs to the
 * command in flight; one that comes when none is in flight, or is of another command's form, is discarded.
 */
export class SdtLink {
  /** The line's rate, by which the timeouts grow; null where the carrier has none. */
  baudRate: number | null = null;

  readonly #options: SdtLinkOptions;
  readonly #decoder: FrameDecoder;
  #inFlight: { command: SdtCommand; settle: (answer: Answer) => void } | null = null;
  #cancelGap: Cancel | null = null;
  #ended = false;

  constructor(options: SdtLinkOptions) {
    this.#options = options;
    const gapMsMax = options.timings.byteGapMsMax;
    this.#decoder = new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax });
  }

  /** Asks; what the line has damaged, in either direction, is asked once more. */
  async exchange(command: SdtCommand): Promise<Answer> {
    const timeoutMs = this.#timeoutMs(command);
    const first = await this.#ask(command, timeoutMs);
    return wasDamaged(first) ? this.#ask(command, timeoutMs) : first;
  }

  /** Asks once and waits no longer than `timeoutMs`, plus the time on the wire. */
  probe(command: SdtCommand, timeoutMs: number): Promise<Answer> {
    return this.#ask(command, timeoutMs + this.#wireMs(SHORT_REPLY_BYTES_MAX));
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
    this.#settle({ outcome: 'ended' });
  }

  #ask(command: SdtCommand, timeoutMs: number): Promise<Answer> {
    if (this.#ended) return Promise.resolve({ outcome: 'ended' });
    if (this.#inFlight !== null)
      throw new Error(`${command} asked while ${this.#inFlight.command} is in flight`);
    return new Promise((resolve) => {
      const cancel = this.#options.clock.timer(timeoutMs, () => this.#settle({ outcome: 'silent' }));
      this.#inFlight = {
        command,
        settle: (answer) => {
          cancel();
          resolve(answer);
        },
      };
      this.#options.write(encodeCommand(command));
    });
  }

  #settle(answer: Answer): void {
    const inFlight = this.#inFlight;
    this.#inFlight = null;
    inFlight?.settle(answer);
  }

  #accept(output: Frame | Discard): void {
    if (this.#ended) return;
    if (output.type === 'discarded') {
      this.#options.onDiscarded(output);
      return;
    }
    const reply = decodeReply(output.body);
    if (this.#inFlight !== null && mayAnswer(this.#inFlight.command, reply)) {
      this.#settle({ outcome: 'reply', reply });
      return;
    }
    this.#options.onDiscarded({ type: 'discarded', reason: 'unexpected', bytes: output.body.length + 8 });
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
      if (damaged) this.#settle({ outcome: 'damaged' });
      this.#watchGap();
    });
  }

  #timeoutMs(command: SdtCommand): number {
    const { answerTimeoutMs, readTimeoutMs, readTimeoutMsMax } = this.#options.timings;
    if (command !== 'read-card') return answerTimeoutMs + this.#wireMs(SHORT_REPLY_BYTES_MAX);
    return Math.min(readTimeoutMs + this.#wireMs(READ_REPLY_BYTES), readTimeoutMsMax);
  }

  #wireMs(bytes: number): number {
    return this.baudRate === null ? 0 : (bytes * BITS_PER_BYTE * 1000) / this.baudRate;
  }
}

/** 9F answers a search and nothing else, 90 everything but a search; an error may answer anything. */
function mayAnswer(command: SdtCommand, reply: SdtReply): boolean {
  if (meaningOf(reply.status).handling !== 'done') return true;
  return (reply.status === 'card-found') === (command === 'find-card');
}

function wasDamaged(answer: Answer): boolean {
  if (answer.outcome === 'reply') return meaningOf(answer.reply.status).handling === 'resend';
  return answer.outcome === 'damaged';
}
