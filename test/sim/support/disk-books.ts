import type { InstallId } from '#shared/ids.ts';
import type { Database } from '../../../kiosk/station/disk/database.ts';
import {
  ChainReader,
  identityOf,
  namesIn,
  type RawEvent,
  type ReadBody,
  type ReadEvent,
} from './chain-reader.ts';

/** Sequences of one install lie below this in a kiosk's file (kiosk/station/disk/database.ts). */
const SEQUENCE_SPAN = 2 ** 40;

/** Something that happened at a kiosk, as the auditor saw it come onto that kiosk's disk. */
export interface Fact {
  identity: string;
  event: ReadEvent;
  /** The events it names, as what they are: by identity, by id where the other is on no disk here (a tube joined). */
  names: readonly (string | null)[];
  /** On the timeline. */
  atMs: number;
}

/**
 * What the auditor knows to lie on one disk. It reads each event once, when it is written, and after every restart all of
 * it again: what was there once must be there, under its own name or under the name a fork gave it.
 */
export class DiskBooks {
  readonly name: string;
  readonly facts = new Map<string, Fact>();
  /** Event id on this disk → identity. */
  readonly #ids = new Map<string, string>();
  #readers = new Map<number, ChainReader>();
  /** Installs of this disk whose rows were damaged: what of them is left is told by what became of it. */
  readonly #damaged = new Set<number>();
  readonly #lost = new Set<string>();

  constructor(name: string) {
    this.name = name;
  }

  identityOf(id: string): string | null {
    return this.#ids.get(id) ?? null;
  }

