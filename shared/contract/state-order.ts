import type { KioskState } from './kiosk-screen.ts';

/**
 * Keeps states in order across restarts of the engine. Within one source an older state is dropped; a new source (the
 * engine was started again, the socket connected anew) begins its numbers at 0 and is lifted above everything seen.
 */
export class StateOrder {
  #last = { state: -1, sound: -1 };
  #base = { state: 0, sound: 0 };

  /** States from now on come from another engine. */
  newSource(): void {
    this.#base = { state: this.#last.state + 1, sound: this.#last.sound + 1 };
  }

  /** The state with numbers that only rise, or null if it is older than one already passed on. */
  next(state: KioskState): KioskState | null {
    const serial = state.serial + this.#base.state;
    if (serial <= this.#last.state) return null;
    this.#last.state = serial;
    if (state.sound === null) return { ...state, serial };
    const sound = { ...state.sound, serial: state.sound.serial + this.#base.sound };
    this.#last.sound = Math.max(this.#last.sound, sound.serial);
    return { ...state, serial, sound };
  }
}
