import { sha256Hex } from '../keys/digest.ts';
import type { Store } from '../store/database.ts';
import type { WriteContext } from './contexts.ts';

/** Files whose columns a person can say. */
export type FileKind = 'roster' | 'lab';

/** What a form of file is known by, and what its columns are: field by column from 0; null: what was said is forgotten. */
export interface FormChoice {
  form: string;
  columns: readonly (readonly [column: number, field: string | null])[] | null;
}

/** A form of file by the plain words of its header row. */
export const formOf = (words: readonly string[]): string =>
  sha256Hex(new TextEncoder().encode(JSON.stringify(words)));

/** What was said of files of each form before; null: nothing. A field that this build does not know is not read. */
export function rememberedColumns<Field extends string>(
  db: Store,
  kind: FileKind,
  fields: readonly Field[],
): (words: readonly string[]) => ReadonlyMap<number, Field | null> | null {
  const rows = db
    .prepare<[FileKind], { form: string; columns: string }>(
      'SELECT form, columns FROM column_choice WHERE kind = ?',
    )
    .all(kind);
  const forms = new Map(rows.map(({ form, columns }) => [form, columns]));
  return (words) => {
    const text = forms.size === 0 ? undefined : forms.get(formOf(words));
    if (text === undefined) return null;
    const columns = JSON.parse(text) as [number, string | null][];
    return new Map(columns.map(([at, name]) => [at, fields.find((field) => field === name) ?? null]));
  };
}

export const columnWrites = {
  /** Remembers what a person said of the columns of these forms, or forgets it. */
  'columns.remember': (
    { db, wall }: WriteContext,
    { kind, forms, by }: { kind: FileKind; forms: readonly FormChoice[]; by: string },
  ): number => {
    for (const { form, columns } of forms)
      if (columns === null)
        db.prepare('DELETE FROM column_choice WHERE kind = ? AND form = ?').run(kind, form);
      else
        db.prepare(
          `INSERT INTO column_choice(kind, form, columns, by, at) VALUES (:kind, :form, :columns, :by, :at)
           ON CONFLICT(kind, form) DO UPDATE SET columns = :columns, by = :by, at = :at`,
        ).run({ kind, form, columns: JSON.stringify(columns), by, at: wall() });
    return forms.length;
  },
};
