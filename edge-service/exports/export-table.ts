import type { PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';

type Cells = readonly (string | null)[];

/** A file for HR: its words in the language of the file, rows in the roster's order. */
export interface ExportTable {
  title: string;
  columns: readonly { header: string; width: number }[];
  rows: readonly Cells[];
}

/** A column whose heading is not said yet. */
export interface NamedColumn {
  header: PlainKey;
  width: number;
}

/** The columns with their headings in the language of the file. */
export const columnsIn = (say: Say, columns: readonly NamedColumn[]): { header: string; width: number }[] =>
  columns.map(({ header, width }) => ({ header: say<PlainKey>(header), width }));
