/**
 * The socket contract between kiosk and edge; `docs/protocol.md` is its prose, byte by byte. socket.io namespace
 * `/kiosk`, handshake auth `{ token, protocol }`. Every request carries an acknowledgement callback.
 */
import { z } from 'zod';
import {
  hashHexSchema,
  installIdSchema,
  keyHexSchema,
  roundIdSchema,
  sequenceSchema,
  stationSchema,
} from '../ids.ts';
import { roundInfoSchema } from '../round.ts';
import { tubePatternSchema } from '../tube-pattern.ts';

/** Handshake version. An unknown one is refused naming both; the kiosk keeps counting. */
export const PROTOCOL_VERSION = 1;

export const headSchema = z.strictObject({ sequence: z.int().min(0), hash: hashHexSchema });

/** Sent as handshake auth; a kiosk without a token has not been paired. `protocol` null: it named none. */
export const handshakeSchema = z.object({
  token: z.string().min(16).max(128),
  protocol: z.int().nullable().catch(null),
});

/** `hello`: first message after every connect. */
export const helloSchema = z.strictObject({
  install: installIdSchema,
  head: headSchema,
  wallTime: z.int(),
  /** The edge's own journal as this kiosk last knew it: how a restored edge learns what it lost. Null if never told. */
  edgeHead: z.strictObject({ install: installIdSchema, head: headSchema }).nullable(),
  /** The number of the last batch of counted keys applied, per epoch and round; null asks for all. */
  counted: z
    .strictObject({ epoch: z.string().max(64), round: roundIdSchema, number: z.int().min(0) })
    .nullable(),
});
export type Hello = z.infer<typeof helloSchema>;

export const helloReplySchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('welcome'),
    epoch: z.string().min(1).max(64),
    /** Highest gap-free sequence held, and its hash: the kiosk compares it with its own journal. */
    watermark: headSchema,
    edgeTime: z.int(),
    edgeHead: z.strictObject({ install: installIdSchema, head: headSchema }),
    station: stationSchema,
  }),
  /** Another history is held under this install: begin a new one. Ask `hashes` to find the last common event. */
  z.strictObject({
    outcome: z.literal('fork'),
    /** other-pairing is told only to kiosks that named an earlier token in `redeem`: older ones do not know the word. */
    reason: z.enum(['other-hash', 'beyond-head', 'second-connection', 'other-pairing']),
    /** Of a journal of another pairing: the empty head. */
    watermark: headSchema,
  }),
  z.strictObject({
    outcome: z.literal('refused'),
    /** unproven: the journal came by another pairing, and the site lead has been asked. Say hello again later. */
    code: z.enum(['invalid', 'revoked', 'unproven']),
    message: z.string(),
  }),
]);
export type HelloReply = z.infer<typeof helloReplySchema>;

/** `hashes`: hashes the edge holds at these sequences (null where it holds none), to bisect for the last common event. */
export const hashesSchema = z.strictObject({
  install: installIdSchema,
  sequences: z.array(sequenceSchema).min(1).max(64),
});
export const hashesReplySchema = z.strictObject({ hashes: z.array(hashHexSchema.nullable()) });

/** `events`: header of a batch; the second argument is the packed bytes (batch.ts). */
export const eventsHeaderSchema = z.strictObject({
  install: installIdSchema,
  first: sequenceSchema,
  head: headSchema,
  wallTime: z.int(),
});
export type EventsHeader = z.infer<typeof eventsHeaderSchema>;

/**
 * Answers of one item. created: new and durable. exists: held already, same hash. conflict: another event is held under
 * this sequence. invalid: stored raw in quarantine, because its body cannot be used. not-understood: likewise, a later
 * version's event.
 */
