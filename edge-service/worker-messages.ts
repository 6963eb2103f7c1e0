import type { EventsHeader } from '#shared/wire.ts';
import type { CommitNotice } from './changes.ts';
import type { LedgerAnswer, LedgerJob } from './ledger.ts';
import type { ReportName } from './reports.ts';
import type { WriteName } from './writes.ts';

/** What both worker threads are started with. */
export interface WorkerData {
  /** Database file. */
  file: string;
  /** Directory of the key store. */
  keys: string;
}

/**
 * Jobs on their way to the writer: many small appends in one message, their bytes joined in one buffer that is handed over
 * instead of copied.
 */
export interface LedgerMessage {
  jobs: PackedJob[];
  bytes: Uint8Array;
}
export type PackedJob =
  | { header: EventsHeader; at: number; length: number }
  | { name: WriteName; args: unknown };

/** Answers of one transaction in the order of the jobs, and what it changed. */
export type LedgerReply =
  | { kind: 'ready' }
  | { kind: 'answers'; answers: LedgerAnswer[]; notice: CommitNotice | null }
  | { kind: 'fault'; message: string };

export interface ReportMessage {
  id: number;
  name: ReportName;
  args: unknown;
}
export type ReportReply =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'failed'; id: number; code: string; message: string };

export function packJobs(jobs: readonly LedgerJob[]): LedgerMessage {
  let length = 0;
  for (const job of jobs) if (job.kind === 'append') length += job.request.bytes.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  const packed = jobs.map((job): PackedJob => {
    if (job.kind === 'write') return { name: job.name, args: job.args };
    const item = { header: job.request.header, at, length: job.request.bytes.length };
    bytes.set(job.request.bytes, at);
    at += item.length;
    return item;
  });
  return { jobs: packed, bytes };
}

export function unpackJobs(message: LedgerMessage): LedgerJob[] {
  return message.jobs.map((job) =>
    'name' in job
      ? { kind: 'write', name: job.name, args: job.args }
      : {
          kind: 'append',
          request: { header: job.header, bytes: message.bytes.subarray(job.at, job.at + job.length) },
        },
  );
}
