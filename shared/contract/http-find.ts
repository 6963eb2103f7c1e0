/** What 查人 answers: a person over all rounds, the newest first. What is asked stands in http-requests.ts. */
import { z } from 'zod';
import { timeSchema } from './http.ts';
import { eventIdSchema, roundIdSchema, stationSchema } from '../ids.ts';
import { ROUND_STATES } from '../round.ts';

const count = z.int().min(0);
const text = z.string().nullable();

export const foundSwipeSchema = z.strictObject({
  id: eventIdSchema,
  time: timeSchema,
  /** The clock that told it cannot be believed: `time` is the latest it can have been. */
  timeDoubtful: z.boolean(),
  station: stationSchema.nullable(),
  /** The code of its tube; null where there is no tube or no code. */
  tube: text,
  entry: z.enum(['card', 'scan', 'manual']),
  /** first: the one that counts. */
  label: z.enum(['first', 'repeat', 'voided']),
  /** Why it was voided. */
  reason: text,
});

export const foundPersonSchema = z.strictObject({
  /** The person's key in this round; in another round the same person has another. */
  id: z.string(),
  name: text,
  /** In full, as the people of a tube have it. */
  number: text,
  staffNumber: text,
  workshop: text,
  team: text,
  onRoster: z.boolean(),
  /** voided: not on the roster, and every swipe was voided. */
  status: z.enum(['tested', 'excused', 'missing', 'not-yet', 'voided']),
  /** Missing, but may stand among the walk-ins (身份待核对). */
  toIdentify: z.boolean(),
  /** Why they need not have come. */
  reason: text,
  /** In order of time, the voided ones too. */
  swipes: z.array(foundSwipeSchema),
  /** Swipes beyond those. */
  moreSwipes: count,
});
export type FoundPerson = z.infer<typeof foundPersonSchema>;

export const foundRoundSchema = z.strictObject({
  id: roundIdSchema,
  name: z.string(),
  state: z.enum(ROUND_STATES),
  /** When its first session begins. */
  from: timeSchema,
  /**
   * in-part: there was no time to open all names of this round; whoever was found in another one was looked up by number.
   * keys-gone: its personal data has been purged.
   */
  outcome: z.enum(['searched', 'in-part', 'keys-gone']),
  hasRoster: z.boolean(),
  /** False: swipes of this round may still arrive, and who is missing here may have been sampled. */
  complete: z.boolean(),
  people: z.array(foundPersonSchema),
  /** More people fit than are answered. */
  more: z.boolean(),
});
export type FoundRound = z.infer<typeof foundRoundSchema>;

export const foundSchema = z.strictObject({
  /** False: nobody has just this name; these are people whose names contain it. */
  exact: z.boolean(),
  /** Every round, the newest first, those without anybody too. */
  rounds: z.array(foundRoundSchema),
});
export type Found = z.infer<typeof foundSchema>;
