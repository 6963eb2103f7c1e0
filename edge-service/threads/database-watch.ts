import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Cancel, Clock } from '#shared/clock.ts';
import type { CheckReply } from './worker-messages.ts';

/** How often the whole file is looked through: damage is found within a day, before the last good backup is gone. */
const CHECK_EVERY_MS = 24 * 3_600_000;

/** What is known of the database file. Times in ms. */
export interface DatabaseState {
  /** When damage was first seen; null: none was. Only a restore mends it. */
  damagedAt: number | null;
  /** When it was last looked through whole; null: not yet. */
  checkedAt: number | null;
}

interface WatchLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Looks through the database in the background at the start and daily, and remembers any damage anybody comes upon. */
export class DatabaseWatch {
  readonly #parts: { file: string; clock: Clock; log: WatchLog };
  #state: DatabaseState = { damagedAt: null, checkedAt: null };
  #worker: Worker | null = null;
  #cancel: Cancel = () => undefined;

  constructor(parts: { file: string; clock: Clock; log: WatchLog }) {
    this.#parts = parts;
  }

  get state(): DatabaseState {
    return this.#state;
  }

  /** Looks now, and once a day from now on. */
  begin(): void {
    this.#cancel = this.#parts.clock.timer(CHECK_EVERY_MS, () => this.begin());
    // One that still runs after a day is on a disk that has other troubles.
    if (this.#worker === null) this.#look();
  }

  /** A read or a write came upon damage. No line of SQLite's holds anything of a person. */
  damaged(words: string): void {
    if (this.#state.damagedAt === null) this.#parts.log.error({ words }, 'the database is damaged');
    this.#state = {
      ...this.#state,
      damagedAt: this.#state.damagedAt ?? this.#parts.clock.wall(),
    };
  }

  /** A check under way is given up; not waited for, it ends behind the pages it is reading. */
  stop(): void {
    this.#cancel();
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #look(): void {
    const { file, clock, log } = this.#parts;
    const began = clock.monotonic();
    setFlagsFromString('--max-semi-space-size=1');
    // Beside this file, and called .js where the edge is bundled.
    const entry = `check-worker${path.extname(import.meta.filename)}`;
    const worker = new Worker(new URL(entry, import.meta.url), { workerData: { file } });
    this.#worker = worker;
    worker.once('message', (reply: CheckReply) => {
      if (this.#worker !== worker) return;
      const tookMs = Math.round(clock.monotonic() - began);
      if (reply.kind === 'failed')
        return log.warn({ words: reply.message }, 'the database could not be checked');
      this.#state = { ...this.#state, checkedAt: clock.wall() };
      log.info({ tookMs, faults: reply.faults.length }, 'database checked');
      if (reply.faults.length > 0) this.damaged(reply.faults.join('; '));
    });
    worker.once('error', (error) => log.warn({ error: error.name }, 'the database could not be checked'));
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
  }
}
