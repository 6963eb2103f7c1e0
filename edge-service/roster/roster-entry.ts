import type { RowError } from '#shared/contract/http.ts';
import type { BadRow } from '../tables/bad-rows.ts';
import type { TableCell } from '../tables/table-file.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';
import type { HeadedSheet } from '../tables/table-header.ts';
import type { RosterField } from './roster-fields.ts';
import type { HeaderRead } from '../tables/header-read.ts';
import type { RosterCredential } from './roster-number.ts';

/** One person of a roster, repaired where that was certain. */
export interface RosterEntry {
  sheet: string | null;
  row: number;
  name: string;
  /** At least one; the ID number first, where there is one. */
  credentials: RosterCredential[];
  workshop: string;
  team: string;
  /** As the file writes it, leading zeros and all. */
  staffNumber: string | null;
  shift: string | null;
  leader: boolean;
  phone: string | null;
  note: string | null;
  repaired: boolean;
  /** A number of the row cannot be used: the person is taken in by another one, and the row is among `errors` too. */
  toCorrect: boolean;
  /** In HR's own workbook nothing can stand behind them alone: somebody else is in their row, or the sheet has no header. */
  apart: boolean;
}

export interface RosterRead {
  /** Rows that mean a person, each an entry, among `errors`, or both (`toCorrect`). */
  rows: number;
  /** What the columns of each header were taken for. */
  columns: HeaderRead[];
  entries: RosterEntry[];
  errors: RowError[];
  warnings: RowError[];
  /** Bad rows as the file had them, for the person to correct; null when there are none. */
  badRows: WrittenSheet | null;
}

export type Cells = (field: RosterField) => TableCell | null;

/** A row that needs work, with everything that is wrong with it. */
export type Told = BadRow<RosterField> & { errors: RowError[] };

/** What is only needed while a file is read. */
export interface Reading {
  read: RosterRead;
  bad: Told[];
  /** Where an entry came from, should it turn out to be no good after all; `told`: what is wrong with it already. */
  origins: Map<RosterEntry, { found: HeadedSheet<RosterField>; cell: Cells; told: Told | null }>;
}