export const OUTCOMES = ['created', 'exists', 'conflict', 'invalid', 'not-understood'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the edge knows of a swipe beyond what the kiosk could: the person's first swipe elsewhere. Provisional. */
export const verdictSchema = z.strictObject({
  sequence: sequenceSchema,
  repeatOf: z.strictObject({
    station: stationSchema.nullable(),
    tubeCode: z.string().nullable(),
    time: z.int(),
  }),
});

export const eventsReplySchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('stored'),
    epoch: z.string(),
    watermark: z.int().min(0),
    /** Runs of equal answers covering the batch in order. */
    items: z.array(z.strictObject({ from: sequenceSchema, to: sequenceSchema, outcome: z.enum(OUTCOMES) })),
    verdicts: z.array(verdictSchema),
    edgeTime: z.int(),
  }),
  /** Nothing before `first` is missing at the kiosk but here: send again from watermark + 1. */
  z.strictObject({ outcome: z.literal('gap'), watermark: z.int().min(0), epoch: z.string() }),
  /** An envelope or link does not verify from `at` on: nothing from it on was stored; both screens say so; fork. */
  z.strictObject({
    outcome: z.literal('broken'),
    code: z.string(),
    at: z.int(),
    watermark: z.int().min(0),
    message: z.string(),
  }),
  /** Cannot be taken now (disk full, shutting down): nothing was stored, try again after `retryAfterMs`. */
  z.strictObject({ outcome: z.literal('busy'), retryAfterMs: z.int().min(0), message: z.string() }),
  z.strictObject({
    outcome: z.literal('refused'),
    code: z.enum(['invalid', 'no-hello']),
    message: z.string(),
  }),
]);
export type EventsReply = z.infer<typeof eventsReplySchema>;

/** `status`: what a kiosk shows, every 5 s and on change; never stored beyond the last one. */
export const kioskStatusSchema = z.strictObject({
  head: headSchema,
  pending: z.int().min(0),
  reader: z.enum(['ready', 'gone', 'none', 'fault']),
  /** When `reader` last changed, ms. */
  readerSince: z.int().nullable(),
  openTube: z.strictObject({ code: z.string().nullable(), count: z.int().min(0) }).nullable(),
  /** How often something else than a card or a tube code was given in this round; left out by kiosks that do not count it. */
  wrongObjects: z.int().min(0).optional(),
  round: roundIdSchema.nullable(),
  version: z.string().max(40),
  wallTime: z.int(),
});
export type KioskStatus = z.infer<typeof kioskStatusSchema>;
/** Reply to `status` and heartbeat: the edge's clock, from which the kiosk measures its offset (half the round trip). */
export const statusReplySchema = z.strictObject({ edgeTime: z.int() });

/**
 * `rounds` (edge → kiosk): rounds planned, open and settling, newest number first (an info bears none), with the round keys,
 * which a kiosk holds in memory only.
 */
export const roundsMessageSchema = z.strictObject({
  rounds: z.array(z.strictObject({ info: roundInfoSchema, key: z.string().regex(/^[0-9a-f]{64}$/) })),
  site: z.string().max(80),
});
export type RoundsMessage = z.infer<typeof roundsMessageSchema>;

/** `tube-patterns` (edge → kiosk), after `rounds`: how the tube codes of these rounds look. Rounds that fix none are not named. */
export const tubePatternsMessageSchema = z.strictObject({
  patterns: z.array(z.strictObject({ round: roundIdSchema, pattern: tubePatternSchema })),
});
export type TubePatternsMessage = z.infer<typeof tubePatternsMessageSchema>;

/**
 * `counted` (edge → kiosk): persons counted so far as credential keys, at most twice a second. Batches of one round are
 * numbered without gaps within an epoch; on a jump the kiosk says `counted-since` again. `number: 0 with full: true`
 * replaces everything known. Entries are packed: key 16 ‖ time u64 BE ms ‖ station u16 BE ‖ index into `tubes` + 1, u16 BE
 * (0: no tube); a removal is the key alone.
 */
