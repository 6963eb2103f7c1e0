import { z } from 'zod';
import { hashHexSchema, roundIdSchema, stationSchema } from './ids.ts';
import { tubePatternSchema } from './tube-pattern.ts';

export const ROUND_STATES = ['draft', 'open', 'settling', 'closed'] as const;
export type RoundState = (typeof ROUND_STATES)[number];
/** Which state may follow which; closing asks for more (complete, discrepancies decided). */
export const NEXT_STATES: Readonly<Record<RoundState, readonly RoundState[]>> = {
  draft: ['open'],
  open: ['settling'],
  settling: ['open', 'closed'],
  closed: [],
};

const milliseconds = z.int().min(0);

/** Where a station stands: before the swab or after it. */
export const standSchema = z.enum(['before', 'after']);
export type Stand = z.infer<typeof standSchema>;

export const plannedStationSchema = z.strictObject({ station: stationSchema, stand: standSchema });
/** A planned part of a round; `shift` names the roster's 班次 it is for, null for everybody. Times in ms since 1970 UTC. */
const sessionSchema = z
  .strictObject({
    name: z.string().min(1).max(40),
    from: milliseconds,
    to: milliseconds,
    shift: z.string().max(40).nullable(),
  })
  .refine((s) => s.from < s.to, { message: 'field.end-after-begin', path: ['to'] });

/** What the site lead fixes about a round. Tube capacity belongs to the round (1, 5, 10, 20). */
const roundDefinitionSchema = z.strictObject({
  name: z.string().min(1).max(60),
  capacity: z.int().min(1).max(100),
  /** codes: scanned or typed; marks: a "new tube" button numbers them; none: no tubes at all. */
  tubeMode: z.enum(['codes', 'marks', 'none']),
  /** Which 应检 is reported: everybody on the roster, or roster − excused. */
  expectedBasis: z.enum(['roster', 'roster-minus-excused']),
  stations: z.array(plannedStationSchema).min(1).max(200),
  sessions: z.array(sessionSchema).min(1).max(20),
});
export type RoundDefinition = z.infer<typeof roundDefinitionSchema>;

/** Whether a station is one of the round's: its kiosks record for it, and are told of it. */
export const plansStation = ({ stations }: Pick<RoundDefinition, 'stations'>, station: number): boolean =>
  stations.some((plan) => plan.station === station);

/** All of it, as the edge keeps it. Kiosks learn the pattern by a message of its own, because those of 0.1.0 take a definition without. */
export const siteRoundSchema = roundDefinitionSchema.extend({
  tubePattern: tubePatternSchema.nullable().default(null),
});
export type SiteRound = z.infer<typeof siteRoundSchema>;
/** One to be made: what 0.1.0 did not know may be left out. */
export type NewRound = z.input<typeof siteRoundSchema>;

/** The round key wrapped under the round's opening code: scrypt(code, salt, N, r, p) → XSalsa20-Poly1305 (secretbox). */
export const wrappedKeySchema = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  costN: z
    .int()
    .min(1024)
    .max(1 << 20),
  blockR: z.int().min(1).max(32),
  parallelP: z.int().min(1).max(16),
  /** nonce 24 bytes ‖ box of the 32-byte round key, hex. */
  box: z.string().regex(/^[0-9a-f]{144}$/),
});
export type WrappedKey = z.infer<typeof wrappedKeySchema>;

/** A round as a kiosk knows it. Everything but `key` may lie on its disk. */
export const roundInfoSchema = z.strictObject({
  round: roundIdSchema,
  state: z.enum(ROUND_STATES),
  definition: roundDefinitionSchema,
  /** X25519 public key, hex: sealed parts of this round are boxed to it. */
  publicKey: z.string().regex(/^[0-9a-f]{64}$/),
  wrappedKey: wrappedKeySchema,
  /** SHA-256 of the roster-key snapshot (`GET /api/v1/roster-keys/<hash>`), null without a roster. */
  rosterKeys: hashHexSchema.nullable(),
});
export type RoundInfo = z.infer<typeof roundInfoSchema>;

/** When the last session ends, in ms: a kiosk still working after it shows the red band. */
export function plannedEnd(definition: RoundDefinition): number {
  return Math.max(...definition.sessions.map((s) => s.to));
}
