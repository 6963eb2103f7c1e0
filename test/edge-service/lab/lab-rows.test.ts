import { describe, expect, test } from 'vitest';
import { type LabRead, readLabList } from '../../../edge-service/lab/lab-file.ts';
import { OpenedCodes } from '../../../edge-service/lab/opened-codes.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import type { TableSheet } from '../../../edge-service/tables/table-file.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';

async function sheetsOf(text: string, name: string | null = null): Promise<TableSheet[]> {
  const table = await readAnyTable(new TextEncoder().encode(text));
  if (!table.ok) throw new Error(table.said.key);
  return table.sheets.map((sheet) => ({ ...sheet, name }));
}

function readSheets(sheets: readonly TableSheet[], hidden: 'leave' | 'take' = 'leave'): LabRead {
  return readLabList(sheets, {
    opened: new OpenedCodes([], 'codes'),
    site: '示例机电',
    blind: false,
    language: 'zh',
    choice: UNSAID,
    hidden,
  });
}
const read = async (text: string): Promise<LabRead> => readSheets(await sheetsOf(text));
const told = (of: readonly { row: number; code: string }[]): string[] => of.map((e) => `${e.row}:${e.code}`);
const lines = (lab: LabRead): (string | number | null)[][] => lab.lines.map((l) => [l.tube, l.count]);

describe('lists of laboratories as people have them', () => {
  test('RF1 a code and a count are a tube whatever else stands in the row, also where another cell says 合计', async () => {
    const lab = await read('采样管编号,人数,审核\nA1,10,审核:已通过\n0000099,10,合计\nA3,9,制表人:测某\n');
    expect(lines(lab)).toEqual([
      ['A1', 10],
      ['0000099', 10],
      ['A3', 9],
    ]);
    expect([lab.errors, lab.warnings]).toEqual([[], []]);
  });

  test.each([
    ['its words in front', '合计,2管,19', []],
    ['the number of tubes without a word for it', '合计,2,19', []],
    ['more than a tube holds', '合计,2管,1900', ['4:total-differs']],
    ['a total that does not fit', '汇总,,20人', ['4:total-differs']],
    ['who made the list', '检测人:测某,,', ['4:foot-row']],
    ['who signs', '审核人:,,', ['4:foot-row']],
    ['something else', '以下空白,,', ['4:rows-unnamed']],
  ])('RF2 RF3 a row with %s is no tube, and is compared or named', async (_, row, warnings) => {
    const lab = await read(`序号,采样管编号,人数\n1,A1,10\n2,A2,9\n${row}\n`);
    expect(lines(lab)).toEqual([
      ['A1', 10],
      ['A2', 9],
    ]);
    expect([lab.errors, told(lab.warnings)]).toEqual([[], warnings]);
  });

  test('RF5 codes protected as ="…" are read, and told once', async () => {
    const lab = await read('采样管编号,人数\n="0000017",10\n="0000018","=""9"""\n');
    expect(lines(lab)).toEqual([
      ['0000017', 10],
      ['0000018', 9],
    ]);
    expect(told(lab.warnings)).toEqual(['2:cells-mended']);
  });

  test('RF11 tubes beside each other are read as two blocks, and their total accuses nobody', async () => {
    const lab = await read('管号,人数,管号,人数\nA1,10,B1,9\nA2,10,,\n合计,29,,\n');
    expect(lines(lab)).toEqual([
      ['A1', 10],
      ['A2', 10],
      ['B1', 9],
    ]);
    expect([lab.errors, lab.warnings]).toEqual([[], []]);
  });

  test('RF12 a second column of counts is named and not read', async () => {
    const lab = await read('管号,人数,人份\nA1,10,9\n');
    expect([lines(lab), told(lab.warnings)]).toEqual([[['A1', 10]], ['1:header-twice']]);
  });

  test.each(['混采人数', '实采人数', '采集人数', '实检人数'])('RF14 %s is a count', async (count) => {
    for (const tube of ['标本编号', '条码号', '试管码', '样本号', '管号 Code'])
      expect(lines(await read(`${tube},${count}\nA1,10\n`))).toEqual([['A1', 10]]);
  });

  test('RF15 a tube above the header is told, a title is not', async () => {
    const lab = await read('2021年第4轮,\nA1,10\n管号,人数\nA2,9\n');
    expect([lines(lab), told(lab.errors)]).toEqual([[['A2', 9]], ['2:row-above-header']]);
  });

  test('RF16 the refusal of a list without a header shows the row most like one, and no result of a test', async () => {
    const lab = await read('序,容器,数目,检测结果\n1,A1,10,阳性\n');
    expect(lab.errors).toMatchObject([{ row: 1, code: 'header-missing' }]);
    expect(lab.errors[0]?.zh).toContain('容器 | 数目 | 检测结果');
    const bare = await read('样管,阳性,某台\n样管,阴性,某台\n');
    expect(bare.errors).toMatchObject([{ code: 'header-missing' }]);
    expect(JSON.stringify(bare)).not.toContain('阳性');
  });

  test('RF17 RF18 hidden sheets are left out and named, sheets without a header continued or named', async () => {
    const [first] = await sheetsOf('管号,人数\n000017,10\n', '一');
    const [second] = await sheetsOf('000018,9\n', '二');
    const [notes] = await sheetsOf('说明,请核对\n', '说明');
    const lab = readSheets([first!, second!, notes!]);
    expect(lines(lab)).toEqual([
      ['000017', 10],
      ['000018', 9],
    ]);
    expect(lab.warnings.map((w) => `${w.sheet} ${w.code}`)).toEqual([
      '二 sheet-continued',
      '说明 sheet-skipped',
    ]);
    const hidden = [first!, { ...(await sheetsOf('管号,人数\n000019,9\n', '旧'))[0]!, hidden: true }];
    expect(lines(readSheets(hidden))).toEqual([['000017', 10]]);
    expect(readSheets(hidden).warnings).toMatchObject([{ sheet: '旧', code: 'sheet-hidden' }]);
    expect(lines(readSheets(hidden, 'take'))).toHaveLength(2);
  });
});
