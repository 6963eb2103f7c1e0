import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRoster } from '../../../edge-service/roster/roster-file.ts';
import { UNZIPPED_BYTES_MAX, ZIP_ENTRIES_MAX } from '../../../edge-service/tables/package-parts.ts';
import type { TableSheet } from '../../../edge-service/tables/table-file.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EMPTY_MAX } from '../../../edge-service/tables/xlsx-census.ts';
import { sheetOf, xlsxOf, zipOf } from '../../support/edge/hostile-files.ts';

const CASES = path.join(import.meta.dirname, '../../cases/files');
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PEOPLE = [
  ['身份证号', '姓名'],
  ['11019919751103008X', '样本'],
];

async function sheetsOf(bytes: Uint8Array): Promise<TableSheet[]> {
  const read = await readTable(bytes);
  if (!read.ok) throw new Error(`${read.code} ${read.said.key}`);
  return read.sheets;
}
const caseOf = (file: string): Uint8Array => new Uint8Array(readFileSync(path.join(CASES, file)));
const people = (sheets: readonly TableSheet[]): number =>
  readRoster(sheets, { clash: () => null, language: 'zh', choice: UNSAID, hidden: 'leave' }).entries.length;
const texts = ({ rows }: TableSheet): (string | null)[][] =>
  rows.map(({ cells }) => cells.map((cell) => cell?.text ?? null));
