import type { Ladder } from '#shared/counting/ladder.ts';
import type { HeldEvent } from './ledger-picture.ts';

/** The auditor's own numbers of a round. */
export interface Tally {
  ladder: Ladder;
  /** Identity of the opened event → places. */
  places: Map<string, number>;
  stations: Map<number, number>;
}

export interface TallyInput {
  round: string;
  events: readonly HeldEvent[];
  /** Credential of a swipe by identity: what the auditor saw given. */
  credentialOf: (identity: string) => string;
  /** Credential behind a credential key of the round. */
  credentialOfKey: (key: string) => string;
  /** Credentials of each person of the roster. */
  roster: readonly (readonly string[])[];
}

/** One event, however many journals repeat it. */
interface Thing {
  identity: string;
  told: HeldEvent[];
  first: HeldEvent;
}

/**
 * The counting rule, told once more in the plainest way: all events on a heap, looked through again and again. Slow, and
 * without a line of the code it checks.
 */
export function tally(input: TallyInput): Tally {
  const things = inOrder(input.events);
  const byId = new Map(input.events.map((e) => [`${e.install}:${e.sequence}`, e.identity]));
  const named = (id: unknown): string | null => (typeof id === 'string' ? (byId.get(id) ?? id) : null);
  const list = (ids: unknown): (string | null)[] => (ids as unknown[]).map(named);
  const of = (type: string): Thing[] => things.filter((t) => t.first.body?.type === type);
  const field = (thing: Thing, name: string): unknown => thing.first.body?.[name];

  const counts = (thing: Thing): boolean => {
    const filed = of('filed').findLast((f) =>
      thing.told.some(
        (e) =>
          e.install === field(f, 'install') &&
          e.sequence >= Number(field(f, 'from')) &&
          e.sequence <= Number(field(f, 'to')),
      ),
    );
    if (filed !== undefined) return field(filed, 'round') === input.round;
    return field(thing, 'phase') === 'open' && field(thing, 'round') === input.round;
  };

  const given = of('swipe')
    .filter(counts)
    .map((s) => input.credentialOf(s.identity));
  const together = input.roster.map((credentials) => [...credentials]);
  const undone = new Set(of('unlink').map((u) => named(field(u, 'link'))));
  const undecided: string[][] = [];
  for (const link of of('link')) {
    if (field(link, 'round') !== input.round || undone.has(link.identity)) continue;
    const said = of('link-decided').findLast((d) => named(field(d, 'link')) === link.identity);
    const final = field(link, 'phase') === null && field(link, 'reason') === undefined ? 'accepted' : 'open';
    const state = said === undefined ? final : field(said, 'state');
    const credentials = (field(link, 'credentials') as string[]).map(input.credentialOfKey);
    if (state === 'accepted') together.push(credentials);
    if (state === 'open') undecided.push(credentials);
  }
  const spread = (from: readonly string[], sets: readonly string[][], stop: (c: string) => boolean) => {
    const known = new Set(from);
    for (let before = 0; before !== known.size;) {
      before = known.size;
      for (const set of sets)
        if (set.some((c) => known.has(c) && !stop(c))) for (const c of set) known.add(c);
    }
    return [...known].toSorted();
  };
  // Told apart whatever a link says: who is on the roster, and who gave an ID number.
  const decided = together.map((set) => [...set]);
  const settledAs = (credential: string): string[] => spread([credential], decided, () => false);
  const apart = (credential: string): boolean =>
    settledAs(credential).some(
      (c) => input.roster.some((r) => r.includes(c)) || (c.startsWith('id/') && given.includes(c)),
    );
  const wholly = undecided.map((set) => [...new Set(set.flatMap(settledAs))]);
  for (const set of wholly) {
    const free = set.filter((c) => !apart(c));
    const reached = free.length === 0 ? set : [...set, ...spread(free, wholly, apart)];
    const persons = new Set(reached.filter(apart).map((c) => settledAs(c)[0]!));
    if (persons.size <= 1) together.push(set);
  }
  const personOf = (credential: string): string => spread([credential], together, () => false)[0]!;

  const voided = new Set(of('void').map((v) => named(field(v, 'swipe'))));
  const lies = (thing: Thing): string | null => {
    const moved = things.findLast(
      (t) =>
        (t.first.body?.type === 'swipes-moved' && list(field(t, 'swipes')).includes(thing.identity)) ||
        (t.first.body?.type === 'tube-opened' && list(field(t, 'collects')).includes(thing.identity)),
    );
    if (moved === undefined) return named(field(thing, 'tube'));
    return moved.first.body?.type === 'tube-opened' ? moved.identity : named(field(moved, 'to'));
  };
  const again = (thing: Thing): boolean =>
    field(
      of('sampled-again').findLast((a) => named(field(a, 'swipe')) === thing.identity) ?? thing,
      'sampled',
    ) === true;

  const swipes = of('swipe').filter(counts);
  const live = swipes
    .filter((s) => !voided.has(s.identity))
    .map((s) => ({
      person: personOf(input.credentialOf(s.identity)),
      tube: lies(s),
      station: field(s, 'station') as number,
      before: field(s, 'stand') === 'before',
      placed: field(s, 'shown') !== 'repeat-elsewhere' || again(s),
    }));
  const unread = of('unreadable')
    .filter(counts)
    .filter((u) => {
      const settled = of('unreadable-settled').findLast((s) => named(field(s, 'unreadable')) === u.identity);
      return settled !== undefined && field(settled, 'outcome') === 'sampled';
    });

  const people = new Set(live.map((s) => s.person));
  const tubes = new Set([
    ...of('tube-opened')
      .filter(counts)
      .map((t) => t.identity),
    ...live.map((s) => s.tube),
    ...unread.map(lies),
  ]);
  const places = new Map<string, number>();
  const short: string[] = [];
  for (const tube of tubes) {
    if (tube === null) continue;
    const placed = new Set(live.filter((s) => s.tube === tube && s.placed).map((s) => s.person));
    const n = placed.size + unread.filter((u) => lies(u) === tube).length;
    places.set(tube, n);
    const said = things
      .filter(
        (t) =>
          ['tube-sealed', 'tube-corrected'].includes(t.first.body?.type ?? '') &&
          named(field(t, 'opened')) === tube,
      )
      .findLast((t) => field(t, 'swabbed') !== null);
    const isOurs = of('tube-opened').some((t) => t.identity === tube && counts(t));
    const opened = things.find((t) => t.identity === tube)?.first;
    const about = `swabbed-fewer/${opened?.install}:${opened?.sequence}`;
    const decided = things.findLast(
      (t) =>
        ['discrepancy-decided', 'difference-decided'].includes(t.first.body?.type ?? '') &&
        field(t, 'round') === input.round &&
        field(t, 'discrepancy') === about,
    );
    const on = (decided && field(decided, 'on')) as { swiped: number; swabbed: number } | undefined;
    const isOther = on !== undefined && (on.swiped !== n || on.swabbed !== (said && field(said, 'swabbed')));
    const isOpen = decided === undefined || field(decided, 'state') === 'open' || isOther;
    if (isOurs && isOpen && said !== undefined && Number(field(said, 'swabbed')) < n) short.push(tube);
  }

  const roster = new Set(input.roster.map((credentials) => personOf(credentials[0]!)));
  const withdrawn = new Set(of('excuse-withdrawn').map((w) => named(field(w, 'excuse'))));
  const excused = new Set(
    of('excuse')
      .filter((e) => field(e, 'round') === input.round && !withdrawn.has(e.identity))
      .map((e) => personOf(input.credentialOfKey(String(field(e, 'person')))))
      .filter((p) => roster.has(p) && !people.has(p)),
  );
  const onRoster = [...people].filter((p) => roster.has(p)).length;
  const expected = roster.size - excused.size;
  const before = new Set(live.filter((s) => s.before).map((s) => s.person));
  const stations = new Map<number, number>();
  for (const station of new Set(live.map((s) => s.station)))
    stations.set(station, new Set(live.filter((s) => s.station === station).map((s) => s.person)).size);
  return {
    ladder: {
      swipes: swipes.length,
      voided: swipes.length - live.length,
      repeats: live.length - people.size,
      people: people.size,
      onRoster,
      walkIns: people.size - onRoster,
      roster: roster.size,
      excused: excused.size,
      expected,
      missing: expected - onRoster,
      untested: expected - onRoster + excused.size,
      toVerify: new Set(live.filter((s) => s.tube !== null && short.includes(s.tube)).map((s) => s.person))
        .size,
      sampledWithoutCard: unread.length,
      withoutTube: [...before].filter((p) =>
        live.every((s) => s.person !== p || !s.before || s.tube === null),
      ).length,
    },
    places,
    stations,
  };
}

/** Copies of one event are one thing; the original speaks for it where it is held, else the first copy by name. */
function inOrder(events: readonly HeldEvent[]): Thing[] {
  const told = Map.groupBy(
    events.filter((e) => e.status === 'valid'),
    (e) => e.identity,
  );
  const things = [...told].map(([identity, copies]): Thing => {
    const byName = copies.toSorted((a, b) =>
      a.install === b.install ? a.sequence - b.sequence : a.install < b.install ? -1 : 1,
    );
    return { identity, told: copies, first: byName.find((e) => e.hash === identity) ?? byName[0]! };
  });
  return things.toSorted((a, b) => {
    if (a.first.time !== b.first.time) return a.first.time - b.first.time;
    if (a.first.install !== b.first.install) return a.first.install < b.first.install ? -1 : 1;
    return a.first.sequence - b.first.sequence;
  });
}
