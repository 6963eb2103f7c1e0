import { describe, expect, it } from 'vitest';
import { findRequestSchema, WHO_CHARS_MAX } from '#shared/contract/http-requests.ts';
import {
  BATCH_BYTES_MAX,
  BATCH_EVENTS_MAX,
  decodeBatch,
  encodeBatch,
  SEALED_BYTES_MAX,
} from '#shared/event/batch.ts';
import { canonicalDocument, canonicalStaffNumber, NUMBER_LENGTH_MAX } from '#shared/event/credential.ts';
import { ACTOR_CHARS_MAX, BOOT_ID_CHARS_MAX } from '#shared/event/envelope.ts';
import {
  BODY_BYTES_MAX,
  encodeBody,
  NAMED_EVENTS_MAX,
  parseBody,
  type EventBody,
  type EventBytes,
} from '#shared/event/event.ts';
import { correctedTime, TIME_MS_MAX } from '#shared/event/journal-time.ts';
import {
  eventId,
  eventIdSchema,
  SEQUENCE_MAX,
  STATION_MAX,
  sequenceSchema,
  stationSchema,
} from '#shared/ids.ts';
import { testUuid } from '../support/kiosk/test-journal.ts';

const INSTALL = testUuid('install', 1);
const HASH = '0'.repeat(64);
const ENVELOPE = {
  version: 1,
  round: null,
  station: 1,
  stand: 'before',
  phase: 'open',
  tube: null,
  wallTime: 0,
  monotonicTime: 0,
  bootId: 'boot',
  clockOffset: null,
  by: null,
  origin: null,
} as const;
/** What a rush is made of, looked at by hand, and another type, looked at by the schema: both keep to the same bounds. */
const SWIPE = {
  type: 'swipe',
  credential: { kind: 'id', key: null },
  sealed: HASH,
  entry: 'card',
  shown: 'counted',
  ordinal: 1,
} as const;
const ENDED = { type: 'round-ended' } as const;

const isEvent = (fields: object): boolean =>
  parseBody(encodeBody({ ...ENVELOPE, ...fields } as unknown as EventBody)).ok;
const both = (fields: object): boolean => {
  const [byHand, bySchema] = [isEvent({ ...SWIPE, ...fields }), isEvent({ ...ENDED, ...fields })];
  if (byHand !== bySchema) throw new Error(`two rules for ${JSON.stringify(fields)}`);
  return byHand;
};
const swipeId = (n: number): string => eventId(INSTALL, n + 1);
const named = (count: number): string[] => Array.from({ length: count }, (_, n) => swipeId(n));

/** A body that is one event, blanks behind it up to the length. */
function bodyOf(length: number): Uint8Array {
  const body = new Uint8Array(length).fill(0x20);
  body.set(encodeBody({ ...ENVELOPE, ...ENDED }));
  return body;
}

const item = (body: number, sealed: number): EventBytes => ({
  sequence: 1,
  hash: new Uint8Array(32),
  body: new Uint8Array(body),
  sealed: sealed === 0 ? null : new Uint8Array(sealed),
});
const isBatch = (items: EventBytes[]): boolean => decodeBatch(encodeBatch(items), 1).ok;
/** A batch of just so many bytes, made of events of two thousand and one that fills up. */
function batchOf(bytes: number): EventBytes[] {
  const one = encodeBatch([item(2000, 0)]).length;
  const items = Array.from({ length: Math.floor(bytes / one) - 1 }, () => item(2000, 0));
  return [...items, item(bytes - items.length * one - (one - 2000), 0)];
}

interface Bound {
  what: string;
  max: number;
  /** Whether what is so long, so many or so large is taken. */
  takes: (size: number) => boolean;
}

