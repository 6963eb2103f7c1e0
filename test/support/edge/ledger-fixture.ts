import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventId } from '#shared/ids.ts';
import type { EventsReply } from '#shared/contract/wire.ts';
import { linkBatch, type AppendRequest } from '../../../edge-service/ledger/linked-batch.ts';
import type { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { Ledger, type LedgerAnswer, type LedgerJob } from '../../../edge-service/ledger/ledger.ts';
import { DERIVED_TABLES } from '../../../edge-service/store/schema.ts';
import { openStore, type Store } from '../../../edge-service/store/database.ts';
import { testUuid, type TestJournal } from '../kiosk/test-journal.ts';
import type { Decision, WriteContext } from '../../../edge-service/ledger/contexts.ts';
import { WRITES } from '../../../edge-service/threads/write-table.ts';

/** A directory that the test removes. */
export function temporaryDirectory(): { dir: string; remove(): void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-edge-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A batch on its way to the writer, linked as on the serving thread. */
export const appendJob = (request: AppendRequest): LedgerJob => ({
  kind: 'append',
  batch: linkBatch(request),
});

/** The edge's writes, and one of the tests': any decision, without the feature that would make it. */
const FIXTURE_WRITES = {
  ...WRITES,
  'test.decide': (context: WriteContext, { decision }: { decision: Decision }): { event: EventId } => ({
    event: context.decide(decision),
  }),
};
type WriteName = keyof typeof FIXTURE_WRITES;
type WriteArgs<N extends WriteName> = Parameters<(typeof FIXTURE_WRITES)[N]>[1];
type WriteResult<N extends WriteName> = ReturnType<(typeof FIXTURE_WRITES)[N]>;

/** The real ledger on this thread, with a real database file, a hand-set clock and ids that can be foretold. */
export class LedgerFixture {
  readonly db: Store;
  readonly ledger: Ledger;
  now = 1_700_000_000_000;
  #uuids = 0;

  constructor(at: { file: string; keys: KeyStore }) {
    this.db = openStore(at.file, 'write');
    this.ledger = new Ledger({
      db: this.db,
      keys: at.keys,
      time: { wall: () => this.now, monotonic: () => 0, bootId: 'edge-boot' },
      uuid: () => testUuid('edge', ++this.#uuids),
      writes: FIXTURE_WRITES,
    });
  }

  append(batch: AppendRequest): EventsReply {
    const [answer] = this.ledger.run([appendJob(batch)]).answers;
    if (answer?.kind !== 'append') throw new Error('no answer to an append');
    return answer.reply;
  }

  /** Everything the journal holds. */
  appendAll(journal: TestJournal): EventsReply {
    return this.append(journal.batch(1, journal.head.sequence));
  }

  /** Throws with the code when the write was refused. */
  write<N extends WriteName>(name: N, args: WriteArgs<N>): WriteResult<N> {
    const answer: LedgerAnswer | undefined = this.ledger.run([{ kind: 'write', name, args }]).answers[0];
    if (answer?.kind === 'done') return answer.result as WriteResult<N>;
    throw new Error(answer?.kind === 'failed' ? `${answer.code}: ${answer.message}` : 'no answer to a write');
  }

  /** Every derived table as sorted rows: two ledgers with the same events must have the same. What hangs on receipt is not among them. */
  derived(): Record<string, unknown[]> {
    return Object.fromEntries(
      DERIVED_TABLES.filter((table) => table !== 'bounded_time').map((table) => [
        table,
        this.db
          .prepare(`SELECT * FROM ${table}`)
          .raw()
          .all()
          .map((row) => JSON.stringify(row))
          .toSorted(),
      ]),
    );
  }

  close(): void {
    this.db.close();
  }
}
