import type { EventBody } from './event.ts';
import { eventId, type EventId, type InstallId } from '../ids.ts';

/** An event as far as copies of it are concerned. `hash`: hex; null where it is not known and nobody can have copied it. */
export interface Incarnation {
  install: InstallId;
  sequence: number;
  hash: string | null;
  body: EventBody;
}

/**
 * Events that are one and the same. A forked install's child appends anew what its parent could not deliver, and names the
 * first copy in `origin`; the parent's half may deliver it all the same. However many journals hold it, it happened once:
 * one swipe, one tube, one void. The original speaks for all copies where it is held, else the first copy by name.
 */
export class Incarnations {
  readonly #speaker = new Map<EventId, EventId>();
  readonly #members = new Map<EventId, EventId[]>();

  /** `events`: the held ones, in any order. */
  constructor(events: readonly Incarnation[]) {
    const copies = Map.groupBy(
      events.filter((e) => e.body.origin !== null),
      (e) => e.body.origin?.hash ?? '',
    );
    if (copies.size === 0) return;
    const originals = new Map(
      events.flatMap((e) => (e.hash !== null && copies.has(e.hash) ? [[e.hash, e]] : [])),
    );
    for (const [hash, copied] of copies) {
      const original = originals.get(hash);
      const all = original === undefined || copied.includes(original) ? copied : [original, ...copied];
      const ids = speakerFirst(original ?? null, all);
      const [speaker] = ids;
      if (speaker === undefined) continue;
      for (const id of ids) this.#speaker.set(id, speaker);
      this.#members.set(speaker, ids);
    }
  }

  /** The id under which all incarnations of this event are known. */
  speakerOf(id: EventId): EventId {
    return this.#speaker.get(id) ?? id;
  }

  /** Every held incarnation of the event that speaks under this id. */
  membersOf(speaker: EventId): readonly EventId[] {
    return this.#members.get(speaker) ?? [speaker];
  }
}

/** Ids of all incarnations, the one that speaks for them first: the original, else the smallest (install, sequence). */
export function speakerFirst(
  original: { install: InstallId; sequence: number } | null,
  all: readonly { install: InstallId; sequence: number }[],
): EventId[] {
  const byName = all.toSorted((a, b) =>
    a.install === b.install ? a.sequence - b.sequence : a.install < b.install ? -1 : 1,
  );
  const ids = [...(original === null ? [] : [original]), ...byName].map((e) =>
    eventId(e.install, e.sequence),
  );
  return [...new Set(ids)];
}
