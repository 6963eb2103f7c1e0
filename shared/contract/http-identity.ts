import { z } from 'zod';
import { CREDENTIAL_KINDS } from '../event/credential.ts';
import { LINK_STATES } from '../event/event.ts';
import { eventIdSchema, keyHexSchema, stationSchema } from '../ids.ts';

const timeSchema = z.iso.datetime({ offset: true });

/** A person as a question about identity shows them: never a whole number. */
const knownPersonSchema = z.strictObject({
  /** One of their credential keys. */
  id: keyHexSchema,
  name: z.string().nullable(),
  /** Masked; of a card the number printed in it, of a badge the staff number. Null: nobody has given it here yet. */
  number: z.string().nullable(),
  staffNumber: z.string().nullable(),
  workshop: z.string().nullable(),
  team: z.string().nullable(),
  onRoster: z.boolean(),
  /** Has a swipe that counts. */
  tested: z.boolean(),
});
export type KnownPerson = z.infer<typeof knownPersonSchema>;

/** 登记卡号 and what else says that numbers are one person. */
const httpLinkSchema = z.strictObject({
  id: eventIdSchema,
  /** The kiosk's station; null: decided at the board or over HTTP. */
  station: stationSchema.nullable(),
  by: z.string().nullable(),
  time: timeSchema,
  reason: z.string().nullable(),
  credentials: z.array(knownPersonSchema.extend({ kind: z.enum(CREDENTIAL_KINDS).nullable() })),
  /** held: it would make one person of several who are known apart, and counts for nothing until somebody has decided. */
  state: z.enum(['applied', 'held', 'refused', 'undone']),
  /** The latest decision about it, or who undid it. */
  decided: z
    .strictObject({
      state: z.enum([...LINK_STATES, 'undone']),
      by: z.string().nullable(),
      time: timeSchema,
      reason: z.string().nullable(),
    })
    .nullable(),
});
export type HttpLink = z.infer<typeof httpLinkSchema>;

export const linksSchema = z.strictObject({
  links: z.array(httpLinkSchema),
  /** Questions: links that hang together, and the people they would make one of. */
  held: z.array(z.strictObject({ links: z.array(eventIdSchema), people: z.array(knownPersonSchema) })),
});
export type Links = z.infer<typeof linksSchema>;
