import type { Clock } from '#shared/clock.ts';
import type { Connection } from './link.ts';
import type { Log } from '../disk/log.ts';
import { TOO_LATE, within } from '#shared/within.ts';

/** A snapshot of 36,000 people is 1 MB; a LAN that takes longer is asked again at the next status. */
export const FETCH_MS_MAX = 15_000;
/** One that could not be had is asked for again after so long, not at every status. */
const RETRY_MS = 15_000;

export interface RosterFetchParts {
  clock: Clock;
  log: Log;
  connection: () => Connection | null;
  /** Hashes of the snapshots of the rounds known. */
  wanted: () => string[];
  held: (hash: string) => boolean;
  keep: (hash: string, bytes: Uint8Array) => boolean;
}

/** Fetches roster-key snapshots by hash, one at a time, while there is a connection. */
export class RosterFetch {
  readonly #parts: RosterFetchParts;
  readonly #failedAt = new Map<string, number>();
  #fetching = false;
  #stopped = false;

  constructor(parts: RosterFetchParts) {
    this.#parts = parts;
  }

  /** Call whenever a snapshot may be wanted. */
  refresh(): void {
    const { clock, connection, wanted, held } = this.#parts;
    const link = connection();
    if (this.#fetching || this.#stopped || link === null) return;
    const now = clock.monotonic();
    const hash = wanted().find(
      (wish) => !held(wish) && now - (this.#failedAt.get(wish) ?? -Infinity) >= RETRY_MS,
    );
    if (hash === undefined) return;
    this.#fetching = true;
    void this.#fetch(link, hash).then((kept) => {
      this.#fetching = false;
      if (kept) this.refresh();
      else this.#failedAt.set(hash, clock.monotonic());
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #fetch(connection: Connection, hash: string): Promise<boolean> {
    const { clock, log, wanted, keep } = this.#parts;
    const answer = await within(clock, FETCH_MS_MAX, connection.rosterKeys(hash));
    if (this.#stopped || !wanted().includes(hash)) return false; // its round may be over by now
    if (answer !== TOO_LATE && answer.ok && keep(hash, answer.value)) return true;
    const why =
      answer === TOO_LATE
        ? 'no answer'
        : answer.ok
          ? 'the bytes are not what the hash names'
          : answer.message;
    log({ code: 'message-refused', detail: `roster keys ${hash.slice(0, 12)}: ${why}` });
    return false;
  }
}
