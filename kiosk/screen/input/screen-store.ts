import type { Cancel, Clock } from '#shared/clock.ts';
import { message, type Message } from '#shared/language/message.ts';
import type { CommandReply, KioskBridge, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { asks, asksYesNo, CLEAR_DESK, followState, type Desk } from './draft.ts';
import { padKeyOf, type Key } from './keys.ts';
import { press, scanned } from './press.ts';
import { send, type Press } from './press-result.ts';
import { SoundGate, type SoundPlan } from '../sound/sounds.ts';
import {
  NO_KEYS,
  releaseKeys,
  WEDGE_GAP_MS_MAX,
  wedgeKey,
  wedgeStroke,
  type Wedge,
  type WedgeStep,
} from './wedge.ts';
import { ENTRY_FAULTS } from '../words/entry-words.ts';

/**
 * After a question or a dialog has gone − means nothing for this long, and + nothing after a question that it answers: a late
 * or doubled key was meant for what stood there before.
 */
export const LATE_ANSWER_MS = 1500;

/** The Enter that sent a staff number answers no question about it: a glove presses twice, and a person reads first. */
export const ENTER_AGAIN_MS = 600;

/** What a timer of a page is late at most while the page is run. */
const LATE_MS = 30;

const NO_ANSWER: CommandReply = {
  ok: false,
  code: 'no-answer',
  words: message('program.no-answer'),
};

export interface Snapshot {
  /** Null until the engine has spoken. */
  state: KioskState | null;
  desk: Desk;
  /** The browser holds the sound back until somebody touches the page. */
  soundHeld: boolean;
}

/** What the screen shows and what keys do to it, without a page: the state from the engine, the desk, the keys held back. */
export class ScreenStore {
  readonly #bridge: KioskBridge;
  readonly #clock: Clock;
  readonly #play: (plan: SoundPlan) => void;
  readonly #gate = new SoundGate();
  readonly #listeners = new Set<() => void>();
  #snapshot: Snapshot = { state: null, desk: CLEAR_DESK, soundHeld: false };
  #wedge: Wedge = NO_KEYS;
  #field: Wedge = NO_KEYS;
  #release: Cancel = () => {};
  /** When what + and − answered or left was last there. */
  #plusMeantAt = -Infinity;
  #minusMeantAt = -Infinity;
  /** When 花名册没有 …,仍登记? began to stand. */
  #unlistedAt = -Infinity;
  #busy = false;

  constructor(parts: { bridge: KioskBridge; clock: Clock; play: (plan: SoundPlan) => void }) {
    this.#bridge = parts.bridge;
    this.#clock = parts.clock;
    this.#play = parts.play;
  }

  /** Begins to listen to the engine; returns its end. */
  start(): () => void {
    return this.#bridge.onState((state) => this.#arrive(state));
  }

  readonly snapshot = (): Snapshot => this.#snapshot;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A key of the keyboard or of a wedge scanner, pressed at `at`: when the hand or device did it, not when it is handled. */
  key(key: Key, at: number): void {
    this.#release();
    this.#step(wedgeKey(this.#wedge, key, at));
    if (this.#wedge.held.length > 0) this.#waitForKeys();
  }

  /** A stroke that is a part of a character, so that what is held back goes on. */
  stroke(at: number): void {
    this.#field = wedgeStroke(this.#field, at).wedge;
    this.#release();
    this.#step(wedgeStroke(this.#wedge, at));
    if (this.#wedge.held.length > 0) this.#waitForKeys();
  }

  /** A timer that fires late was held up with the keys: they are waited for anew, and judged by when they were pressed. */
  #waitForKeys(): void {
    const dueMs = this.#clock.monotonic() + WEDGE_GAP_MS_MAX;
    this.#release = this.#clock.timer(WEDGE_GAP_MS_MAX, () => {
      if (this.#clock.monotonic() - dueMs > LATE_MS) this.#waitForKeys();
      else this.#step(releaseKeys(this.#wedge));
    });
  }

  /** Keys of a button: nothing a scanner could have typed. */
  readonly pressAll = (keys: readonly Key[]): void => {
    for (const key of keys) this.#press(key);
  };

  /** A command of a form, sent as it is. */
  readonly submit = (command: KioskCommand): void => this.#do(send(this.#snapshot.desk, command));

  /** Says what is wrong with a form before anything is sent. */
  readonly complain = (fault: Message): void => this.#show({ desk: { ...this.#snapshot.desk, fault } });

  /** Whether anything played now would be heard. */
  readonly holdSound = (soundHeld: boolean): void => this.#show({ soundHeld });

  /**
   * A key in a field of the browser's own. True when it ended the scan of a pairing code: an input method may have made
   * anything of it in the field, so its keys are what counts, and the field's Enter must not send the rest.
   */
  fieldKey(key: Key, at: number): boolean {
    const step = wedgeKey(this.#field, key, at);
    this.#field = step.wedge;
    const { draft } = this.#snapshot.desk.draft;
    if (draft !== 'pairing' && draft !== 'unpaired') return false;
    if (step.unreadable) this.complain(ENTRY_FAULTS.scannerSetting);
    if (step.scan === null) return step.unreadable;
    this.#do(scanned(this.#snapshot.desk, step.scan));
    return true;
  }

  #arrive(state: KioskState): void {
    const before = this.#snapshot.state;
    if (before !== null && state.serial <= before.serial) return;
    if (before !== null && asks(before.face) && !asks(state.face)) {
      this.#minusMeantAt = this.#clock.monotonic();
      if (asksYesNo(before.face)) this.#plusMeantAt = this.#minusMeantAt;
    }
    if (state.face.face === 'unlisted-asked' && before?.face.face !== 'unlisted-asked')
      this.#unlistedAt = this.#clock.monotonic();
    const plan = this.#gate.due(state);
    if (plan !== null) this.#play(plan);
    this.#show({ state, desk: followState(withoutOldFault(this.#snapshot.desk, before, state), state) });
  }

  #step(step: WedgeStep): void {
    this.#wedge = step.wedge;
    if (step.cut !== '') this.complain(ENTRY_FAULTS.scanCut);
    if (step.unreadable) this.complain(ENTRY_FAULTS.scannerSetting);
    if (step.scan !== null && this.#snapshot.state !== null)
      this.#do(scanned(this.#snapshot.desk, step.scan));
    for (const key of step.typed) this.#press(key);
  }

  #press(key: Key): void {
    const { state, desk } = this.#snapshot;
    if (state === null || this.#busy) return;
    const isDoubled = key.name === 'enter' && this.#clock.monotonic() - this.#unlistedAt < ENTER_AGAIN_MS;
    if (isDoubled && state.face.face === 'unlisted-asked') return;
    if (desk.draft.draft === 'none' && !asks(state.face) && this.#isLate(key)) return;
    this.#do(press(state, desk, key));
  }

  #isLate(key: Key): boolean {
    const { name } = padKeyOf(key);
    const since = this.#clock.monotonic() - LATE_ANSWER_MS;
    if (name === 'plus') return this.#plusMeantAt > since;
    return name === 'minus' && this.#minusMeantAt > since;
  }

  #do({ desk, command, after }: Press): void {
    this.#show({ desk });
    if (command === null) return;
    this.#busy = true; // one command at a time: a key bouncing in a glove must not act twice
    this.#bridge.send(command).then(
      (reply) => this.#answered(reply, after),
      () => this.#answered(NO_ANSWER, after),
    );
  }

  #answered(reply: CommandReply, after: Desk): void {
    this.#busy = false;
    const { state } = this.#snapshot;
    const desk = reply.ok ? after : { ...this.#snapshot.desk, fault: reply.words };
    this.#show({ desk: state === null ? desk : followState(desk, state) });
  }

  #show(change: Partial<Snapshot>): void {
    const desk = change.desk ?? this.#snapshot.desk;
    const state = change.state ?? this.#snapshot.state;
    const before = this.#snapshot.desk.draft;
    const next = state === null ? desk : followState(desk, state);
    if (before.draft !== 'none' && next.draft.draft === 'none') this.#minusMeantAt = this.#clock.monotonic();
    const soundHeld = change.soundHeld ?? this.#snapshot.soundHeld;
    this.#snapshot = { state, desk: next, soundHeld };
    for (const listener of this.#listeners) listener();
  }
}

/** What was wrong with a key pressed on the face before is no longer about the one that stands now. */
function withoutOldFault(desk: Desk, before: KioskState | null, state: KioskState): Desk {
  const isOld = desk.draft.draft === 'none' && before?.face.face !== state.face.face;
  return isOld && desk.fault !== null ? CLEAR_DESK : desk;
}
