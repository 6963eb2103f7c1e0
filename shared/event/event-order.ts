import type { EventBody, EventOf } from './event.ts';
import { eventId, splitEventId, type EventId, type InstallId, type RoundId } from '../ids.ts';
import { renameEvents } from './event-table.ts';
import { Incarnations } from './incarnations.ts';
import { journalTimes } from './journal-time.ts';

/** An event as the rule sees it. `key`: a swipe's credential key under the counted round, null if none can be had. */
export interface LedgerEvent {
  install: InstallId;
  sequence: number;
  body: EventBody;
  key: string | null;
  /** Hex: by it a copy that a forked install made is known as the same event (incarnations.ts); left out where none was made. */
  hash?: string;
}

/** An event in its place in the derived order: its corrected time and id beside it. */
export type Placed<B extends EventBody = EventBody> = {
  id: EventId;
  install: InstallId;
  sequence: number;
  time: number;
  key: string | null;
  /** Names other events by the names under which they are counted. */
  body: B;
  /** The places of every held copy of this event, its own included. */
  told: readonly { install: InstallId; sequence: number }[];
};

/** Derived order of events: corrected time, then install, then sequence. */
export function inOrder(
  a: { time: number; install: InstallId; sequence: number },
  b: { time: number; install: InstallId; sequence: number },
): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.install !== b.install) return a.install < b.install ? -1 : 1;
  return a.sequence - b.sequence;
}

/** Removes redeliveries and copies made by forks, gives each event its corrected time and sorts all into the derived order. */
export function place(events: Iterable<LedgerEvent>): Placed[] {
  const unique = new Map<EventId, LedgerEvent>();
  for (const e of events) unique.set(eventId(e.install, e.sequence), e);
  const bySequence = [...unique].toSorted(([, a], [, b]) =>
    a.install === b.install ? a.sequence - b.sequence : a.install < b.install ? -1 : 1,
  );
  const incarnations = new Incarnations(bySequence.map(([, e]) => ({ ...e, hash: e.hash ?? null })));
  const nameOf = (id: EventId): EventId => incarnations.speakerOf(id);
  const journals = Map.groupBy(bySequence, ([, e]) => e.install);
  const placed = [...journals.values()].flatMap((journal) => {
    const times = journalTimes(journal.map(([, e]) => e.body));
    return journal.map(([id, e], i): Placed => {
      const told = incarnations.membersOf(id).map(splitEventId);
      const body = renameEvents(e.body, nameOf);
      return { id, install: e.install, sequence: e.sequence, time: times[i]!.time, key: e.key, body, told };
    });
  });
  return placed.filter((e) => nameOf(e.id) === e.id).toSorted(inOrder);
}

/**
 * Whether an event belongs to the round: by the latest filing that covers it under any of its names, else by the round it
 * was opened for.
 */
export function membership(events: readonly Placed[], round: RoundId): (e: Placed) => boolean {
  const filings = events.filter((e): e is Placed<EventOf<'filed'>> => e.body.type === 'filed');
  const covers = ({ body }: Placed<EventOf<'filed'>>, e: Placed): boolean =>
    e.told.some((t) => t.install === body.install && body.from <= t.sequence && t.sequence <= body.to);
  return (e) => {
    const filing = filings.findLast((f) => covers(f, e));
    if (filing) return filing.body.round === round;
    return e.body.phase === 'open' && e.body.round === round;
  };
}

/** The tube into which each moved or collected event went last. */
export function movedTubes(events: readonly Placed[]): Map<EventId, EventId | null> {
  const moved = new Map<EventId, EventId | null>();
  for (const e of events) {
    if (e.body.type === 'tube-opened') for (const id of e.body.collects) moved.set(id, e.id);
    if (e.body.type === 'swipes-moved') for (const id of e.body.swipes) moved.set(id, e.body.to);
  }
  return moved;
}

/** The last event per subject; `events` come in derived order. */
export function latest<B extends EventBody>(
  events: readonly Placed<B>[],
  subject: (e: Placed<B>) => string,
): Map<string, Placed<B>> {
  return new Map(events.map((e) => [subject(e), e]));
}
