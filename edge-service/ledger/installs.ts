import { EMPTY_HEAD } from '#shared/event/chain.ts';
import type { InstallId } from '#shared/ids.ts';
import type { Statement, Store } from '../store/database.ts';

export type InstallKind = 'kiosk' | 'edge';
type InstallTrouble = 'forked' | 'broken' | 'version';

/** One journal as the ledger holds it; the writer keeps these in memory, because it is the only one to change them. */
export interface InstallState {
  install: InstallId;
  kind: InstallKind;
  pairing: string | null;
  station: number | null;
  device: string | null;
  /** Highest gap-free sequence held, and its hash. */
  watermark: number;
  hash: Uint8Array;
  /** Running corrected time, ms; null before the first usable event. */
  time: number | null;
  /** Head as last reported. */
  head: number;
  /** When the edge last held all the install had, edge clock. */
  head_held_at: number | null;
  last_contact: number | null;
  parent: InstallId | null;
  parent_sequence: number | null;
  trouble: InstallTrouble | null;
}

/** The `install` table with a write-through cache; `forget` after a rollback. */
export class Installs {
  readonly #cache = new Map<InstallId, InstallState>();
  readonly #read: Statement<[InstallId], InstallState>;
  readonly #write: Statement<[InstallState]>;
  readonly #move: Statement<(string | number | Uint8Array | null)[]>;

  constructor(db: Store) {
    this.#read = db.prepare('SELECT * FROM install WHERE install = ?');
    this.#write = db.prepare(`
      INSERT INTO install(install, kind, pairing, station, device, watermark, hash, time, head, head_held_at, last_contact, parent, parent_sequence, trouble)
      VALUES (:install, :kind, :pairing, :station, :device, :watermark, :hash, :time, :head, :head_held_at, :last_contact, :parent, :parent_sequence, :trouble)
      ON CONFLICT(install) DO UPDATE SET pairing = excluded.pairing, station = excluded.station, device = excluded.device,
        watermark = excluded.watermark, hash = excluded.hash, time = excluded.time, head = excluded.head, head_held_at = excluded.head_held_at,
        last_contact = excluded.last_contact, parent = excluded.parent, parent_sequence = excluded.parent_sequence, trouble = excluded.trouble`);
    this.#move = db.prepare(
      'UPDATE install SET watermark = ?, hash = ?, time = ?, head = ?, head_held_at = ?, last_contact = ? WHERE install = ?',
    );
  }

  /** The install's state, or null when nothing of it was ever heard. Change it only through `save`. */
  get(install: InstallId): Readonly<InstallState> | null {
    const cached = this.#cache.get(install);
    if (cached) return cached;
    const row = this.#read.get(install);
    if (!row) return null;
    this.#cache.set(install, row);
    return row;
  }

  /** The install's state, or that of one never heard of. */
  getOrNew(install: InstallId, kind: InstallKind): Readonly<InstallState> {
    return (
      this.get(install) ?? {
        install,
        kind,
        pairing: null,
        station: null,
        device: null,
        watermark: EMPTY_HEAD.sequence,
        hash: EMPTY_HEAD.hash,
        time: null,
        head: 0,
        head_held_at: null,
        last_contact: null,
        parent: null,
        parent_sequence: null,
        trouble: null,
      }
    );
  }

  save(state: InstallState): void {
    const before = this.#cache.get(state.install);
    // Once per batch of a kiosk: where only its journal grew, seven values by position instead of fourteen by name.
    if (before !== undefined && sameOwner(before, state))
      this.#move.run(
        state.watermark,
        state.hash,
        state.time,
        state.head,
        state.head_held_at,
        state.last_contact,
        state.install,
      );
    else this.#write.run(state);
    this.#cache.set(state.install, state);
  }

  /** After a rollback the cache may know what never happened. */
  forget(): void {
    this.#cache.clear();
  }
}

/** True when nothing differs but how far the journal has come and when it was heard. */
function sameOwner(a: InstallState, b: InstallState): boolean {
  return (
    a.kind === b.kind &&
    a.pairing === b.pairing &&
    a.station === b.station &&
    a.device === b.device &&
    a.parent === b.parent &&
    a.parent_sequence === b.parent_sequence &&
    a.trouble === b.trouble
  );
}
