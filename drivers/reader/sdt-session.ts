import type { Clock } from '#shared/clock.ts';
import type { Reading } from '#shared/reading.ts';

import { CARD_FAULTS, decodeCardData } from '../sdt/card-text.ts';
import { Pause } from './pause.ts';
import type { ReaderEvent, ReaderFaultCode } from './reader-event.ts';
import { MISSED_LOOKS_MAX, type ReaderTimings, SILENCES_MAX, STRANGE_ANSWERS_MAX } from './reader-timings.ts';
import type { SdtCommand } from '../sdt/sdt-commands.ts';
import type { Answer, SdtLink } from './sdt-link.ts';
import type { SdtReply } from '../sdt/sdt-status.ts';

export type SessionEvent = Extract<ReaderEvent, { event: 'card-present' | 'reading' | 'removed' | 'fault' }>;

export type SessionEnd = 'ended' | 'hung';

/**
 * idle: no card. held: a card was read, or its content is no reading (number null), and lies there. failed: a card
 * could not be read and must be lifted; meanwhile it is tried again without a word.
 */
type State =
  | { at: 'idle' }
  | { at: 'held'; number: string | null; missedLooks: number; searchAtMs: number }
  | { at: 'failed'; missedLooks: number };

type Attempt = { ok: true; reading: Reading } | { ok: false; code: ReaderFaultCode };

const NO_REPLY = {
  reply: 'no-answer',
  silent: 'no-answer',
  ended: 'no-answer',
  damaged: 'damaged-answer',
  strange: 'foreign-answer',
} as const satisfies Record<Answer['outcome'], ReaderFaultCode>;

export interface ReaderSessionOptions {
  link: SdtLink;
  clock: Clock;
  timings: ReaderTimings;
  emit: (event: SessionEvent) => void;
}

/**
 * Turns a module's answers into cards laid down and lifted: find, select, read, then hold until the card has gone
 * (reader-protocols.md 1.5). Most modules do not see a card again that they have read, some see it for ever; either way one
 * card laid down is one reading.
 */
export class ReaderSession {
  readonly #options: ReaderSessionOptions;
  readonly #pause: Pause;
  #state: State = { at: 'idle' };
  #silences = 0;
  #strangeAnswers = 0;
  /** The module says for ever that the card it has read lies there, so that nothing but a search tells what does. */
  #remembersCards = false;
  /** The fault last told about the module itself, so that a lasting one is told once. */
  #moduleFault: ReaderFaultCode | null = null;
  /** What a missing reply is called, were it a fault. */
  #noReply: Extract<ReaderFaultCode, 'no-answer' | 'damaged-answer' | 'foreign-answer'> = 'no-answer';
  #ended = false;

