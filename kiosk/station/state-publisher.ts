import type { KioskState } from '#shared/contract/kiosk-screen.ts';

/** Tells whoever looks what the kiosk shows: whole states, numbered, at most one per turn of the event loop. */
export class StatePublisher {
  readonly #build: (serial: number) => KioskState;
  readonly #published: () => void;
  readonly #listeners = new Set<(state: KioskState) => void>();
  #state: KioskState | null = null;
  #serial = 0;
  #dirty = false;
  #stopped = false;

  /** `published` runs after every state that was told. */
  constructor(build: (serial: number) => KioskState, published: () => void) {
    this.#build = build;
    this.#published = published;
  }

  onState(listener: (state: KioskState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state ?? this.#next());
    return () => this.#listeners.delete(listener);
  }

  /** Something may look different. */
  changed(): void {
    if (this.#dirty || this.#stopped) return;
    this.#dirty = true;
    queueMicrotask(() => {
      this.#dirty = false;
      if (this.#stopped) return;
      const state = this.#next();
      for (const listener of this.#listeners) listener(state);
      this.#published();
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  #next(): KioskState {
    this.#state = this.#build(this.#serial++);
    return this.#state;
  }
}
