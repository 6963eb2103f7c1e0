import { createHash } from 'node:crypto';
import type { EventId, InstallId, RoundId } from '#shared/ids.ts';

/** An event as bytes, wherever it lies. */
export interface RawEvent {
  sequence: number;
  hash: Uint8Array;
  body: Uint8Array;
  sealed: Uint8Array | null;
}

/** A body as the auditor reads it: plain JSON, by its own eyes. */
export interface ReadBody {
  type: string;
  round: RoundId | null;
  station: number | null;
  stand: string | null;
  phase: string | null;
  tube: EventId | null;
  wallTime: number;
  monotonicTime: number;
  bootId: string;
  clockOffset: number | null;
  origin: { event: EventId; hash: string } | null;
  [field: string]: unknown;
}

/** An event of a journal after the auditor has checked that it links. */
export interface ReadEvent {
  install: InstallId;
  sequence: number;
  /** Hex. */
  hash: string;
  /** The hash of its first copy: what it is, whatever journal repeats it. */
  identity: string;
  body: ReadBody | null;
  sealed: Uint8Array | null;
}

/** Ids of the events a body names, in order; a name left open is null. */
export function namesIn(body: ReadBody | null): (string | null)[] {
  if (body === null) return [];
  const lists = ['swipes', 'collects'].flatMap((field) => (body[field] as string[] | undefined) ?? []);
  const single = ['tube', 'swipe', 'opened', 'unreadable', 'to'].map(
    (field) => (body[field] as string | null | undefined) ?? null,
  );
  return [...single, ...lists];
}

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * Reads a journal event by event with code of its own (docs/protocol.md 4): hash = SHA-256(previous ‖ install ‖
 * sequence ‖ SHA-256(body)). Throws on the first event that does not follow the one before.
 */
export class ChainReader {
  readonly install: InstallId;
  #sequence = 0;
  #previous: Uint8Array = new Uint8Array(32);

  constructor(install: InstallId) {
    this.install = install;
  }

  get sequence(): number {
    return this.#sequence;
  }

  next(raw: RawEvent): ReadEvent {
    const where = `${this.install}:${raw.sequence}`;
    if (raw.sequence !== this.#sequence + 1) throw new Error(`${where} follows ${this.#sequence}: a gap`);
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(raw.sequence));
    const install = Buffer.from(this.install.replaceAll('-', ''), 'hex');
    const expected = sha256(this.#previous, install, number, sha256(raw.body));
    if (hex(expected) !== hex(raw.hash)) throw new Error(`${where} does not link`);
    const body = read(raw.body);
    if (raw.sealed !== null && body?.['sealed'] !== hex(sha256(raw.sealed)))
      throw new Error(`${where} has another sealed part than it names`);
    this.#sequence = raw.sequence;
    this.#previous = Uint8Array.from(raw.hash);
    const hash = hex(raw.hash);
    return {
      install: this.install,
      sequence: raw.sequence,
      hash,
      identity: body?.origin?.hash ?? hash,
      body,
      sealed: raw.sealed,
    };
  }
}

/** What an event is, without looking at what it follows. */
export function identityOf(raw: { hash: Uint8Array; body: Uint8Array }): string {
  return read(raw.body)?.origin?.hash ?? hex(raw.hash);
}

function read(bytes: Uint8Array): ReadBody | null {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as ReadBody;
  } catch {
    return null; // not JSON: the auditor counts it as an event without a meaning
  }
}
