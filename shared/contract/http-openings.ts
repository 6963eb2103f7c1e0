import { z } from 'zod';
import { eventIdSchema, roundIdSchema } from '../ids.ts';
import { OPENING_KINDS } from '../opening.ts';

const timeSchema = z.iso.datetime({ offset: true });

/** One opening of personal data: when, who, what, why and how many people. Whom it showed stands nowhere in it. */
export const openingSchema = z.strictObject({
  /** The event of the edge's journal. */
  id: eventIdSchema,
  time: timeSchema,
  /** The account, or `1号台` where a kiosk was answered. */
  by: z.string().nullable(),
  /** Null: of no round. */
  round: z.strictObject({ id: roundIdSchema, name: z.string() }).nullable(),
  what: z.enum(OPENING_KINDS),
  /** Only the size of the answer was asked for (HEAD): no name left the edge. */
  headOnly: z.boolean(),
  /** Code of the tube whose people were shown. */
  tube: z.string().nullable(),
  /** As it was typed, or as Muster gives it where nobody is asked (opening-reason.ts); runs of eleven digits and more are masked. */
  reason: z.string(),
  /** Null: the event does not say. */
  people: z.int().min(0).nullable(),
});
export type Opening = z.infer<typeof openingSchema>;

/** The newest that fit, at most 500; `total` counts all that fit, `names` are all who ever opened anything. */
export const openingsSchema = z.strictObject({
  total: z.int().min(0),
  openings: z.array(openingSchema),
  names: z.array(z.string()),
});
export type Openings = z.infer<typeof openingsSchema>;

/** Which openings: everything that is not given fits. */
export const openingsQuerySchema = z.strictObject({
  by: z.string().min(1).max(200).optional(),
  what: z.enum(OPENING_KINDS).optional(),
  round: roundIdSchema.optional(),
  /** From this moment on. */
  from: timeSchema.optional(),
  /** Before this moment. */
  to: timeSchema.optional(),
});
