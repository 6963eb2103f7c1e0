import type { Cancel } from '#shared/clock.ts';
import type { EventId } from '#shared/ids.ts';
import type { Desk } from './desk.ts';

/** A name the edge has told is kept in memory this long, for the face and for 撤销, and never written down. */
export const NAME_KEPT_MS = 60_000;

/** Whom a staff number names, asked of the edge after the person was counted: nothing waits for the answer. */
export class StaffNames {
  readonly #desk: Desk;
  readonly #kept = new Set<Cancel>();
  #stopped = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Shows the name beside its swipe, if the screen still shows that. */
  async tell(swipe: EventId, asked: Promise<string | null>): Promise<void> {
    const { clock, names, faces } = this.#desk;
    const name = await asked;
    if (name === null || this.#stopped) return;
    const forget = names.lend(swipe, name);
    const cancel = clock.timer(NAME_KEPT_MS, () => {
      this.#kept.delete(cancel);
      forget();
      this.#desk.changed();
    });
    this.#kept.add(cancel);
    const { face, about } = faces;
    if (about !== swipe || face?.face !== 'counted') return;
    faces.show({ ...face, name: names.find(swipe), listed: false }, { sound: null, about: swipe });
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#kept) cancel();
  }
}
