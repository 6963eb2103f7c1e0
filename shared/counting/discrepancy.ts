import { z } from 'zod';
import { differenceNumbersSchema } from '../event/difference-numbers.ts';
import { sentenceSchema } from '../language/sentence-schema.ts';

/**
 * The closed list of differences between the site and the laboratory. All tube kinds compare places with what the lab
 * booked; the names speak from the lab's side.
 */
const DISCREPANCY_KINDS = [
  /** The lab booked more than the tube's places: sealed with nine and booked as ten. */
  'booked-more',
  /** The lab booked fewer than the tube's places. */
  'booked-fewer',
  /** On no line of a list marked complete. */
  'not-at-lab',
  /** A tube code of this site's lines that nobody here opened. */
  'unknown-tube',
  /** The same code on lines of one list with different counts, or opened twice here. */
  'code-twice',
  /** What was entered by hand is not what stands on the list, or two people entered different numbers: our own slip, nothing to ask the lab. */
  'entries-differ',
  /** The sampler counted fewer (or more) than the places swiped; needs no lab list. */
  'swabbed-fewer',
  'swabbed-more',
  /** The lab lists the tube under another batch than the site. */
  'other-batch',
  /** Total of a station after the swab against the lab's tubes of that station: names a window, accuses no tube. */
  'station-total',
  /** The lab gave only a total for the site. */
  'site-total',
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];

/** Why it may be so, best first. */
const HYPOTHESES = [
  'sealed-short-booked-full',
  'sampled-not-swiped',
  'swiped-walked-away',
  'card-tapped-twice',
  'sampled-twice',
  'wrong-or-swapped-code',
  'carried-to-another-batch',
  'tube-lost',
  'entered-wrong',
  'journal-incomplete',
] as const;
export type Hypothesis = (typeof HYPOTHESES)[number];

const DISCREPANCY_STATES = ['open', 'explained', 'accepted'] as const;

/** A decision that no longer holds. */
export const earlierDecisionSchema = z.strictObject({
  state: z.enum(DISCREPANCY_STATES),
  reason: z.string(),
  by: z.string().nullable(),
  at: z.int(),
  /** Null: decided before numbers were recorded with a decision. */
  numbers: differenceNumbersSchema.nullable(),
  /** `曾在 4/10 时说明:记录未到`. */
  ...sentenceSchema.shape,
});

export const discrepancySchema = z.strictObject({
  /** `<kind>/<what it is about>`: stable over recounts, so that its decisions are found again. */
  id: z.string(),
  kind: z.enum(DISCREPANCY_KINDS),
  /** Tube code, or null for totals. */
  tube: z.string().nullable(),
  opened: z.string().nullable(),
  station: z.int().nullable(),
  batch: z.string().nullable(),
  openedAt: z.int().nullable(),
  sealedAt: z.int().nullable(),
  /** Three numbers of a tube: places by the counting rule, the sampler's count, the lab's. */
  swiped: z.int().nullable(),
  swabbed: z.int().nullable(),
  booked: z.int().nullable(),
  hypotheses: z.array(
    z.strictObject({
      hypothesis: z.enum(HYPOTHESES),
      ...sentenceSchema.shape,
      evidence: z.array(sentenceSchema),
    }),
  ),
  /** One sentence that names place, time and numbers, Chinese and English; and the question to ask the lab. */
  ...sentenceSchema.shape,
  question: sentenceSchema.nullable(),
  /** As decided on the numbers above; what was decided on other numbers no longer holds, and it is open. */
  state: z.enum(DISCREPANCY_STATES),
  reason: z.string().nullable(),
  decidedBy: z.string().nullable(),
  /** What a decision made now is made on. */
  numbers: differenceNumbersSchema,
  /** Decisions that no longer hold, in their order: made on other numbers, or followed by another one. */
  earlier: z.array(earlierDecisionSchema),
});
export type Discrepancy = z.infer<typeof discrepancySchema>;

/** The id of a discrepancy about a tube (its event id; its code where nobody opened it), a station or the site. */
export const discrepancyId = (kind: DiscrepancyKind, about: string): string => `${kind}/${about}`;
