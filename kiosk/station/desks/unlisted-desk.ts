import type { Cancel } from '#shared/clock.ts';
import type { Face, KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';
import { staffOnRoster, type Desk } from './desk.ts';

/** Staff who have not answered for this long have gone on to somebody else; that nobody was counted is told. */
export const UNLISTED_MS = 30_000;

type Manual = Extract<KioskCommand, { command: 'manual' }>;

/**
 * 花名册没有 …,仍登记?: a staff number the roster does not have is asked about before it counts, because one wrong digit is a
 * stranger. Nothing is recorded meanwhile; a card laid down is counted, and the question stands again.
 */
export class UnlistedDesk {
  readonly #desk: Desk;
  #asked: { command: Manual; cancel: Cancel } | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get standing(): Face | null {
    return this.#asked === null
      ? null
      : { face: 'unlisted-asked', number: this.#asked.command.number.trim() };
  }

  /** True when the entry is asked about; in a rehearsal, and where no roster is held, none is. */
  asks(command: Manual): boolean {
    this.forget();
    const desk = this.#desk;
    if (command.kind !== 'staff' || desk.duty.phase !== 'open') return false;
    if (staffOnRoster(desk, command.number) !== false) return false;
    this.#asked = { command, cancel: desk.clock.timer(UNLISTED_MS, () => this.#lapse()) };
    desk.faces.clear();
    desk.faces.play('wrong-object');
    return true;
  }

  /** The entry that was asked about, which is asked about no more; null where none was. */
  answered(): Manual | null {
    const command = this.#asked?.command ?? null;
    this.forget();
    return command;
  }

  forget(): void {
    if (this.#asked === null) return;
    this.#asked.cancel();
    this.#asked = null;
    this.#desk.changed();
  }

  #lapse(): void {
    const number = this.answered()?.number.trim() ?? '';
    const words = message('refusal.staff-number-not-counted', { number });
    this.#desk.faces.show({ face: 'refused', words }, { sound: 'wrong-object', about: null });
  }
}
