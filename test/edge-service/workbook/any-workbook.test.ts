import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { columnLetters } from '../../../edge-service/workbook/cell-area.ts';
import { fillXlsx } from '../../../edge-service/workbook/filled-workbook.ts';
import { elementsOf } from '../../../edge-service/workbook/xml-places.ts';
import { madeTable, madeWorkbook, textCell } from '../../support/edge/made-workbook.ts';
import { cellsOf, faultsOf, partsOf, textOf } from '../../support/edge/package-check.ts';

const SHEET1 = 'xl/worksheets/sheet1.xml';
const OURS = ['是否已检', '采样时间', '采样台'];

/** A sheet of people as somebody may have left it: what of it is there, and in what order, is up to chance. */
const anySheet = fc.record({
  columns: fc.integer({ min: 2, max: 6 }),
  people: fc.integer({ min: 1, max: 8 }),
  titles: fc.integer({ min: 0, max: 2 }),
  isTitleMerged: fc.boolean(),
  isHeaderMerged: fc.boolean(),
  /** Formatted cells without anything behind the last column, in each row. */
  formatted: fc.integer({ min: 0, max: 12 }),
  gaps: fc.array(fc.nat(60), { maxLength: 8 }),
  cols: fc.constantFrom(
    '',
    '<cols><col min="1" max="16384" width="9" style="1"/></cols>',
    '<cols><col min="2" max="4" width="9" hidden="1"/><col min="6" max="9" width="3"/></cols>',
  ),
  filter: fc.constantFrom('none', 'filter', 'table'),
  spans: fc.boolean(),
  dimension: fc.boolean(),
  shared: fc.boolean(),
  isBare: fc.boolean(),
});
type AnySheet = typeof anySheet extends fc.Arbitrary<infer T> ? T : never;

function made(sheet: AnySheet) {
  const { columns, people, titles, formatted } = sheet;
  const isTable = sheet.filter === 'table';
  const high = sheet.isHeaderMerged && !isTable ? 2 : 1;
  const headerRow = titles + 1;
  const first = headerRow + high;
  const last = first + people - 1;
  const gaps = new Set(sheet.gaps);
  const end = columnLetters(columns - 1);
  const heads = Array.from(
    { length: columns },
    (_, c) => ['姓名', '身份证号', '车间', '班组', '工号', '备注'][c] ?? '',
  );
  const row = (r: number, cells: string): string =>
    `<row r="${r}"${sheet.spans ? ` spans="1:${columns + formatted}"` : ''}>${cells}${Array.from({ length: formatted }, (_, i) => `<c r="${columnLetters(columns + i)}${r}" s="1"/>`).join('')}</row>`;
  const all = Array.from({ length: columns }, (_, c) => c);
  const rows = [
    ...Array.from({ length: titles }, (_, t) => row(t + 1, textCell(`A${t + 1}`, `花名册${t}`, 2))),
    row(headerRow, all.map((c) => textCell(`${columnLetters(c)}${headerRow}`, heads[c] ?? '', 2)).join('')),
    ...(high === 2
      ? [row(headerRow + 1, all.map((c) => `<c r="${columnLetters(c)}${headerRow + 1}" s="2"/>`).join(''))]
      : []),
    ...Array.from({ length: people }, (_, p) =>
      row(
        first + p,
        all
          .filter((c) => c < 2 || !gaps.has(p * columns + c))
          .map((c) => textCell(`${columnLetters(c)}${first + p}`, `${heads[c]}${p}`, p % 2))
          .join(''),
      ),
    ),
    row(last + 1, textCell(`A${last + 1}`, '小计', 0)),
  ];
  const merges = [
    ...(sheet.isTitleMerged ? Array.from({ length: titles }, (_, t) => `A${t + 1}:${end}${t + 1}`) : []),
    ...(high === 2
      ? all.map((c) => `${columnLetters(c)}${headerRow}:${columnLetters(c)}${headerRow + 1}`)
      : []),
  ];
  const merged =
    merges.length === 0
      ? ''
      : `<mergeCells count="${merges.length}">${merges.map((m) => `<mergeCell ref="${m}"/>`).join('')}</mergeCells>`;
  const data = rows.join('');
  const xml =
    (sheet.dimension ? `<dimension ref="A1:${columnLetters(columns + formatted - 1)}${last + 1}"/>` : '') +
    `${sheet.cols}<sheetData>${sheet.isBare && formatted === 0 && gaps.size === 0 ? data.replace(/(<c) r="[A-Z]+\d+"/g, '$1') : data}</sheetData>` +
    (sheet.filter === 'filter' ? `<autoFilter ref="A${headerRow}:${end}${last}"/>` : '') +
    merged +
    `<conditionalFormatting sqref="B${first}:B${last}"><cfRule type="duplicateValues" priority="1"/></conditionalFormatting>`;
  const table = isTable ? [madeTable({ columns: heads, top: headerRow, bottom: last, attributes: '' })] : [];
  return { xml, table, headerRow, first, last, start: columns, people };
}

