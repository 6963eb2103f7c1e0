import type { Language } from '#shared/language/languages.ts';
import type { Message } from '#shared/language/message.ts';
import type { RowError } from '#shared/contract/http.ts';
import type { RoundId } from '#shared/ids.ts';
import type { HeaderRead } from './header-read.ts';
import type { Pieces } from './pieces.ts';
import type { FileFault } from './table-file.ts';
import { writeXlsx } from '../workbook/written-workbook.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';

/** A file somebody uploaded for a round. */
export interface FileIn {
  round: RoundId;
  file: Pieces;
  /** Take the good rows and give back the bad ones; else any bad row means nothing is taken. */
  partial: boolean;
  /** Of the workbook of bad rows. */
  language: Language;
  /** Hidden sheets are left out, or taken in. */
  hidden: 'leave' | 'take';
  /** What comes of it is told; nothing is to be stored. */
  preview: boolean;
}

/** A file as a whole could not be used: nothing to store. */
export interface FileRefused {
  outcome: 'refused';
  code: FileFault;
  said: Message;
}

/** What every answer about a file's rows tells. */
export interface Rows {
  /** What the columns of each header were taken for. */
  columns: HeaderRead[];
  errors: RowError[];
  warnings: RowError[];
  /** A workbook of the bad rows; null when there are none. */
  badRows: Uint8Array | null;
  /** SHA-256 of the file, hex. */
  hash: string;
}

/** The answer about a file's rows; `hash` is the SHA-256 of the whole file, hex. */
export async function rowsOf(
  read: { columns: HeaderRead[]; errors: RowError[]; warnings: RowError[]; badRows: WrittenSheet | null },
  hash: string,
): Promise<Rows> {
  return {
    columns: read.columns,
    errors: read.errors,
    warnings: read.warnings,
    badRows:
      read.badRows === null ? null : await writeXlsx([read.badRows], { left: read.badRows.name, right: '' }),
    hash,
  };
}
