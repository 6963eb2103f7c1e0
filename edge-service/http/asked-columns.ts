import { z } from 'zod';
import type { SaidColumns } from '../tables/column-choice.ts';
import { fieldError } from './field-words.ts';
import { HttpProblem } from './problems.ts';

/** A line of a query is short: a hundred headers fit, what the columns hold does not. */
export const COLUMNS_TEXT_MAX = 4000;

/** Of a query that brings a file with columns. */
export const columnsQuery = {
  columns: z
    .string()
    .max(COLUMNS_TEXT_MAX)
    .optional()
    .describe(
      'JSON: {"header": "field" or null (not to be read)}; a header may be "#3", the third column. Remembered for files with that header row once one is stored; {} forgets',
    ),
  hidden: z.literal('take').optional().describe('take: hidden sheets are read too, not left out and named'),
  preview: z.literal('yes').optional().describe('yes: what would come of the file, and nothing is stored'),
};

/** What is asked of a file beside itself. */
export const askedOf = ({
  hidden,
  preview,
}: {
  hidden?: 'take' | undefined;
  preview?: 'yes' | undefined;
}): {
  hidden: 'leave' | 'take';
  preview: boolean;
} => ({ hidden: hidden ?? 'leave', preview: preview === 'yes' });

/** What is said of the columns; null: nothing. Throws `invalid-request`. */
export function saidColumns<Field extends string>(
  { columns }: { columns?: string | undefined },
  fields: readonly Field[],
): SaidColumns<Field> | null {
  if (columns === undefined) return null;
  const schema = z.record(z.string().max(200), z.enum(fields).nullable());
  const read = schema.safeParse(parsedJson(columns));
  if (read.success) return Object.entries(read.data).map(([header, field]) => [header, field ?? null]);
  throw new HttpProblem('invalid-request', {
    errors: read.error.issues.map(({ code, message, ...params }) =>
      fieldError({ path: 'columns', keyword: code, message, params }),
    ),
  });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no object either, and refused as one that is none
  }
}
