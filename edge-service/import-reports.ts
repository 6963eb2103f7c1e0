import type { RowError } from '#shared/http.ts';
import type { RoundId } from '#shared/ids.ts';
import { type ReportContext, Refusal } from './contexts.ts';
import { sha256Hex } from './digest.ts';
import { readAnyTable } from './json-table.ts';
import { type LabLine, readLabList } from './lab-file.ts';
import { readMeta } from './meta.ts';
import { openedCodes } from './opened-codes.ts';
import { readRoster } from './roster-file.ts';
import { type PackedRoster, packRoster, sealRoster, sealRosterFile } from './roster-store.ts';
import { readRound } from './round-reports.ts';
import { writeCsv } from './table-file.ts';

interface FileIn {
  round: RoundId;
  bytes: Uint8Array;
  /** Take the good rows and give back the bad ones; else any bad row means nothing is taken. */
  partial: boolean;
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
  /** CSV of the bad rows; null when there are none. */
  badRows: string | null;
  /** SHA-256 of the file, hex. */
  hash: string;
}

export type PreparedRoster =
  | FileRefused
  | ({ outcome: 'bad'; usable: number } & Rows)
  | ({
      outcome: 'good';
      rows: PackedRoster;
      persons: number;
      repaired: number;
      /** Boxed; null for a file that is no workbook. */ file: Uint8Array | null;
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
    { round, bytes, partial }: FileIn,
  ): Promise<PreparedRoster> => {
    if (readRound(db, round) === null) throw new Refusal('no-round', 'no such round');
    const roundKeys = keys.round(round);
    if (roundKeys === null) throw new Refusal('round-purged', 'the keys of this round are gone');
    const table = await readAnyTable(bytes);
    if (!table.ok) return { outcome: 'refused', code: table.code, zh: table.zh, en: table.en };
    const read = readRoster(table.sheets);
    const rows = rowsOf(read, bytes);
    if (read.entries.length === 0 || (!partial && read.errors.length > 0))
      return { outcome: 'bad', usable: read.entries.length, ...rows };
    const repaired = read.entries.filter((e) => e.repaired).length;
    const file = table.kind === 'xlsx' ? sealRosterFile(bytes, roundKeys) : null;
    return {
      outcome: 'good',
      file,
      rows: packRoster(sealRoster(read.entries, roundKeys)),
      persons: read.rows,
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
    const rows = rowsOf(read, bytes);
    const useless = read.lines.length === 0 && (read.errors.length > 0 || read.otherFirms === 0);
    if (useless || (!partial && read.errors.length > 0))
      return { outcome: 'bad', usable: read.lines.length, ...rows };
    return { outcome: 'good', lines: read.lines, otherFirms: read.otherFirms, ...rows };
  },
};

function rowsOf(
  read: { errors: RowError[]; warnings: RowError[]; badRows: string[][] },
  bytes: Uint8Array,
): Rows {
  return {
    errors: read.errors,
    warnings: read.warnings,
    badRows: read.badRows.length === 0 ? null : writeCsv(read.badRows),
    hash: sha256Hex(bytes),
  };
}
