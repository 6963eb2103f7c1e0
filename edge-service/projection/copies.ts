import { bytesToHex } from '#shared/bytes.ts';
import type { EventBody } from '#shared/event/event.ts';
import { eventId, splitEventId, type EventId, type InstallId } from '#shared/ids.ts';
import { renameEvents } from '#shared/event/event-table.ts';
import { speakerFirst } from '#shared/event/incarnations.ts';
import type { Statement, Store } from '../store/database.ts';

interface Copy {
  install: InstallId;
  sequence: number;
  origin_install: InstallId;
  origin_sequence: number;
  /** Of the first copy, hex. */
  hash: string;
}

interface Known {
  /** Per identity (the hash of the first copy) where that stood and which copies are held. */
  groups: Map<string, { origin: EventId; copies: Copy[] }>;
  identityOf: Map<EventId, string>;
  /** One place may be named with several hashes: both halves of a cloned journal have forked. */
  named: Map<EventId, string[]>;
}

/**
 * Which held events are one and the same (shared/event/incarnations.ts, kept up event by event). Forks are few and copy what was
 * not yet delivered, so all of it fits in memory; without a fork nothing here costs a query.
 */
export class Copies {
  readonly #db: Store;
  readonly #insert: Statement<(string | number)[]>;
  readonly #hash: Statement<[InstallId, number], Uint8Array>;
  #known: Known | null = null;

  constructor(db: Store) {
    this.#db = db;
    this.#insert = db.prepare(
      'INSERT INTO copy(install, sequence, origin_install, origin_sequence, hash) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#hash = db
      .prepare<[InstallId, number], Uint8Array>(
        "SELECT hash FROM event WHERE install = ? AND sequence = ? AND status = 'valid'",
      )
      .pluck();
  }

  /** Takes in a held event that names its origin. */
  add(event: { install: InstallId; sequence: number; body: EventBody }): void {
    const { install, sequence } = event;
    const { origin } = event.body;
    if (origin === null) return;
    const at = splitEventId(origin.event);
    this.#insert.run(install, sequence, at.install, at.sequence, origin.hash);
    const known = this.#all();
    if (known.identityOf.has(eventId(install, sequence))) return;
    enter(known, {
      install,
      sequence,
      origin_install: at.install,
      origin_sequence: at.sequence,
      hash: origin.hash,
    });
  }

  /** True while no event is known to be a copy of another. */
  get none(): boolean {
    return this.#all().groups.size === 0;
  }

  /** True when other journals hold this event too. */
  concerns(id: EventId): boolean {
    return this.#identityOf(id) !== null;
  }

  /** The id under which all copies of this event are counted. */
  speakerOf(id: EventId): EventId {
    return this.membersOf(id)[0] ?? id;
  }

  /** Every held copy of this event, the one that speaks for them first. */
  membersOf(id: EventId): readonly EventId[] {
    const identity = this.#identityOf(id);
    const group = identity === null ? undefined : this.#all().groups.get(identity);
    if (identity === null || group === undefined) return [id];
    const original = this.#isHeld(group.origin, identity) ? splitEventId(group.origin) : null;
    return speakerFirst(original, group.copies);
  }

  /** The same body naming other events by the names under which they are counted. */
  renamed(body: EventBody): EventBody {
    return this.none ? body : renameEvents(body, (id) => this.speakerOf(id));
  }

  /** After a rollback it is read again. */
  forget(): void {
    this.#known = null;
  }

  #identityOf(id: EventId): string | null {
    const { groups, identityOf, named } = this.#all();
    if (groups.size === 0) return null;
    const own = identityOf.get(id);
    if (own !== undefined) return own;
    return named.get(id)?.find((hash) => this.#isHeld(id, hash)) ?? null;
  }

  #isHeld(id: EventId, hash: string): boolean {
    const { install, sequence } = splitEventId(id);
    const held = this.#hash.get(install, sequence);
    return held !== undefined && bytesToHex(held) === hash;
  }

  #all(): Known {
    if (this.#known !== null) return this.#known;
    const known: Known = { groups: new Map(), identityOf: new Map(), named: new Map() };
    for (const copy of this.#db.prepare<[], Copy>('SELECT * FROM copy').all()) enter(known, copy);
    this.#known = known;
    return known;
  }
}

function enter(known: Known, copy: Copy): void {
  const origin = eventId(copy.origin_install, copy.origin_sequence);
  known.identityOf.set(eventId(copy.install, copy.sequence), copy.hash);
  const group = known.groups.get(copy.hash);
  if (group !== undefined) {
    group.copies.push(copy);
    return;
  }
  known.groups.set(copy.hash, { origin, copies: [copy] });
  known.named.set(origin, [...(known.named.get(origin) ?? []), copy.hash]);
}
