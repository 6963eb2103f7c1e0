import { OPENING_WORDS } from '#shared/opening.ts';
import { stampText } from '#shared/site-time.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { openingsOf, type OpeningsAsked } from '../people/opening-reports.ts';
import { readMeta } from '../store/meta.ts';
import { writeCsv, writeXlsx, type WrittenSheet } from '../tables/table-file.ts';

export const openingExports = {
  /** 谁看过 as a file: every opening that fits. Holds nobody who was looked at. */
  'export.openings': async (
    { db }: ReportContext,
    { format, ...asked }: OpeningsAsked & { format: 'xlsx' | 'csv' },
  ): Promise<{ name: string; bytes: Uint8Array }> => {
    const rows = openingsOf(db, asked).openings.map((o): (string | number | null)[] => [
      stampText(Date.parse(o.time)),
      o.by,
      o.round?.name ?? null,
      `${OPENING_WORDS[o.what].zh}${o.headOnly ? '(只问大小)' : ''}`,
      o.tube,
      o.reason,
      o.people,
    ]);
    const site = (readMeta(db, 'site') ?? '').replace(/[\\/:*?"<>|]/g, '_');
    const name = `${site}-谁看过.${format}`;
    if (format === 'xlsx')
      return { name, bytes: await writeXlsx([{ name: '谁看过', columns: COLUMNS, rows }]) };
    const csv = writeCsv([COLUMNS.map((c) => c.header), ...rows]);
    return { name, bytes: new TextEncoder().encode(csv) };
  },
};

const COLUMNS: WrittenSheet['columns'] = [
  { header: '时间', width: 20 },
  { header: '谁', width: 16 },
  { header: '轮次', width: 18 },
  { header: '看了什么', width: 24 },
  { header: '管号', width: 18 },
  { header: '理由', width: 40 },
  { header: '人数', width: 8 },
];
