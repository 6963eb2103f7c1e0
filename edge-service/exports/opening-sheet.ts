import type { Language } from '#shared/language/languages.ts';
import { sayText, voiceOf } from '#shared/language/say.ts';
import { pageHeading } from './page-heading.ts';
import { columnsIn, type NamedColumn } from './export-table.ts';
import { OPENING_WORDS } from '#shared/opening.ts';
import type { Opening } from '#shared/contract/http-openings.ts';
import { stampText } from '#shared/site-time.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { openingsOf, type OpeningsAsked } from '../people/opening-reports.ts';
import { readMeta } from '../store/meta.ts';
import { writeCsv } from '../tables/csv-write.ts';
import { writeXlsx } from '../workbook/written-workbook.ts';
import { message } from '#shared/language/message.ts';
import { openerText, openingReasonText } from '#shared/language/opening-text.ts';
import { codeText } from '#shared/language/tube-code.ts';

export const openingExports = {
  /** 谁看过 as a file in the language asked for: every opening that fits. Holds nobody who was looked at. */
  'export.openings': async (
    { db, wall }: ReportContext,
    { format, language, ...asked }: OpeningsAsked & { format: 'xlsx' | 'csv'; language: Language },
  ): Promise<{ name: string; bytes: Uint8Array }> => {
    const say = voiceOf(language);
    const rows = openingsOf(db, asked).openings.map((o): (string | number | null)[] => [
      stampText(Date.parse(o.time)),
      o.by === null ? null : sayText(say, openerText(o.by)),
      o.round?.name ?? null,
      openedWhat(language, o),
      o.tube === null ? null : sayText(say, codeText(o.tube)),
      sayText(say, openingReasonText(o.reason)),
      o.people,
    ]);
    const columns = columnsIn(say, COLUMNS);
    const site = readMeta(db, 'site') ?? '';
    const title = say('term.openings');
    const name = `${site.replace(/[\\/:*?"<>|]/g, '_')}-${title}.${format}`;
    if (format === 'xlsx') {
      const heading = pageHeading(say, { site, of: title, finalUpTo: undefined, now: wall() });
      return { name, bytes: await writeXlsx([{ name: title, columns, rows }], heading) };
    }
    const csv = writeCsv([columns.map((c) => c.header), ...rows]);
    return { name, bytes: new TextEncoder().encode(csv) };
  },
};

function openedWhat(language: Language, { what, headOnly }: Opening): string {
  const voice = voiceOf(language);
  const words = message(OPENING_WORDS[what]);
  return headOnly ? voice('cell.head-only', { what: words }) : voice(words);
}

const COLUMNS: readonly NamedColumn[] = [
  { header: 'term.time', width: 20 },
  { header: 'term.opened-by', width: 16 },
  { header: 'term.round', width: 18 },
  { header: 'term.opened-what', width: 24 },
  { header: 'term.tube-code', width: 18 },
  { header: 'term.reason', width: 40 },
  { header: 'term.opened-people', width: 8 },
];
