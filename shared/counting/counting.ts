import { isDecidedOn, samplerNumbers, type DifferenceNumbers } from '../event/difference-numbers.ts';
import {
  decidedOn,
  isDifferenceDecision,
  type DifferenceDecision,
  type EventBody,
  type EventOf,
} from '../event/event.ts';
import {
  latest,
  membership,
  movedTubes,
  place,
  type LedgerEvent,
  type Placed,
} from '../event/event-order.ts';
import type { EventId, RoundId } from '../ids.ts';
import type { Ladder } from './ladder.ts';
import { joinPersons, sameIdentities, standingLinks } from './applied-links.ts';

/** A person of the roster: every credential key under which they may swipe. */
export interface RosterPerson {
  credentials: readonly string[];
  /** The roster has the number of a document of theirs, or may have; false: a staff or card number alone. */
  identified: boolean;
}

export interface CountingInput {
  round: RoundId;
  /** Events of all journals in any order; the same event may come more than once. */
  events: Iterable<LedgerEvent>;
  roster: readonly RosterPerson[];
}

export interface CountedSwipe {
  person: string;
  label: 'first' | 'repeat' | 'voided';
  station: number | null;
  tube: EventId | null;
  time: number;
}

export interface CountedTube {
  code: string | null;
  batch: string | null;
  station: number | null;
  people: number;
  /** What the tube holds by the counting rule; this is compared with the lab. */
  places: number;
  /** What the sampler counted at sealing, as last corrected; null if nobody counted. */
  swabbed: number | null;
  sealed: boolean;
}

export interface RoundCount {
  ladder: Ladder;
  swipes: ReadonlyMap<EventId, CountedSwipe>;
  tubes: ReadonlyMap<EventId, CountedTube>;
  /** Distinct people with a live swipe, per station and per batch. */
  stations: ReadonlyMap<number, number>;
  batches: ReadonlyMap<string, number>;
  /** Sum over stations − people. */
  seenAtSeveralStations: number;
}

/** Id of the discrepancy "the sampler counted fewer than swiped" of a tube; deciding it ends 待核实. */
export const swabbedFewerId = (tube: EventId): string => `swabbed-fewer/${tube}`;

/** Decided away, and on these numbers. */
const isExplained = (decision: DifferenceDecision | undefined, now: DifferenceNumbers): boolean =>
  decision !== undefined && decision.state !== 'open' && isDecidedOn(decidedOn(decision), now);

