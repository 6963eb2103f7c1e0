import type { RoundId } from '#shared/ids.ts';
import { sha256Hex } from '../keys/digest.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { formOf, type FormChoice, rememberedColumns } from '../ledger/column-choices.ts';
import { choiceOf, formsSaid, type SaidColumns } from '../tables/column-choice.ts';
import { ROSTER_FIELDS, type RosterField } from './roster-fields.ts';
import { readAnyTable } from '../tables/json-table.ts';
import { readRoster } from './roster-file.ts';
import { RosterMerge } from './roster-merge.ts';
import {
  type AmendmentNamed,
  namedAmendment,
  type RosterHistory,
  rosterHistory,
} from './roster-amendment.ts';
import { type PackedRoster, packRoster, sealRoster, sealRosterFile, storedRoster } from './roster-store.ts';
import { Refusal } from '../ledger/refusal.ts';
import { isAmendment, readRound } from '../ledger/stored-round.ts';
import { joinedPieces } from '../tables/pieces.ts';
import { type FileIn, type FileRefused, type Rows, rowsOf } from '../tables/prepared-file.ts';

interface RosterIn extends FileIn {
  /** 补入: on top of the roster as it stands, not in its place. */
  add: boolean;
  /** Tell that fewer people would stand on it, instead of going on. */
  refuseShrink: boolean;
  /** Why the roster of a round that counts is changed; null: not said. */
  reason: string | null;
  /** What a person says of its columns; null: nothing. */
  columns: SaidColumns<RosterField> | null;
}

export type PreparedRoster =
  | FileRefused
  | ({ outcome: 'bad'; usable: number; toCorrect: number } & Rows)
  /** Nobody wanted it stored. `version`: of the roster as it stands; `people`: on it, were this stored. */
  | ({ outcome: 'preview'; version: number; people: number } & RowsRead & Rows)
  /** The round counts already: nobody has said why its roster is to change, from version `base`. */
  | ({ outcome: 'amends'; base: number } & AmendmentNamed)
  /** Nobody asked for fewer people. */
  | { outcome: 'shrinks'; from: number; to: number }
  | ({
      outcome: 'good';
      /** The whole roster as it will stand. */
      rows: PackedRoster;
      /** The version that `rows` were made on; null: made of the file alone. */
      base: number | null;
      /** To be remembered of its columns. */
      forms: FormChoice[];
      /** Boxed; null for a file that is no workbook. */
      file: Uint8Array | null;
    } & RowsRead &
      Rows);

/** How many rows mean a person, and how many of them can be used. */
interface RowsRead {
  persons: number;
  usable: number;
  /** Of `usable`: taken in by another number than the one that is to be corrected. */
  toCorrect: number;
  repaired: number;
}

/** Reading files is work for the reports' thread: it writes nothing, and a large file holds up no swipe. */
export const rosterReports = {
  /** What became of the round's roster since it began to count, by name. */
  'roster.history': ({ db, keys }: ReportContext, { round }: { round: RoundId }): RosterHistory =>
    rosterHistory(db, { round, keys: keys.round(round) }),

  /** A roster file as rows ready to be stored, or what is wrong with it. */
  'roster.prepare': async (
    { db, keys }: ReportContext,
    { round, file, partial, language, hidden, preview, add, refuseShrink, reason, columns }: RosterIn,
  ): Promise<PreparedRoster> => {
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const roundKeys = keys.round(round);
    if (roundKeys === null) throw new Refusal('round-purged', 'the keys of this round are gone');
    const bytes = joinedPieces(file);
    const table = await readAnyTable(bytes);
    if (!table.ok) return { outcome: 'refused', code: table.code, said: table.said };
    const merge = add && stored.rosterVersion > 0 ? new RosterMerge(db, round, roundKeys) : null;
    const read = readRoster(table.sheets, {
      clash: (entry) => merge?.clash(entry) ?? null,
      language,
      choice: choiceOf(columns, rememberedColumns(db, 'roster', ROSTER_FIELDS)),
      hidden,
    });
    const rows = await rowsOf(read, sha256Hex(bytes));
    const toCorrect = read.entries.filter((e) => e.toCorrect).length;
    if (!preview && (read.entries.length === 0 || (!partial && read.errors.length > 0)))
      return { outcome: 'bad', usable: read.entries.length, toCorrect, ...rows };
    const counts: RowsRead = {
      persons: read.rows,
      usable: read.entries.length,
      toCorrect,
      repaired: read.entries.filter((e) => e.repaired).length,
    };
    const sealed =
      merge?.merged(read.entries) ??
      sealRoster(read.entries, roundKeys, ({ sheet, row, apart }) =>
        apart ? { sheet: null, row: null } : { sheet, row },
      );
    if (preview)
      return {
        outcome: 'preview',
        version: stored.rosterVersion,
        people: sealed.length,
        ...counts,
        ...rows,
      };
    if (isAmendment(stored) && reason === null) {
      const rosters = { before: storedRoster(db, round), after: sealed };
      const named = namedAmendment(db, { round, keys: roundKeys }, rosters);
      return { outcome: 'amends', base: stored.rosterVersion, ...named };
    }
    const from = refuseShrink ? storedRoster(db, round).length : 0;
    if (from > sealed.length) return { outcome: 'shrinks', from, to: sealed.length };
    return {
      outcome: 'good',
      file: table.kind === 'xlsx' ? sealRosterFile(bytes, roundKeys) : null,
      rows: packRoster(sealed),
      base: add ? stored.rosterVersion : null,
      forms: formsSaid(columns, read.columns).map(({ words, columns: said }) => ({
        form: formOf(words),
        columns: said,
      })),
      ...counts,
      ...rows,
    };
  },
};