/** Of what the process has worked, not of what the clock says. */
async function workMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('workbooks', () => {
  it.each([
    ['d01-closedxml-first-sheet/one-sheet.xlsx', ['一车间'], 5],
    ['d01-closedxml-first-sheet/two-sheets.xlsx', ['一车间', '二车间'], 8],
    ['d02-sharedstrings-capital/roster.xlsx', ['一车间', '二车间'], 8],
    ['d03-zip64/full-zip64.xlsx', ['一车间', '二车间'], 8],
    ['d03-zip64/poi5-data-descriptor.xlsx', ['一车间', '二车间'], 8],
    ['d04-defined-name-column/IV99999.xlsx', ['一车间'], 5],
    ['d04-defined-name-column/T14.xlsx', ['一车间'], 5],
    ['d08-chart/chart.xlsx', ['花名册'], 6],
  ])('TF1 %s, as other programs write it, is read whole', async (file, names, count) => {
    const sheets = await sheetsOf(caseOf(file));
    expect(sheets.map((s) => s.name)).toEqual(names);
    expect(people(sheets)).toBe(count);
  });

  it('TF2 hidden sheets and rows and struck cells are read and said to be so', async () => {
    const sheets = await sheetsOf(caseOf('d11-hidden-sheet/roster.xlsx'));
    expect(sheets.map((s) => [s.name, s.hidden, s.rows.length])).toEqual([
      ['一车间', false, 2],
      ['旧名单', true, 2],
    ]);
    const styles = `<styleSheet xmlns="${MAIN}"><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts><cellXfs><xf/><xf fontId="1"/><xf fontId="2"/></cellXfs></styleSheet>`;
    const strings = `<sst xmlns="${MAIN}"><si><t>整格</t></si><si><r><rPr><strike/></rPr><t>样本</t></r></si><si><r><rPr><strike/></rPr><t>样</t></r><r><t>本</t></r></si></sst>`;
    const rows = [
      [0, 1],
      [1, 0],
      [2, 0],
      [0, 2],
    ].map(
      ([string, style], i) =>
        `<row r="${i + 1}"${i === 3 ? ' hidden="1"' : ''}><c t="s" s="${style}"><v>${string}</v></c></row>`,
    );
    const [sheet] = await sheetsOf(
      withBook(`<worksheet xmlns="${MAIN}"><sheetData>${rows.join('')}</sheetData></worksheet>`, {
        styles,
        sharedStrings: strings,
      }),
    );
    expect(sheet?.rows.map((r) => [r.cells[0]?.text, r.cells[0]?.struck, r.hidden])).toEqual([
      ['整格', true, false],
      ['样本', true, false],
      ['样本', false, false],
      ['整格', false, true],
    ]);
  });

  it('TF3 a cell says what it holds: text, number, date, error or truth, and a date its number', async () => {
    const styles = `<styleSheet xmlns="${MAIN}"><numFmts><numFmt numFmtId="177" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="178" formatCode="&quot;第&quot;0&quot;年&quot;"/></numFmts><cellXfs><xf/><xf numFmtId="177"/><xf numFmtId="20"/><xf numFmtId="178"/></cellXfs></styleSheet>`;
    const cells = [
      '<c t="inlineStr"><is><t>文</t></is></c>',
      '<c><v>110199198803150000</v></c>',
      '<c s="1"><v>44220</v></c>',
      '<c s="2"><v>0.369444444444444</v></c>',
      '<c s="3"><v>3</v></c>',
      '<c t="e"><v>#N/A</v></c>',
      '<c t="e"><v>#REF!</v></c>',
      '<c t="b"><v>1</v></c>',
      '<c t="str"><f>A1</f><v>值</v></c>',
      '<c><f>A1</f></c>',
    ];
    const [sheet] = await sheetsOf(withBook(sheetOf([cells]), { styles }));
    expect(sheet?.rows[0]?.cells.map((c) => [c?.kind, c?.text, c?.numeric, c?.serial])).toEqual([
      ['text', '文', false, null],
      ['number', '110199198803150000', true, 110199198803150000],
      ['date', '2021-01-24 00:00', false, 44220],
      ['date', '1899-12-30 08:52', false, 0.369444444444444],
      ['number', '3', true, 3],
      ['error', '#N/A', false, null],
      ['error', '#REF!', false, null],
      ['boolean', 'TRUE', false, null],
      ['text', '值', false, null],
    ]);
  });

  it('TF4 a sheet that its reader did not give whole is refused by name, never believed', async () => {
    const cells = (second: string): string =>
      `<worksheet xmlns="${MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c>${second}</row></sheetData></worksheet>`;
    for (const second of [
      '<c r="A1" t="inlineStr"><is><t>又一格</t></is></c>',
      '<c t="inlineStr"><is><t>r="Z9"</t></is></c>',
      '<c r="B1" t="inlineStr"><v>不在该在的地方</v></c>',
      '<!-- <c r="C1"><v>1</v></c> -->',
    ]) {
      const read = await readTable(xlsxOf(cells(second)));
      expect(read.ok ? texts(read.sheets[0]!) : [read.code, read.said.key], second).toEqual([
        'file-damaged',
        'file.not-whole',
      ]);
    }
    expect(await sheetsOf(xlsxOf(cells('<c r="C1"><v>1</v></c>')))).toHaveLength(1);
  });

  it('TF5 a million formatted rows behind the last person are no people and no reason to refuse', async () => {
    const empty = Array.from(
      { length: 1_048_576 - 6 },
      (_, i) => `<row r="${i + 7}" s="1" customFormat="1"/>`,
    );
    const rows = Array.from({ length: 6 }, (_, i) => {
      const [number, name] = i === 0 ? PEOPLE[0]! : [`1101991975110${300 + i}`, `样本${i}`];
      return `<row r="${i + 1}"><c t="inlineStr"><is><t>${number}</t></is></c><c t="inlineStr"><is><t>${name}</t></is></c></row>`;
    });
    const made = xlsxOf(
      `<worksheet xmlns="${MAIN}"><sheetData>${rows.join('')}${empty.join('')}</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>`,
    );
    let sheets: TableSheet[] = [];
    expect(await workMs(async () => (sheets = await sheetsOf(made)))).toBeLessThan(15_000);
    expect(sheets[0]?.rows).toHaveLength(6);
    // what stands behind the rows is still read
    expect(sheets[0]?.rows[1]?.cells[0]).toMatchObject({ text: '身份证号', merged: true });
  }, 120_000);

  it('TF5 what is only formatted is gone through up to a bound, beyond it the sentence names the rows to delete', async () => {
    const filled = (empty: number): Uint8Array =>
      xlsxOf(
        sheetOf(PEOPLE).replace('</sheetData>', `<row>${'<c s="1"/>'.repeat(empty - 1)}</row></sheetData>`),
      );
    // every row has its own columns
    const rows = (empty: number): Uint8Array =>
      xlsxOf(
        sheetOf(PEOPLE).replace('</sheetData>', `${'<row><c/><c/><c/></row>'.repeat(empty / 4)}</sheetData>`),
      );
    expect(await readTable(filled(16_000))).toMatchObject({ ok: true });
    expect(await readTable(rows(EMPTY_MAX))).toMatchObject({ ok: true });
    expect(await readTable(rows(EMPTY_MAX + 4))).toMatchObject({
      ok: false,
      code: 'file-too-long',
      said: { key: 'file.empty-rows', parameters: { sheet: '花名册', rows: EMPTY_MAX / 4 } },
    });
  }, 120_000);

  it('TF6 a package is unpacked within bounds on its parts, whatever its directory claims', async () => {
    const parts = (more: number): Uint8Array =>
      xlsxOf(
        sheetOf(PEOPLE),
        Array.from({ length: more }, (_, i) => ({ name: `xl/media/${i}.png`, content: 'x', claimed: null })),
      );
    expect(await readTable(parts(ZIP_ENTRIES_MAX - 5))).toMatchObject({ ok: true });
    expect(await readTable(parts(ZIP_ENTRIES_MAX - 4))).toMatchObject({
      ok: false,
      said: { key: 'file.too-large-unpacked' },
    });
    const claims = (claimed: number): Uint8Array =>
      xlsxOf(sheetOf(PEOPLE), [{ name: 'xl/media/a.png', content: 'x', claimed }]);
    expect(await readTable(claims(UNZIPPED_BYTES_MAX))).toMatchObject({
      ok: false,
      said: { key: 'file.too-large-unpacked' },
    });
    expect(await readTable(claims(2))).toMatchObject({ ok: false, said: { key: 'file.damaged' } });
    const twice = ['xl/a.xml', 'XL/A.xml'].map((name) => ({ name, content: '<a/>', claimed: null }));
    expect(await readTable(xlsxOf(sheetOf(PEOPLE), twice))).toMatchObject({
      ok: false,
      code: 'file-damaged',
    });
    const document = zipOf([{ name: 'word/document.xml', content: '<document/>', claimed: null }]);
    expect(await readTable(document)).toMatchObject({ ok: false, code: 'not-a-table' });
  }, 60_000);
});

/** A workbook of one sheet with further parts of its own. */
function withBook(sheet: string, parts: { styles?: string; sharedStrings?: string }): Uint8Array {
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const relation = (kind: string, target: string): string =>
    `<Relationship Id="${kind}" Type="${office}/${kind}" Target="${target}"/>`;
  const override = (name: string, kind: string): string =>
    `<Override PartName="/xl/${name}" ContentType="${type}.${kind}+xml"/>`;
  const content = (name: string, text: string) => ({ name, content: text, claimed: null });
  return xlsxOf(sheet, [
    ...Object.entries(parts).map(([name, text]) => content(`xl/${name}.xml`, text)),
    content(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/>${Object.keys(
        parts,
      )
        .map((name) => relation(name, `${name}.xml`))
        .join('')}</Relationships>`,
    ),
    content(
      '[Content_Types].xml',
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('workbook.xml', 'sheet.main')}${override('worksheets/sheet1.xml', 'worksheet')}${Object.keys(
        parts,
      )
        .map((name) => override(`${name}.xml`, name))
        .join('')}</Types>`,
    ),
  ]);
}
