import type { EventsHeader } from '#shared/contract/wire.ts';
import type { CommitNotice } from '../projection/commit-changes.ts';
import type { LedgerAnswer, LedgerJob } from '../ledger/ledger.ts';
import { buffersOf, piecesIn } from '../tables/pieces.ts';
import type { ReportName } from './report-table.ts';

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
  bytes: Uint8Array<ArrayBuffer>;
  /** Batches too large to be joined, handed over as they came. */
  large: Uint8Array<ArrayBuffer>[];
  /** Each with its place among all jobs of the message. */
  writes: { at: number; name: string; args: unknown }[];
}
interface PackedAppend {
  header: EventsHeader;
  /** Of the packed events; their links follow, one byte each. Null: they are the next of the large ones. */
  length: number | null;
  links: number;
}

/** From here on a batch is handed over, if nothing else lies in its buffer: copying a backlog costs more than its messages do. */
const LARGE_BYTES = 32 * 1024;

const isLarge = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  bytes.length >= LARGE_BYTES && bytes.length === bytes.buffer.byteLength;

/** Answers of one transaction, and what it changed. */
export type LedgerReply =
  | { kind: 'ready' }
  /** `appends`: JSON of the replies to appends, in their order; `others`: the answers to writes, in theirs. */
  | { kind: 'answers'; jobs: number; appends: string; others: LedgerAnswer[]; notice: CommitNotice | null }
  /** The database file is damaged; told once. */
  | { kind: 'damaged'; message: string };

/** What a look through the database file found; `failed`: it could not be looked through now. */
export type CheckReply = { kind: 'checked'; faults: string[] } | { kind: 'failed'; message: string };

/** A piece of the file that the next message asks about. */
export interface PieceMessage {
  piece: Uint8Array;
}

export interface ReportMessage {
  id: number;
  name: ReportName;
  args: unknown;
}
export type ReportReply =
  | { kind: 'ready' }
  /** From process to process only: a piece of the next result (file-worker.ts). */
  | { kind: 'piece'; bytes: Uint8Array }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'failed'; id: number; code: string; message: string };

/** The message, and what is handed over with it: batches and pieces given in `jobs` may be empty afterwards. */
export function packJobs(jobs: readonly LedgerJob[]): { message: LedgerMessage; handedOver: ArrayBuffer[] } {
  const appends: PackedAppend[] = [];
  const large: LedgerMessage['large'] = [];
  const writes: LedgerMessage['writes'] = [];
  const joined: Uint8Array[] = [];
  const pieces: ArrayBuffer[] = [];
  jobs.forEach((job, at) => {
    if (job.kind === 'write') {
      writes.push({ at, name: job.name, args: job.args });
      const own = piecesIn(job.args);
      if (own !== null) pieces.push(...buffersOf(own));
      return;
    }
    const { header, bytes, links } = job.batch;
    const own = isLarge(bytes);
    if (own) large.push(bytes);
    else joined.push(bytes);
    joined.push(links);
    appends.push({ header, length: own ? null : bytes.length, links: links.length });
  });
  const bytes = joinBytes(joined);
  const handedOver = [...[bytes, ...large].map(({ buffer }) => buffer), ...pieces];
  return { message: { appends: JSON.stringify(appends), bytes, large, writes }, handedOver };
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Bytes of all batches in a message. */
export function batchBytes({ bytes, large }: LedgerMessage): number {
  return large.reduce((sum, batch) => sum + batch.length, bytes.length);
}

export function unpackJobs(message: LedgerMessage): LedgerJob[] {
  const large = message.large.values();
  let from = 0;
  const next = (length: number): Uint8Array => message.bytes.subarray(from, (from += length));
  const jobs = (JSON.parse(message.appends) as PackedAppend[]).map((packed): LedgerJob => {
    const bytes = packed.length === null ? large.next().value : next(packed.length);
    if (bytes === undefined) throw new Error('a large batch is missing in a message');
    return { kind: 'append', batch: { header: packed.header, bytes, links: next(packed.links) } };
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
