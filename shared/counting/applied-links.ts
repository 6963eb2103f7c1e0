import { isFinalLink, type EventBody, type EventOf } from '../event/event.ts';
import { latest, type Placed } from '../event/event-order.ts';
import type { EventId, RoundId } from '../ids.ts';
import { Persons } from './persons.ts';

/** What a person has said of a link that would make one person of two; null: nobody has said anything. */
export type LinkDecision = 'accepted' | 'refused' | null;

/** A link that was not undone. */
export interface StandingLink {
  id: EventId;
  credentials: readonly string[];
  decision: LinkDecision;
}

/** What is known of the people of a round beside their swipes. */
export interface Joining {
  /** Each row of the roster: its credential keys, and whether the number of a document is or may be among them. */
  roster: readonly { credentials: readonly string[]; identified: boolean }[];
  links: readonly StandingLink[];
  /** Keys of the same person because somebody said so. */
  same: readonly (readonly string[])[];
  /** Whether a key is an ID number that somebody of the round gave; asked of keys that no roster row has. */
  isIdNumber: (key: string) => boolean;
}

/** Links that wait for a person, because together they would make one person of several. */
interface HeldGroup {
  links: readonly EventId[];
  /** The persons known apart: of the roster, or by an ID number of their own. */
  persons: readonly string[];
  /** Every key that the links name. */
  keys: readonly string[];
}

export interface Joined {
  persons: Persons;
  held: readonly HeldGroup[];
}

/**
 * Joins credential keys to persons. A link never merges people known apart (two of the roster, or an ID number that is not
 * theirs): links that hang together without passing through such a person are a group, and a group that touches two of them
 * is held back whole until a person has decided. One of the roster without a number of their own and one ID number are not
 * known apart, as long as no link says anything else of either. A pure function of the sets, whatever came first.
 */
export function joinPersons({ roster, links, same, isIdNumber }: Joining): Joined {
  const persons = new Persons();
  for (const { credentials } of roster) persons.join(credentials);
  for (const credentials of same) persons.join(credentials);
  for (const link of links) if (link.decision === 'accepted') persons.join(link.credentials);
  const known = new Set(roster.flatMap((row) => personOf(persons, row) ?? []));
  const open = links.filter((link) => link.decision === null);
  if (open.length === 0) return { persons, held: [] };
  const listed = new Set(roster.flatMap((row) => row.credentials));
  const numbered = new Set(
    links
      .flatMap((link) => [...link.credentials])
      .concat(same.flat())
      .filter((key) => !listed.has(key) && isIdNumber(key))
      .map((key) => persons.of(key)),
  );
  const identified = new Set(roster.flatMap((row) => (row.identified ? (personOf(persons, row) ?? []) : [])));
  const lacksNumber = (person: string): boolean =>
    known.has(person) && !identified.has(person) && !numbered.has(person);
  const isNumberAlone = (person: string): boolean => numbered.has(person) && !known.has(person);

  const apart = new Set([...known, ...numbered]);

  const groups = new Persons();
  const ends = (link: StandingLink): string[] => [...new Set(link.credentials.map((key) => persons.of(key)))];
  for (const link of open) groups.join([nodeOf(link), ...ends(link).filter((end) => !apart.has(end))]);
  const gathered = [...Map.groupBy(open, (link) => groups.of(nodeOf(link))).values()].map((group) => ({
    group,
    touched: [...new Set(group.flatMap(ends).filter((end) => apart.has(end)))].toSorted(),
  }));
  const told = new Map<string, Set<string>>();
  for (const { touched } of gathered.filter((g) => g.touched.length > 1))
    for (const person of touched) {
      const said = told.get(person) ?? new Set();
      told.set(person, said.add(touched.join(' ')));
    }
  /** A person without a number and the number of nobody else: no other link joins either of them to anybody. */
  const isPair = (touched: readonly string[]): boolean =>
    touched.length === 2 &&
    touched.some(lacksNumber) &&
    touched.some(isNumberAlone) &&
    touched.every((person) => told.get(person)?.size === 1);
  const held: HeldGroup[] = [];
  const free: StandingLink[] = [];
  for (const { group, touched } of gathered)
    if (touched.length <= 1 || isPair(touched)) free.push(...group);
    else
      held.push({
        links: group.map(({ id }) => id).toSorted(),
        persons: touched,
        keys: [...new Set(group.flatMap((link) => [...link.credentials]))].toSorted(),
      });
  for (const link of free) persons.join(link.credentials);
  return { persons, held: held.toSorted((a, b) => ((a.links[0] ?? '') < (b.links[0] ?? '') ? -1 : 1)) };
}

function personOf(persons: Persons, { credentials: [first] }: Joining['roster'][number]): string | null {
  return first === undefined ? null : persons.of(first);
}

/** A link among the keys it joins: no key has this form. */
const nodeOf = ({ id }: StandingLink): string => `link ${id}`;

/** The links of a round that were not undone; `events` of all journals in derived order. */
export function standingLinks(events: readonly Placed[], round: RoundId): StandingLink[] {
  const of = <T extends EventBody['type']>(type: T) =>
    events.filter((e): e is Placed<EventOf<T>> => e.body.type === type);
  const undone = new Set(of('unlink').map((e) => e.body.link));
  const decided = latest(of('link-decided'), (e) => e.body.link);
  return of('link')
    .filter((e) => e.body.round === round && !undone.has(e.id))
    .map(({ id, body }) => ({
      id,
      credentials: body.credentials,
      decision: linkDecision(body, decided.get(id)?.body ?? null),
    }));
}

/** What counts of a link: the latest decision about it, else what it was itself. */
export function linkDecision(
  link: EventOf<'link'>,
  latestDecision: EventOf<'link-decided'> | null,
): LinkDecision {
  if (latestDecision === null) return isFinalLink(link) ? 'accepted' : null;
  return latestDecision.state === 'open' ? null : latestDecision.state;
}

/** Pairs of keys of which somebody said that they are one person; the latest word about a pair counts. */
export function sameIdentities(events: readonly Placed[], round: RoundId): string[][] {
  const decided = events
    .filter((e): e is Placed<EventOf<'identity-decided'>> => e.body.type === 'identity-decided')
    .filter((e) => e.body.round === round);
  return [...latest(decided, ({ body }) => `${body.walkIn} ${body.person}`).values()]
    .filter(({ body }) => body.state === 'same')
    .map(({ body }) => [body.walkIn, body.person]);
}
