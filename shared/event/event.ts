import { z } from 'zod';
import { bytesToUtf8, utf8ToBytes } from '../bytes.ts';
import { CREDENTIAL_KINDS } from './credential.ts';
import { IDENTITY_STATES, LINK_STATES, WALK_IN_CATEGORIES } from './identity.ts';
import { envelope, EVENT_VERSION } from './envelope.ts';
import { isOrdinarySwipe, SHOWN } from './ordinary-swipe.ts';
import { differenceNumbersSchema, type DifferenceNumbers } from './difference-numbers.ts';
import {
  eventIdSchema,
  hashHexSchema,
  installIdSchema,
  keyHexSchema,
  sequenceSchema,
  stationSchema,
} from '../ids.ts';

/** A body above this is no event; the largest real one collects a whole station's loose swipes. */
export const BODY_BYTES_MAX = 64 * 1024;
/** One event names at most this many others: more than any tube, batch or rush of loose swipes holds. */
export const NAMED_EVENTS_MAX = 1000;

const shortText = z.string().min(1).max(200);
/** A tube code as scanned or typed, or a mark such as 第3管 in rounds without codes. */
export const tubeCodeSchema = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,39}$/u, 'tube code');
export const batchSchema = z.string().min(1).max(40);

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...envelope, ...shape });

const named = z.array(eventIdSchema).max(NAMED_EVENTS_MAX);

const decision = {
  discrepancy: z.string().min(1).max(120),
  state: z.enum(['open', 'explained', 'accepted']),
  reason: shortText,
};

