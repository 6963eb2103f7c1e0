import { z } from 'zod';

const number = z.int().nullable();

/** The numbers a difference between site and laboratory rests on; a decision about it holds for these alone. */
export const differenceNumbersSchema = z.strictObject({
  /** Places by the counting rule, or people of a total; null where the difference is not about them. */
  swiped: number,
  /** What the sampler counted; null if nobody did. */
  swabbed: number,
  /** Every different count the laboratory, or who entered it by hand, has said. */
  booked: z.array(z.int()),
  /** Of a tube listed under another batch: ours and theirs. */
  batches: z.array(z.string()),
});
export type DifferenceNumbers = z.infer<typeof differenceNumbersSchema>;

/** What the sampler counted against the places swiped: such a difference needs no laboratory. */
export const samplerNumbers = (swiped: number, swabbed: number): DifferenceNumbers => ({
  swiped,
  swabbed,
  booked: [],
  batches: [],
});

/** Numbers as the ledger stores them with a decision. */
export const storedNumbers = (json: string | null): DifferenceNumbers | null =>
  json === null ? null : differenceNumbersSchema.parse(JSON.parse(json));

/** Whether a decision made on `on` is about the numbers as they stand; null: it was recorded without any, and stands. */
export function isDecidedOn(on: DifferenceNumbers | null, now: DifferenceNumbers): boolean {
  return on === null || numbersText(on) === numbersText(now);
}

/** `4/10`, `9/9/10`: swiped, counted by the sampler, booked; unknown ones are left out of what people read. */
export function numbersWords({ swiped, swabbed, booked, batches }: DifferenceNumbers): string {
  return [swiped, swabbed, ...booked, ...batches].filter((n) => n !== null).join('/');
}

const numbersText = ({ swiped, swabbed, booked, batches }: DifferenceNumbers): string =>
  JSON.stringify([swiped, swabbed, booked, batches]);