const BOUNDS: Bound[] = [
  { what: 'the characters of who acted', max: ACTOR_CHARS_MAX, takes: (n) => both({ by: '测'.repeat(n) }) },
  {
    what: 'the characters of a boot id',
    max: BOOT_ID_CHARS_MAX,
    takes: (n) => both({ bootId: 'b'.repeat(n) }),
  },
  { what: 'the number of a station in an event', max: STATION_MAX, takes: (n) => both({ station: n }) },
  { what: 'the number of a station', max: STATION_MAX, takes: (n) => stationSchema.safeParse(n).success },
  { what: 'a sequence', max: SEQUENCE_MAX, takes: (n) => sequenceSchema.safeParse(n).success },
  {
    what: 'the sequence in an event id',
    max: SEQUENCE_MAX,
    takes: (n) => eventIdSchema.safeParse(eventId(INSTALL, n)).success,
  },
  {
    what: 'the events a move names',
    max: NAMED_EVENTS_MAX,
    takes: (n) => isEvent({ type: 'swipes-moved', swipes: named(n), to: null }),
  },
  {
    what: 'the events a tube collects',
    max: NAMED_EVENTS_MAX,
    takes: (n) => isEvent({ type: 'tube-opened', code: null, batch: null, capacity: 10, collects: named(n) }),
  },
  { what: 'the bytes of a body', max: BODY_BYTES_MAX, takes: (n) => parseBody(bodyOf(n)).ok },
  { what: 'the bytes of a body in a batch', max: BODY_BYTES_MAX, takes: (n) => isBatch([item(n, 0)]) },
  { what: 'the bytes of a sealed part', max: SEALED_BYTES_MAX, takes: (n) => isBatch([item(10, n)]) },
  {
    what: 'the events of a batch',
    max: BATCH_EVENTS_MAX,
    takes: (n) => isBatch(Array.from({ length: n }, () => item(10, 0))),
  },
  { what: 'the bytes of a batch', max: BATCH_BYTES_MAX, takes: (n) => isBatch(batchOf(n)) },
  {
    what: 'the length of a staff number',
    max: NUMBER_LENGTH_MAX,
    takes: (n) => canonicalStaffNumber('7'.repeat(n)) !== null,
  },
  {
    what: 'the length of a document’s type and number',
    max: NUMBER_LENGTH_MAX,
    takes: (n) => canonicalDocument({ type: 'PASSPORT', number: '7'.repeat(n - 'PASSPORT'.length) }) !== null,
  },
  {
    what: 'the characters of who is looked for',
    max: WHO_CHARS_MAX,
    takes: (n) => findRequestSchema.safeParse({ who: '测'.repeat(n), reason: '核实是否已检' }).success,
  },
];

describe('bounds of the contract', () => {
  it.each(BOUNDS)('BN1 $what: up to the bound is taken, beyond it is refused', ({ max, takes }) => {
    expect([takes(max - 1), takes(max), takes(max + 1)]).toEqual([true, true, false]);
  });

  it('BN1 the largest event that names others is a body that a batch takes', () => {
    const body = encodeBody({
      ...ENVELOPE,
      type: 'swipes-moved',
      by: '测'.repeat(ACTOR_CHARS_MAX),
      bootId: '测'.repeat(BOOT_ID_CHARS_MAX),
      swipes: Array.from({ length: NAMED_EVENTS_MAX }, (_, n) => eventId(INSTALL, SEQUENCE_MAX - n)),
      to: eventId(INSTALL, SEQUENCE_MAX),
      origin: { event: eventId(INSTALL, SEQUENCE_MAX), hash: HASH },
    } as unknown as EventBody);
    expect(body.length).toBeLessThanOrEqual(BODY_BYTES_MAX);
    expect(parseBody(body)).toMatchObject({ ok: true });
  });

  it('BN1 a clock beyond the last moment that can be written is moved to it', () => {
    const at = (wallTime: number) => correctedTime({ ...ENVELOPE, wallTime, clockOffset: null }, -Infinity);
    expect([-1, 0, 1].map((d) => at(TIME_MS_MAX + d) - TIME_MS_MAX)).toEqual([-1, 0, 0]);
  });
});
