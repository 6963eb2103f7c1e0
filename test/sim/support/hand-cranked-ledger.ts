import type { EventsReply } from '#shared/contract/wire.ts';
import type { SeededRandom } from '../../support/seeded-random.ts';
import type { CommitNotice } from '../../../edge-service/projection/commit-changes.ts';
import type { ReportContext } from '../../../edge-service/ledger/contexts.ts';
import { linkBatch, type AppendRequest } from '../../../edge-service/ledger/linked-batch.ts';
import type { LedgerClient } from '../../../edge-service/threads/ledger-client.ts';
import type { Ledger, LedgerAnswer, LedgerJob } from '../../../edge-service/ledger/ledger.ts';
import {
  REPORTS,
  type ReportArgs,
  type ReportName,
  type ReportResult,
} from '../../../edge-service/threads/report-table.ts';
import type { Store } from '../../../edge-service/store/database.ts';
import type { WriteArgs, WriteName, WriteResult } from '../../../edge-service/threads/write-table.ts';
import type { Misfortune } from './faults.ts';
import type { Life, Timeline } from './timeline.ts';
import { refusalFrom } from '../../../edge-service/ledger/refusal.ts';

/** Between a job and its commit others gather, as they do while the writer's thread is busy. */
const COMMIT_MS_MAX = 20;
/** From the commit to its answers: the way back from the writer's thread. An edge killed in between answers nobody. */
const ANSWER_MS_MAX = 5;
const REPORT_MS_MAX = 5;
/** SQLite's own default: no limit. */
const PAGES_MAX = 2 ** 30;

interface Waiting {
  job: LedgerJob;
  done(answer: LedgerAnswer): void;
}

export interface HandCrankedLedgerParts {
  ledger: Ledger;
  /** The writer's connection. */
  db: Store;
  reports: ReportContext;
  timeline: Timeline;
  life: Life;
  random: SeededRandom;
  misfortune: Misfortune;
  /** After each commit, before anybody is answered. */
  committed: () => void;
  /** The process is to die now. */
  killed: () => void;
}

/** The ledger as the desk sees it, with the real ledger behind it and each commit and answer a step of the timeline. */
export class HandCrankedLedger implements LedgerClient {
  readonly #parts: HandCrankedLedgerParts;
  #waiting: Waiting[] = [];
  #commitComing = false;
  #underWay = 0;
  readonly #listeners = new Set<(notice: CommitNotice) => void>();

  constructor(parts: HandCrankedLedgerParts) {
    this.#parts = parts;
  }

  append(request: AppendRequest): Promise<EventsReply> {
    return new Promise((resolve) => {
      this.#take({
        job: { kind: 'append', batch: structuredClone(linkBatch(request)) },
        done: (answer) => {
          if (answer.kind === 'append') resolve(answer.reply);
        },
      });
    });
  }

  write<N extends WriteName>(name: N, args: WriteArgs<N>): Promise<WriteResult<N>> {
    return new Promise((resolve, reject) => {
      this.#take({
        job: { kind: 'write', name, args: structuredClone(args) },
        done: (answer) => {
          if (answer.kind === 'done') resolve(structuredClone(answer.result) as WriteResult<N>);
          else if (answer.kind === 'failed') reject(refusalFrom(answer));
        },
      });
    });
  }

  report<N extends ReportName>(name: N, args: ReportArgs<N>): Promise<ReportResult<N>> {
    const { timeline, life, random, reports } = this.#parts;
    const asked = structuredClone(args);
    return new Promise((resolve, reject) => {
      const run = (): void => {
        // The table ties names to arguments for callers; here they arrive as data, as they do in the reports' thread.
        const report = REPORTS[name] as (context: ReportContext, args: unknown) => unknown;
        Promise.resolve()
          .then(() => report(reports, asked))
          .then((result) => resolve(structuredClone(result) as ReportResult<N>), reject);
      };
      timeline.after(random.below(REPORT_MS_MAX), { life, what: `report ${name}`, run });
    });
  }

  onCommit(listener: (notice: CommitNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** True while nothing waits for a commit or an answer. */
  get idle(): boolean {
    return this.#waiting.length === 0 && this.#underWay === 0;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #take(waiting: Waiting): void {
    const { timeline, life, random } = this.#parts;
    this.#waiting.push(waiting);
    if (this.#commitComing) return;
    this.#commitComing = true;
    timeline.after(1 + random.below(COMMIT_MS_MAX), { life, what: 'commit', run: () => this.#commit() });
  }

  #commit(): void {
    const { ledger, misfortune, timeline, life, random } = this.#parts;
    this.#commitComing = false;
    const group = this.#waiting;
    this.#waiting = [];
    if (misfortune.strikes('edge-killed-before-commit')) {
      misfortune.happened('edge-killed-before-commit');
      return this.#parts.killed();
    }
    const { answers, notice } = this.#withFullDisk(() => ledger.run(group.map(({ job }) => job)));
    this.#parts.committed();
    if (misfortune.strikes('edge-killed-after-commit')) {
      misfortune.happened('edge-killed-after-commit');
      return this.#parts.killed();
    }
    this.#underWay++;
    const run = (): void => {
      this.#underWay--;
      answers.forEach((answer, i) => group[i]?.done(answer));
      for (const listener of this.#listeners) listener(structuredClone(notice));
    };
    timeline.after(random.below(ANSWER_MS_MAX), { life, what: 'answers', run });
  }

  /** Now and then the disk takes nothing during this one commit. */
  #withFullDisk<T extends { answers: LedgerAnswer[] }>(run: () => T): T {
    const { db, misfortune } = this.#parts;
    if (!misfortune.strikes('edge-disk-full')) return run();
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
    const result = run();
    db.pragma(`max_page_count = ${PAGES_MAX}`);
    if (result.answers.some((a) => a.kind === 'append' && a.reply.outcome === 'busy'))
      misfortune.happened('edge-disk-full');
    return result;
  }
}
