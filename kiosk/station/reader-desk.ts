import { faultMeaning, type ReaderEvent } from '#drivers/reader-event.ts';
import type { EventId } from '#shared/ids.ts';
import type { Reading } from '#shared/reading.ts';
import type { Face, KioskState } from '#shared/screen.ts';
import type { Faces } from './faces.ts';
import type { UnreadableDesk } from './unreadable-desk.ts';

export interface ReaderDeskParts {
  faces: Faces;
  unreadables: UnreadableDesk;
  wall: () => number;
  paired: () => boolean;
  /** Takes the person of a card; null when nothing could be recorded. */
  take: (reading: Reading) => EventId | null;
  changed: () => void;
}

type ReaderState = KioskState['reader'];
/** How well one reader is; the best of several is what the station has. */
const RANK: readonly ReaderState[] = ['ready', 'fault', 'gone', 'none'];

/** What the readers tell, in the station's terms. */
export class ReaderDesk {
  readonly #parts: ReaderDeskParts;
  readonly #states: ReaderState[];
  #since: number | null = null;
  #fault: Extract<Face, { face: 'reader-fault' }> | null = null;

  constructor(parts: ReaderDeskParts, readers: number) {
    this.#parts = parts;
    this.#states = Array.from({ length: readers }, () => 'none' as const);
  }

  get state(): ReaderState {
    return RANK.find((state) => this.#states.includes(state)) ?? 'none';
  }

  /** When `state` last changed, wall time. */
  get since(): number | null {
    return this.#since;
  }

  /** The face that stands while no reader works. */
  get standing(): Face | null {
    if (this.state === 'gone') return { face: 'reader-gone' };
    return this.state === 'fault' ? this.#fault : null;
  }

  handle(event: ReaderEvent, reader: number): void {
    const { faces, unreadables, paired } = this.#parts;
    switch (event.event) {
      case 'reader-ready':
        this.#become(reader, 'ready');
        return;
      case 'reader-gone':
        this.#become(reader, 'gone');
        return;
      case 'card-present':
        if (paired()) faces.show({ face: 'reading' }, { sound: null, about: null });
        return;
      case 'reading': {
        faces.clearIf('reading');
        const swipe = this.#parts.take(event.reading);
        if (swipe !== null) unreadables.read(swipe);
        return;
      }
      case 'fault':
        faces.clearIf('reading');
        this.#failed(event.code, reader);
        return;
      case 'physical-number':
      case 'scan':
      case 'removed':
      case 'discarded':
        return; // a card lifted, or rubbish on the line: nothing a person at the station must see
    }
  }

  #failed(code: Extract<ReaderEvent, { event: 'fault' }>['code'], reader: number): void {
    const { faces, unreadables, paired } = this.#parts;
    const { handling, zh, en } = faultMeaning(code);
    if (handling === 'service') {
      this.#fault = { face: 'reader-fault', zh, en };
      this.#become(reader, 'fault');
      return;
    }
    if (!paired()) return;
    if (code === 'wrong-card' || code === 'unknown-card-type')
      faces.show({ face: 'wrong-object', given: 'unknown-card' }, { sound: 'wrong-object', about: null });
    else unreadables.failed();
  }

  #become(reader: number, state: ReaderState): void {
    const before = this.state;
    this.#states[reader] = state;
    if (this.state === before) return;
    this.#since = this.#parts.wall();
    // Told once: the alarm must not sound again at every try to open it.
    if (this.state === 'gone' || this.state === 'fault') this.#parts.faces.play('alarm');
    this.#parts.changed();
  }
}
