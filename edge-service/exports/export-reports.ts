import type { Language } from '#shared/language/languages.ts';
import type { PlainKey } from '#shared/language/message.ts';
import { type Say, voiceOf } from '#shared/language/say.ts';
import { cellText } from './cell-text.ts';
import type { RoundId } from '#shared/ids.ts';
import { bureauSheet } from './bureau-table.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { headcountRows, type HeadcountRow } from '../people/headcount.ts';
import { identityQuestions, uncertainFrom } from '../identity/identity-questions.ts';
import { ladderWords } from '../counting/ladder-words.ts';
import { untestedTables } from './missing-list.ts';
import { readMeta } from '../store/meta.ts';
import { filledRoster } from './filled-roster.ts';
import { rememberedColumns } from '../ledger/column-choices.ts';
import { choiceOf } from '../tables/column-choice.ts';
import { ROSTER_FIELDS } from '../roster/roster-fields.ts';
import { openRosterFile } from '../roster/roster-store.ts';
import { reconciliationSheets } from './reconciliation-sheets.ts';
import { roundFigures } from '../counting/round-figures.ts';
import { roundReports } from '../rounds/round-reports.ts';
import { writeCsv } from '../tables/csv-write.ts';
import { writeXlsx } from '../workbook/written-workbook.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound, type StoredRound } from '../ledger/stored-round.ts';
import { roundContact } from '../counting/completeness.ts';
import { pageHeading } from './page-heading.ts';
import { columnsIn, type ExportTable } from './export-table.ts';

export const exportReports = {
  /**
   * 人员表, 漏检名单 (as CSV 未检名单: it has no second sheet for those who are not 漏检) or 回填花名册. XLSX holds numbers in full, as text cells; CSV holds them masked. `round-purged` once the
   * round's keys are gone. `people`: how many it names.
   */
  'export.file': async (
    { db, keys, wall }: ReportContext,
    asked: {
      round: RoundId;
      kind: 'headcount' | 'missing' | 'own';
      format: 'xlsx' | 'csv';
      language: Language;
    },
  ): Promise<{ name: string; bytes: Uint8Array; people: number }> => {
    const { round, kind, format, language } = asked;
    const say = voiceOf(language);
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const roundKeys = keys.round(round);
    if (roundKeys === null) throw new Refusal('round-purged', 'the keys of this round are gone');
    const everybody: HeadcountRow[] = headcountRows({ db, keys }, { stored, now: wall(), language });
    const numbers = format === 'xlsx' ? 'full' : 'masked';
    const untested = untestedTables(everybody, { numbers, say });
    const headcount = headcountTable(everybody, { numbers, say });
    const people = kind === 'missing' ? untested.all.rows.length : everybody.length;
    if (format === 'csv') {
      const table = kind === 'missing' ? untested.all : headcount;
      const csv = writeCsv([table.columns.map((c) => c.header), ...table.rows]);
      return { name: fileName(stored, table.title, format), bytes: new TextEncoder().encode(csv), people };
    }
    const now = wall();
    const uncertain = uncertainFrom(db, stored, identityQuestions({ db, keys }, round).uncertain);
    const figures = roundFigures(db, stored, { now, uncertain });
    const { ladder, contact, notYet, toIdentify, seenAtSeveralStations } = figures;
    const site = readMeta(db, 'site') ?? '';
    const heading = pageHeading(say, {
      site,
      of: stored.definition.name,
      finalUpTo: ladder.finalUpTo,
      now,
    });
    const words = ladderWords({
      site,
      round: stored,
      ladder,
      contact,
      notYet,
      toIdentify,
      seenAtSeveralStations,
      now,
    });
    const summary: WrittenSheet = {
      name: say('sheet.summary'),
      columns: columnsIn(say, [
        { header: 'column.item', width: 28 },
        { header: 'term.opened-people', width: 16 },
        { header: 'sheet.notes', width: 70 },
      ]),
      rows: words.map((row) =>
        row.map((cell) => (typeof cell === 'number' || cell === null ? cell : cellText(language, cell))),
      ),
    };
    if (kind === 'own') {
      const file = openRosterFile(db, round, roundKeys);
      const choice = choiceOf(null, rememberedColumns(db, 'roster', ROSTER_FIELDS));
      if (file === null) throw new Refusal('no-own-file', 'the roster did not come as a workbook');
      const { bytes, extension } = await filledRoster({ file, everybody, summary, heading, say, choice });
      return { name: fileName(stored, say('sheet.filled-roster'), extension), bytes, people };
    }
    const tables = kind === 'missing' ? [untested.missing, untested.others] : [headcount];
    const sheets = tables.map((t): WrittenSheet => ({ name: t.title, columns: t.columns, rows: t.rows }));
    const name = fileName(stored, kind === 'missing' ? say('term.missing-list') : headcount.title, format);
    return { name, bytes: await writeXlsx([...sheets, summary], heading), people };
  },

  /** 上报表: this round, or every round that was ever opened, in their order. Holds no personal data; the round's keys only serve to compare names. */
  'export.report': async (
    context: ReportContext,
    { round, all, language }: { round: RoundId; all: boolean; language: Language },
  ): Promise<{ name: string; bytes: Uint8Array }> => {
    const { db, keys, wall } = context;
    const say = voiceOf(language);
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const opened = roundReports['round.list'](context, {}).filter((r) => r.state !== 'draft');
    const site = readMeta(db, 'site') ?? '';
    const rounds = all ? opened.toReversed() : [stored];
    // One transaction: a row's figures are of the same moment and add up.
    const sheet = db.transaction(() => bureauSheet({ db, keys }, { site, rounds, now: wall(), language }))();
    const heading = pageHeading(say, {
      site,
      of: all ? sheet.name : stored.definition.name,
      finalUpTo: all ? undefined : roundContact(db, round).finalUpTo,
      now: wall(),
    });
    const bytes = await writeXlsx([sheet], heading);
    const name = all
      ? namedFile(site, say('sheet.report-of-all'), 'xlsx')
      : fileName(stored, say('sheet.report'), 'xlsx');
    return { name, bytes };
  },

  /** 核对表: tube by tube against the laboratory, with sums. Holds no personal data and needs no keys. */
  'export.reconciliation': async (
    { db, wall }: ReportContext,
    { round, language }: { round: RoundId; language: Language },
  ): Promise<{ name: string; bytes: Uint8Array }> => {
    const stored = readRound(db, round);
    if (stored === null) throw new Refusal('no-round', 'no such round');
    const say = voiceOf(language);
    const asked = { site: readMeta(db, 'site') ?? '', stored, now: wall(), language };
    const heading = pageHeading(say, {
      site: asked.site,
      of: stored.definition.name,
      finalUpTo: roundContact(db, round).finalUpTo,
      now: asked.now,
    });
    const sheets = db.transaction(() => reconciliationSheets(db, asked))();
    return {
      name: fileName(stored, say('sheet.reconciliation'), 'xlsx'),
      bytes: await writeXlsx(sheets, heading),
    };
  },
};

