import { z } from 'zod';
import { eventIdSchema, hashHexSchema, roundIdSchema, stationSchema } from '../ids.ts';
import { standSchema } from '../round.ts';

/** Version of the event bodies this build writes. Bodies of every version ever released stay readable. */
export const EVENT_VERSION = 1;
/** Who acted: the name of an account, or null when nobody has logged in. */
export const ACTOR_CHARS_MAX = 40;
const actor = z.string().min(1).max(ACTOR_CHARS_MAX);
export const BOOT_ID_CHARS_MAX = 64;

const milliseconds = z.int();

/** Fields every event carries (design: "each event carries its own …"). */
export const envelope = {
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
