/**
 * The HTTP contract of the edge, `/api/v1`: bodies asked for and answered. `docs/http.md` is its table of paths and roles.
 * Times are RFC 3339 with offset Z. Roles: permissions.ts.
 */
import { z } from 'zod';
import { installRowSchema, stationRowSchema, tubeRowSchema } from './board.ts';
import { discrepancySchema, earlierDecisionSchema } from '../counting/discrepancy.ts';
import { ladderFiguresSchema, rosterAmendedSchema } from '../counting/ladder.ts';
import { eventIdSchema, installIdSchema, keyHexSchema, roundIdSchema, stationSchema } from '../ids.ts';
import { ROLES } from '../permissions.ts';
import { ROUND_STATES, plannedStationSchema } from '../round.ts';
import { tubePatternSchema } from '../tube-pattern.ts';
import { LANGUAGE_CODES } from '../language/languages.ts';
import { messageSchema, sentenceSchema } from '../language/sentence-schema.ts';
import { TUBE_STANDINGS } from '../tube-standing.ts';

/** RFC 3339; any offset is understood, Z is answered. */
export const timeSchema = z.iso.datetime({ offset: true });
const count = z.int().min(0);

/**
 * One cell or row that could not be used. Rows and columns as the file shows them, rows from 1. `where`: what `column` names, in
 * each language, where that is a place of the site and no word of a file or a request.
 */
export const rowErrorSchema = z.strictObject({
  row: z.int().min(0),
  column: z.string().nullable(),
  code: z.string(),
  sheet: z.string().nullable(),
  where: sentenceSchema.optional(),
  ...sentenceSchema.shape,
});
/** What the columns of a header row were taken for; `field` null: not read. Columns from 1. */
export const headerReadSchema = z.strictObject({
  sheet: z.string().nullable(),
  row: z.int().min(0),
  columns: z.array(
    z.strictObject({ column: z.int().min(1), header: z.string(), field: z.string().nullable() }),
  ),
});
export type RowError = z.infer<typeof rowErrorSchema>;

/** RFC 9457, `application/problem+json`. `title` is the Chinese sentence, `detail` the English one; both say what to do. */
export const problemSchema = z.object({
  type: z.string(),
  status: z.int(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  ...messageSchema.shape,
  errors: z.array(rowErrorSchema).optional(),
  /** Of a file with rows to settle. */
  columns: z.array(headerReadSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'database-damaged']),
  version: z.string(),
  site: z.string(),
  epoch: z.string(),
  time: timeSchema,
  /** True until the first account exists: ask for the set-up code. */
  needsSetup: z.boolean(),
  database: z.strictObject({
    /** When damage of the file was first seen; null: none was. */
    damagedAt: timeSchema.nullable(),
    /** When all of it was last looked through, at the start and daily; null: that has not ended yet. */
    checkedAt: timeSchema.nullable(),
  }),
});

export const sessionSchema = z.strictObject({
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  expiresAt: timeSchema,
  /** What the person has last chosen, at whatever browser; null: nothing yet, and the browser decides. */
  language: z.enum(LANGUAGE_CODES).nullable(),
});
/** `token` is the cookie's value too: scripts send it as `Authorization: Bearer <token>`. */
export const openedSessionSchema = sessionSchema.extend({ token: z.string() });
export const accountSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  createdAt: timeSchema,
  disabled: z.boolean(),
});

const httpSessionSchema = z.strictObject({
  name: z.string().min(1).max(40),
  from: timeSchema,
  to: timeSchema,
  /** The roster's 班次 this session is for; null: everybody. */
  shift: z.string().max(40).nullable().default(null),
});
/** Names stand in files, on sheets and in texts people copy: one line each. */
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const oneLine = (length: { max: number }) =>
  z.string().trim().min(1).max(length.max).regex(ONE_LINE, 'field.one-line');
/** `RoundDefinition` (round.ts) with RFC 3339 times. */
const roundFieldsSchema = z.strictObject({
  name: z.string().min(1).max(60),
  capacity: z.int().min(1).max(100),
  tubeMode: z.enum(['codes', 'marks', 'none']),
  tubePattern: tubePatternSchema.nullable().default(null),
  expectedBasis: z.enum(['roster', 'roster-minus-excused']),
  stations: z.array(plannedStationSchema).min(1).max(200),
  sessions: z.array(httpSessionSchema).min(1).max(20),
});
/** What is asked of a new round; rounds made before are answered as they are. */
export const roundRequestSchema = roundFieldsSchema.extend({
  name: oneLine({ max: 60 }),
  stations: z
    .array(plannedStationSchema)
    .min(1)
    .max(200)
    .refine((planned) => new Set(planned.map((p) => p.station)).size === planned.length, {
      message: 'field.station-twice',
    }),
  sessions: z
    .array(httpSessionSchema.extend({ name: oneLine({ max: 40 }) }))
    .min(1)
    .max(20),
});
/** As it is sent: what 0.1.0 did not know may be left out. */
export type RoundRequest = z.input<typeof roundRequestSchema>;
export const roundSchema = roundFieldsSchema.extend({
  id: roundIdSchema,
  number: z.int(),
  state: z.enum(ROUND_STATES),
  createdAt: timeSchema,
  openedAt: timeSchema.nullable(),
  closedAt: timeSchema.nullable(),
  /** 0: no roster yet. */
  rosterVersion: count,
  /** The roster came as XLSX: `headcount.xlsx?form=own` gives it back filled in. */
  rosterWorkbook: z.boolean(),
  /** 号码待更正: people taken in by their staff number, say, while their ID number is to be corrected. */
  rosterToCorrect: count,
  /** Rises with every list and every entry by hand; 0: nothing has come from the laboratory. */
  labVersion: count,
  /** Lines of the list as it stands; 0: none has come. */
  labLines: count,
  labComplete: z.boolean(),
  /** Thirteen digits for the set-up sheet (ten of a round made by 0.2.0 or before); null for everybody but site lead and administrator. */
  openingCode: z.string().nullable(),
});
export type HttpRound = z.infer<typeof roundSchema>;

