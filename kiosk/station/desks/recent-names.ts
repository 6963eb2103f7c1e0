import { maskName } from '#shared/id-number.ts';
import type { EventId } from '#shared/ids.ts';

/** More swipes than any tube or rush of loose ones holds; older names are forgotten. */
const NAMES_MAX = 1_000;

/** Masked names of the latest swipes, in memory only: they are never written down, and gone after a restart. */
export class RecentNames {
  #names = new Map<EventId, string>();

  remember(swipe: EventId, name: string): void {
    this.#names.set(swipe, maskName(name));
    const [oldest] = this.#names.keys();
    if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
  }

  /** Another swipe of the same person. */
  same(swipe: EventId, other: EventId): void {
    const name = this.find(swipe);
    if (name !== null) this.#names.set(other, name);
  }

  find(swipe: EventId): string | null {
    return this.#names.get(swipe) ?? null;
  }

  renamed(names: ReadonlyMap<EventId, EventId>): void {
    this.#names = new Map([...this.#names].map(([id, name]) => [names.get(id) ?? id, name]));
  }
}