/** `第4轮核酸-漏检名单.xlsx` */
const fileName = (stored: StoredRound, title: string, format: string): string =>
  namedFile(stored.definition.name, title, format);

/** A file's name without what Windows forbids in one. */
function namedFile(about: string, title: string, format: string): string {
  return `${about}-${title}.${format}`.replace(/[\\/:*?"<>|]/g, '_');
}

function headcountTable(
  everybody: readonly HeadcountRow[],
  { numbers, say }: { numbers: 'full' | 'masked'; say: Say },
): ExportTable {
  return {
    title: say('sheet.headcount'),
    columns: columnsIn(say, HEADCOUNT_COLUMNS),
    rows: everybody.map((person, i) =>
      HEADCOUNT_COLUMNS.map((c) =>
        c.header === 'column.index' ? String(i + 1) : c.cell(person, { numbers, say }),
      ),
    ),
  };
}

const HEADCOUNT_COLUMNS: readonly {
  header: PlainKey;
  width: number;
  cell(person: HeadcountRow, how: { numbers: 'full' | 'masked'; say: Say }): string | null;
}[] = [
  { header: 'column.index', width: 8, cell: () => null },
  { header: 'term.workshop', width: 16, cell: (p) => p.workshop },
  { header: 'term.team', width: 16, cell: (p) => p.team },
  { header: 'term.staff-number', width: 12, cell: (p) => p.staffNumber },
  { header: 'term.name', width: 14, cell: (p) => p.name },
  {
    header: 'column.document-number',
    width: 24,
    cell: (p, { numbers, say }) => p.number(numbers) ?? (p.toCorrect ? say('cell.to-correct') : null),
  },
  { header: 'column.shift', width: 10, cell: (p) => p.shift },
  { header: 'column.phone', width: 16, cell: (p, { numbers }) => p.phone(numbers) },
  { header: 'column.list', width: 10, cell: (p) => p.listWords },
  { header: 'column.tested', width: 10, cell: (p) => p.statusWords },
  { header: 'column.sampled-at', width: 22, cell: (p) => p.time },
  { header: 'term.station', width: 10, cell: (p) => p.station },
  { header: 'term.tube-code', width: 18, cell: (p) => p.tube },
  { header: 'term.entry', width: 12, cell: (p) => p.entry },
  { header: 'column.untested-reason', width: 24, cell: (p) => p.reason },
];
