import { maskName } from '#shared/id-number.ts';
import type { EventId } from '#shared/ids.ts';

/** More swipes than any tube or rush of loose ones holds; older names are forgotten. */
const NAMES_MAX = 1_000;

/** Masked names of the latest swipes, in memory only: they are never written down, and gone after a restart. */
export class RecentNames {
  #names = new Map<EventId, { masked: string }>();

  remember(swipe: EventId, name: string): void {
    this.#keep(swipe, { masked: maskName(name) });
  }

  /** Remembers the name until what is returned is called, whatever the swipes are called by then. */
  lend(swipe: EventId, name: string): () => void {
    const lent = { masked: maskName(name) };
    this.#keep(swipe, lent);
    return () => {
      for (const [id, known] of this.#names) if (known === lent) this.#names.delete(id);
    };
  }

  /** Another swipe of the same person. */
  same(swipe: EventId, other: EventId): void {
    const known = this.#names.get(swipe);
    if (known !== undefined) this.#names.set(other, known);
  }

  find(swipe: EventId): string | null {
    return this.#names.get(swipe)?.masked ?? null;
  }

  /** Their round is over for this kiosk. */
  forget(): void {
    this.#names.clear();
  }

  renamed(names: ReadonlyMap<EventId, EventId>): void {
    this.#names = new Map([...this.#names].map(([id, name]) => [names.get(id) ?? id, name]));
  }

  #keep(swipe: EventId, name: { masked: string }): void {
    this.#names.set(swipe, name);
    const [oldest] = this.#names.keys();
    if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
  }
}