  get forks(): number {
    return Math.max(0, this.#readers.size - 1);
  }

  /** Books of a disk that begins as a copy of this one. */
  copy(name: string): DiskBooks {
    const copy = new DiskBooks(name);
    for (const [identity, fact] of this.facts) copy.facts.set(identity, fact);
    for (const [id, identity] of this.#ids) copy.#ids.set(id, identity);
    for (const id of this.#joined) copy.#joined.add(id);
    for (const [install, base] of this.#bases) copy.#bases.set(install, base);
    for (const number of this.#damaged) copy.#damaged.add(number);
    for (const identity of this.#lost) copy.#lost.add(identity);
    return copy;
  }

  /** A row will be damaged: the auditor did it and knows. `lost`: that event itself is gone from this disk. */
  damage(row: { id: number; lost: boolean }): void {
    const number = Math.floor(row.id / SEQUENCE_SPAN);
    this.#damaged.add(number);
    const reader = this.#readers.get(number);
    const identity = this.identityOf(`${reader?.install}:${row.id % SEQUENCE_SPAN}`);
    if (row.lost && identity !== null) this.#lost.add(identity);
  }

  /** A machine has started: everything is read again from the first event. */
  reopened(db: Database, atMs: number): Fact[] {
    this.#readers = new Map();
    const fresh = this.harvest(db, atMs);
    const present = new Set(this.#present);
    for (const identity of this.facts.keys())
      if (
        !present.has(identity) &&
        !this.#lost.has(identity) &&
        this.facts.get(identity)?.event.body?.type !== 'installed'
      )
        throw new Error(`${this.name}: event ${identity.slice(0, 8)} was on the disk and is gone`);
    return fresh;
  }

  #present = new Set<string>();
  /** Parent install → the last event it shares with its child on this disk. */
  readonly #bases = new Map<string, number>();
  /** Tubes joined here, by the id the edge gave. */
  readonly #joined = new Set<string>();

  /** Reads what was written since the last time; returns what is new in the world, copies of a fork left out. */
  harvest(db: Database, atMs: number): Fact[] {
    const fresh: Fact[] = [];
    if (this.#readers.size === 0) this.#present = new Set();
    const installs = db
      .prepare<[], { number: number; install: InstallId }>(
        'SELECT number, install FROM installation ORDER BY number',
      )
      .all();
    for (const { number, install } of installs) {
      let reader = this.#readers.get(number);
      if (reader === undefined) this.#readers.set(number, (reader = new ChainReader(install)));
      const rows = db
        .prepare<
          [number, number],
          { id: number; hash: Uint8Array; body: Uint8Array; sealed: Uint8Array | null }
        >('SELECT id, hash, body, sealed FROM event WHERE id > ? AND id < ? ORDER BY id')
        .all(number * SEQUENCE_SPAN + reader.sequence, (number + 1) * SEQUENCE_SPAN);
      if (this.#damaged.has(number)) {
        // It verifies no more; what each row says of itself is still there.
        for (const row of rows) this.#present.add(identityOf(row));
        continue;
      }
      for (const { id, ...row } of rows) {
        const event = reader.next({ ...row, sequence: id - number * SEQUENCE_SPAN } satisfies RawEvent);
        const fact = this.#enter(event, atMs);
        if (fact !== null) fresh.push(fact);
      }
    }
    return fresh;
  }

  /** True when this install lies on this disk, as the present one or as a parent of it. */
  holds(install: string): boolean {
    return [...this.#readers.values()].some((reader) => reader.install === install);
  }

  /** The row of a random event of the present install, for damage. */
  rowOf(install: string, sequence: number): number | null {
    for (const [number, reader] of this.#readers)
      if (reader.install === install && sequence <= reader.sequence && !this.#damaged.has(number))
        return number * SEQUENCE_SPAN + sequence;
    return null;
  }

  get current(): { install: InstallId; sequence: number } | null {
    const last = [...this.#readers.entries()].toSorted(([a], [b]) => a - b).at(-1);
    return last === undefined ? null : { install: last[1].install, sequence: last[1].sequence };
  }

  #enter(event: ReadEvent, atMs: number): Fact | null {
    const { identity } = event;
    this.#present.add(identity);
    this.#ids.set(`${event.install}:${event.sequence}`, identity);
    const known = this.facts.get(identity);
    const names = this.#named(event.body, known ?? null);
    if (known === undefined) {
      if (event.body?.origin)
        throw new Error(`${this.name}: a copy of ${event.body.origin.event}, which was never here`);
      const fact = { identity, event, names, atMs };
      this.facts.set(identity, fact);
      return fact;
    }
    const [a, b] = [known.event.body, event.body];
    if (a?.type !== b?.type || a?.['sealed'] !== b?.['sealed'] || a?.wallTime !== b?.wallTime)
      throw new Error(
        `${this.name}: ${event.install}:${event.sequence} is no true copy of ${identity.slice(0, 8)}`,
      );
    if (JSON.stringify(names) !== JSON.stringify(known.names))
      throw new Error(
        `${this.name}: ${event.install}:${event.sequence} names other events than what it copies`,
      );
    return null;
  }

  /**
   * What an event names. A child made here calls by its own numbers what its parent numbered behind the last event they
   * share; a tube joined under such a number is one the edge told of: that of the other half of a cloned journal.
   */
  #named(body: ReadBody | null, known: Fact | null): (string | null)[] {
    const parent = body?.type === 'installed' ? body['parent'] : null;
    if (parent !== null && parent !== undefined) {
      const { install, sequence } = parent as { install: string; sequence: number };
      this.#bases.set(install, sequence);
    }
    const isCopy = known !== null && body?.origin !== null;
    if (body?.type === 'tube-joined' && !isCopy) this.#joined.add(String(body['opened']));
    return namesIn(body).map((id, i) => {
      if (id === null) return null;
      const isElsewhere = isCopy ? known.names[i] === id : this.#joined.has(id) && this.#isLeft(id);
      return isElsewhere ? id : (this.identityOf(id) ?? id);
    });
  }

  /** True for a number this disk's child has replaced by one of its own. */
  #isLeft(id: string): boolean {
    const at = id.indexOf(':');
    return Number(id.slice(at + 1)) > (this.#bases.get(id.slice(0, at)) ?? Number.POSITIVE_INFINITY);
  }
}