export const countedMessageSchema = z.strictObject({
  epoch: z.string().max(64),
  round: roundIdSchema,
  number: z.int().min(0),
  full: z.boolean(),
  tubes: z.array(z.string().max(40)).max(65_535),
  entries: z.instanceof(Uint8Array),
  removals: z.instanceof(Uint8Array),
});
export type CountedMessage = z.infer<typeof countedMessageSchema>;
export const COUNTED_ENTRY_BYTES = 16 + 8 + 2 + 2;
/** `counted-since` (kiosk → edge): asks for everything of a round after this batch; null: all. */
export const countedSinceSchema = z.strictObject({ round: roundIdSchema, number: z.int().min(0).nullable() });

/** `tube-used` (kiosk → edge): has this code been opened in the round? Bounded wait; offline the kiosk goes on. */
export const tubeUsedSchema = z.strictObject({ round: roundIdSchema, code: z.string().max(40) });
export const tubeUsedReplySchema = z.strictObject({
  used: z
    .strictObject({
      opened: z.string(),
      station: stationSchema.nullable(),
      time: z.int(),
      sealed: z.boolean(),
      count: z.int(),
    })
    .nullable(),
});

/**
 * `roster-name` (kiosk → edge): whom of the roster a staff number names, so that staff see whether it is this person. The edge
 * notes it down as an opening of personal data. Bounded wait; an edge that does not know the question leaves it unanswered.
 */
export const rosterNameSchema = z.strictObject({ round: roundIdSchema, key: keyHexSchema });
/** Surname and last character, masked at the edge; null: a staff number of nobody on the roster of a round that counts. */
export const rosterNameReplySchema = z.strictObject({ name: z.string().max(60).nullable() });

/**
 * `token-binding` (kiosk → edge), after a welcome and on change: whether the token lies on the kiosk's disk under a key of its
 * machine, so that a copied disk cannot use it. An edge that does not know the message leaves it unanswered.
 */
export const tokenBindingSchema = z.strictObject({ bound: z.boolean() });
export type TokenBinding = z.infer<typeof tokenBindingSchema>;
export const tokenBindingReplySchema = z.strictObject({ outcome: z.literal('heard') });

/** `POST /api/v1/pairings/redeem`: the one-time secret for a token. No other request of a kiosk goes without a token. */
export const redeemSchema = z.strictObject({
  secret: z.string().min(6).max(64),
  device: z.string().min(1).max(80),
  /** The token of the pairing this one takes the place of: whoever has it goes on with that one's journal. */
  previous: z.string().min(16).max(128).optional(),
});
export const redeemReplySchema = z.strictObject({
  token: z.string().min(16).max(128),
  station: stationSchema,
  site: z.string().max(80),
  /** X25519 public key of the site, hex: swipes taken while no round is known are sealed to it. */
  intakeKey: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Redeemed = z.infer<typeof redeemReplySchema>;

/** Text of the pairing QR: `muster:<host>:<port>/<fingerprint hex, or - on loopback>/<secret>`. */
export interface PairingCode {
  host: string;
  port: number;
  /** SHA-256 of the edge's public key (SPKI), 64 hex digits; null where the edge speaks plain HTTP on loopback. */
  fingerprint: string | null;
  secret: string;
}
export function formatPairingCode(code: PairingCode): string {
  return `muster:${code.host}:${code.port}/${code.fingerprint ?? '-'}/${code.secret}`;
}
const PAIRING_CODE = /^muster:([A-Za-z0-9.-]+):([0-9]{1,5})\/([0-9a-f]{64}|-)\/([A-Za-z0-9]{6,64})$/;
/** Parses a pairing QR's text; null if it is not one. */
export function parsePairingCode(text: string): PairingCode | null {
  const [, host, port, fingerprint, secret] = PAIRING_CODE.exec(text.trim()) ?? [];
  if (host === undefined || port === undefined || fingerprint === undefined || secret === undefined)
    return null;
  return { host, port: Number(port), fingerprint: fingerprint === '-' ? null : fingerprint, secret };
}

/** Packs one counted entry behind the others; see `countedMessageSchema`. */
export const countedEntrySchema = z.strictObject({
  key: keyHexSchema,
  time: z.int(),
  station: stationSchema.nullable(),
  tubeCode: z.string().nullable(),
});
export type CountedEntry = z.infer<typeof countedEntrySchema>;
