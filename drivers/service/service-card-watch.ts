import type { ReaderEvent } from '../reader/reader-event.ts';
import { MISSED_LOOKS_MAX } from '../reader/reader-timings.ts';
import type { ReadAnswer } from './service-codec.ts';

export type CardEvent = Extract<ReaderEvent, { event: 'reading' | 'removed' | 'fault' }>;

/** What a look at the reader showed. */
export type Look = Extract<ReadAnswer, { answer: 'reading' | 'fault' | 'no-card' }>;

/** held: a card lies there; number null where what it gave is no reading. `isRemovalTold`: it may lie there after all. */
type State =
  | { at: 'idle' }
  | { at: 'held'; number: string | null; missedLooks: number; isRemovalTold: boolean };

/**
 * Looks to cards laid down and lifted. Some services give the card that lies there again and again, some once and then
 * say "no card" (reader-protocols.md 1.5): the same number is one reading until two looks in a row found none. It outlives
 * the connection, so that a service restarted under a lying card does not count the person again.
 */
export class CardWatch {
  readonly #emit: (event: CardEvent) => void;
  #state: State = { at: 'idle' };
  #lastNumber: string | null = null;

  constructor(emit: (event: CardEvent) => void) {
    this.#emit = emit;
  }

  get isIdle(): boolean {
    return this.#state.at === 'idle';
  }

  saw(look: Look): void {
    const state = this.#state;
    if (look.answer === 'no-card') return this.#miss();
    if (look.answer === 'reading') {
      const { number } = look.reading;
      if (state.at === 'held' && state.number === number) return this.#stillThere(state);
      // After a fault a reading may come first: the card was moved a little, not lifted.
      if (state.at === 'held' && state.number !== null && !state.isRemovalTold)
        this.#emit({ event: 'removed' });
      this.#hold(number);
      this.#lastNumber = number;
      this.#emit({ event: 'reading', reading: look.reading });
      return;
    }
    // A card that was read and then gives nonsense is being lifted; told is only what lies there from the beginning.
    if (state.at === 'held' && state.number === null) return this.#stillThere(state);
    if (state.at === 'held') return this.#miss();
    this.#hold(null);
    this.#emit({ event: 'fault', code: look.code });
  }

  /** The reader was opened anew: the card read last, if it still lies there, may be given once more. */
  doubt(): void {
    if (this.#state.at !== 'idle' || this.#lastNumber === null) return;
    this.#state = { at: 'held', number: this.#lastNumber, missedLooks: 0, isRemovalTold: true };
  }

  #hold(number: string | null): void {
    this.#state = { at: 'held', number, missedLooks: 0, isRemovalTold: false };
  }

  #stillThere(state: Extract<State, { at: 'held' }>): void {
    this.#state = { ...state, missedLooks: 0 };
  }

  #miss(): void {
    const state = this.#state;
    if (state.at === 'idle') return;
    const missedLooks = state.missedLooks + 1;
    if (missedLooks < MISSED_LOOKS_MAX) {
      this.#state = { ...state, missedLooks };
      return;
    }
    this.#state = { at: 'idle' };
    if (!state.isRemovalTold) this.#emit({ event: 'removed' });
  }
}
