/** What HTTP says of kiosks' journals that wait for a person, and of pairings; the rows of installs stand in http.ts. */
import { z } from 'zod';
import { timeSchema } from './http.ts';
import { eventIdSchema, installIdSchema, roundIdSchema, sequenceSchema, stationSchema } from '../ids.ts';

const count = z.int().min(0);

/** A kiosk that was paired: its token is good until it is revoked. */
export const pairedKioskSchema = z.strictObject({
  id: z.string(),
  station: stationSchema,
  device: z.string().nullable(),
  redeemedAt: timeSchema,
  /** Of the journals that came by this pairing, the last that was heard. */
  lastContact: timeSchema.nullable(),
});

/** An event whose content cannot be used: stored as it came, and *complete* stays false until a person has settled it. */
export const quarantinedEventSchema = z.strictObject({
  event: eventIdSchema,
  install: installIdSchema,
  station: stationSchema.nullable(),
  /** invalid: no good body; not-understood: of a newer version. */
  status: z.enum(['invalid', 'not-understood']),
  /** The event's type where it could be read, else `unread`. */
  type: z.string(),
  receivedAt: timeSchema,
});

/** One side of a fork that nobody has looked at yet; a review of one side counts for the other. */
export const forkSchema = z.strictObject({
  id: installIdSchema,
  station: stationSchema.nullable(),
  device: z.string().nullable(),
  /** The install it goes on from, and the last event both have; null for the one gone on from. */
  parent: installIdSchema.nullable(),
  parentSequence: count.nullable(),
  trouble: z.enum(['forked', 'broken']).nullable(),
  lastContact: timeSchema.nullable(),
});

/** A kiosk that says a journal of another pairing is its own and cannot prove it: what it holds waits for the site lead. */
export const journalClaimSchema = z.strictObject({
  install: installIdSchema,
  pairing: z.string(),
  station: stationSchema,
  device: z.string().nullable(),
  at: timeSchema,
  /** Where the journal was heard last, and how many of its events are here. */
  wasStation: stationSchema.nullable(),
  wasDevice: z.string().nullable(),
  lastContact: timeSchema.nullable(),
  events: count,
  /** The token of the pairing that the journal came by is good: its kiosk may be at work. */
  ownerPaired: z.boolean(),
});
/** Why the edge's clock is not to be trusted. Counts do not hang on it; the times of all that is stored meanwhile do. */
export const edgeClockFindingSchema = z.strictObject({
  /**
   * kiosks: most of them agree against it. one-kiosk: the only one heard says otherwise, and nobody can say which is right.
   * stored: it stands before the newest event it has received itself.
   */
  why: z.enum(['kiosks', 'one-kiosk', 'stored']),
  edgeTime: timeSchema,
  /** What the others say it is. */
  otherTime: timeSchema,
  /** Kiosks that say so, of how many that are heard, and where they stand. */
  agreeing: count,
  kiosks: count,
  stations: z.array(stationSchema),
});
export type EdgeClockFinding = z.infer<typeof edgeClockFindingSchema>;

/** The edge's clock, compared; null: nothing speaks against it. */
export const edgeClockSchema = z.strictObject({ finding: edgeClockFindingSchema.nullable() });

/** A run of swipes that count nowhere (试刷, 未归轮), for the lead to file. */
/** Decisions of the edge that a restore lost, known by number; shown until a person has acknowledged them. */
export const restoreLossSchema = z.strictObject({
  /** Install and first number: `<install>:5`. */
  id: eventIdSchema,
  install: installIdSchema,
  from: z.int(),
  to: z.int(),
  at: timeSchema,
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: timeSchema.nullable(),
});
/** A run of swipes that count nowhere (试刷, 未归轮), for the lead to file, or to make their round again. */
export const unfiledRunSchema = z.strictObject({
  id: z.string(),
  install: installIdSchema,
  station: stationSchema.nullable(),
  round: roundIdSchema.nullable(),
  /** unknown-round: taken for a round this edge does not know, after a restore for instance. */
  phase: z.enum(['test', 'unfiled', 'unknown-round']),
  from: sequenceSchema,
  to: sequenceSchema,
  swipes: count,
  unreadables: count,
  firstTime: timeSchema,
  lastTime: timeSchema,
  roundKnown: z.boolean(),
  /** Whether the key file of `round` lies in the key directory: without it nobody of the run can be known. */
  roundKeys: z.enum(['held', 'gone']).nullable(),
});
