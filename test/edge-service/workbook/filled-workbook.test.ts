import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { SHEET_COLUMNS_MAX } from '../../../edge-service/workbook/cell-area.ts';
import { fillXlsx } from '../../../edge-service/workbook/filled-workbook.ts';
import type { SheetFill } from '../../../edge-service/workbook/sheet-fill.ts';
import type { WrittenSheet } from '../../../edge-service/workbook/written-sheet.ts';
import { elementsOf } from '../../../edge-service/workbook/xml-places.ts';
import {
  MADE_STYLES,
  madeTable,
  madeWorkbook,
  type MadeWorkbook,
  textCell,
  textRows,
} from '../../support/edge/made-workbook.ts';
import { cellsOf, faultsOf, partsOf, textOf } from '../../support/edge/package-check.ts';

const CASES = path.join(PROJECT_ROOT, 'test/cases/files');
const given = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(CASES, name)));
const HEADING = { left: '示例机电 · 第4轮核酸', right: '截至 1月24日 20:05' };
const SIX = ['是否已检', '采样时间', '采样台', '管号', '登记方式', '未检原因'];
const SHEET1 = 'xl/worksheets/sheet1.xml';

/** Six columns for rows under a header: `一`, `二` … so that each is told from the others. */
function fillOf(rows: readonly number[], more: Partial<SheetFill> = {}): SheetFill {
  return {
    headerRow: 1,
    columns: SIX.map((header, i) => ({ header, width: 10 + i })),
    rows: new Map(rows.map((r) => [r, [`是${r}`, '2021-01-24 08:41', '1号台', `T${r}`, '刷身份证', null]])),
    people: [0],
    fixed: [],
    ...more,
  };
}
const apartSheet: WrittenSheet = { name: '另', columns: [{ header: '姓名', width: 9 }], rows: [['测一']] };

async function filled(
  bytes: Uint8Array,
  fills: Readonly<Record<string, SheetFill | null>>,
): Promise<{ bytes: Uint8Array; parts: Map<string, Uint8Array>; apart: unknown; extension: string }> {
  let apart: unknown = null;
  const back = await fillXlsx(bytes, {
    fills: Object.entries(fills).map(([sheet, fill]) => ({ sheet, fill, instead: apartSheet })),
    heading: HEADING,
    further: (left) => {
      apart = left;
      return [{ name: '汇总', columns: [{ header: '项目', width: 20 }], rows: [['在册', 3]] }];
    },
  });
  expect(await faultsOf(back.bytes)).toEqual([]);
  return { bytes: back.bytes, parts: await partsOf(back.bytes), apart, extension: back.extension };
}
const NONE_APART = { apart: [], isBookLost: false };
const ALL_APART = { apart: [{ sheet: '一车间', name: '另' }], isBookLost: false };

/** The first sheet of a made workbook, filled. */
async function sheetFilled(made: MadeWorkbook, fill: SheetFill) {
  const back = await filled(await madeWorkbook(made), { 一车间: fill });
  const xml = textOf(back.parts, SHEET1);
  return { ...back, xml, cells: cellsOf(xml), elements: elementsOf(xml) };
}
const ROSTER = [
  ['姓名', '身份证号'],
  ['测一', '110199198803150010'],
  ['测二', '110199199107220040'],
];
const attributesOf = (xml: string, name: string): Record<string, string>[] =>
  elementsOf(xml)
    .filter((e) => e.name === name)
    .map((e) => ({ ...e.attributes }));

