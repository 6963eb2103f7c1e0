/** What a file or an entry by hand becomes: answers of the routes that take rosters and laboratory lists. */
import { z } from 'zod';
import { headerReadSchema, rowErrorSchema, timeSchema } from './http.ts';
import { eventIdSchema, stationSchema } from '../ids.ts';
import { sentenceSchema } from '../language/sentence-schema.ts';

const count = z.int().min(0);

const imported = {
  /** False: a preview (`?preview=yes`); `version` is that of what stands. */
  stored: z.boolean(),
  columns: z.array(headerReadSchema),
  errors: z.array(rowErrorSchema),
  /** With `?partial=good`: the rows that need work, as a workbook (base64) to correct and send again; else null. */
  badRows: z.strictObject({ name: z.string(), xlsx: z.base64() }).nullable(),
  warnings: z.array(rowErrorSchema),
};
/** What a roster file gave: stored as `version`, or (422) not at all. `rows` with a person in the file, `people` of them stored, `roster` on it now; `toCorrect` of `people` by another number than the one that is to be corrected, and among `errors` too. */
export const rosterStoredSchema = z.strictObject({
  version: count,
  rows: count,
  people: count,
  toCorrect: count,
  roster: count,
  repaired: count,
  ...imported,
});
const namedRow = { name: z.string(), workshop: z.string(), team: z.string() };
/** What a round's roster was when the round began to count, and each amendment since; names, never a number. */
export const rosterHistorySchema = z.strictObject({
  /** Null: there was none yet, or the round was opened before 0.2.0, which did not record it. */
  frozen: z
    .strictObject({
      version: count,
      /** SHA-256 of its rows as stored, and whether they still have it. */
      content: z.string(),
      intact: z.boolean(),
      people: count,
      at: timeSchema,
      by: z.string(),
    })
    .nullable(),
  amendments: z.array(
    z.strictObject({
      id: eventIdSchema,
      version: count,
      content: z.string(),
      people: count,
      reason: z.string(),
      at: timeSchema,
      by: z.string(),
      joined: z.array(z.strictObject(namedRow)),
      /** `swiped`: has a live swipe, and counts as a walk-in. */
      left: z.array(z.strictObject({ ...namedRow, swiped: z.boolean() })),
      /** Works elsewhere, or has other credentials. */
      changed: z.array(z.strictObject(namedRow)),
    }),
  ),
});
/** `otherFirms`: lines that name another firm, kept out and told. */
export const labStoredSchema = z.strictObject({
  version: count,
  lines: count,
  otherFirms: count,
  complete: z.boolean(),
  ...imported,
});
/** One's own entry of a tube, its code completed; for who enters blind as it was typed. `agreed`: null until a second person has entered it; false asks both to look again. No expected number. */
export const labEntrySchema = z.strictObject({
  id: z.string(),
  tube: z.string().nullable(),
  /** As this person entered it. */
  count,
  entries: count,
  agreed: z.boolean().nullable(),
  /** Another person entered the same: it cannot be taken back. */
  final: z.boolean(),
  /** False when the person may see expected numbers: 未盲录. */
  blind: z.boolean(),
  /** `tube-unknown`: nobody opened a tube of that code here. Empty for who enters blind. */
  warnings: z.array(z.strictObject({ code: z.string(), ...sentenceSchema.shape })),
});
export type LabEntered = z.infer<typeof labEntrySchema>;
export const labLineSchema = z.strictObject({
  id: z.string(),
  tube: z.string().nullable(),
  count: count.nullable(),
  batch: z.string().nullable(),
  station: stationSchema.nullable(),
});
