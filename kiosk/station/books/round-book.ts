import { scrypt } from 'node:crypto';
import type { RoundId } from '#shared/ids.ts';
import { hexToBytes } from '#shared/bytes.ts';
import { ROUND_KEY_BYTES } from '#shared/event/credential.ts';
import { roundInfoSchema, type RoundInfo, type WrappedKey } from '#shared/round.ts';
import type { RoundsMessage } from '#shared/contract/wire.ts';
import { writeIfPossible, type Database } from '../disk/database.ts';
import type { Log } from '../disk/log.ts';
import { openSecretBox } from '../journal/seal.ts';

/** scrypt takes 128 · N · r bytes: above this a kiosk of 4 GB would swap, and swap is a disk. */
export const SCRYPT_BYTES_MAX = 512 * 1024 * 1024;

/** The rounds the edge told of. On the disk lie their infos with the wrapped key; round keys live in memory only. */
export class RoundBook {
  readonly #db: Database;
  readonly #log: Log;
  #rounds: RoundInfo[];
  readonly #keys = new Map<string, Uint8Array>();

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
    const rows = db.prepare<[], { info: string }>('SELECT info FROM round ORDER BY place').all();
    this.#rounds = rows.flatMap(({ info }) => {
      const parsed = roundInfoSchema.safeParse(jsonOrNull(info));
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** In the order in which the edge told them. */
  get rounds(): readonly RoundInfo[] {
    return this.#rounds;
  }

  /** 32 bytes, or null until the edge or the opening code gave them. */
  keyOf(round: RoundId): Uint8Array | null {
    return this.#keys.get(round) ?? null;
  }

  /** Replaces what was known; keys of rounds that are no longer told are forgotten. */
  take(message: RoundsMessage): void {
    this.#rounds = message.rounds.map(({ info }) => info);
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
    for (const { info, key } of message.rounds) this.#keys.set(info.round, hexToBytes(key));
    writeIfPossible(this.#log, () =>
      this.#db.transaction(() => {
        this.#db.prepare('DELETE FROM round').run();
        const insert = this.#db.prepare('INSERT INTO round (round, place, info) VALUES (?, ?, ?)');
        this.#rounds.forEach((info, place) => insert.run(info.round, place, JSON.stringify(info)));
      })(),
    );
  }

  /**
   * Tries the opening code (shared/opening-code.ts) on the rounds without a key, open ones first, until one opens: each try
   * takes a third of a second to three, off this thread. Returns how many it opened.
   */
  async unlock(digits: string): Promise<number> {
    const locked = this.#rounds.filter(({ round }) => !this.#keys.has(round));
    const ordered = locked.toSorted((a, b) => Number(b.state === 'open') - Number(a.state === 'open'));
    for (const { round, wrappedKey } of ordered) {
      const key = await unwrap(wrappedKey, digits);
      // the edge may have told its rounds meanwhile: a key of one no longer told is not kept, one told stays
      const isLocked = this.#rounds.some((told) => told.round === round) && !this.#keys.has(round);
      if (key === null || !isLocked) continue;
      this.#keys.set(round, key);
      return 1;
    }
    return 0;
  }
}

async function unwrap(wrapped: WrappedKey, digits: string): Promise<Uint8Array | null> {
  const { costN: N, blockR: r, parallelP: p } = wrapped;
  const memory = 128 * N * r;
  if (memory > SCRYPT_BYTES_MAX || (N & (N - 1)) !== 0) return null;
  const derived = await new Promise<Uint8Array>((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * memory };
    scrypt(digits, hexToBytes(wrapped.salt), ROUND_KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
  const key = openSecretBox(hexToBytes(wrapped.box), derived);
  return key?.length === ROUND_KEY_BYTES ? key : null;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // a damaged row is no round: the edge tells it again
  }
}
