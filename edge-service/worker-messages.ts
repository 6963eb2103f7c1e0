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
 * instead of copied. Headers and replies travel as JSON text: cloning that many small objects from thread to thread cost
 * more than storing what they speak of.
 */
export interface LedgerMessage {
  /** JSON of `PackedAppend[]`. */
  appends: string;
  bytes: Uint8Array;
  /** Each with its place among all jobs of the message. */
  writes: { at: number; name: WriteName; args: unknown }[];
}
interface PackedAppend {
  header: EventsHeader;
  /** Of the packed events; their links follow, one byte each. */
  length: number;
  links: number;
}

/** Answers of one transaction, and what it changed. */
export type LedgerReply =
  | { kind: 'ready' }
  /** `appends`: JSON of the replies to appends, in their order; `others`: the answers to writes, in theirs. */
  | { kind: 'answers'; jobs: number; appends: string; others: LedgerAnswer[]; notice: CommitNotice | null }
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
  let total = 0;
  for (const job of jobs) if (job.kind === 'append') total += job.batch.bytes.length + job.batch.links.length;
  const bytes = new Uint8Array(total);
  const appends: PackedAppend[] = [];
  const writes: LedgerMessage['writes'] = [];
  let from = 0;
  jobs.forEach((job, at) => {
    if (job.kind === 'write') {
      writes.push({ at, name: job.name, args: job.args });
      return;
    }
    const { header, links } = job.batch;
    const { length } = job.batch.bytes;
    bytes.set(job.batch.bytes, from);
    bytes.set(links, from + length);
    from += length + links.length;
    appends.push({ header, length, links: links.length });
  });
  return { appends: JSON.stringify(appends), bytes, writes };
}

export function unpackJobs(message: LedgerMessage): LedgerJob[] {
  let from = 0;
  const jobs = (JSON.parse(message.appends) as PackedAppend[]).map((packed): LedgerJob => {
    const end = from + packed.length;
    const bytes = message.bytes.subarray(from, end);
    const links = message.bytes.subarray(end, end + packed.links);
    from = end + packed.links;
    return { kind: 'append', batch: { header: packed.header, bytes, links } };
  });
  // In order of place, so that each lands where it stood.
  for (const { at, name, args } of message.writes) jobs.splice(at, 0, { kind: 'write', name, args });
  return jobs;
}

export function packAnswers(answers: readonly LedgerAnswer[], notice: CommitNotice | null): LedgerReply {
  const appends = answers.filter((a) => a.kind === 'append').map((a) => a.reply);
  const others = answers.filter((a) => a.kind !== 'append');
  return { kind: 'answers', jobs: answers.length, appends: JSON.stringify(appends), others, notice };
}