export const eventBodySchema = z.discriminatedUnion('type', [
  /** First event of every journal; a forked or restored one names its parent and the last event both share. */
  event('installed', {
    device: z.string().min(1).max(80),
    parent: z
      .strictObject({ install: installIdSchema, sequence: z.int().min(0), hash: hashHexSchema })
      .nullable(),
  }),
  event('swipe', {
    credential: z.strictObject({ kind: z.enum(CREDENTIAL_KINDS), key: keyHexSchema.nullable() }),
    /** SHA-256 of the sealed part, which holds the number and the name. */
    sealed: hashHexSchema,
    entry: z.enum(['card', 'scan', 'manual']),
    shown: z.enum(SHOWN),
    /** Before the swab: the place in the tube; after it: the person's number at this station. Null for a repeat. */
    ordinal: z.int().min(1).nullable(),
  }),
  /** The answer to 又采了一次? for a repeat elsewhere; nobody answering within 10 s is a no. */
  event('sampled-again', { swipe: eventIdSchema, sampled: z.boolean() }),
  event('void', { swipe: eventIdSchema, reason: shortText }),
  event('tube-opened', {
    code: tubeCodeSchema.nullable(),
    batch: batchSchema.nullable(),
    capacity: z.int().min(1).max(100),
    /** Loose swipes and unreadables this tube collects. */
    collects: named,
  }),
  event('tube-joined', { opened: eventIdSchema }),
  event('tube-sealed', {
    opened: eventIdSchema,
    /** The number of swabs the kiosk offered. */
    offered: z.int().min(0).max(1000),
    /** The number the sampler counted; null if nobody was asked. */
    swabbed: z.int().min(0).max(1000).nullable(),
  }),
  /** Attributes of a tube put right; null leaves one as it is. */
  event('tube-corrected', {
    opened: eventIdSchema,
    code: tubeCodeSchema.nullable(),
    batch: batchSchema.nullable(),
    atStation: stationSchema.nullable(),
    swabbed: z.int().min(0).max(1000).nullable(),
    reason: shortText,
  }),
  /** Swipes and unreadables moved into another tube, or out of any (null). */
  event('swipes-moved', { swipes: named.min(1), to: eventIdSchema.nullable() }),
  event('unreadable', { attempts: z.int().min(1).max(100) }),
  event('unreadable-settled', {
    unreadable: eventIdSchema,
    /** sampled: takes a place in its tube; resolved: by the swipe named; left: the person went away. */
    outcome: z.enum(['sampled', 'resolved', 'left']),
    swipe: eventIdSchema.nullable(),
  }),
  /** 收工: this kiosk has ended the round; nothing of it follows unless it is taken up again. */
  event('round-ended', {}),

  // Decisions of the edge, a journal like any other.
  event('round-defined', { definition: z.string().max(BODY_BYTES_MAX / 2) }),
  event('round-state', {
    state: z.enum(['draft', 'open', 'settling', 'closed']),
    reason: shortText.nullable(),
  }),
  event('roster-stored', { rosterVersion: z.int().min(1), hash: hashHexSchema, people: z.int().min(0) }),
  /** The roster with which the round began to count: `content` is the SHA-256 of its rows as stored. */
  event('roster-frozen', {
    rosterVersion: z.int().min(1),
    content: hashHexSchema,
    people: z.int().min(0),
  }),
  /** Another roster in place of version `base`, in a round that counts: how many joined, left and changed, and why. */
  event('roster-amended', {
    rosterVersion: z.int().min(2),
    base: z.int().min(1),
    content: hashHexSchema,
    people: z.int().min(0),
    joined: z.int().min(0),
    left: z.int().min(0),
    changed: z.int().min(0),
    reason: shortText,
  }),
  event('lab-counts-stored', {
    labVersion: z.int().min(1),
    hash: hashHexSchema,
    tubes: z.int().min(0),
    /** False while more of the list is still to come: a tube not on it is 未回, no discrepancy. */
    listComplete: z.boolean(),
  }),
  event('excuse', { person: keyHexSchema, reason: shortText }),
  event('excuse-withdrawn', { excuse: eventIdSchema }),
  /** Which keys are one person. Of the edge's own journal one without a reason is from before links were held back. */
  event('link', { credentials: z.array(keyHexSchema).min(2).max(10), reason: shortText.optional() }),
  event('unlink', { link: eventIdSchema }),
  /** A link that would make one person of two: whether it is right. open: the decision is taken back. */
  event('link-decided', { link: eventIdSchema, state: z.enum(LINK_STATES), reason: shortText }),
  /** Whether somebody who is not on the roster, by the key they gave, is this person of it. open: it is taken back. */
  event('identity-decided', { walkIn: keyHexSchema, person: keyHexSchema, state: z.enum(IDENTITY_STATES) }),
  /** Where people who are not on the roster come from; null: unknown. */
  event('walk-ins-described', {
    people: z.array(keyHexSchema).min(1).max(NAMED_EVENTS_MAX),
    unit: shortText.nullable(),
    category: z.enum(WALK_IN_CATEGORIES).nullable(),
  }),
  /** A run of events taken as test, unfiled or in a wrong round belongs to the round in the envelope. */
  event('filed', { install: installIdSchema, from: sequenceSchema, to: sequenceSchema, reason: shortText }),
  /** A lead settles an install that cannot be heard: `lastSequence` was read off its screen. */
  event('exception', { install: installIdSchema, lastSequence: z.int().min(0), reason: shortText }),
  event('quarantine-settled', { event: eventIdSchema, reason: shortText }),
  event('fork-reviewed', { install: installIdSchema, reason: shortText }),
  /** Before `difference-decided`; read, no longer written. It says of no numbers what it was made on. */
  event('discrepancy-decided', decision),
  /** What a person decided about a difference, and the numbers they decided it on. */
  event('difference-decided', { ...decision, on: differenceNumbersSchema }),
  event('personal-data-opened', {
    what: shortText,
    reason: shortText,
    /** How many people were shown; an edge up to 0.2.0 did not say. */
    people: z.int().min(0).optional(),
  }),
  /** A person has taken note that these decisions of an edge set back are lost. */
  event('restore-loss-acknowledged', {
    install: installIdSchema,
    from: sequenceSchema,
    to: sequenceSchema,
    reason: shortText,
  }),
  /** Whether the journal of another pairing goes on under this one, whose kiosk says it is its own and cannot prove it. */
  event('claim-decided', {
    install: installIdSchema,
    pairing: z.string().min(1).max(64),
    continues: z.boolean(),
    reason: shortText,
  }),
  event('restored', { parentEpoch: z.string().min(1).max(64) }),
]);
export type EventBody = z.infer<typeof eventBodySchema>;
export type EventType = EventBody['type'];
export type EventOf<T extends EventType> = Extract<EventBody, { type: T }>;
/** The fields every event carries; whoever appends to a journal fills them in. */
export type EnvelopeField = keyof typeof envelope;
/** An event's own fields, of one type or of all in turn. */
export type OwnFields<B extends EventBody = EventBody> = B extends EventBody ? Omit<B, EnvelopeField> : never;
/** A decision about a difference, as released and as written now. */
export type DifferenceDecision = EventOf<'discrepancy-decided' | 'difference-decided'>;
export const isDifferenceDecision = (body: EventBody): body is DifferenceDecision =>
  body.type === 'discrepancy-decided' || body.type === 'difference-decided';