export const pairingSchema = z.strictObject({
  id: z.string(),
  station: stationSchema,
  /** The QR's text (wire.ts `formatPairingCode`), and the QR itself as SVG. */
  code: z.string(),
  qr: z.string(),
  secret: z.string(),
  address: z.string(),
  /** SHA-256 of the public key, 64 hex digits; null on plain loopback HTTP. */
  fingerprint: z.string().nullable(),
  expiresAt: timeSchema,
});

/** board.ts' row with an id and with times as HTTP has them. */
export const installSchema = installRowSchema
  .omit({ install: true, wrongObjects: true })
  .extend({ id: installIdSchema, lastContact: timeSchema.nullable(), readerSince: timeSchema.nullable() })
  .strict();

/** ladder.ts with times as HTTP has them. */
export const ladderSchema = ladderFiguresSchema
  .extend({
    /** Of the missing, those who may stand among the walk-ins (身份待核对). */
    toIdentify: count,
    complete: z.boolean(),
    finalUpTo: timeSchema.nullable(),
    /** What became of the roster since the round began to count; null: nothing. */
    rosterAmended: rosterAmendedSchema.strict().nullable(),
  })
  .strict();

/** board.ts' row with its id twice, for lists of any kind, and with times as HTTP has them. */
export const httpTubeSchema = tubeRowSchema
  .extend({
    /** The id of the tube's opened event. */
    id: z.string(),
    openedAt: timeSchema.nullable(),
    sealedAt: timeSchema.nullable(),
  })
  .strict();

export const tubePersonSchema = z.strictObject({
  /** The swipe's event id; null for an unreadable card. */
  id: z.string(),
  kind: z.enum(['swipe', 'unreadable']),
  /** in: of this tube; before, after: the neighbours over both borders. */
  where: z.enum(['in', 'before', 'after']),
  time: timeSchema,
  /** The clock that told it cannot be believed: `time` is the latest it can have been. */
  timeDoubtful: z.boolean(),
  station: stationSchema.nullable(),
  ordinal: z.int().nullable(),
  entry: z.string().nullable(),
  /** Of a card that was not read: what was done about it. */
  standing: z.enum(TUBE_STANDINGS),
  voided: z.boolean(),
  name: z.string().nullable(),
  number: z.string().nullable(),
  phone: z.string().nullable(),
  workshop: z.string().nullable(),
  team: z.string().nullable(),
});

/** discrepancy.ts with times as HTTP has them. */
export const httpDiscrepancySchema = discrepancySchema.extend({
  openedAt: timeSchema.nullable(),
  sealedAt: timeSchema.nullable(),
  earlier: z.array(earlierDecisionSchema.extend({ at: timeSchema })),
});
export const httpStationSchema = stationRowSchema
  .extend({
    id: stationSchema,
    openTube: z.strictObject({ code: z.string().nullable(), count }).nullable(),
    installs: z.array(installSchema),
  })
  .strict();

/** The edge's own event that a request made. */
export const madeEventSchema = z.strictObject({ id: eventIdSchema, time: timeSchema });

/** `toIdentify`: may stand among the walk-ins; nobody is named as missing without that mark (身份待核对). */
const missingPerson = z.strictObject({
  id: keyHexSchema,
  /** Null: purged. */
  name: z.string().nullable(),
  toIdentify: z.boolean(),
});
/** 漏检名单: names by workshop and team; never a number or a phone. */
export const missingSchema = z.strictObject({
  complete: z.boolean(),
  finalUpTo: timeSchema.nullable(),
  missing: count,
  /** Of the missing, those who may stand among the walk-ins. */
  toIdentify: count,
  notYet: count,
  excused: count,
  groups: z.array(
    z.strictObject({
      id: z.string(),
      workshop: z.string(),
      team: z.string(),
      /** Null: none is marked on the roster, or purged. */
      leader: z.string().nullable(),
      /** 漏检: their session is over. */
      missing: z.array(missingPerson),
      /** 未到场次: their session has not ended. */
      notYet: z.array(missingPerson),
      /** `excuse`: the event that gave the reason, by which it is withdrawn. */
      excused: z.array(missingPerson.extend({ reason: z.string(), excuse: eventIdSchema })),
      /** The text to copy into the team's chat; null when nobody is missing. */
      text: sentenceSchema.nullable(),
    }),
  ),
});
export type Missing = z.infer<typeof missingSchema>;

/** Every list is answered as an object, so that it can grow. */
export const listOf = <Name extends string, Row extends z.ZodType>(name: Name, row: Row) =>
  z.strictObject({ [name]: z.array(row) } as Record<Name, z.ZodArray<Row>>);
