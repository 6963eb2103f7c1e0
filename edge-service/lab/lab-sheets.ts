import type { RowError } from '#shared/contract/http.ts';
import { type HeaderRead, headersRead, likelyHeader } from '../tables/header-read.ts';
import { plainSheet } from '../tables/plain-cells.ts';
import type { TableRow, TableSheet } from '../tables/table-file.ts';
import { type ColumnChoice, type HeadedSheet, headedBlocks } from '../tables/table-header.ts';
import { LAB_WORDS, type LabField } from './lab-fields.ts';
import { told } from './lab-words.ts';

type Block = HeadedSheet<LabField>;

/** A sheet of a list, freed of what spoils its cells, with its tables; what is not read is told. */
export function labBlocks(
  spoiled: TableSheet,
  of: {
    /** The last table of the sheet before. */
    before: readonly Block[];
    context: { choice: ColumnChoice<LabField>; hidden: 'leave' | 'take' };
    warnings: RowError[];
    errors: RowError[];
  },
): { kept: TableSheet; blocks: readonly Block[]; columns: HeaderRead[] } {
  const { before, context, warnings } = of;
  const { sheet, mended } = plainSheet(spoiled);
  const rows = sheet.rows.filter(({ cells }) => cells.some((cell) => cell !== null));
  const none = { kept: sheet, blocks: [], columns: [] };
  if (rows[0] === undefined) return none;
  const place = { sheet: sheet.name, row: rows[0].row };
  if (sheet.hidden && context.hidden === 'leave') {
    warnings.push(told(place, null, 'sheet-hidden'));
    return none;
  }
  const blocks = headedBlocks(sheet, LAB_WORDS, context.choice).filter(({ columns }) => columns.has('count'));
  const continued = blocks.length > 0 ? [] : continuedBlocks(sheet, before);
  if (blocks.length === 0 && continued.length === 0) {
    warnings.push(told(place, null, 'sheet-skipped'));
    return none;
  }
  if (continued.length > 0) warnings.push(told(place, null, 'sheet-continued'));
  if (mended !== null)
    warnings.push(told({ ...place, row: mended.row }, null, 'cells-mended', String(mended.cells)));
  const hidden = rows.filter((row) => row.hidden);
  if (hidden[0] !== undefined)
    warnings.push(told({ ...place, row: hidden[0].row }, null, 'rows-hidden', String(hidden.length)));
  for (const { headerRow, taken } of blocks.filter(({ side }) => side === 0))
    for (const { header, unread } of taken)
      if (unread !== null) warnings.push(told({ ...place, row: headerRow }, header, 'header-twice'));
  const [first] = blocks;
  for (const row of rows)
    if (first !== undefined && row.row < first.headerRow && isLine(first, row))
      of.errors.push(told({ ...place, row: row.row }, null, 'row-above-header'));
  return { kept: sheet, blocks: [...blocks, ...continued], columns: headersRead(sheet.name, blocks) };
}

/** A code and a count stand where they do under the header. */
function isLine(block: Block, row: TableRow): boolean {
  const textOf = (field: LabField): string =>
    row.cells[block.columns.get(field) ?? -1]?.text.normalize('NFKC').trim() ?? '';
  return /^[0-9]{1,4}(?:人份|[人个支例份名])?$/.test(textOf('count')) && /[0-9]/.test(textOf('tube'));
}

/** The columns of the sheet before, where four of five rows have a code and a count in them. */
function continuedBlocks(sheet: TableSheet, before: readonly Block[]): Block[] {
  const [block] = before;
  if (block === undefined) return [];
  const rows = sheet.rows.filter(({ cells }) => cells.filter((c) => c !== null && !c.merged).length >= 2);
  const fitting = rows.filter((row) => isLine(block, row));
  const fits = fitting.length > 0 && fitting.length * 5 >= rows.length * 4;
  return fits ? [{ ...block, headerRow: 0, rows: sheet.rows }] : [];
}

/** Results of tests, of which nothing is read. */
const RESULT = /[阴阳]性|检出|异常|可疑|复检|positive|negative/i;

/** No header was found; where one row was most like it, that one is shown. */
export function labHeaderMissing(sheets: readonly TableSheet[]): RowError {
  const likely = likelyHeader(sheets.filter((sheet) => !sheet.hidden));
  if (likely === null) return told({ sheet: null, row: 1 }, null, 'header-missing');
  const words = likely.words.map((word) => (RESULT.test(word) ? '…' : word));
  return told(likely, null, 'header-missing', words.join(' | '));
}