/** The counting rule: a pure function of the set of events and the roster. */
export function countRound(input: CountingInput): RoundCount {
  const events = place(input.events);
  const inRound = membership(events, input.round);
  const of = <T extends EventBody['type']>(type: T) =>
    events.filter((e): e is Placed<EventOf<T>> => e.body.type === type);
  const decided = <T extends EventBody['type']>(type: T) =>
    of(type).filter((e) => e.body.round === input.round);

  const idNumbers = new Set(
    of('swipe')
      .filter((e) => e.key !== null && e.body.credential.kind === 'id' && inRound(e))
      .map((e) => e.key),
  );
  const { persons } = joinPersons({
    roster: input.roster,
    links: standingLinks(events, input.round),
    same: sameIdentities(events, input.round),
    isIdNumber: (key) => idNumbers.has(key),
  });

  const voided = new Set(of('void').map((e) => e.body.swipe));
  const again = latest(of('sampled-again'), (e) => e.body.swipe);
  const moved = movedTubes(events);
  const tubeOf = (e: Placed): EventId | null => (moved.has(e.id) ? (moved.get(e.id) ?? null) : e.body.tube);

  const swipes = new Map<EventId, CountedSwipe>();
  const live: { swipe: CountedSwipe; event: Placed<EventOf<'swipe'>> }[] = [];
  const seen = new Set<string>();
  for (const event of of('swipe').filter(inRound)) {
    const person = event.key === null ? event.id : persons.of(event.key);
    const label = voided.has(event.id) ? 'voided' : seen.has(person) ? 'repeat' : 'first';
    const swipe: CountedSwipe = {
      person,
      label,
      station: event.body.station,
      tube: tubeOf(event),
      time: event.time,
    };
    swipes.set(event.id, swipe);
    if (label === 'voided') continue;
    seen.add(person);
    live.push({ swipe, event });
  }

  const settled = latest(of('unreadable-settled'), (e) => e.body.unreadable);
  const sampledUnread = of('unreadable')
    .filter(inRound)
    .filter((e) => settled.get(e.id)?.body.outcome === 'sampled');

  const tubes = describeTubes(events, inRound);
  const inTube = new Map<EventId, { people: Set<string>; placed: Set<string> }>();
  for (const { swipe, event } of live) {
    if (swipe.tube === null) continue;
    const held = getOrMake(inTube, swipe.tube, () => ({
      people: new Set<string>(),
      placed: new Set<string>(),
    }));
    held.people.add(swipe.person);
    const takesPlace = event.body.shown !== 'repeat-elsewhere' || again.get(event.id)?.body.sampled === true;
    if (takesPlace) held.placed.add(swipe.person);
  }
  for (const id of inTube.keys()) getOrMake(tubes, id, unknownTube);
  for (const [id, tube] of tubes) {
    tube.people = inTube.get(id)?.people.size ?? 0;
    tube.places = inTube.get(id)?.placed.size ?? 0;
  }
  for (const unread of sampledUnread) {
    const id = tubeOf(unread);
    if (id !== null) getOrMake(tubes, id, unknownTube).places++;
  }

  const decisions = events
    .filter((e): e is Placed<DifferenceDecision> => isDifferenceDecision(e.body))
    .filter((e) => e.body.round === input.round);
  const explained = latest(decisions, (e) => e.body.discrepancy);
  const toVerify = new Set<string>();
  for (const [id, tube] of tubes) {
    if (tube.swabbed === null || tube.swabbed >= tube.places) continue;
    if (!isExplained(explained.get(swabbedFewerId(id))?.body, samplerNumbers(tube.places, tube.swabbed)))
      for (const person of inTube.get(id)?.people ?? []) toVerify.add(person);
  }

  const rosterPersons = new Set(
    input.roster.flatMap((p) => p.credentials.slice(0, 1).map((c) => persons.of(c))),
  );
  const withdrawn = new Set(of('excuse-withdrawn').map((e) => e.body.excuse));
  const excused = new Set<string>();
  for (const e of decided('excuse')) {
    const person = persons.of(e.body.person);
    if (!withdrawn.has(e.id) && rosterPersons.has(person) && !seen.has(person)) excused.add(person);
  }
  const onRoster = [...seen].filter((p) => rosterPersons.has(p)).length;
  const expected = rosterPersons.size - excused.size;
  const stations = distinct(live, ({ swipe }) => swipe.station);
  const loose = new Map<string, boolean>();
  for (const { swipe, event } of live)
    if (event.body.stand === 'before')
      loose.set(swipe.person, (loose.get(swipe.person) ?? true) && swipe.tube === null);

  return {
    ladder: {
      swipes: swipes.size,
      voided: swipes.size - live.length,
      repeats: live.length - seen.size,
      people: seen.size,
      onRoster,
      walkIns: seen.size - onRoster,
      roster: rosterPersons.size,
      excused: excused.size,
      expected,
      missing: expected - onRoster,
      untested: expected - onRoster + excused.size,
      toVerify: toVerify.size,
      sampledWithoutCard: sampledUnread.length,
      withoutTube: [...loose.values()].filter(Boolean).length,
    },
    swipes,
    tubes,
    stations,
    batches: distinct(live, ({ swipe }) =>
      swipe.tube === null ? null : (tubes.get(swipe.tube)?.batch ?? null),
    ),
    seenAtSeveralStations: [...stations.values()].reduce((sum, n) => sum + n, 0) - stationed(live),
  };
}

const unknownTube = (): CountedTube => ({
  code: null,
  batch: null,
  station: null,
  people: 0,
  places: 0,
  swabbed: null,
  sealed: false,
});

/** Tubes of the round with their attributes as last corrected; counts still zero. */
function describeTubes(
  events: readonly Placed[],
  inRound: (e: Placed) => boolean,
): Map<EventId, CountedTube> {
  const tubes = new Map<EventId, CountedTube>();
  for (const e of events)
    if (e.body.type === 'tube-opened' && inRound(e))
      tubes.set(e.id, { ...unknownTube(), code: e.body.code, batch: e.body.batch, station: e.body.station });
  for (const { body } of events) {
    if (body.type !== 'tube-sealed' && body.type !== 'tube-corrected') continue;
    const tube = tubes.get(body.opened);
    if (!tube) continue;
    if (body.type === 'tube-sealed') {
      tube.sealed = true;
      tube.swabbed = body.swabbed ?? tube.swabbed;
    } else {
      tube.code = body.code ?? tube.code;
      tube.batch = body.batch ?? tube.batch;
      tube.station = body.atStation ?? tube.station;
      tube.swabbed = body.swabbed ?? tube.swabbed;
    }
  }
  return tubes;
}

function distinct<K, L extends { swipe: CountedSwipe }>(
  live: readonly L[],
  group: (l: L) => K | null,
): Map<K, number> {
  const people = new Map<K, Set<string>>();
  for (const l of live) {
    const key = group(l);
    if (key !== null) getOrMake(people, key, () => new Set<string>()).add(l.swipe.person);
  }
  return new Map([...people].map(([key, set]) => [key, set.size]));
}

/** People with a live swipe at any station: those without one are at none, not at several. */
function stationed(live: readonly { swipe: CountedSwipe }[]): number {
  return new Set(live.filter(({ swipe }) => swipe.station !== null).map(({ swipe }) => swipe.person)).size;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