  constructor(options: ReaderSessionOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock);
  }

  /** Runs until `end` is called or the module has stopped answering. */
  async run(): Promise<SessionEnd> {
    while (!this.#ended && this.#silences < SILENCES_MAX) {
      await (this.#state.at === 'held' ? this.#hold(this.#state) : this.#search(this.#state));
    }
    return this.#ended ? 'ended' : 'hung';
  }

  /** `run` returns soon; nothing is told afterwards. */
  end(): void {
    this.#ended = true;
    this.#options.link.end();
    this.#pause.cut();
  }

  async #search(state: Exclude<State, { at: 'held' }>): Promise<void> {
    const { pollGapMs, serviceRetryMs } = this.#options.timings;
    const reply = await this.#ask('find-card');
    if (reply === null) {
      if (this.#strangeAnswers >= STRANGE_ANSWERS_MAX) this.#tellOfModule('foreign-answer');
      return this.#wait(pollGapMs);
    }
    if (isFound(reply)) {
      this.#moduleFault = null;
      if (state.at === 'idle') this.#emit({ event: 'card-present' });
      this.#conclude(state, await this.#readFound());
      if (this.#state.at === 'failed') await this.#wait(pollGapMs);
      return;
    }
    if (reply.status === 'no-card') {
      this.#moduleFault = null;
      if (state.at === 'failed') this.#miss(state);
      return this.#wait(pollGapMs);
    }
    const code = faultOf(reply);
    this.#tellOfModule(code);
    const needsService = code === 'sam-selftest' || code === 'sam-unauthorised';
    return this.#wait(needsService ? serviceRetryMs : pollGapMs);
  }

  #tellOfModule(code: ReaderFaultCode): void {
    if (code !== this.#moduleFault) this.#emit({ event: 'fault', code });
    this.#moduleFault = code;
  }

  #conclude(state: Exclude<State, { at: 'held' }>, attempt: Attempt): void {
    if (attempt.ok) {
      this.#emit({ event: 'reading', reading: attempt.reading });
      this.#state = this.#held(attempt.reading.number);
      return;
    }
    if (state.at === 'idle') this.#emit({ event: 'fault', code: attempt.code });
    // A card whose content is no reading was read all the same, so it is held like a good one.
    const wasRead = attempt.code in CARD_FAULTS;
    this.#state = wasRead ? this.#held(null) : { at: 'failed', missedLooks: 0 };
  }

  #held(number: string | null): Extract<State, { at: 'held' }> {
    return { at: 'held', number, missedLooks: 0, searchAtMs: this.#nextSearchMs() };
  }

  #nextSearchMs(): number {
    const { clock, timings } = this.#options;
    return clock.monotonic() + timings.heldSearchGapMs;
  }

  async #hold(state: Extract<State, { at: 'held' }>): Promise<void> {
    await this.#wait(this.#options.timings.probeGapMs);
    const saysHere = !this.#remembersCards && (await this.#saysHere());
    if (saysHere) {
      state.missedLooks = 0;
      if (this.#options.clock.monotonic() < state.searchAtMs) return;
    }
    // Not there, or not in the state the probe needs, or said to lie there for long; a card that can be found ends the hold.
    const found = await this.#ask('find-card');
    if (found === null || !isFound(found)) {
      if (saysHere) state.searchAtMs = this.#nextSearchMs();
      else this.#miss(state);
      return;
    }
    const attempt = await this.#readFound();
    if (isSameCard(state, attempt)) {
      state.missedLooks = 0;
      state.searchAtMs = this.#nextSearchMs();
    } else if (attempt.ok) {
      if (saysHere) {
        this.#remembersCards = true;
        this.#emit({ event: 'fault', code: 'card-remembered' });
      }
      this.#emit({ event: 'removed' });
      this.#conclude({ at: 'idle' }, attempt);
    } else if (!saysHere) {
      this.#miss(state);
    }
  }

  /** Whether the module says that the card it has read lies there. */
  async #saysHere(): Promise<boolean> {
    const reply = await this.#ask('read-appended-addresses');
    return reply?.status === 'ok' || reply?.status === 'absent';
  }

  /** One look without a card; the last of a row means that it has gone. */
  #miss(state: Exclude<State, { at: 'idle' }>): void {
    state.missedLooks += 1;
    if (state.missedLooks < MISSED_LOOKS_MAX) return;
    this.#state = { at: 'idle' };
    this.#emit({ event: 'removed' });
  }

  /** From found to read. Selecting fails now and then on a good card, so search and selection are repeated once. */
  async #readFound(): Promise<Attempt> {
    let selected = await this.#ask('select-card');
    if (selected?.status !== 'ok') {
      const again = await this.#ask('find-card');
      if (again?.status === 'no-card') return { ok: false, code: 'no-card-any-more' };
      if (again !== null && isFound(again)) selected = await this.#ask('select-card');
    }
    if (selected?.status !== 'ok') return this.#failed(selected);
    const content = await this.#ask('read-card');
    return content?.status === 'ok' ? decodeCardData(content.data) : this.#failed(content);
  }

  #failed(reply: SdtReply | null): Attempt {
    return { ok: false, code: reply === null ? this.#noReply : faultOf(reply) };
  }

  /** The reply, or null where there is none; counts silences on the way. */
  async #ask(command: SdtCommand): Promise<SdtReply | null> {
    const answer = await this.#options.link.exchange(command);
    this.#noReply = NO_REPLY[answer.outcome];
    this.#silences = answer.outcome === 'silent' ? this.#silences + 1 : 0;
    this.#strangeAnswers = answer.outcome === 'strange' ? this.#strangeAnswers + 1 : 0;
    return answer.outcome === 'reply' ? answer.reply : null;
  }

  #emit(event: SessionEvent): void {
    if (!this.#ended) this.#options.emit(event);
  }

  #wait(delayMs: number): Promise<void> {
    return this.#ended ? Promise.resolve() : this.#pause.wait(delayMs);
  }
}

/** 9F, or 90 of the modules that never say 9F; the link has seen to it that it is a search's. */
function isFound({ status }: SdtReply): boolean {
  return status === 'card-found' || status === 'ok';
}

/** A card without a usable number is taken for the same as long as it stays so. */
function isSameCard(held: Extract<State, { at: 'held' }>, attempt: Attempt): boolean {
  if (attempt.ok) return attempt.reading.number === held.number;
  return held.number === null && attempt.code in CARD_FAULTS;
}

/** The fault a reply stands for where another one was hoped for. */
function faultOf(reply: SdtReply): ReaderFaultCode {
  switch (reply.status) {
    case 'no-card':
      return 'no-card-any-more';
    case 'ok':
    case 'card-found':
    case 'absent':
      return 'unlisted'; // Good codes, but none the protocol gives in answer to what was asked.
    default:
      return reply.status;
  }
}
