import type { RowError } from '#shared/contract/http.ts';
import type { RoundId } from '#shared/ids.ts';
import { type ReportContext, Refusal } from '../ledger/contexts.ts';
import { sha256Hex } from '../keys/digest.ts';
import { readAnyTable } from '../tables/json-table.ts';
import { type LabLine, readLabList } from '../lab/lab-file.ts';
import { readMeta } from '../store/meta.ts';
import { openedCodes } from '../lab/opened-codes.ts';
import { readRoster } from './roster-file.ts';
import { RosterMerge } from './roster-merge.ts';
import { type PackedRoster, packRoster, sealRoster, sealRosterFile, storedRoster } from './roster-store.ts';
import { readRound } from '../rounds/round-reports.ts';
import { type WrittenSheet, writeXlsx } from '../tables/table-file.ts';

interface FileIn {
  round: RoundId;
  bytes: Uint8Array;
  /** Take the good rows and give back the bad ones; else any bad row means nothing is taken. */
  partial: boolean;
}

interface RosterIn extends FileIn {
  /** 补入: on top of the roster as it stands, not in its place. */
  add: boolean;
  /** Tell that fewer people would stand on it, instead of going on. */
  refuseShrink: boolean;
}

/** A file as a whole could not be used: nothing to store. */
export interface FileRefused {
  outcome: 'refused';
  code: string;
  zh: string;
  en: string;
}

interface Rows {
  errors: RowError[];
  warnings: RowError[];
  /** A workbook of the bad rows; null when there are none. */
  badRows: Uint8Array | null;
  /** SHA-256 of the file, hex. */
  hash: string;
}

export type PreparedRoster =
  | FileRefused
  | ({ outcome: 'bad'; usable: number } & Rows)
  /** Nobody asked for fewer people. */
  | { outcome: 'shrinks'; from: number; to: number }
  | ({
      outcome: 'good';
      /** The whole roster as it will stand. */
      rows: PackedRoster;
      /** The version that `rows` were made on; null: made of the file alone. */
      base: number | null;
      persons: number;
      usable: number;
      repaired: number;
      /** Boxed; null for a file that is no workbook. */
      file: Uint8Array | null;
    } & Rows);

export type PreparedLab =
  | FileRefused
  | ({ outcome: 'bad'; usable: number } & Rows)
  | ({ outcome: 'good'; lines: LabLine[]; otherFirms: number } & Rows);

/** Reading files is work for the reports' thread: it writes nothing, and a large file holds up no swipe. */
export const importReports = {
  /** A roster file as rows ready to be stored, or what is wrong with it. */
  'roster.prepare': async (
    { db, keys }: ReportContext,
    { round, bytes, partial, add, refuseShrink }: RosterIn,
  ): Promise<PreparedRoster> => {
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const roundKeys = keys.round(round);
    if (roundKeys === null) throw new Refusal('round-purged', 'the keys of this round are gone');
    const table = await readAnyTable(bytes);
    if (!table.ok) return { outcome: 'refused', code: table.code, zh: table.zh, en: table.en };
    const merge = add && stored.rosterVersion > 0 ? new RosterMerge(db, round, roundKeys) : null;
    const read = readRoster(table.sheets, (entry) => merge?.clash(entry) ?? null);
    const rows = await rowsOf(read, bytes);
    if (read.entries.length === 0 || (!partial && read.errors.length > 0))
      return { outcome: 'bad', usable: read.entries.length, ...rows };
    const repaired = read.entries.filter((e) => e.repaired).length;
    const sealed =
      merge?.merged(read.entries) ??
      sealRoster(read.entries, roundKeys, ({ sheet, row }) => ({ sheet, row }));
    const from = refuseShrink ? storedRoster(db, round).length : 0;
    if (from > sealed.length) return { outcome: 'shrinks', from, to: sealed.length };
    return {
      outcome: 'good',
      file: table.kind === 'xlsx' ? sealRosterFile(bytes, roundKeys) : null,
      rows: packRoster(sealed),
      base: add ? stored.rosterVersion : null,
      persons: read.rows,
      usable: read.entries.length,
      repaired,
      ...rows,
    };
  },

  /** A laboratory's list as lines ready to be stored, or what is wrong with it. */
  'lab.prepare': async ({ db }: ReportContext, { round, bytes, partial }: FileIn): Promise<PreparedLab> => {
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const table = await readAnyTable(bytes);
    if (!table.ok) return { outcome: 'refused', code: table.code, zh: table.zh, en: table.en };
    const opened = openedCodes(db, stored);
    const read = readLabList(table.sheets, { opened, site: readMeta(db, 'site') ?? '' });
    const rows = await rowsOf(read, bytes);
    const useless = read.lines.length === 0 && (read.errors.length > 0 || read.otherFirms === 0);
    if (useless || (!partial && read.errors.length > 0))
      return { outcome: 'bad', usable: read.lines.length, ...rows };
    return { outcome: 'good', lines: read.lines, otherFirms: read.otherFirms, ...rows };
  },
};

async function rowsOf(
  read: { errors: RowError[]; warnings: RowError[]; badRows: WrittenSheet | null },
  bytes: Uint8Array,
): Promise<Rows> {
  return {
    errors: read.errors,
    warnings: read.warnings,
    badRows: read.badRows === null ? null : await writeXlsx([read.badRows]),
    hash: sha256Hex(bytes),
  };
}