test('WB13 whatever a sheet looks like, it comes back with all that was in it, each row with what was written for it', async () => {
  await fc.assert(
    fc.asyncProperty(anySheet, async (sheet) => {
      const { xml, table, headerRow, first, last, start, people } = made(sheet);
      const bytes = await madeWorkbook({
        sheets: { 一车间: xml, 二车间: '<row r="1"/>' },
        tables: table,
        parts: { 'xl/media/image1.bin': Uint8Array.of(1, 2, 3) },
      });
      expect(await faultsOf(bytes)).toEqual([]);
      let apart: unknown = null;
      const rows = new Map(
        Array.from({ length: people }, (_, p) => [first + p, [`是${p}`, null, `${p}号台`]]),
      );
      const back = await fillXlsx(bytes, {
        fills: [
          {
            sheet: '一车间',
            fill: {
              headerRow,
              columns: OURS.map((header) => ({ header, width: 9 })),
              rows,
              people: [1],
              fixed: [],
            },
            instead: { name: '另', columns: [], rows: [] },
          },
        ],
        heading: { left: '', right: '' },
        further: (left) => ((apart = left), []),
      });
      expect(apart).toEqual({ apart: [], isBookLost: false });
      expect(await faultsOf(back.bytes)).toEqual([]);
      const [before, after] = [await partsOf(bytes), await partsOf(back.bytes)];
      for (const part of ['xl/media/image1.bin', 'xl/worksheets/sheet2.xml', '_rels/.rels'])
        expect(after.get(part)).toEqual(before.get(part));
      const is = textOf(after, SHEET1);
      const rules = /<conditionalFormatting.*<\/conditionalFormatting>/;
      expect(rules.exec(is)?.[0]).toBe(rules.exec(textOf(before, SHEET1))?.[0]);
      if (!sheet.isBare) {
        const cells = cellsOf(is);
        for (const [reference, { text, style }] of cellsOf(textOf(before, SHEET1)))
          if (text !== '') expect([reference, cells.get(reference)]).toEqual([reference, { text, style }]);
      }
      const ranges = elementsOf(is).filter((e) => e.name === 'autoFilter');
      for (const range of [
        ...ranges,
        ...(table.length > 0
          ? elementsOf(textOf(after, 'xl/tables/table1.xml')).filter((e) => e.name === 'table')
          : []),
      ])
        expect(range.attributes['ref']).toBe(`A${headerRow}:${columnLetters(start + 2)}${last}`);
      const read = await readTable(back.bytes);
      const was = await readTable(bytes);
      if (!read.ok || !was.ok) throw new Error('it cannot be read');
      const textsOf = (of: typeof read, from: number, to: number) =>
        of.sheets[0]!.rows.filter((r) => r.row >= headerRow).map((r) => [
          r.row,
          ...Array.from({ length: to - from }, (_, i) => r.cells[from + i]?.text ?? ''),
        ]);
      expect(textsOf(read, 0, start)).toEqual(textsOf(was, 0, start));
      const ours = new Map(textsOf(read, start, start + 3).map(([r, ...texts]) => [r, texts]));
      expect(ours.get(headerRow)).toEqual(OURS);
      for (let p = 0; p < people; p++) expect(ours.get(first + p)).toEqual([`是${p}`, '', `${p}号台`]);
      expect(ours.get(last + 1) ?? ['', '', '']).toEqual(['', '', '']);
    }),
    { numRuns: 80, seed: 12 },
  );
});
