/** What an engine tells of its station besides the face: the coloured lines above it. */
import { z } from 'zod';
import { closedSchema } from './machine-keys.ts';
import { messageSchema } from './message-schema.ts';

const count = z.int().min(0);
const time = z.int();

/** Coloured lines above the face; several may stand at once. */
export const bandSchema = z.discriminatedUnion('band', [
  z.strictObject({ band: z.literal('offline'), pending: count, lastContact: time.nullable() }),
  z.strictObject({ band: z.literal('old-round'), endedAt: time }),
  z.strictObject({ band: z.literal('no-round') }),
  z.strictObject({ band: z.literal('needs-opening-code') }),
  z.strictObject({ band: z.literal('reader-gone') }),
  /** The scanner for tube codes; people are counted all the same. */
  z.strictObject({ band: z.literal('scanner-gone') }),
  z.strictObject({ band: z.literal('forked'), words: messageSchema }),
  z.strictObject({ band: z.literal('version-refused'), ours: z.int(), theirs: z.int() }),
  z.strictObject({ band: z.literal('broken') }),
  z.strictObject({ band: z.literal('disk-nearly-full') }),
  z.strictObject({ band: z.literal('unpaired-edge') }),
  /** This machine cannot use its pairing's token: counted all the same, nothing is delivered. */
  z.strictObject({ band: z.literal('token-closed'), why: closedSchema }),
  /** Paired anew, and the edge cannot tell whether the journal is this kiosk's: the site lead decides at the board. */
  z.strictObject({ band: z.literal('awaits-consent') }),
]);
export type Band = z.infer<typeof bandSchema>;
