import type { Language } from '#shared/language/languages.ts';
import type { PlainKey } from '#shared/language/message.ts';
import { voiceOf } from '#shared/language/say.ts';
import { sayReceived } from '#shared/language/sentence.ts';
import type { RowError } from '#shared/contract/http.ts';
import type { TableCell } from './table-file.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';
import type { HeadedSheet } from './table-header.ts';

/** A row of a file that cannot be used: where it stood, why, and what each column held. */
export interface BadRow<Field extends string> {
  place: { sheet: string | null; row: number };
  errors: readonly RowError[];
  cells: ReadonlyMap<Field, string>;
}

/** A spreadsheet keeps 15 digits of a number (IEEE 754 as Excel shows it): what stands behind them was never typed by anybody. */
export const EXACT_DIGITS = 15;

/** What a row held, column by column. Digits a numeric cell has lost are question marks, so that nobody takes them for right. */
export function cellsByField<Field extends string>(
  found: HeadedSheet<Field>,
  cell: (field: Field) => TableCell | null,
): Map<Field, string> {
  return new Map(
    [...found.columns.keys()].map((field) => {
      const { text, numeric } = cell(field) ?? { text: '', numeric: false };
      const eaten = numeric && /^[0-9]+$/.test(text) && text.length > EXACT_DIGITS;
      return [field, eaten ? text.slice(0, EXACT_DIGITS).padEnd(text.length, '?') : text];
    }),
  );
}

/**
 * Bad rows of all sheets under one header, each with its problem: a file to correct and send again. Sheets name and order
 * their columns each in their own way, so cells go by field. Null when there are none.
 */
export function badRowSheet<Field extends string>(
  rows: readonly BadRow<Field>[],
  { titles, language }: { titles: Readonly<Record<Field, PlainKey>>; language: Language },
): WrittenSheet | null {
  if (rows.length === 0) return null;
  const fields = (Object.keys(titles) as Field[]).filter((f) => rows.some((r) => r.cells.has(f)));
  const say = voiceOf(language);
  return {
    name: say('sheet.to-settle'),
    columns: [
      { header: say('file.sheet'), width: 16 },
      { header: say('file.row'), width: 8 },
      { header: say('file.problem'), width: 44 },
      ...fields.map((f) => ({ header: say<PlainKey>(titles[f]), width: 22 })),
    ],
    rows: rows.map(({ place, errors, cells }) => [
      place.sheet,
      String(place.row),
      errors.map((e) => sayReceived(language, e)).join(say('cell.parting')),
      ...fields.map((f) => cells.get(f) ?? null),
    ]),
  };
}
