import { type BookType, type CellObject, CFB, utils, type WorkBook, write } from '@e965/xlsx';
import { array, assert, asyncProperty, constantFrom, integer, oneof, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { say } from '#shared/language/say.ts';
import type { TableRead, TableSheet } from '../../../edge-service/tables/table-file.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { zipOf } from '../../support/edge/hostile-files.ts';
import { gbk } from '../../support/edge/roster-samples.ts';

/** Formats whose cells have kinds; HTML knows text alone. */
const FORMATS = ['xlsx', 'xlsm', 'xlsb', 'biff8', 'ods', 'xlml'] as const satisfies readonly BookType[];

const bytesOf = (book: WorkBook, bookType: BookType): Uint8Array =>
  new Uint8Array(write(book, { type: 'array', bookType, bookSST: bookType !== 'biff5' }) as ArrayBuffer);
async function sheetsOf(bytes: Uint8Array): Promise<TableSheet[]> {
  const read = await readTable(bytes);
  if (!read.ok) throw new Error(say('zh', read.said));
  return read.sheets;
}
const words = (read: TableRead): string => (read.ok ? '' : say('zh', read.said));
const textsOf = ({ rows }: TableSheet): string[] =>
  rows.map(({ cells }) => cells.map((cell) => cell?.text ?? '').join('|'));

function bookOf(sheets: Readonly<Record<string, unknown[][]>>): WorkBook {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  return book;
}

const ROSTER = [
  ['示例机电员工花名册'],
  ['姓名', '身份证号', '车间', '入职', '人数'],
  ['测伟', '110199198803150010', '一车间', 44220, 10],
  ['试·买买提', '11019919751103008X', null, null, -1.5],
  ['𠮷样', '110199199107220040', '二车间 & <三>', null, 110199198803150000],
];

describe('formats of workbooks', () => {
  it.each(FORMATS)(
    'TF7 %s is read cell for cell, with hidden sheets and rows, merged cells, dates and errors',
    async (format) => {
      const book = bookOf({ 花名册: ROSTER, '三车间 ': [['姓名'], ['例']], 旧名单: [['姓名'], ['走了']] });
      const sheet = book.Sheets['花名册']!;
      (sheet['D3'] as CellObject).z = 'yyyy-mm-dd';
      sheet['F3'] = { t: 'b', v: true };
      sheet['F4'] = format === 'ods' ? { t: 's', v: '#N/A' } : { t: 'e', v: 0x2a };
      sheet['!ref'] = 'A1:F5';
      sheet['!merges'] = [utils.decode_range('A1:E1'), utils.decode_range('C3:C4')];
      sheet['!rows'] = [{}, {}, {}, { hidden: true }];
      book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 0 }, { Hidden: 1 }] };
      const read = await readTable(bytesOf(book, format));
      if (!read.ok) throw new Error(words(read));
      expect(read.kind).toBe(format === 'xlsx' || format === 'xlsm' ? 'xlsx' : 'workbook');
      expect(read.sheets.map((s) => s.name)).toEqual(['花名册', '三车间 ', '旧名单']);
      expect(textsOf(read.sheets[0]!)).toEqual([
        '示例机电员工花名册|示例机电员工花名册|示例机电员工花名册|示例机电员工花名册|示例机电员工花名册|',
        '姓名|身份证号|车间|入职|人数|',
        '测伟|110199198803150010|一车间|2021-01-24 00:00|10|TRUE',
        '试·买买提|11019919751103008X|一车间||-1.5|#N/A',
        '𠮷样|110199199107220040|二车间 & <三>||110199198803150000|',
      ]);
      const [, , third, fourth, fifth] = read.sheets[0]!.rows;
      expect(third!.cells.map((c) => c?.kind)).toEqual(['text', 'text', 'text', 'date', 'number', 'boolean']);
      expect(third!.cells[3]).toMatchObject({ serial: 44220, numeric: false });
      expect(fourth!.cells[2]).toMatchObject({ text: '一车间', merged: true });
      expect(fourth!.cells[5]?.kind).toBe(format === 'ods' ? 'text' : 'error');
      expect(fifth!.cells[4]).toMatchObject({ numeric: true });
      // the library that writes these files for the test writes hidden rows and sheets not into all of them
      if (format !== 'ods') expect(read.sheets.map((s) => s.hidden)).toEqual([false, false, true]);
      if (format !== 'ods' && format !== 'biff8')
        expect(read.sheets[0]!.rows.map((r) => r.hidden)).toEqual([false, false, false, true, false]);
    },
  );

  it('TF7 Excel 5 and 95 wrote in the code page of their Windows: GBK is read', async () => {
    // the library writes no GBK: placeholders of the same length, and the code page, are replaced in its file
    const names = { Name: '姓名', Numb: '工号', 'Someb.': '测·伟', Roster: '花名册' };
    const book = bookOf({
      Roster: [
        ['Name', 'Numb'],
        ['Someb.', '00127'],
      ],
    });
    const bytes = Buffer.from(bytesOf(book, 'biff5'));
    for (const [placeholder, name] of Object.entries(names)) {
      const at = bytes.indexOf(placeholder);
      expect(at, placeholder).toBeGreaterThan(0);
      bytes.set(gbk(name), at);
    }
    const codePage = bytes.indexOf(Buffer.from([0x42, 0, 2, 0]));
    bytes.writeUInt16LE(936, codePage + 4);
    const [sheet] = await sheetsOf(bytes);
    expect(sheet?.name).toBe('花名册');
    expect(textsOf(sheet!)).toEqual(['姓名|工号', '测·伟|00127']);
  });

  it('TF7 OpenDocument as LibreOffice writes it: repeated cells, notes, errors, hidden sheets and filtered rows', async () => {
    const cell = (text: string, attributes = ''): string =>
      `<table:table-cell office:value-type="string" ${attributes}><text:p>${text}</text:p></table:table-cell>`;
    const filler =
      '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>';
    const note =
      '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>样本</text:p></table:table-cell>';
    const error =
      '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>';
    const content = `<?xml version="1.0" encoding="UTF-8"?><office:document-content ${['office', 'table', 'text', 'style', 'calcext'].map((n) => `xmlns:${n}="urn:${n}"`).join(' ')}><office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style><style:style style:name="ce1" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="花名册" table:style-name="ta1"><table:table-row>${cell('姓名')}${cell('车间')}</table:table-row><table:table-row>${note}${cell('一车间', 'table:number-columns-repeated="2"')}</table:table-row><table:table-row table:visibility="filter">${cell('走了', 'table:style-name="ce1"')}${error}</table:table-row>${filler}</table:table><table:table table:name="旧名单" table:style-name="ta2"><table:table-row table:number-rows-repeated="2">${cell('例')}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`;
    const made = (text: string): Uint8Array =>
      zipOf(
        Object.entries({
          mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
          'META-INF/manifest.xml': '<manifest:manifest xmlns:manifest="urn:m"/>',
          'content.xml': text,
        }).map(([name, part]) => ({ name, content: part, claimed: null })),
      );
    const sheets = await sheetsOf(made(content));
    expect(sheets.map((s) => [s.name, s.hidden, textsOf(s)])).toEqual([
      ['花名册', false, ['姓名|车间|', '样本|一车间|一车间', '走了|#N/A|']],
      ['旧名单', true, ['例', '例']],
    ]);
    expect(sheets[0]!.rows.map((r) => [r.hidden, r.cells[0]?.struck])).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
    expect(sheets[0]!.rows[2]!.cells[1]?.kind).toBe('error');
    // one written cell that claims to stand a thousand million times is more than may be read, not more than can be held
    const bomb = content.replace('number-rows-repeated="2"', 'number-rows-repeated="1000000"');
    expect(await readTable(made(bomb))).toMatchObject({ ok: false, code: 'file-too-long' });
  });

  it('TF8 HTML and SpreadsheetML under the name .xls are read, their numbers as text', async () => {
    const html = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"><style>td{}</style></head><body><table border=1><tr><td colspan="2">名单<br></td></tr><!-- <tr><td>旧</td></tr> --><tr><th>姓名</th><th>证件号码</th></tr><tr><td rowspan=2>测&nbsp;伟</td><td x:str>110199198803150010</td></tr><tr><td>&lt;无&gt;</td></tr></table><table><tr><td>制表</td></tr></table></body></html>`;
    for (const bytes of [Buffer.from(html), gbk(html)]) {
      const sheets = await sheetsOf(bytes);
      expect(sheets.map(textsOf)).toEqual([
        ['名单\n|名单\n', '姓名|证件号码', '测 伟|110199198803150010', '测 伟|<无>'],
        ['制表'],
      ]);
      expect(sheets[0]!.rows[2]!.cells[1]).toMatchObject({ kind: 'text', numeric: false });
      expect(sheets[0]!.rows[3]!.cells[0]?.merged).toBe(true);
    }
    const xml = `<?xml version="1.0" encoding="gb2312"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1"><Font ss:StrikeThrough="1"/></Style></Styles><Worksheet ss:Name="派遣"><Table><Row><Cell><Data ss:Type="String">姓名</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">证件号码</Data></Cell><Cell><Data ss:Type="String">单位</Data></Cell></Row><Row ss:Index="4" ss:Hidden="1"><Cell ss:StyleID="s1"><Data ss:Type="String">测伟</Data><Comment><Data>批注</Data></Comment></Cell><Cell ss:Index="2"><Data ss:Type="String">110199198803150010</Data></Cell></Row></Table></Worksheet></Workbook>`;
    const [sheet] = await sheetsOf(gbk(xml));
    expect(sheet?.name).toBe('派遣');
    expect(sheet?.rows.map((r) => [r.row, r.hidden, r.cells[0]?.struck])).toEqual([
      [1, false, false],
      [4, true, true],
    ]);
    expect(textsOf(sheet!)).toEqual(['姓名|证件号码|证件号码|单位', '测伟|110199198803150010||']);
  });

  it('TF8 HTML whose cells cannot be told from each other is refused, not read otherwise than it is shown', async () => {
    const table = (rows: string): Uint8Array =>
      Buffer.from(`<html><body><table>${rows}</table></body></html>`);
    for (const rows of [
      '<tr><td>姓名<td>工号</tr><tr><td>测<td>1</tr>',
      '<tr><td>姓名</td><td><table><tr><td>工号</td></tr></table></td></tr>',
      '<tr><td>姓名</td></tr></table></table>',
    ])
      expect(words(await readTable(table(rows))), rows).toContain('另存为 .xlsx');
    expect(
      words(await readTable(Buffer.from('<html><frameset><frame src="a.htm"></frameset></html>'))),
    ).toContain('另存为 .xlsx');
    expect(
      words(
        await readTable(
          Buffer.from('MIME-Version: 1.0\nX-Document-Type: Workbook\n\n<table><tr><td>a</td></tr></table>'),
        ),
      ),
    ).toContain('另存为 .xlsx');
  });

  it('TF9 a locked workbook keeps its sentence, in every format', async () => {
    const container = CFB.utils.cfb_new();
    for (const [name, content] of [
      ['EncryptedPackage', 'x'.repeat(5000)],
      ['EncryptionInfo', 'x'],
    ] as const)
      CFB.utils.cfb_add(container, `/${name}`, Buffer.from(content));
    const locked = new Uint8Array(CFB.write(container, { type: 'buffer' }) as Buffer);
    // FILEPASS directly behind the BOF of the stream, as MS-XLS 2.4.117 has it
    const old = Buffer.from(bytesOf(bookOf({ a: [['姓名']] }), 'biff8'));
    const bof = old.indexOf(Buffer.from([0x09, 0x08, 0x10, 0]));
    const second = bof + 4 + old.readUInt16LE(bof + 2);
    old.writeUInt16LE(0x2f, second);
    for (const bytes of [locked, old])
      expect(await readTable(bytes)).toMatchObject({
        ok: false,
        code: 'old-spreadsheet',
        said: { key: 'file.old-or-locked' },
      });
    const open = {
      mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
      'content.xml': 'no XML any more',
    };
    const manifest =
      '<manifest:manifest xmlns:manifest="urn:m"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
    const document = Object.entries({ ...open, 'META-INF/manifest.xml': manifest });
    expect(
      await readTable(zipOf(document.map(([name, content]) => ({ name, content, claimed: null })))),
    ).toMatchObject({ said: { key: 'file.old-or-locked' } });
    expect(await readTable(old.subarray(0, 700))).toMatchObject({ ok: false, code: 'old-spreadsheet' });
  });

  it('TF4 any workbook that the library writes comes back cell for cell', async () => {
    const texts = oneof(
      string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      constantFrom('姓名', '00127', '1.0', 'TRUE', '𠮷', "'1", '=A1', ' '),
    );
    const cells = oneof(
      constantFrom(null),
      texts,
      integer({ min: -1e9, max: 1e9 }),
      constantFrom(true, false),
    );
    await assert(
      asyncProperty(
        record({
          format: constantFrom('xlsx', 'xlsb', 'biff8', 'xlml', 'ods'),
          rows: array(array(cells, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
        }),
        async ({ format, rows }) => {
          const clean = rows.map((row) =>
            row.map((value) => (typeof value === 'string' ? printable(value) : value)),
          );
          const read = await sheetsOf(bytesOf(bookOf({ a: clean }), format));
          const expected = clean.flatMap((row, i) => {
            const written = row.flatMap((value, c) =>
              value === null || value === ''
                ? []
                : [`${c}:${typeof value === 'boolean' ? String(value).toUpperCase() : value}`],
            );
            return written.length === 0 ? [] : [[i + 1, ...written]];
          });
          const got = read[0]!.rows.map((r) => [
            r.row,
            ...r.cells.flatMap((c, at) => (c === null ? [] : [`${at}:${c.text}`])),
          ]);
          expect(got).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);
});

/** Blanks and marks that XML itself changes are no matter of the reader. */
const printable = (text: string): string => text.replace(/[\p{C}\r\n\t]/gu, '').trim();
