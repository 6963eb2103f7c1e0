import { sha256Hex } from '../keys/digest.ts';
import { formOf, type FormChoice, rememberedColumns } from '../ledger/column-choices.ts';
import { choiceOf, formsSaid, type SaidColumns } from '../tables/column-choice.ts';
import { LAB_FIELDS, type LabField } from './lab-fields.ts';
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
  /** Nobody wanted it stored. `version`: of the list as it stands. */
  | ({ outcome: 'preview'; version: number; lines: LabLine[]; otherFirms: number } & Rows)
  | ({ outcome: 'good'; lines: LabLine[]; otherFirms: number; forms: FormChoice[] } & Rows);

/** Reading a laboratory's list is work for the reports' thread, like reading a roster. */
export const labImportReports = {
  /** A laboratory's list as lines ready to be stored, or what is wrong with it. `blind`: whoever brings it sees no number of ours. */
  'lab.prepare': async (
    { db }: ReportContext,
    {
      round,
      file,
      partial,
      blind,
      language,
      hidden,
      preview,
      columns,
    }: FileIn & {
      blind: boolean;
      /** What a person says of its columns; null: nothing. */
      columns: SaidColumns<LabField> | null;
    },
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
      choice: choiceOf(columns, rememberedColumns(db, 'lab', LAB_FIELDS)),
      hidden,
    });
    const rows = await rowsOf(read, sha256Hex(bytes));
    const useless = read.lines.length === 0 && (read.errors.length > 0 || read.otherFirms === 0);
    const { lines, otherFirms } = read;
    if (preview) return { outcome: 'preview', version: stored.labVersion, lines, otherFirms, ...rows };
    if (useless || (!partial && read.errors.length > 0))
      return { outcome: 'bad', usable: read.lines.length, ...rows };
    const forms = formsSaid(columns, read.columns).map(({ words, columns: said }) => ({
      form: formOf(words),
      columns: said,
    }));
    return { outcome: 'good', lines, otherFirms, forms, ...rows };
  },
};
