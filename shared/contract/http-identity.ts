import { z } from 'zod';
import { CREDENTIAL_KINDS } from '../event/credential.ts';
import { LINK_STATES, WALK_IN_CATEGORIES } from '../event/identity.ts';
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

/** 名单外人员: who has a swipe that counts and is not on the roster. */
const walkInSchema = z.strictObject({
  /** The person's key; of a swipe without one its event, and then nobody can be joined to it. */
  id: z.string(),
  name: z.string().nullable(),
  /** Masked; a staff number as it is. */
  number: z.string().nullable(),
  kind: z.enum(CREDENTIAL_KINDS).nullable(),
  station: stationSchema.nullable(),
  time: timeSchema,
  unit: z.string().nullable(),
  category: z.enum(WALK_IN_CATEGORIES).nullable(),
  /** People of the roster with the same name who have no swipe; `other`: somebody said that they are two people. */
  sameName: z.array(knownPersonSchema.extend({ decided: z.enum(['open', 'other']) })),
});
export type WalkIn = z.infer<typeof walkInSchema>;

/** A walk-in of whom somebody said who of the roster they are, and counts as that person. */
const joinedWalkInSchema = z.strictObject({
  walkIn: knownPersonSchema.extend({ kind: z.enum(CREDENTIAL_KINDS).nullable() }),
  person: knownPersonSchema,
  by: z.string().nullable(),
  time: timeSchema,
});
export type JoinedWalkIn = z.infer<typeof joinedWalkInSchema>;

export const walkInsSchema = z.strictObject({
  walkIns: z.array(walkInSchema),
  joined: z.array(joinedWalkInSchema),
});
export type WalkIns = z.infer<typeof walkInsSchema>;
