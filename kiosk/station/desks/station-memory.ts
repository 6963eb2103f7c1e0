import { isOfKiosk } from '#shared/event/event-table.ts';
import type { Shown } from '#shared/event/ordinary-swipe.ts';
import type { EventBody, EventOf, Phase } from '#shared/event/event.ts';
import type { Stand } from '#shared/round.ts';
import { splitEventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { OwnLinks } from './own-links.ts';

/** A swipe this kiosk took. */
export interface OwnSwipe {
  id: EventId;
  key: string | null;
  time: number;
  /** As last moved or collected. */
  tube: EventId | null;
  stand: Stand | null;
  shown: Shown;
  ordinal: number | null;
  voided: boolean;
  /** The answer to 又采了一次?; null while nobody has answered. */
  again: boolean | null;
}

/** A tube this kiosk opened or joined. */
export interface OwnTube {
  id: EventId;
  /** Null for a joined tube until its attributes are remembered (joined-tubes.ts). */
  code: string | null;
  capacity: number | null;
  time: number;
  stand: Stand | null;
  joined: boolean;
  sealed: boolean;
}

export interface OwnUnreadable {
  id: EventId;
  time: number;
  tube: EventId | null;
  stand: Stand | null;
  outcome: 'open' | 'sampled' | 'resolved' | 'left';
}

/** Everything of one round in one phase; test swipes and counted ones never meet. */
export class Scope {
  readonly round: RoundId | null;
  readonly phase: Phase;
  readonly swipes: OwnSwipe[] = [];
  readonly byKey = new Map<string, OwnSwipe[]>();
  readonly tubes = new Map<EventId, OwnTube>();
  readonly unreadables: OwnUnreadable[] = [];
  openTube: EventId | null = null;
  ended = false;
  /** Live swipes that count here: neither repeats nor voided. */
  stationCount = 0;

  /** Of the round in all its phases: who was enrolled in the rehearsal is known when it counts. */
  readonly links: OwnLinks;

  constructor(of: { round: RoundId | null; phase: Phase }, links: OwnLinks) {
    this.round = of.round;
    this.phase = of.phase;
    this.links = links;
  }

  /** This person's swipes in order, by whatever of theirs they gave. */
  ownOf(key: string): OwnSwipe[] {
    const keys = this.links.keysOf(key);
    const [first] = keys;
    if (keys.length === 1 && first !== undefined) return this.byKey.get(first) ?? [];
    return this.swipes.filter((swipe) => swipe.key !== null && keys.includes(swipe.key));
  }

  /** One name for all swipes of a person; a swipe without a key is a person of its own. */
  personOf({ id, key }: Pick<OwnSwipe, 'id' | 'key'>): string {
    return key === null ? id : this.links.personOf(key);
  }

  /** True once anything happened here. */
  get used(): boolean {
    return this.swipes.length + this.tubes.size + this.unreadables.length > 0;
  }

  /** Swipes whose tube is `tube` (null: none), live, in order. */
  liveIn(tube: EventId | null): OwnSwipe[] {
    return this.swipes.filter((swipe) => !swipe.voided && swipe.tube === tube);
  }

  /** Places by the counting rule, from this kiosk's own events: distinct people plus unreadables that were sampled. */
  places(tube: EventId | null): number {
    const people = new Set(
      this.liveIn(tube)
        .filter(takesPlace)
        .map((swipe) => this.personOf(swipe)),
    );
    const sampled = this.unreadables.filter((u) => u.tube === tube && u.outcome === 'sampled');
    return people.size + sampled.length;
  }

  /**
   * Swipes and unreadables before the swab that lie in no tube: what the next code collects, and whose each is. A repeat from
   * elsewhere that was not sampled again lies in no tube either, and wants none.
   */
  loose(): { id: EventId; person: string }[] {
    const swipes = this.swipes.filter(
      (s) => !s.voided && s.tube === null && s.stand !== 'after' && takesPlace(s),
    );
    const unread = this.unreadables.filter(
      (u) => u.tube === null && u.stand !== 'after' && (u.outcome === 'open' || u.outcome === 'sampled'),
    );
    return [
      ...swipes.map((swipe) => ({ id: swipe.id, person: this.personOf(swipe) })),
      ...unread.map(({ id }) => ({ id, person: id })),
    ];
  }
}

/** Whether a swipe claims a place in its tube: a repeat from elsewhere does so only when sampled again. */
export function takesPlace(swipe: OwnSwipe): boolean {
  return swipe.shown !== 'repeat-elsewhere' || swipe.again === true;
}

/** A repeat has no ordinal (event.ts), and counts only when the person was sampled again. */
function counts(swipe: OwnSwipe): boolean {
  return !swipe.voided && (swipe.ordinal !== null || swipe.again === true);
}

/**
 * What this kiosk did, folded from its own journal: at start from the disk, afterwards event by event, by the same code. So
 * a restart cannot know anything else than the running kiosk knew.
 */
export class StationMemory {
  readonly #scopes = new Map<string, Scope>();
  readonly #links = new Map<string | null, OwnLinks>();
  readonly #swipes = new Map<EventId, { scope: Scope; swipe: OwnSwipe }>();
  readonly #unreadables = new Map<EventId, OwnUnreadable>();
  readonly #enders = new Set<InstallId>();

  scope(of: { round: RoundId | null; phase: Phase }): Scope {
    const name = `${of.phase}/${of.round ?? ''}`;
    const known = this.#scopes.get(name);
    if (known !== undefined) return known;
    const links = this.#links.get(of.round) ?? new OwnLinks();
    this.#links.set(of.round, links);
    const made = new Scope(of, links);
    this.#scopes.set(name, made);
    return made;
  }

  /** Every round and phase of which something is known. */
  scopes(): Iterable<Scope> {
    return this.#scopes.values();
  }

  /** True once this install has ended a round. */
  endedBy(install: InstallId): boolean {
    return this.#enders.has(install);
  }

  swipe(id: EventId): OwnSwipe | null {
    return this.#swipes.get(id)?.swipe ?? null;
  }

  apply(id: EventId, body: EventBody): void {
    if (body.phase === null || !isOfKiosk(body)) return;
    const scope = this.scope({ round: body.round, phase: body.phase });
    switch (body.type) {
      case 'swipe':
        this.#addSwipe(scope, id, body);
        break;
      case 'void':
        this.#change(body.swipe, { voided: true });
        break;
      case 'sampled-again':
        this.#change(body.swipe, { again: body.sampled });
        break;
      case 'tube-opened': {
        const { code, capacity, stand, wallTime: time } = body;
        scope.tubes.set(id, { id, code, capacity, time, stand, joined: false, sealed: false });
        scope.openTube = id;
        for (const collected of body.collects) this.#move(collected, id);
        break;
      }
      case 'tube-joined':
        scope.tubes.set(body.opened, {
          id: body.opened,
          code: null,
          capacity: null,
          time: body.wallTime,
          stand: body.stand,
          joined: true,
          sealed: false,
        });
        scope.openTube = body.opened;
        break;
      case 'tube-sealed': {
        const tube = scope.tubes.get(body.opened);
        if (tube !== undefined) tube.sealed = true;
        if (scope.openTube === body.opened) scope.openTube = null;
        break;
      }
      case 'swipes-moved':
        for (const moved of body.swipes) this.#move(moved, body.to);
        break;
      case 'unreadable': {
        const unreadable: OwnUnreadable = {
          id,
          time: body.wallTime,
          tube: body.tube,
          stand: body.stand,
          outcome: 'open',
        };
        scope.unreadables.push(unreadable);
        this.#unreadables.set(id, unreadable);
        scope.ended = false;
        break;
      }
      case 'unreadable-settled': {
        const unreadable = this.#unreadables.get(body.unreadable);
        if (unreadable !== undefined) unreadable.outcome = body.outcome;
        break;
      }
      case 'link':
        scope.links.join(body.credentials);
        break;
      case 'round-ended':
        scope.ended = true;
        this.#enders.add(splitEventId(id).install);
        break;
      case 'installed':
      case 'tube-corrected':
        break;
      default:
        body satisfies never;
    }
  }

  #addSwipe(scope: Scope, id: EventId, body: EventOf<'swipe'>): void {
    const swipe: OwnSwipe = {
      id,
      key: body.credential.key,
      time: body.wallTime,
      tube: body.tube,
      stand: body.stand,
      shown: body.shown,
      ordinal: body.ordinal,
      voided: false,
      again: null,
    };
    scope.swipes.push(swipe);
    scope.ended = false;
    if (counts(swipe)) scope.stationCount++;
    this.#swipes.set(id, { scope, swipe });
    if (swipe.key === null) return;
    const same = scope.byKey.get(swipe.key);
    if (same === undefined) scope.byKey.set(swipe.key, [swipe]);
    else same.push(swipe);
  }

  #change(id: EventId, change: { voided: true } | { again: boolean }): void {
    const known = this.#swipes.get(id);
    if (known === undefined) return;
    const { scope, swipe } = known;
    if (counts(swipe)) scope.stationCount--;
    Object.assign(swipe, change);
    if (counts(swipe)) scope.stationCount++;
  }

  #move(id: EventId, to: EventId | null): void {
    const swipe = this.#swipes.get(id)?.swipe;
    if (swipe !== undefined) swipe.tube = to;
    const unreadable = this.#unreadables.get(id);
    if (unreadable !== undefined) unreadable.tube = to;
  }
}
