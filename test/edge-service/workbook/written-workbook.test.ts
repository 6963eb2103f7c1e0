import { describe, expect, test } from 'vitest';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { HEADING_LENGTH_MAX } from '../../../edge-service/workbook/sheet-text.ts';
import type { PageHeading } from '../../../edge-service/workbook/written-sheet.ts';
import { writeXlsx } from '../../../edge-service/workbook/written-workbook.ts';
import { elementsOf } from '../../../edge-service/workbook/xml-places.ts';
import { cellsOf, faultsOf, partsOf, textOf } from '../../support/edge/package-check.ts';

const HEADING: PageHeading = { left: '示例机电 · 第4轮核酸', right: '截至 1月24日 20:05' };
const SHEET1 = 'xl/worksheets/sheet1.xml';
const COLUMNS = [
  { header: '姓名', width: 14 },
  { header: '人数', width: 8.5 },
];

async function written(
  rows: readonly (readonly (string | number | null)[])[],
  heading: PageHeading = HEADING,
) {
  const bytes = await writeXlsx(
    [
      { name: '人员表', columns: COLUMNS, rows },
      { name: "O'Neil & <汇总>", columns: COLUMNS, rows: [] },
    ],
    heading,
  );
  expect(await faultsOf(bytes)).toEqual([]);
  const parts = await partsOf(bytes);
  const xml = textOf(parts, SHEET1);
  const of = (name: string, text: string = xml) =>
    elementsOf(text)
      .filter((e) => e.name === name)
      .map((e) => ({ ...e.attributes }));
  const said = (name: string): string => {
    const element = elementsOf(xml).find((e) => e.name === name)!;
    return xml
      .slice(element.inside, element.end)
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  };
  return { bytes, parts, xml, of, said };
}

describe('files of our own', () => {
  test('WB10 a file prints on A4 across with every column on the page, header and heading on every one, and its number', async () => {
    const { of, said, parts } = await written([['测一', 10]]);
    expect(of('pageSetup')).toEqual([
      { paperSize: '9', orientation: 'landscape', fitToWidth: '1', fitToHeight: '0' },
    ]);
    expect(of('pageSetUpPr')).toEqual([{ fitToPage: '1' }]);
    expect(said('oddHeader')).toBe('&L示例机电 · 第4轮核酸&R截至 1月24日 20:05');
    expect(said('oddFooter')).toBe('&C&P / &N');
    const book = textOf(parts, 'xl/workbook.xml');
    const names = elementsOf(book).filter((e) => e.name === 'definedName');
    expect(names.map((e) => [e.attributes['localSheetId'], book.slice(e.inside, e.end)])).toEqual([
      ['0', "'人员表'!$1:$1"],
      ['1', "'O''Neil &amp; &lt;汇总&gt;'!$1:$1"],
    ]);
    expect(names.every((e) => e.attributes['name'] === '_xlnm.Print_Titles')).toBe(true);
  });

  test('WB10 the header is bold and boxed and stays in sight, columns are as wide as they are said to be, cells are boxed', async () => {
    const { of, xml, parts } = await written([
      ['测一', 10],
      [null, null],
    ]);
    expect(of('pane')).toMatchObject([{ ySplit: '1', state: 'frozen' }]);
    expect(of('col').map((c) => [c['min'], c['max'], c['width']])).toEqual([
      ['1', '1', '14'],
      ['2', '2', '8.5'],
    ]);
    const cells = cellsOf(xml);
    const styles = textOf(parts, 'xl/styles.xml');
    const elements = elementsOf(styles);
    const format = (reference: string) => {
      const all = elements.filter((e) => e.name === 'xf' && e.parent?.name === 'cellXfs');
      return all[Number(cells.get(reference)?.style)]?.attributes ?? {};
    };
    const font = elements.filter((e) => e.name === 'font')[Number(format('A1')['fontId'])]!;
    expect(styles.slice(font.inside, font.end)).toMatch(/^<b\/>/);
    const border = elements.filter((e) => e.name === 'border')[Number(format('A1')['borderId'])]!;
    expect(styles.slice(border.inside, border.end).match(/style="thin"/g)).toHaveLength(4);
    expect(['A2', 'B2', 'A3', 'B3'].map((r) => format(r)['borderId'])).toEqual(
      Array.from({ length: 4 }, () => format('A1')['borderId']),
    );
    expect([format('A2')['numFmtId'], format('B2')['numFmtId']]).toEqual(['49', '1']);
    expect(xml).toContain(`<c r="B2" s="${cells.get('B2')?.style}"><v>10</v></c>`);
  });

  test('WB10 a row whose text takes several lines is as high as they are', async () => {
    const { of } = await written([
      ['测一', 10],
      ['一二三四五六七八九十甲乙丙丁', 1],
      ['a\nb\nc', 1],
      ['字'.repeat(900), 1],
    ]);
    expect(of('row').map((r) => [r['ht'], r['customHeight']])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      ['45', '1'],
      ['45', '1'],
      ['405', '1'],
    ]);
  });

  test('WB11 text comes back as it was written, and what XML cannot hold stands as spreadsheets write it', async () => {
    const texts = ['测·𠮷 <&>"\'', ' 两边空 ', '一行\n又一行', '_x0041_', '=1+1', 'a_b'];
    const { bytes, xml } = await written(texts.map((text) => [text, 1]));
    const table = await readTable(bytes);
    if (!table.ok) throw new Error(table.code);
    expect(table.sheets[0]!.rows.slice(1).map((r) => r.cells[0]?.text.replace('_x005F_', '_'))).toEqual(
      texts,
    );
    expect(cellsOf(xml).get('A5')?.text).toBe('_x005F_x0041_');
    const { xml: odd } = await written([['a\u0000\u0007\rb\ud800\uffff', 1]]);
    expect(cellsOf(odd).get('A2')?.text).toBe('a_x0000__x0007__x000D_b\ufffd_xFFFF_');
  });

  test('WB12 a heading is never longer than Excel takes, and an ampersand in it is one', async () => {
    const { said } = await written([], { left: 'A & B\nC', right: '&D' });
    expect(said('oddHeader')).toBe('&LA && B C&R&&D');
    for (const filler of ['字', '&', '𠮷', 'x&']) {
      const { said: long } = await written([], { left: filler.repeat(400), right: '截至 20:05' });
      const header = long('oddHeader');
      expect(header.length).toBeLessThanOrEqual(HEADING_LENGTH_MAX);
      expect(header.length).toBeGreaterThan(HEADING_LENGTH_MAX - 4);
      expect(header.isWellFormed()).toBe(true);
      expect(header.replaceAll('&&', '')).toMatch(/^&L[^&]*&R截至 20:05$/);
    }
  });
});
