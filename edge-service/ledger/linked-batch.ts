import { decodeBatch } from '#shared/event/batch.ts';
import { sameBytes } from '#shared/bytes.ts';
import type { EventsHeader } from '#shared/contract/wire.ts';
import { Linker } from '../keys/digest.ts';

/** A batch as it came off the wire. */
export interface AppendRequest {
  header: EventsHeader;
  /** Packed events (batch.ts). */
  bytes: Uint8Array;
}

/**
 * A batch with what can be told of its chain without the ledger. It is told on the serving thread: hashing is a quarter of
 * what storing an event of a backlog costs beside SQLite, and the writer's thread is the one everybody waits for.
 */
export interface LinkedBatch extends AppendRequest {
  /** One byte per event: 1 where its hash follows from the event before it in the batch. None where nothing was looked at. */
  links: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Looks at the chain inside a batch. Never throws; of what is no batch, and of a single event, nothing can be told. */
export function linkBatch({ header, bytes }: AppendRequest): LinkedBatch {
  const batch = decodeBatch(bytes, header.first);
  if (!batch.ok || batch.events.length === 1) return { header, bytes, links: NOTHING };
  const linker = new Linker(header.install);
  const links = new Uint8Array(batch.events.length);
  let previous: Uint8Array | null = null;
  for (const [i, { sequence, body, hash }] of batch.events.entries()) {
    if (previous !== null && sameBytes(linker.next({ previous, sequence, body }), hash)) links[i] = 1;
    previous = hash;
  }
  return { header, bytes, links };
}

/** Larger batches are looked at one in a turn of the event loop: a full one takes 2 ms, and those of all kiosks may come at once. */
const LINKED_AT_ONCE_BYTES_MAX = 16 * 1024;

/** Links batches as they come in; a large one waits for a turn of its own, in the order of coming. */
export class Linking {
  readonly #nextTurn: () => Promise<void>;
  #turn = Promise.resolve();
  /** Batches that wait for their turn. */
  waiting = 0;

  constructor(nextTurn: () => Promise<void>) {
    this.#nextTurn = nextTurn;
  }

  link(request: AppendRequest): LinkedBatch | Promise<LinkedBatch> {
    if (request.bytes.length <= LINKED_AT_ONCE_BYTES_MAX) return linkBatch(request);
    this.waiting++;
    this.#turn = this.#turn.then(this.#nextTurn);
    return this.#turn.then(() => {
      this.waiting--;
      return linkBatch(request);
    });
  }
}
