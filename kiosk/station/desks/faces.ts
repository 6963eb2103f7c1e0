import type { Cancel, Clock } from '#shared/clock.ts';
import type { EventId } from '#shared/ids.ts';
import type { Face, KioskState } from '#shared/contract/kiosk-screen.ts';

export type Sound = NonNullable<KioskState['sound']>['sound'];

/** How long each face stays when nothing else happens; null: until something does. A second, and time to read. */
const FACE_MS: Readonly<Partial<Record<Face['face'], number>>> = {
  reading: 6_000,
  test: 4_000,
  counted: 4_000,
  'repeat-here': 6_000,
  'repeat-elsewhere': 6_000,
  unreadable: 8_000,
  'wrong-object': 5_000,
  sealed: 4_000,
  'tube-opened': 4_000,
  'tube-used': 10_000,
  'undo-asked': 10_000,
  undone: 4_000,
  restored: 4_000,
  'nothing-to-undo': 4_000,
  refused: 8_000,
  linked: 4_000,
  'reader-fault': 10_000,
};

/** What is shown for a moment on top of the standing face, and the sounds. */
export class Faces {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #shown: { face: Face; about: EventId | null } | null = null;
  #cancel: Cancel = () => {};
  #sound: KioskState['sound'] = null;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get face(): Face | null {
    return this.#shown?.face ?? null;
  }

  /** The swipe the present face is about. */
  get about(): EventId | null {
    return this.#shown?.about ?? null;
  }

  get sound(): KioskState['sound'] {
    return this.#sound;
  }

  show(face: Face, with_: { sound: Sound | null; about: EventId | null }): void {
    this.#cancel();
    this.#shown = { face, about: with_.about };
    const forMs = FACE_MS[face.face];
    this.#cancel = forMs === undefined ? () => {} : this.#clock.timer(forMs, () => this.clear());
    if (with_.sound !== null) this.play(with_.sound);
    this.#changed();
  }

  play(sound: Sound): void {
    this.#sound = { serial: (this.#sound?.serial ?? 0) + 1, sound };
    this.#changed();
  }

  clear(): void {
    this.#cancel();
    this.#shown = null;
    this.#changed();
  }

  /** Takes the face away if it is one of these. */
  clearIf(...faces: Face['face'][]): void {
    if (this.#shown !== null && faces.includes(this.#shown.face.face)) this.clear();
  }

  renamed(names: ReadonlyMap<EventId, EventId>): void {
    const about = this.#shown?.about ?? null;
    if (this.#shown !== null && about !== null)
      this.#shown = { ...this.#shown, about: names.get(about) ?? about };
  }
}
