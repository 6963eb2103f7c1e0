import { wordsOf } from '#shared/error-words.ts';
import { EMPTY_HEAD } from '#shared/event/chain.ts';
import type { InstallId, RoundId } from '#shared/ids.ts';
import type { EventsReply } from '#shared/contract/wire.ts';
import { Changes, type CommitNotice } from '../projection/commit-changes.ts';
import type { Decision, WriteContext } from './contexts.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { edgeAnswer } from './edge-answer.ts';
import { EdgeJournal, type EdgeTime } from './edge-journal.ts';
import { EventRows } from './event-rows.ts';
import { Ingest } from './ingest.ts';
import { Installs } from './installs.ts';
import type { LinkedBatch } from './linked-batch.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { dropMeta, ledgerIdentity, readMeta, writeMeta } from '../store/meta.ts';
import { Projection } from '../projection/projection.ts';
import { Retiming } from './retiming.ts';
import { migrate } from '../store/schema.ts';
import { isDamage, isDiskTrouble, type Store } from '../store/database.ts';

export type LedgerJob =
  | { kind: 'append'; batch: LinkedBatch }
  | { kind: 'write'; name: string; args: unknown };
export type LedgerAnswer =
  | { kind: 'append'; reply: EventsReply }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; code: string; message: string };

/** How long a kiosk waits after the disk refused: long enough to spare it, short enough that a freed disk is used at once. */
const DISK_RETRY_AFTER_MS = 5000;
const DISK_FULL_WORDS = edgeAnswer('edge-answer.disk-full');
const DAMAGED_WORDS = edgeAnswer('edge-answer.database-damaged');

/** Nothing was stored, and that is no fault of what was asked. */
const isStoreTrouble = (error: unknown): boolean => isDiskTrouble(error) || isDamage(error);

/** The named writes a ledger takes. Callers are held to each one's arguments where the whole table is known. */
type LedgerWrites = Readonly<Record<string, (context: WriteContext, args: never) => unknown>>;

export interface LedgerParts {
  db: Store;
  keys: KeyStore;
  time: EdgeTime;
  /** A random UUID, version 4. */
  uuid(): string;
  /** Handed in, so that the ledger knows no feature that writes into it. */
  writes: LedgerWrites;
}

/**
 * The only writer of the ledger: one transaction for everything waiting, then the answers. Lives in a worker thread at the
 * edge (ledger-worker.ts) and on the caller's thread in the simulation.
 */
