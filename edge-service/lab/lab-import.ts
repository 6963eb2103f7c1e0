import { sha256Hex } from '../keys/digest.ts';
import { UNSAID } from '../tables/table-header.ts';
import { readAnyTable } from '../tables/json-table.ts';
import { joinedPieces } from '../tables/pieces.ts';
import { type FileIn, type FileRefused, type Rows, rowsOf } from '../tables/prepared-file.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound } from '../ledger/stored-round.ts';
import { readMeta } from '../store/meta.ts';
import { type LabLine, readLabList } from './lab-file.ts';
import { openedCodes } from './opened-codes.ts';

/** A laboratory's list as read: whole refused, with bad rows in it, or good. */
export type PreparedLab =
  | FileRefused
  | ({ outcome: 'bad'; usable: number } & Rows)
  | ({ outcome: 'good'; lines: LabLine[]; otherFirms: number } & Rows);

/** Reading a laboratory's list is work for the reports' thread, like reading a roster. */
export const labImportReports = {
  /** A laboratory's list as lines ready to be stored, or what is wrong with it. `blind`: whoever brings it sees no number of ours. */
  'lab.prepare': async (
    { db }: ReportContext,
    { round, file, partial, blind, language }: FileIn & { blind: boolean },
  ): Promise<PreparedLab> => {
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const bytes = joinedPieces(file);
    const table = await readAnyTable(bytes);
    if (!table.ok) return { outcome: 'refused', code: table.code, said: table.said };
    const opened = openedCodes(db, stored);
    const read = readLabList(table.sheets, {
      opened,
      site: readMeta(db, 'site') ?? '',
      blind,
      language,
      choice: UNSAID,
      hidden: 'leave',
    });
    const rows = await rowsOf(read, sha256Hex(bytes));
    const useless = read.lines.length === 0 && (read.errors.length > 0 || read.otherFirms === 0);
    if (useless || (!partial && read.errors.length > 0))
      return { outcome: 'bad', usable: read.lines.length, ...rows };
    return { outcome: 'good', lines: read.lines, otherFirms: read.otherFirms, ...rows };
  },
};
