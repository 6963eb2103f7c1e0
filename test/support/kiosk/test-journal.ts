import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { EMPTY_HEAD, linkHash, portableSha256, type Head } from '#shared/event/chain.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import {
  encodeBody,
  type EnvelopeField,
  type EventBody,
  type EventBytes,
  type EventType,
} from '#shared/event/event.ts';
import { eventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { EventsHeader } from '#shared/contract/wire.ts';

/** The n-th install or round id of a test; `kind` keeps them apart. */
export function testUuid<K extends 'install' | 'round' | 'edge'>(
  kind: K,
  n: number,
): K extends 'round' ? RoundId : InstallId;
export function testUuid(kind: 'install' | 'round' | 'edge', n: number): string {
  const mark = { install: 'a', round: 'b', edge: 'e' }[kind];
  return `${mark.repeat(8)}-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

type Fields<T extends EventType> = Extract<EventBody, { type: T }>;
/** An event's own fields; what is left out of the envelope is filled in with a kiosk's usual values. */
export type TestBody<T extends EventType = EventType> = { type: T } & Omit<
  Fields<T>,
  keyof Envelope | 'type'
> &
  Partial<Envelope>;
type Envelope = Pick<EventBody, EnvelopeField>;

/** A kiosk's journal in memory, made from nothing but the contracts. */
export class TestJournal {
  readonly install: InstallId;
  readonly station: number;
  readonly events: EventBytes[] = [];
  head: Head = EMPTY_HEAD;

  constructor(of: { install: InstallId; station: number }) {
    this.install = of.install;
    this.station = of.station;
  }

  /** Makes the event once as bytes, links and appends it. */
  append<T extends EventType>(given: TestBody<T>, sealed: Uint8Array | null = null): EventId {
    const body = {
      version: EVENT_VERSION,
      round: null,
      station: this.station,
      stand: 'before',
      phase: 'unfiled',
      tube: null,
      wallTime: 1_700_000_000_000 + this.head.sequence * 1000,
      monotonicTime: this.head.sequence * 1000,
      bootId: 'boot',
      clockOffset: null,
      by: null,
      origin: null,
      ...given,
    };
    return this.appendBytes(encodeBody(body as unknown as EventBody), sealed);
  }

  /** Links and appends any bytes as a body. */
  appendBytes(body: Uint8Array, sealed: Uint8Array | null = null): EventId {
    const sequence = this.head.sequence + 1;
    const hash = linkHash(portableSha256, {
      previous: this.head.hash,
      install: this.install,
      sequence,
      body,
    });
    this.events.push({ sequence, hash, body, sealed });
    this.head = { sequence, hash };
    return eventId(this.install, sequence);
  }

  /** A batch of the events from `first` to `last`, both included. */
  batch(first: number, last: number): { header: EventsHeader; bytes: Uint8Array } {
    return { header: this.header(first), bytes: encodeBatch(this.events.slice(first - 1, last)) };
  }

  header(first: number): EventsHeader {
    return {
      install: this.install,
      first,
      head: { sequence: this.head.sequence, hash: bytesToHex(this.head.hash) },
      wallTime: 1_700_000_000_000,
    };
  }
}