describe('HR’s own workbook', () => {
  test.for([
    ['d08-chart/chart.xlsx', '花名册', 'xl/worksheets/sheet1.xml'],
    ['d09-duplicate-values-rule/roster.xlsx', 'S', 'xl/worksheets/sheet1.xml'],
    ['d02-sharedstrings-capital/roster.xlsx', '一车间', 'xl/worksheets/sheet1.xml'],
    ['d01-closedxml-first-sheet/two-sheets.xlsx', '一车间', 'xl/worksheets/sheet.xml'],
    ['d03-zip64/full-zip64.xlsx', '一车间', 'xl/worksheets/sheet1.xml'],
    ['d03-zip64/poi5-data-descriptor.xlsx', '一车间', 'xl/worksheets/sheet1.xml'],
  ] as const)(
    'WB1 %s comes back with every part as it was but those that say what was added',
    async ([name, sheet, part]) => {
      const bytes = given(name);
      const before = await partsOf(bytes);
      const back = await filled(bytes, { [sheet]: fillOf([2, 3, 4]) });
      expect(back.apart).toEqual(NONE_APART);
      const changed = [...before.keys()].filter(
        (p) => !Buffer.from(before.get(p)!).equals(back.parts.get(p) ?? Buffer.of(1)),
      );
      const may = [
        part,
        'xl/styles.xml',
        'xl/workbook.xml',
        'xl/_rels/workbook.xml.rels',
        '[Content_Types].xml',
      ];
      expect(changed.filter((p) => !may.includes(p))).toEqual([]);
      expect([...back.parts.keys()].filter((p) => !before.has(p))).toHaveLength(1);
      // of the sheet itself nothing but what was added: taken out again, the rest is what it was
      const was = textOf(before, part);
      const is = textOf(back.parts, part);
      const added = is
        .replace(
          /<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="inlineStr"><is><t(?: xml:space="preserve")?>(?:是\d|2021-01-24 08:41|1号台|T\d|刷身份证|是否已检|采样时间|采样台|管号|登记方式|未检原因)<\/t><\/is><\/c>|\/>)/g,
          '',
        )
        .replace(/<cols>.*?<\/cols>/, '')
        .replace(/<dimension[^>]*>/, '');
      expect(added).toBe(was.replace(/<dimension[^>]*>/, ''));
    },
  );

  test('WB1 read again, a workbook with a rule on equal numbers has HR’s rows and the six columns behind', async () => {
    const bytes = given('d09-duplicate-values-rule/roster.xlsx');
    const rows = async (of: Uint8Array) => {
      const table = await readTable(of);
      if (!table.ok) throw new Error(table.code);
      return table.sheets[0]!.rows.map((r) => r.cells.map((c) => c?.text ?? ''));
    };
    const [before, after] = [
      await rows(bytes),
      await rows((await filled(bytes, { S: fillOf([2, 3]) })).bytes),
    ];
    const wide = before[0]!.length;
    expect(after.map((r) => r.slice(0, wide))).toEqual(before);
    expect(after[0]!.slice(wide)).toEqual(SIX);
    expect(after[2]!.slice(wide)).toEqual(['是3', '2021-01-24 08:41', '1号台', 'T3', '刷身份证', '']);
    expect(after[3]!.slice(wide).join('')).toBe('');
  });

  test('WB2 the columns stand behind the last one that holds something, in the font and border of their neighbours, as text', async () => {
    const { cells, parts, xml } = await sheetFilled(
      {
        sheets: {
          一车间:
            '<dimension ref="A1:Z9"/><cols><col min="1" max="2" width="20"/><col min="3" max="16384" width="3" style="1" hidden="1"/></cols><sheetData>' +
            `<row r="1" spans="1:26">${textCell('A1', '姓名', 2)}${textCell('B1', '身份证号', 2)}<c r="C1" s="1"/><c r="Z1" s="1"/></row>` +
            `<row r="2" spans="1:2">${textCell('A2', '测一', 1)}${textCell('B2', '110199198803150010', 1)}<c r="C2" s="1"/><c r="D2" s="0"><v></v></c></row>` +
            `<row r="3">${textCell('A3', '测二', 1)}${textCell('C3', ' ', 1)}</row></sheetData>`,
        },
      },
      fillOf([2, 3]),
    );
    expect(SIX.map((_, i) => cells.get(`${'CDEFGH'[i]}1`))).toEqual(
      SIX.map((text) => ({ text, style: '2' })),
    );
    expect(cells.get('C2')).toEqual({ text: '是2', style: '3' });
    expect(cells.get('H2')).toEqual({ text: '', style: '3' });
    expect(cells.get('F3')).toEqual({ text: 'T3', style: '3' });
    const format = attributesOf(textOf(parts, 'xl/styles.xml'), 'xf').at(4);
    expect(format).toMatchObject({ numFmtId: '49', fontId: '1', borderId: '1' });
    expect(format).not.toHaveProperty('quotePrefix');
    expect(textOf(parts, 'xl/styles.xml')).toContain(
      MADE_STYLES.slice(MADE_STYLES.indexOf('<fills'), MADE_STYLES.indexOf('<borders')),
    );
    const columns = attributesOf(xml, 'col').map(({ min, max, hidden }) => [min, max, hidden]);
    expect(columns.slice(1)).toEqual([
      ...[3, 4, 5, 6, 7, 8].map((c) => [String(c), String(c), undefined]),
      ['9', '16384', '1'],
    ]);
    expect(cells.get('Z1')).toEqual({ text: '', style: '1' });
  });

  test('WB3 a title over the whole width is widened, a header of two rows has ours as high as hers', async () => {
    const { cells, xml } = await sheetFilled(
      {
        sheets: {
          一车间:
            '<sheetData>' +
            `<row r="1">${textCell('A1', '花名册', 2)}<c r="B1" s="2"/><c r="C1" s="2"/></row>` +
            `<row r="2">${textCell('A2', '姓名', 2)}${textCell('B2', '联系方式', 2)}<c r="C2" s="2"/></row>` +
            `<row r="3"><c r="A3" s="2"/>${textCell('B3', '手机', 2)}${textCell('C3', '备用', 2)}</row>` +
            `<row r="4">${textCell('A4', '测一')}</row></sheetData>` +
            '<mergeCells count="3"><mergeCell ref="A1:C1"/><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/></mergeCells>',
        },
      },
      fillOf([4], { headerRow: 2 }),
    );
    expect(attributesOf(xml, 'mergeCell').map((m) => m['ref'])).toEqual([
      'A1:I1',
      'A2:A3',
      'B2:C2',
      ...'DEFGHI'.split('').map((c) => `${c}2:${c}3`),
    ]);
    expect([cells.get('D2'), cells.get('D3'), cells.get('I1')]).toEqual([
      { text: '是否已检', style: '2' },
      { text: '', style: '2' },
      { text: '', style: '2' },
    ]);
  });

  test('WB3 nothing is written under a merged cell', async () => {
    const { cells } = await sheetFilled(
      {
        sheets: {
          一车间: `<sheetData>${textRows(ROSTER)}</sheetData><mergeCells count="2"><mergeCell ref="B1:D1"/><mergeCell ref="F3:G5"/></mergeCells>`,
        },
      },
      fillOf([2, 3]),
    );
    expect([cells.get('C1'), cells.get('E1'), cells.get('H1')?.text]).toEqual([
      undefined,
      undefined,
      '是否已检',
    ]);
  });

  test('WB4 filter, what it sorted, print area and the name of the filter hold the columns; other sheets keep theirs', async () => {
    const { xml, parts } = await sheetFilled(
      {
        sheets: {
          一车间: `<dimension ref="A1:B3"/><sheetData>${textRows(ROSTER)}</sheetData><autoFilter ref="A1:B3"><filterColumn colId="0"/><sortState ref="A2:B3"><sortCondition ref="A2:A3"/></sortState></autoFilter>`,
          二车间: textRows(ROSTER),
        },
        names:
          '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">\'一车间\'!$A$1:$B$3</definedName>' +
          '<definedName name="_xlnm.Print_Area" localSheetId="0">\'一,车间\'!$A$1:$B$3,\'一,车间\'!$A$9:$A$12</definedName>' +
          '<definedName name="_xlnm.Print_Area" localSheetId="1">二车间!$A$1:$B$3</definedName>' +
          '<definedName name="人" localSheetId="0">一车间!$A$1:$B$3</definedName></definedNames>',
      },
      fillOf([2, 3]),
    );
    expect([
      ...attributesOf(xml, 'autoFilter'),
      ...attributesOf(xml, 'sortState'),
      ...attributesOf(xml, 'dimension'),
    ]).toEqual([{ ref: 'A1:H3' }, { ref: 'A2:H3' }, { ref: 'A1:H3' }]);
    expect(attributesOf(xml, 'sortCondition')).toEqual([{ ref: 'A2:A3' }]);
    const book = textOf(parts, 'xl/workbook.xml');
    const names = elementsOf(book)
      .filter((e) => e.name === 'definedName')
      .map((e) => book.slice(e.inside, e.end));
    expect(names).toEqual([
      "'一车间'!$A$1:$H$3",
      "'一,车间'!$A$1:$H$3,'一,车间'!$A$9:$A$12",
      '二车间!$A$1:$B$3',
      '一车间!$A$1:$B$3',
      "'汇总'!$1:$1",
    ]);
  });

  test('WB4 a table takes the columns, each under a header of its own', async () => {
    const table = madeTable({
      columns: ['姓名', '采样台'],
      top: 1,
      bottom: 4,
      attributes: 'totalsRowCount="1"',
    });
    const rows = [
      ['姓名', '采样台'],
      ['测一', 'a'],
      ['测二', 'b'],
      ['合计', '2'],
    ];
    const { cells, parts, apart } = await sheetFilled(
      { sheets: { 一车间: textRows(rows) }, tables: [table] },
      fillOf([2, 3]),
    );
    expect(apart).toEqual(NONE_APART);
    const widened = textOf(parts, 'xl/tables/table1.xml');
    expect(attributesOf(widened, 'table')[0]).toMatchObject({ ref: 'A1:H4', totalsRowCount: '1' });
    expect(attributesOf(widened, 'autoFilter')).toEqual([{ ref: 'A1:H4' }]);
    const named = attributesOf(widened, 'tableColumn').map((c) => c['name']);
    expect(named).toEqual([
      '姓名',
      '采样台',
      '是否已检',
      '采样时间',
      '采样台 2',
      '管号',
      '登记方式',
      '未检原因',
    ]);
    expect('ABCDEFGH'.split('').map((c) => cells.get(`${c}1`)?.text)).toEqual(named);
  });

  test.for([
    ['a table that ends before the last column', { columns: ['姓名'], top: 1, bottom: 3, attributes: '' }],
    [
      'a table that ends above the last person',
      { columns: ['姓名', '身份证号'], top: 1, bottom: 2, attributes: '' },
    ],
    [
      'a table without a header',
      { columns: ['姓名', '身份证号'], top: 1, bottom: 3, attributes: 'headerRowCount="0"' },
    ],
    [
      'a table of a query',
      { columns: ['姓名', '身份证号'], top: 1, bottom: 3, attributes: 'tableType="queryTable"' },
    ],
  ] as const)(
    'WB5 beside %s the columns stand on a sheet of their own, and hers is as it was',
    async ([, table]) => {
      const made = { sheets: { 一车间: textRows(ROSTER) }, tables: [madeTable(table)] };
      const { apart, parts } = await sheetFilled(made, fillOf([2, 3]));
      expect(apart).toEqual(ALL_APART);
      const before = await partsOf(await madeWorkbook(made));
      for (const part of [SHEET1, 'xl/tables/table1.xml'])
        expect(textOf(parts, part)).toBe(textOf(before, part));
      const book = attributesOf(textOf(parts, 'xl/workbook.xml'), 'sheet').map((s) => s['name']);
      expect(book).toEqual(['一车间', '另', '汇总']);
    },
  );

  test('WB5 a filter that would run over a table beside it is not widened, and the columns stand apart', async () => {
    const rows = textRows([
      ['姓名', '', '代码'],
      ['测一', '', 'a'],
    ]);
    const beside = madeTable({ columns: ['代码'], top: 1, bottom: 2, attributes: '' }).replaceAll(
      '"A1:A2"',
      '"C1:C2"',
    );
    const { apart, xml } = await sheetFilled(
      { sheets: { 一车间: `<sheetData>${rows}</sheetData><autoFilter ref="A1:A2"/>` }, tables: [beside] },
      fillOf([2]),
    );
    expect(apart).toEqual(ALL_APART);
    expect(attributesOf(xml, 'autoFilter')).toEqual([{ ref: 'A1:A2' }]);
  });

  test('WB5 a sheet used up to its last column, one whose rows are out of order, one that is no XML, and rows for two people each give way', async () => {
    const last = textCell('XFD1', '底', 0);
    expect(SHEET_COLUMNS_MAX).toBe(16_384);
    const rows: Record<string, string> = {
      full: textRows(ROSTER).replace('</row>', `${last}</row>`),
      order: `<row r="2">${textCell('A2', '测一')}</row><row r="1">${textCell('A1', '姓名')}</row><row r="3"/>`,
      cells: `<row r="1">${textCell('B1', '姓名')}${textCell('A1', '号')}</row><row r="2"/><row r="3"/>`,
      broken: `<row r="1"><c r="A1"></row>`,
      entity: `<row r="1">${textCell('A1', '&mine;')}</row><row r="2"/><row r="3"/>`,
      short: textRows(ROSTER.slice(0, 2)),
    };
    for (const [name, sheet] of Object.entries(rows)) {
      const bytes = await madeWorkbook({ sheets: { 一车间: sheet } });
      let apart: unknown = null;
      const back = await fillXlsx(bytes, {
        fills: [{ sheet: '一车间', fill: fillOf([2, 3]), instead: apartSheet }],
        heading: HEADING,
        further: (left) => ((apart = left), []),
      });
      expect([name, apart]).toEqual([name, ALL_APART]);
      const parts = await partsOf(back.bytes);
      expect(textOf(parts, SHEET1)).toBe(textOf(await partsOf(bytes), SHEET1));
      expect(cellsOf(textOf(parts, 'xl/worksheets/sheet2.xml')).get('A2')?.text).toBe('测一');
    }
    const { apart } = await filled(await madeWorkbook({ sheets: { 一车间: textRows(ROSTER) } }), {
      一车间: null,
    });
    expect(apart).toEqual(ALL_APART);
  });

  test('WB5 a package that cannot be followed loses nothing of ours', async () => {
    for (const bytes of [
      Uint8Array.of(1, 2, 3),
      await madeWorkbook({ sheets: { 一车间: '' }, parts: { 'xl/workbook.xml': '<workbook' } }),
    ]) {
      const { apart, parts } = await filled(bytes, { 一车间: fillOf([2]) });
      expect(apart).toEqual({ ...ALL_APART, isBookLost: true });
      expect(attributesOf(textOf(parts, 'xl/workbook.xml'), 'sheet').map((s) => s['name'])).toEqual([
        '另',
        '汇总',
      ]);
    }
  });

  test('WB6 a strict workbook, one with prefixes, one in UTF-16 and one whose rows say no numbers are filled as any other', async () => {
    const strict = 'http://purl.oclc.org/ooxml';
    const made = await partsOf(await madeWorkbook({ sheets: { 一车间: textRows(ROSTER) } }));
    const texts = Object.fromEntries([...made.keys()].map((name) => [name, textOf(made, name)]));
    const each = (change: (xml: string, name: string) => string | Uint8Array) =>
      madeWorkbook({
        sheets: { 一车间: '' },
        parts: Object.fromEntries(Object.entries(texts).map(([name, xml]) => [name, change(xml, name)])),
      });
    const variants: Record<string, Uint8Array> = {
      strict: await each((xml) =>
        xml
          .replaceAll(
            'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
            `${strict}/spreadsheetml/main`,
          )
          .replaceAll(
            'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
            `${strict}/officeDocument/relationships`,
          ),
      ),
      prefixes: await each((xml, name) =>
        name.startsWith('xl/') && !name.endsWith('.rels')
          ? xml.replace(/<(\/?)([a-zA-Z])/g, '<$1x:$2').replace('xmlns="', 'xmlns:x="')
          : xml,
      ),
      utf16: await each((xml) => Buffer.from(`\ufeff${xml.replace('UTF-8', 'UTF-16')}`, 'utf16le')),
      bare: await each((xml) => xml.replace(/(<(?:row|c)) r="[A-Z0-9]+"/g, '$1')),
    };
    for (const [name, bytes] of Object.entries(variants)) {
      const { apart, parts } = await filled(bytes, { 一车间: fillOf([2, 3]) });
      expect([name, apart]).toEqual([name, NONE_APART]);
      const xml = textOf(parts, SHEET1);
      expect([name, cellsOf(xml).get('F3')?.text]).toEqual([name, 'T3']);
      if (name === 'strict') {
        const ours = textOf(parts, 'xl/worksheets/sheet2.xml') + textOf(parts, 'xl/_rels/workbook.xml.rels');
        expect(ours).not.toContain('schemas.openxmlformats.org/spreadsheetml');
        expect(ours).not.toContain('schemas.openxmlformats.org/officeDocument');
      }
    }
  });

  test('WB7 a number put right is text in her cell, with its look; a formula stays hers', async () => {
    const { cells, parts } = await sheetFilled(
      {
        sheets: {
          一车间:
            `<row r="1">${textCell('A1', '姓名')}${textCell('B1', '身份证号')}</row>` +
            '<row r="2"><c r="A2" s="1" t="str"><v>测一</v></c><c r="B2" s="1"><v>110199198803150000</v></c></row>' +
            '<row r="3"><c r="A3" s="1" t="str"><v>测二</v></c><c r="B3" s="1" t="str"><f>C3</f><v>110199199107220040</v></c></row>',
        },
      },
      fillOf([2, 3], {
        fixed: [
          { row: 2, column: 1, text: '110199198803150010' },
          { row: 3, column: 1, text: '110199199107220041' },
        ],
      }),
    );
    expect(cells.get('B2')).toEqual({ text: '110199198803150010', style: '3' });
    expect(textOf(parts, SHEET1)).toContain('<c r="B3" s="1" t="str"><f>C3</f><v>110199199107220040</v></c>');
  });

  test('WB8 a workbook with macros comes back with them, under the ending that Excel opens it by', async () => {
    const macros = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
    const bytes = await madeWorkbook({
      sheets: { 一车间: textRows(ROSTER) },
      parts: { 'xl/vbaProject.bin': macros },
      bookType: 'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
    });
    const back = await filled(bytes, { 一车间: fillOf([2]) });
    expect(back.extension).toBe('xlsm');
    expect(back.parts.get('xl/vbaProject.bin')).toEqual(macros);
  });

  test('WB9 our sheets find names of their own beside hers', async () => {
    const bytes = await madeWorkbook({ sheets: { 一车间: textRows(ROSTER), 汇总: '', '汇总 (Muster)': '' } });
    const { parts } = await filled(bytes, { 一车间: fillOf([2]) });
    expect(attributesOf(textOf(parts, 'xl/workbook.xml'), 'sheet').map((s) => s['name'])).toEqual([
      '一车间',
      '汇总',
      '汇总 (Muster)',
      '汇总 (Muster 2)',
    ]);
  });
});
