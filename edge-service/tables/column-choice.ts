import type { HeaderRead } from './header-read.ts';
import { plainHeader } from './header-words.ts';
import type { ColumnChoice } from './table-header.ts';

/** Header, or `#` and the number of a column from 1, and the field it is; null: not to be read. */
export type SaidColumns<Field extends string> = readonly (readonly [header: string, field: Field | null])[];

const keyOf = (header: string): string => (/^#[0-9]+$/.test(header) ? header : plainHeader(header));

/**
 * What a person says of a file's columns on top of what was said of its form before. Who says that there is nothing to say
 * (none) has the words judged anew; null: nobody has said anything of this file.
 */
export function choiceOf<Field extends string>(
  said: SaidColumns<Field> | null,
  remembered: ColumnChoice<Field>['remembered'],
): ColumnChoice<Field> {
  return {
    said: new Map((said ?? []).map(([header, field]) => [keyOf(header), field])),
    remembered: said?.length === 0 ? () => null : remembered,
  };
}

/** What is to be remembered of the headers of a file of which somebody said something: of whom they said nothing, nothing. */
export function formsSaid<Field extends string>(
  said: SaidColumns<Field> | null,
  headers: readonly HeaderRead[],
): { words: readonly string[]; columns: [column: number, field: string | null][] | null }[] {
  if (said === null) return [];
  if (said.length === 0) return headers.map(({ words }) => ({ words, columns: null }));
  const keys = new Set(said.map(([header]) => keyOf(header)));
  return headers
    .filter(({ columns }) =>
      columns.some(({ column, header }) => keys.has(`#${column}`) || keys.has(plainHeader(header))),
    )
    .map(({ words, columns }) => ({
      words,
      columns: columns.map(({ column, field }) => [column - 1, field]),
    }));
}

/** The same without the plain words, for whoever sent the file. */
export const headersShown = (headers: readonly HeaderRead[]): Omit<HeaderRead, 'words'>[] =>
  headers.map(({ words: _, ...shown }) => shown);
