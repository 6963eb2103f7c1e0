import { z } from 'zod';
import { endsWithMod10, endsWithMod43 } from './check-character.ts';

/**
 * How the codes of a delivery of tubes look, as the site lead fixed it for a round from the tubes in hand; no public rule
 * says (reader-protocols.md 5). With it a code that was read in part is told at its first scan.
 */
export const tubePatternSchema = z.strictObject({
  /** Characters of the whole code; null: any number of them. */
  length: z.int().min(1).max(40).nullable(),
  /** What every code begins with; empty: anything. */
  prefix: z.string().max(20),
  /** mod10: the last digit by the weights 3 and 1 of GS1; mod43: the last character of Code 39 with a check character. */
  check: z.enum(['none', 'mod10', 'mod43']),
});
export type TubePattern = z.infer<typeof tubePatternSchema>;

/** What of `code` does not fit, the first that is found; null: it fits. */
export function misfit(pattern: TubePattern, code: string): 'length' | 'prefix' | 'check' | null {
  if (pattern.length !== null && [...code].length !== pattern.length) return 'length';
  if (!code.startsWith(pattern.prefix)) return 'prefix';
  if (pattern.check === 'mod10' && !endsWithMod10(code)) return 'check';
  if (pattern.check === 'mod43' && !endsWithMod43(code)) return 'check';
  return null;
}