/** The numbers it was made on; null: none were recorded. */
export const decidedOn = (decided: DifferenceDecision): DifferenceNumbers | null =>
  decided.type === 'difference-decided' ? decided.on : null;
/**
 * A link that a person made at an edge of before: it was final, so it counts as accepted. Kiosks always name a phase, and
 * an edge of today a reason.
 */
export const isFinalLink = ({ phase, reason }: EventOf<'link'>): boolean =>
  phase === null && reason === undefined;
export type Phase = NonNullable<EventBody['phase']>;

/** One event as it lies in a journal and travels: made once as bytes, never encoded again. */
export interface EventBytes {
  sequence: number;
  hash: Uint8Array;
  body: Uint8Array;
  /** The sealed part the body names by hash; null for events without one and once it has been destroyed. */
  sealed: Uint8Array | null;
}

/** Encodes a body: JSON in UTF-8. Called once per event; afterwards only the bytes are kept, compared and hashed. */
export function encodeBody(body: EventBody): Uint8Array {
  return utf8ToBytes(JSON.stringify(body));
}

export type BodyParse =
  | { ok: true; body: EventBody }
  /** not-json: not UTF-8 or not JSON. not-understood: a later version or an unknown type. invalid: a known type with wrong fields. */
  | { ok: false; code: 'not-json' | 'not-understood' | 'invalid'; at: string };

const TYPES: ReadonlySet<string> = new Set(eventBodySchema.options.map((o) => o.shape.type.value));

/** Half of a surrogate pair as JSON can say it and no UTF-8 can. */
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/** Half a pair is read as U+FFFD, which is how a database holds it: all who read the event must come to the same. */
function parseText(text: string): unknown {
  if (!ESCAPED_SURROGATE.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value));
}

/** Parses the bytes of a body. Never throws; `at` names the field that could not be used. */
export function parseBody(bytes: Uint8Array): BodyParse {
  if (bytes.length > BODY_BYTES_MAX) return { ok: false, code: 'invalid', at: 'length' };
  let json: unknown;
  try {
    json = parseText(bytesToUtf8(bytes));
  } catch {
    return { ok: false, code: 'not-json', at: '' };
  }
  if (isOrdinarySwipe(json)) return { ok: true, body: json as EventOf<'swipe'> };
  const parsed = eventBodySchema.safeParse(json);
  if (parsed.success) return { ok: true, body: parsed.data };
  const { version, type } = (typeof json === 'object' && json !== null ? json : {}) as {
    version?: unknown;
    type?: unknown;
  };
  const later = typeof version === 'number' && version > EVENT_VERSION;
  if (later || (version === EVENT_VERSION && typeof type === 'string' && !TYPES.has(type)))
    return { ok: false, code: 'not-understood', at: later ? 'version' : 'type' };
  return { ok: false, code: 'invalid', at: parsed.error.issues[0]?.path.join('.') ?? '' };
}
