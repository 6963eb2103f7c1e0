import { decodeBatch } from '#shared/batch.ts';
import { bytesToUtf8, sameBytes } from '#shared/bytes.ts';
import { parseBody, type EventBody, type EventBytes } from '#shared/event.ts';
import type { EventsHeader } from '#shared/wire.ts';
import { Linker, sha256Hex } from './digest.ts';
import { isEdgeOnly } from './edge-only.ts';

/** A batch as it came off the wire. */
export interface AppendRequest {
  header: EventsHeader;
  /** Packed events (batch.ts). */
  bytes: Uint8Array;
}

/**
 * A batch with what can be told of its events without the ledger. It is told on the serving thread: parsing and hashing are
 * half of what storing an event costs, and the writer's thread is the one everybody waits for.
 */
export interface CheckedBatch extends AppendRequest {
  /** One mark per event; none where the bytes are no batch. */
  marks: Uint8Array;
}

/** What an event's bytes are good for; the last two name why its link may not be taken in. */
const USES = ['usable', 'edge-only', 'invalid', 'not-understood', 'sealed-not-named', 'sealed'] as const;
export type Use = (typeof USES)[number];
/** Added to a mark when the event follows from the one before it in the batch. */
const LINKED = 0x80;

export const markedUse = (mark: number): Use => USES[mark & ~LINKED]!;
export const markedLinked = (mark: number): boolean => (mark & LINKED) !== 0;

/** Looks at every event of a batch. Never throws; what is no batch gets no marks. */
export function checkBatch({ header, bytes }: AppendRequest): CheckedBatch {
  const batch = decodeBatch(bytes, header.first);
  if (!batch.ok) return { header, bytes, marks: new Uint8Array(0) };
  const { events } = batch;
  const marks = Uint8Array.from(events, (event) => USES.indexOf(use(event)));
  const linker = events.length > 1 ? new Linker(header.install) : null;
  for (let i = 1; i < events.length; i++) {
    const { sequence, body, hash } = events[i]!;
    const linked = linker?.next({ previous: events[i - 1]!.hash, sequence, body });
    if (linked && sameBytes(linked, hash)) marks[i]! |= LINKED;
  }
  return { header, bytes, marks };
}

/** The body of an event marked usable or edge-only: it was parsed when it was marked, and is only read again. */
export function checkedBody(event: EventBytes): EventBody {
  return JSON.parse(bytesToUtf8(event.body)) as EventBody;
}

function use({ body, sealed }: EventBytes): Use {
  const parsed = parseBody(body);
  const named = parsed.ok && parsed.body.type === 'swipe' ? parsed.body.sealed : null;
  if (parsed.ok && sealed !== null && named !== sha256Hex(sealed))
    return named === null ? 'sealed-not-named' : 'sealed';
  if (!parsed.ok) return parsed.code === 'not-understood' ? 'not-understood' : 'invalid';
  return isEdgeOnly(parsed.body.type) ? 'edge-only' : 'usable';
}
