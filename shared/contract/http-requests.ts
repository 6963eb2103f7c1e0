/** Bodies that requests bring to the edge's HTTP; what it answers stands in http.ts. */
import { z } from 'zod';
import { differenceNumbersSchema } from '../event/difference-numbers.ts';
import { plainNumber } from '../event/credential.ts';
import { batchSchema, NAMED_EVENTS_MAX, tubeCodeSchema } from '../event/event.ts';
import { IDENTITY_STATES, LINK_STATES, WALK_IN_CATEGORIES } from '../event/identity.ts';
import { eventIdSchema, installIdSchema, keyHexSchema, sequenceSchema, stationSchema } from '../ids.ts';
import { LANGUAGE_CODES } from '../language/languages.ts';
import { ROLES } from '../permissions.ts';
import { ROUND_STATES } from '../round.ts';

/** Of a file that somebody brings: a roster of 36,000 rows in WPS is about 4 MB. */
export const FILE_BYTES_MAX = 8 * 1024 * 1024;

const count = z.int().min(0);
const reason = z.string().trim().min(1).max(200);
const accountName = z.string().trim().min(1).max(40);

/** Ten characters and more; length is what makes a password hard to guess. */
/** Characters of a password. */
export const PASSWORD_LEAST = 10;
const passwordSchema = z.string().min(PASSWORD_LEAST).max(200);
export const setupRequestSchema = z.strictObject({
  code: z.string().max(40),
  name: accountName,
  password: passwordSchema,
});
export const sessionRequestSchema = z.strictObject({
  name: z.string().max(40),
  password: z.string().max(200),
});
/** What a person sets for themselves. */
export const sessionChangeSchema = z.strictObject({ language: z.enum(LANGUAGE_CODES) });
export const accountRequestSchema = z.strictObject({
  name: accountName,
  password: passwordSchema,
  roles: z.array(z.enum(ROLES)).min(1),
});
/** Absent: as it is. A new password or a disabled account ends the account's sessions. */
export const accountChangeSchema = z.strictObject({
  password: passwordSchema.optional(),
  roles: z.array(z.enum(ROLES)).min(1).optional(),
  disabled: z.boolean().optional(),
});
export const stateRequestSchema = z.strictObject({
  state: z.enum(ROUND_STATES),
  reason: reason.nullable().optional(),
});
/** What of a tube is put right; absent: as it is. */
export const tubeCorrectionSchema = z
  .strictObject({
    code: tubeCodeSchema.optional(),
    batch: batchSchema.optional(),
    station: stationSchema.optional(),
    /** The sampler's count. */
    swabbed: z.int().min(0).max(1000).optional(),
    reason,
  })
  .refine(({ reason: _, ...corrected }) => Object.values(corrected).some((value) => value !== undefined), {
    path: ['code'],
    message: 'nothing to correct',
  });
export const pairingRequestSchema = z.strictObject({ station: stationSchema });
export const decisionRequestSchema = z.strictObject({
  state: z.enum(['open', 'explained', 'accepted']),
  reason,
  /** The discrepancy's `numbers` as who decides has seen them; refused when they have changed meanwhile. */
  numbers: differenceNumbersSchema.optional(),
});
/** The same with the discrepancy's id in the body: it is long and holds a slash. */
export const namedDecisionRequestSchema = decisionRequestSchema.extend({ id: z.string().min(1).max(120) });
export const labEntryRequestSchema = z.strictObject({
  /** Null: a total of the whole site (你们厂今天973人). */
  tube: tubeCodeSchema.nullable(),
  count: z.int().min(0).max(1000),
  batch: batchSchema.nullable().default(null),
  station: stationSchema.nullable().default(null),
});
/** More than a roster's longest name (60), and than the longest number with the type of its document before it. */
export const WHO_CHARS_MAX = 80;
/** A name, an ID number, a staff number, another document's number, or a card's own. */
export const whomSchema = z
  .string()
  .trim()
  .min(1)
  .max(WHO_CHARS_MAX)
  .refine((who) => plainNumber(who) !== '', { message: 'field.nothing-to-find' });
/** Whom to find over all rounds. */
export const findRequestSchema = z.strictObject({ who: whomSchema, reason });
export const voidRequestSchema = z.strictObject({ swipe: eventIdSchema, reason });
export const excuseRequestSchema = z.strictObject({ person: keyHexSchema, reason });
export const linkRequestSchema = z.strictObject({
  credentials: z.array(keyHexSchema).min(2).max(10),
  reason,
});
/** Of a link that is held back; open: as if nothing had been decided. */
export const linkDecisionRequestSchema = z.strictObject({ state: z.enum(LINK_STATES), reason });
/** Who decides is the account; taking it back is `open`. */
export const identityRequestSchema = z.strictObject({
  walkIn: keyHexSchema,
  person: keyHexSchema,
  state: z.enum(IDENTITY_STATES),
});
export const walkInsRequestSchema = z.strictObject({
  people: z.array(keyHexSchema).min(1).max(NAMED_EVENTS_MAX),
  /** Null: unknown. */
  unit: z.string().trim().min(1).max(60).nullable(),
  category: z.enum(WALK_IN_CATEGORIES).nullable(),
});
export const filingRequestSchema = z
  .strictObject({ install: installIdSchema, from: sequenceSchema, to: sequenceSchema, reason })
  .refine((f) => f.from <= f.to, { message: 'field.not-below-from', path: ['to'] });
export const exceptionRequestSchema = z.strictObject({
  install: installIdSchema,
  lastSequence: count,
  reason,
});
export const reasonRequestSchema = z.strictObject({ reason });
/** Absent: named after the day of its first swipe. */
export const recreationRequestSchema = z.strictObject({
  name: z.string().trim().min(1).max(60).optional(),
  reason,
});
/** continues: the journal goes on under the pairing that claims it; else its kiosk begins a new one. */
export const claimAnswerSchema = z.strictObject({ continues: z.boolean(), reason });
