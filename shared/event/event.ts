import { z } from 'zod';
import { bytesToUtf8, utf8ToBytes } from '../bytes.ts';
import { CREDENTIAL_KINDS } from './credential.ts';
import { differenceNumbersSchema, type DifferenceNumbers } from './difference-numbers.ts';
import {
  EVENT_ID,
  HASH_HEX,
  INSTALL_ID,
  KEY_HEX,
  STATION_MAX,
  eventIdSchema,
  hashHexSchema,
  installIdSchema,
  keyHexSchema,
  roundIdSchema,
  sequenceSchema,
  stationSchema,
} from '../ids.ts';
import { standSchema } from '../round.ts';

/** Version of the event bodies this build writes. Bodies of every version ever released stay readable. */
export const EVENT_VERSION = 1;
/** A body above this is no event; the largest real one collects a whole station's loose swipes. */
export const BODY_BYTES_MAX = 64 * 1024;
/** One event names at most this many others: more than any tube, batch or rush of loose swipes holds. */
export const NAMED_EVENTS_MAX = 1000;

const milliseconds = z.int();
const shortText = z.string().min(1).max(200);
/** A tube code as scanned or typed, or a mark such as 第3管 in rounds without codes. */
export const tubeCodeSchema = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._/-]{0,39}$/u, 'tube code');
export const batchSchema = z.string().min(1).max(40);
/** Who acted: the name of an account, or null when nobody has logged in. */
export const ACTOR_CHARS_MAX = 40;
const actor = z.string().min(1).max(ACTOR_CHARS_MAX);
export const BOOT_ID_CHARS_MAX = 64;

/** Fields every event carries (design: "each event carries its own …"). */
const envelope = {
  version: z.literal(EVENT_VERSION),
  round: roundIdSchema.nullable(),
  station: stationSchema.nullable(),
  /** Null at the edge. */
  stand: standSchema.nullable(),
  /** open: counts; test: before the round was opened; unfiled: no round known. Null for the edge's own events. */
  phase: z.enum(['open', 'test', 'unfiled']).nullable(),
  /** The tube open when it happened: the id of its opened event. */
  tube: eventIdSchema.nullable(),
  wallTime: milliseconds,
  monotonicTime: milliseconds,
  bootId: z.string().min(1).max(BOOT_ID_CHARS_MAX),
  /** Edge clock minus this clock as last measured; null if never. */
  clockOffset: milliseconds.nullable(),
  by: actor.nullable(),
  /** Set when an event of a forked install was appended anew to its child: the event it repeats. */
  origin: z.strictObject({ event: eventIdSchema, hash: hashHexSchema }).nullable(),
};
const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ...envelope, ...shape });

const named = z.array(eventIdSchema).max(NAMED_EVENTS_MAX);

/** How the kiosk showed a swipe at the moment it was taken; frozen, because people act on what they saw. */
export const SHOWN = ['counted', 'walk-in', 'repeat-here', 'repeat-elsewhere', 'unchecked', 'test'] as const;
export type Shown = (typeof SHOWN)[number];

/** What may be said of a link that is held back. */
export const LINK_STATES = ['accepted', 'refused', 'open'] as const;

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
  event('personal-data-opened', { what: shortText, reason: shortText }),
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

/** Parses the bytes of a body. Never throws; `at` names the field that could not be used. */
export function parseBody(bytes: Uint8Array): BodyParse {
  if (bytes.length > BODY_BYTES_MAX) return { ok: false, code: 'invalid', at: 'length' };
  let json: unknown;
  try {
    json = JSON.parse(bytesToUtf8(bytes));
  } catch {
    return { ok: false, code: 'not-json', at: '' };
  }
  if (isOrdinarySwipe(json)) return { ok: true, body: json };
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

/** A swipe's fields, the envelope's among them. */
const SWIPE_FIELDS = 18;

/**
 * True for what the schema of events takes for a swipe, looked at by hand: nearly every event of a rush is one, and the
 * schema takes five times as long over it. False says nothing: whatever is not ordinary (copied from another journal, or
 * wrong) is the schema's to judge. EV3 holds the two together.
 */
function isOrdinarySwipe(json: unknown): json is EventOf<'swipe'> {
  if (!isObject(json)) return false;
  const { type, version, round, station, stand, phase, tube, bootId, by, origin } = json;
  return (
    type === 'swipe' &&
    version === EVENT_VERSION &&
    origin === null &&
    (round === null || matches(round, INSTALL_ID)) &&
    (station === null || isWhole(station, 1, STATION_MAX)) &&
    (stand === 'before' || stand === 'after') &&
    (phase === 'open' || phase === 'test' || phase === 'unfiled') &&
    (tube === null || matches(tube, EVENT_ID)) &&
    Number.isSafeInteger(json['wallTime']) &&
    Number.isSafeInteger(json['monotonicTime']) &&
    (json['clockOffset'] === null || Number.isSafeInteger(json['clockOffset'])) &&
    isText(bootId, BOOT_ID_CHARS_MAX) &&
    (by === null || isText(by, ACTOR_CHARS_MAX)) &&
    isCredential(json['credential']) &&
    matches(json['sealed'], HASH_HEX) &&
    (json['entry'] === 'card' || json['entry'] === 'scan' || json['entry'] === 'manual') &&
    isOneOf(json['shown'], SHOWN) &&
    (json['ordinal'] === null || isWhole(json['ordinal'], 1, Number.MAX_SAFE_INTEGER)) &&
    fieldsOf(json) === SWIPE_FIELDS
  );
}

function isCredential(json: unknown): boolean {
  if (!isObject(json)) return false;
  const { kind, key } = json;
  return isOneOf(kind, CREDENTIAL_KINDS) && (key === null || matches(key, KEY_HEX)) && fieldsOf(json) === 2;
}

/** How many fields an object out of JSON has; a list of their names, made for every event, would be a tenth of all garbage. */
function fieldsOf(json: object): number {
  let fields = 0;
  for (const _ in json) fields++;
  return fields;
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null;
const matches = (json: unknown, form: RegExp): boolean => typeof json === 'string' && form.test(json);
const isText = (json: unknown, max: number): boolean =>
  typeof json === 'string' && json.length > 0 && json.length <= max;
const isWhole = (json: unknown, min: number, max: number): boolean =>
  Number.isSafeInteger(json) && (json as number) >= min && (json as number) <= max;
const isOneOf = (json: unknown, all: readonly string[]): boolean =>
  typeof json === 'string' && all.includes(json);
