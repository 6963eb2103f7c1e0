import type { EventId } from '#shared/ids.ts';
import type { CommandReply, Face } from '#shared/contract/kiosk-screen.ts';
import type { Message } from '#shared/language/message.ts';
import { ACCEPTED, refusal, type Desk, type Entry } from './desk.ts';
import type { OwnUnreadable } from './station-memory.ts';

/** The third failure calls staff. */
const ATTEMPTS_BEFORE_STAFF = 3;
/** A failure later than this after the one before is another person's: at 24 s a person the queue has moved on. */
const SEQUENCE_GAP_MS = 20_000;
/** A card read so soon after a failure is the one that failed; later it is the next person's. */
const SAME_PERSON_MS = 10_000;

/**
 * Cards that will not read. One sequence of failures is one person: two are retries, the third opens one `unreadable` event
 * and calls staff; more failures of the sequence open no other. A card that reads within ten seconds resolves it; else a
 * manual entry does, or staff say that the person was sampled without a card, or left. A card whose content is no reading
 * calls staff at once, and the next card read is another person's.
 */
export class UnreadableDesk {
  readonly #desk: Desk;
  #attempts = 0;
  #lastAt = 0;
  #opened: EventId | null = null;
  /** The card of this sequence will never be read. */
  #isHopeless = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** A card was laid down and could not be read; `words` say why, where laying it down again will not help. */
  failed(words: Extract<Face, { face: 'refused' }> | null): void {
    const { faces } = this.#desk;
    this.#count();
    if (this.#attempts < ATTEMPTS_BEFORE_STAFF) {
      const face = words ?? { face: 'unreadable' as const, attempt: this.#attempts };
      faces.show(face, { sound: 'unreadable', about: null });
      return;
    }
    this.#callStaff({ face: 'unreadable-staff' });
  }

  /** A card was read and what stands on it is no reading: laying it down again cannot help. */
  hopeless(why: Message): void {
    this.#count();
    this.#isHopeless = true;
    this.#callStaff({ face: 'unreadable-staff', why });
  }

  #count(): void {
    const now = this.#desk.clock.monotonic();
    if (this.#attempts > 0 && now - this.#lastAt > SEQUENCE_GAP_MS) this.forget();
    this.#attempts++;
    this.#lastAt = now;
  }

  #callStaff(face: Extract<Face, { face: 'unreadable-staff' }>): void {
    if (this.#opened === null) {
      const [id] = this.#desk.record([{ event: { type: 'unreadable', attempts: this.#attempts } }]) ?? [];
      if (id === undefined) return;
      this.#opened = id;
    }
    this.#desk.faces.show(face, { sound: 'staff', about: null });
  }

  /** A card was read and became this swipe: it ends the sequence, and resolves it if it is the same person's. */
  read(swipe: EventId): void {
    const { clock } = this.#desk;
    const opened = this.#opened;
    const same = !this.#isHopeless && clock.monotonic() - this.#lastAt <= SAME_PERSON_MS;
    this.forget();
    if (opened !== null && same) this.#settle(opened, 'resolved', swipe);
  }

  /** A manual entry became this swipe: it resolves the latest open unreadable of this place. */
  entered(swipe: EventId): void {
    this.forget();
    const open = this.#latestOpen();
    if (open !== null) this.#settle(open.id, 'resolved', swipe);
  }

  /** Staff close the latest open one without a number. */
  settle(sampled: boolean): CommandReply {
    const open =
      this.#latestOpen() ?? this.#desk.scope.unreadables.findLast((u) => u.outcome === 'open') ?? null;
    if (open === null) return refusal('no-unreadable');
    this.forget();
    if (!this.#settle(open.id, sampled ? 'sampled' : 'left', null)) return refusal('stopped');
    this.#desk.faces.clearIf('unreadable-staff', 'unreadable');
    return ACCEPTED;
  }

  forget(): void {
    this.#attempts = 0;
    this.#opened = null;
    this.#isHopeless = false;
  }

  renamed(names: ReadonlyMap<EventId, EventId>): void {
    if (this.#opened !== null) this.#opened = names.get(this.#opened) ?? this.#opened;
  }

  #latestOpen(): OwnUnreadable | null {
    const { scope } = this.#desk;
    return scope.unreadables.findLast((u) => u.outcome === 'open' && u.tube === scope.openTube) ?? null;
  }

  #settle(unreadable: EventId, outcome: 'sampled' | 'resolved' | 'left', swipe: EventId | null): boolean {
    const entry: Entry = { event: { type: 'unreadable-settled', unreadable, outcome, swipe } };
    return this.#desk.record([entry]) !== null;
  }
}