export class Ledger {
  readonly #parts: LedgerParts;
  readonly #installs: Installs;
  readonly #events: EventRows;
  readonly #projection: Projection;
  readonly #retiming: Retiming;
  readonly #ingest: Ingest;
  #journal: EdgeJournal;
  #epoch: string;
  #damage: string | null = null;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    migrate(parts.db);
    this.#installs = new Installs(parts.db);
    this.#events = new EventRows(parts.db);
    this.#projection = new Projection(parts.db, parts.keys);
    this.#retiming = new Retiming(parts.db, this.#projection);
    if (readMeta(parts.db, 'epoch') === null)
      parts.db.transaction(() => this.#begin(null, new Changes())).immediate();
    this.#joinAnew();
    const { epoch, edgeInstall } = ledgerIdentity(parts.db);
    this.#epoch = epoch;
    this.#journal = this.#journalOf(edgeInstall);
    this.#ingest = new Ingest({
      installs: this.#installs,
      events: this.#events,
      projection: this.#projection,
      retiming: this.#retiming,
      wall: parts.time.wall,
      epoch: () => this.#epoch,
    });
  }

  /**
   * Runs everything waiting in one transaction and answers after its commit. A write that throws is rolled back alone; when
   * the disk takes nothing or the file is damaged, nothing is half stored and each job is tried by itself before it is told so.
   */
  run(jobs: readonly LedgerJob[]): { answers: LedgerAnswer[]; notice: CommitNotice } {
    const changes = new Changes();
    try {
      return { answers: this.#transaction(jobs, changes), notice: changes.notice() };
    } catch (error) {
      if (isDamage(error)) this.#damage ??= wordsOf(error);
      if (jobs.length === 1) {
        const answer = isStoreTrouble(error) ? unstored(jobs[0]!, error) : failed(jobs[0]!, error);
        return { answers: [answer], notice: new Changes().notice() };
      }
    }
    const alone = jobs.map((job) => this.run([job]));
    return { answers: alone.flatMap((a) => a.answers), notice: merged(alone.map((a) => a.notice)) };
  }

  /** SQLite's words for the first damage of the file that was come upon; null: none. */
  get damage(): string | null {
    return this.#damage;
  }

  get epoch(): string {
    return this.#epoch;
  }

  close(): void {
    this.#parts.db.close();
  }

  #transaction(jobs: readonly LedgerJob[], changes: Changes): LedgerAnswer[] {
    const { db } = this.#parts;
    const before = { epoch: this.#epoch, journal: this.#journal };
    db.exec('BEGIN IMMEDIATE');
    try {
      const answers = jobs.map((job) => this.#job(job, changes));
      db.exec('COMMIT');
      return answers;
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      this.#forget(before);
      throw error;
    }
  }

  #job(job: LedgerJob, changes: Changes): LedgerAnswer {
    if (job.kind === 'append') return { kind: 'append', reply: this.#ingest.append(job.batch, changes) };
    const { db } = this.#parts;
    const before = { epoch: this.#epoch, journal: this.#journal };
    db.exec('SAVEPOINT named_write');
    try {
      const write = this.#parts.writes[job.name];
      if (write === undefined) throw new Error(`the ledger has no write ${job.name}`);
      // Names are tied to arguments where callers are (ledger-client.ts); here they arrive from another thread as data.
      const result = write(this.#context(changes), job.args as never);
      db.exec('RELEASE named_write');
      return { kind: 'done', result };
    } catch (error) {
      if (isStoreTrouble(error) || !db.inTransaction) throw error;
      db.exec('ROLLBACK TO named_write');
      db.exec('RELEASE named_write');
      this.#forget(before);
      return failed(job, error);
    }
  }

  #context(changes: Changes): WriteContext {
    const { db, keys, time } = this.#parts;
    return {
      db,
      keys,
      wall: time.wall,
      decide: (decision: Decision) => this.#journal.append(decision, changes),
      installs: this.#installs,
      projection: this.#projection,
      changes,
      epoch: () => this.#epoch,
      edgeInstall: () => this.#journal.install,
      beginEpoch: () => this.#begin(this.#journal.install, changes),
    };
  }

  /** After a migration that changed which keys are one person. */
  #joinAnew(): void {
    const { db } = this.#parts;
    if (readMeta(db, 'join-anew') === null) return;
    const rounds = db.prepare<[], RoundId>('SELECT round FROM round').pluck();
    db.transaction(() => {
      for (const round of rounds.all()) this.#projection.persons.refresh(round, new Changes());
      dropMeta(db, 'join-anew');
    }).immediate();
  }

  /** A new epoch and a new journal of the edge; after a restore it names the journal it follows. */
  #begin(parent: InstallId | null, changes: Changes): string {
    const { db, uuid } = this.#parts;
    const install = uuid() as InstallId;
    const before = parent === null ? null : this.#installs.get(parent);
    const parentEpoch = readMeta(db, 'epoch');
    this.#epoch = uuid();
    this.#journal = this.#journalOf(install);
    writeMeta(db, 'epoch', this.#epoch);
    writeMeta(db, 'edge-install', install);
    const head = before ? { sequence: before.watermark, hash: before.hash } : EMPTY_HEAD;
    this.#journal.append(
      {
        type: 'installed',
        device: 'edge',
        parent:
          parent === null ? null : { install: parent, sequence: head.sequence, hash: bytesToHex(head.hash) },
        round: null,
        by: null,
      },
      changes,
    );
    if (parentEpoch !== null)
      this.#journal.append({ type: 'restored', parentEpoch, round: null, by: null }, changes);
    return this.#epoch;
  }

  #journalOf(install: InstallId): EdgeJournal {
    return new EdgeJournal({
      install,
      installs: this.#installs,
      events: this.#events,
      projection: this.#projection,
      retiming: this.#retiming,
      time: this.#parts.time,
    });
  }

  #forget(before: { epoch: string; journal: EdgeJournal }): void {
    this.#installs.forget();
    this.#projection.forget();
    this.#retiming.forget();
    this.#epoch = before.epoch;
    this.#journal = before.journal;
  }
}

function failed(job: LedgerJob, error: unknown): LedgerAnswer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'fault';
  const words = wordsOf(error);
  if (job.kind === 'append')
    return {
      kind: 'append',
      reply: { outcome: 'busy', retryAfterMs: DISK_RETRY_AFTER_MS, message: `${code}: ${words}` },
    };
  return { kind: 'failed', code, message: words };
}

function unstored(job: LedgerJob, error: unknown): LedgerAnswer {
  const [code, words] = isDamage(error)
    ? (['database-damaged', DAMAGED_WORDS] as const)
    : (['disk-full', DISK_FULL_WORDS] as const);
  if (job.kind === 'append')
    return { kind: 'append', reply: { outcome: 'busy', retryAfterMs: DISK_RETRY_AFTER_MS, message: words } };
  return { kind: 'failed', code, message: words };
}

function merged(notices: readonly CommitNotice[]): CommitNotice {
  return {
    rounds: [...new Set(notices.flatMap((n) => n.rounds))],
    counted: notices.flatMap((n) => n.counted),
    renewed: [...new Set(notices.flatMap((n) => n.renewed))],
    roundsChanged: notices.some((n) => n.roundsChanged),
    installs: [...new Set(notices.flatMap((n) => n.installs))],
  };
}
