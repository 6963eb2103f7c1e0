import type { RoundId, CredentialKey } from '#shared/ids.ts';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import { decodeCounted, decodeKeys } from '#shared/contract/counted-batch.ts';
import type { CountedEntry, CountedMessage, Hello } from '#shared/contract/wire.ts';
import { writeIfPossible, type Database } from '../disk/database.ts';
import { KeyRemoval } from '../disk/key-removal.ts';
import type { RoundInfo } from '#shared/round.ts';
import { sha256 } from '#shared/node/sha256.ts';
import type { Log } from '../disk/log.ts';

/** Rounds whose counted people are held in memory at once: today's, and the one before until it is closed. */
const ROUNDS_IN_MEMORY_MAX = 3;

interface CountedRound {
  batch: { epoch: string; number: number } | null;
  entries: Map<string, CountedEntry>;
}

/**
 * Whom the edge has counted, and who is on the roster, as credential keys: what a kiosk knows of the others, as of its last
 * contact. Holds no personal data: without the round key a key is a random number.
 */
export class CountedBook {
  readonly #db: Database;
  readonly #log: Log;
  readonly #rounds = new Map<string, CountedRound>();
  readonly #rosters = new Map<string, ReadonlySet<string> | null>();
  readonly #removal: KeyRemoval;
  #told: readonly RoundInfo[];

  /** `told`: the rounds last told by the edge. Of others nothing is held, in memory or on the disk. */
  constructor(db: Database, log: Log, told: readonly RoundInfo[]) {
    this.#db = db;
    this.#log = log;
    this.#told = told;
    this.#removal = new KeyRemoval(db, log, told);
  }

  /** The edge has told other rounds: what leads to keys of those before is gone when this returns, or with `tidy`. */
  keepOnly(told: readonly RoundInfo[]): void {
    this.#told = told;
    for (const round of this.#rounds.keys())
      if (!told.some((info) => info.round === round)) this.#rounds.delete(round);
    for (const hash of this.#rosters.keys())
      if (!told.some((info) => info.rosterKeys === hash)) this.#rosters.delete(hash);
    this.#removal.keepOnly(told);
  }

  /** Called every few seconds: removes what could not be removed before. */
  tidy(): void {
    this.#removal.again();
  }

  /** The number of the last batch applied, for hello; null asks for all. */
  position(round: RoundId): Hello['counted'] {
    const batch = this.#round(round).batch;
    return batch === null ? null : { ...batch, round };
  }

  find(round: RoundId, key: string): CountedEntry | null {
    return this.#round(round).entries.get(key) ?? null;
  }

  /** Applies a batch. `ask`: it does not follow the last one; ask for everything after `number` (null: all). */
  apply(
    message: CountedMessage,
  ): { outcome: 'applied' | 'old' | 'not-told' } | { outcome: 'ask'; number: number | null } {
    if (!this.#told.some((info) => info.round === message.round)) return { outcome: 'not-told' };
    const known = this.#round(message.round);
    const sameEpoch = known.batch?.epoch === message.epoch;
    if (!message.full) {
      if (!sameEpoch || known.batch === null) return { outcome: 'ask', number: null };
      if (message.number <= known.batch.number) return { outcome: 'old' };
      if (message.number !== known.batch.number + 1) return { outcome: 'ask', number: known.batch.number };
    }
    const entries = decodeCounted(message);
    const removals = decodeKeys(message.removals);
    if (entries === null || removals === null) {
      this.#log({
        code: 'message-refused',
        detail: `counted ${message.number}: not a whole number of entries`,
      });
      return { outcome: 'ask', number: null };
    }
    if (message.full) known.entries.clear();
    for (const key of removals) known.entries.delete(key);
    for (const entry of entries) known.entries.set(entry.key, entry);
    known.batch = { epoch: message.epoch, number: message.number };
    this.#write(message, { entries, removals });
    return { outcome: 'applied' };
  }

  /** The credential keys of a roster snapshot, or null while this kiosk does not hold it. */
  roster(hash: string | null): ReadonlySet<string> | null {
    if (hash === null) return null;
    const known = this.#rosters.get(hash);
    if (known !== undefined) return known;
    if (!this.#told.some((info) => info.rosterKeys === hash)) return null;
    const row = this.#db
      .prepare<[string], { keys: Uint8Array }>('SELECT keys FROM roster_snapshot WHERE hash = ?')
      .get(hash);
    const keys = row === undefined || bytesToHex(sha256(row.keys)) !== hash ? null : decodeKeys(row.keys);
    const roster = keys === null ? null : new Set(keys);
    this.#rosters.set(hash, roster);
    return roster;
  }

  /** Keeps a snapshot fetched by hash; false when the bytes are not what the hash names. */
  keepRoster(hash: string, bytes: Uint8Array): boolean {
    const keys = decodeKeys(bytes);
    if (keys === null || bytesToHex(sha256(bytes)) !== hash) return false;
    this.#rosters.set(hash, new Set(keys));
    writeIfPossible(this.#log, () =>
      this.#db
        .prepare(
          'INSERT INTO roster_snapshot (hash, keys) VALUES (?, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys',
        )
        .run(hash, bytes),
    );
    return true;
  }

  #round(round: RoundId): CountedRound {
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    type Batch = { epoch: string; number: number };
    type Row = { key: Uint8Array; time: number; station: number | null; tube: string | null };
    const batch = this.#db
      .prepare<[string], Batch>('SELECT epoch, number FROM counted_batch WHERE round = ?')
      .get(round);
    const entries = new Map<string, CountedEntry>();
    for (const row of this.#db
      .prepare<[string], Row>('SELECT key, time, station, tube FROM counted WHERE round = ?')
      .all(round)) {
      const key = bytesToHex(row.key) as CredentialKey;
      entries.set(key, { key, time: row.time, station: row.station, tubeCode: row.tube });
    }
    const loaded: CountedRound = { batch: batch ?? null, entries };
    const [oldest] = this.#rounds.keys();
    if (this.#rounds.size >= ROUNDS_IN_MEMORY_MAX && oldest !== undefined) this.#rounds.delete(oldest);
    this.#rounds.set(round, loaded);
    return loaded;
  }

  #write(message: CountedMessage, changes: { entries: CountedEntry[]; removals: string[] }): void {
    const { round, epoch, number } = message;
    writeIfPossible(this.#log, () =>
      this.#db.transaction(() => {
        if (message.full) this.#db.prepare('DELETE FROM counted WHERE round = ?').run(round);
        const remove = this.#db.prepare('DELETE FROM counted WHERE round = ? AND key = ?');
        for (const key of changes.removals) remove.run(round, hexToBytes(key));
        const put = this.#db.prepare(
          'INSERT OR REPLACE INTO counted (round, key, time, station, tube) VALUES (?, ?, ?, ?, ?)',
        );
        for (const e of changes.entries) put.run(round, hexToBytes(e.key), e.time, e.station, e.tubeCode);
        this.#db
          .prepare('INSERT OR REPLACE INTO counted_batch (round, epoch, number) VALUES (?, ?, ?)')
          .run(round, epoch, number);
      })(),
    );
  }
}
