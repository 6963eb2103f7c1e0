import { z } from 'zod';

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

const CODE_39 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

/** What of `code` does not fit, the first that is found; null: it fits. */
export function misfit(pattern: TubePattern, code: string): 'length' | 'prefix' | 'check' | null {
  if (pattern.length !== null && [...code].length !== pattern.length) return 'length';
  if (!code.startsWith(pattern.prefix)) return 'prefix';
  if (pattern.check === 'mod10' && !endsWithMod10(code)) return 'check';
  if (pattern.check === 'mod43' && !endsWithMod43(code)) return 'check';
  return null;
}

/** GS1 General Specifications 7.9: from the right the digits weigh 1, 3, 1 … and add up to a multiple of ten; letters weigh nothing. */
export function endsWithMod10(code: string): boolean {
  const digits = code.replace(/[^0-9]/g, '');
  const sum = [...digits]
    .toReversed()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return digits.length > 1 && /[0-9]$/.test(code) && sum % 10 === 0;
}

/** ISO/IEC 16388 annex A: the values of the characters, added up modulo 43, name the last one. */
function endsWithMod43(code: string): boolean {
  const values = [...code].map((character) => CODE_39.indexOf(character));
  if (values.includes(-1) || values.length < 2) return false;
  const check = values.pop();
  return values.reduce((sum, value) => sum + value, 0) % 43 === check;
}
