import { linkHash, sealedHash, type Head, EMPTY_HEAD } from '#shared/event/chain.ts';
import { bytesToHex, sameBytes } from '#shared/bytes.ts';
import { parseBody, type EventBytes } from '#shared/event/event.ts';
import type { InstallId } from '#shared/ids.ts';
import { sha256 } from '#shared/node/sha256.ts';

/** What a journal's own check found. */
export interface JournalCheck {
  /** The last event up to which every one is there and links. */
  good: Head;
  /** True when all rows are good. */
  whole: boolean;
  /** Events behind the damage that prove themselves: each links from the hash its predecessor left behind. */
  keptAfter: EventBytes[];
  /** Sequences behind `good` that cannot be had any more. */
  lost: number[];
}

/**
 * Checks a journal as it lies on the disk: sequences from 1 without gaps, every hash, every sealed part against the hash
 * its body names. A damaged row costs itself alone; a damaged hash costs nothing where the next event vouches for it.
 */
export function checkJournal(install: InstallId, rows: Iterable<EventBytes>): JournalCheck {
  let good: Head = EMPTY_HEAD;
  let last = 0;
  let whole = true;
  let candidates: Head[] = [EMPTY_HEAD];
  let doubtful: EventBytes | null = null;
  const keptAfter: EventBytes[] = [];
  const lost: number[] = [];

  for (const row of rows) {
    if (row.sequence !== last + 1) {
      whole = false;
      if (doubtful !== null) lost.push(doubtful.sequence);
      doubtful = null;
      for (let missing = last + 1; missing < row.sequence; missing++) lost.push(missing);
      candidates = [];
    }
    const link = (previous: Uint8Array) =>
      linkHash(sha256, { previous, install, sequence: row.sequence, body: row.body });
    const computed = candidates.map((candidate) => link(candidate.hash));
    const proof = computed.findIndex((hash) => sameBytes(hash, row.hash));
    // The second candidate is what the doubtful row's body says its hash should be: the link proves that body right.
    if (doubtful !== null) {
      const proven = candidates[proof];
      // Its own hash is the damaged part: the event is named by the one it was made with, or nobody would know it again.
      if (proof === 1 && proven !== undefined) keptAfter.push({ ...doubtful, hash: proven.hash });
      else lost.push(doubtful.sequence);
      doubtful = null;
    }
    const sealedRight = hasItsSealedPart(row);
    if (proof >= 0 && sealedRight && whole) good = { sequence: row.sequence, hash: row.hash };
    else if (proof >= 0) keptAfter.push(sealedRight ? row : { ...row, sealed: null });
    else doubtful = row;
    if (proof < 0 || !sealedRight) whole = false;
    const stored: Head = { sequence: row.sequence, hash: row.hash };
    const [first] = computed;
    candidates =
      proof >= 0 || first === undefined ? [stored] : [stored, { sequence: row.sequence, hash: first }];
    last = row.sequence;
  }
  if (doubtful !== null) lost.push(doubtful.sequence);
  return { good, whole, keptAfter, lost };
}

function hasItsSealedPart(row: EventBytes): boolean {
  if (row.sealed === null) return true; // destroyed by a purge, or an event without one: the chain still verifies
  const parsed = parseBody(row.body);
  return parsed.ok && parsed.body.type === 'swipe' && sealedHash(sha256, row.sealed) === parsed.body.sealed;
}

/** A journal's head as it travels. */
export function headOnWire(head: Head): { sequence: number; hash: string } {
  return { sequence: head.sequence, hash: bytesToHex(head.hash) };
}
