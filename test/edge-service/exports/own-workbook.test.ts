import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { madeTable, madeWorkbook, textRows } from '../../support/edge/made-workbook.ts';
import { faultsOf, partsOf, textOf } from '../../support/edge/package-check.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const HEAD = ['姓名', '身份证号', '车间'];
const PEOPLE = [0, 1, 2].map((n) => [`测${n}`, inventedIdNumber(n), '一车间']);
const MORE = [3, 4].map((n) => [`试${n}`, inventedIdNumber(n), '二车间']);

let site: EdgeSite;
let lead: string;
let round: RoundId;

const file = async (name: string): Promise<Uint8Array> => {
  const reply = await site.ask('GET', name, { token: lead });
  expect([name, reply.status]).toEqual([name, 200]);
  expect([name, await faultsOf(reply.bytes)]).toEqual([name, []]);
  return reply.bytes;
};
/** Texts of a sheet, row by row. */
const rowsOf = async (bytes: Uint8Array, sheet: string): Promise<string[][]> => {
  const table = await readTable(bytes);
  if (!table.ok) throw new Error(table.code);
  return table.sheets.find((s) => s.name === sheet)?.rows.map((r) => r.cells.map((c) => c?.text ?? '')) ?? [];
};

beforeAll(async () => {
  site = await EdgeSite.start({ site: '示例机电 & 分厂' });
  lead = await site.lead();
  round = await site.round(lead, { name: '第4轮核酸' });
  const book = await madeWorkbook({
    sheets: { 一车间: textRows([HEAD, ...PEOPLE]), 二车间: textRows([HEAD, ...MORE]) },
    // a table of names alone: sorted, it would part them from everything behind it
    tables: [madeTable({ columns: ['姓名'], top: 1, bottom: 4, attributes: '' })],
  });
  const put = await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: book });
  if (put.status !== 200) throw new Error(JSON.stringify(put.json));
  await site.open(lead, round);
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  kiosk.openTube('0000011');
  for (const [name, number] of [PEOPLE[1]!, MORE[0]!])
    kiosk.swipe({ kind: 'id', number: number!, name: name! });
  await kiosk.send();
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

describe('HR’s own workbook from the edge', () => {
  test('WB5 columns of a sheet that cannot take them stand on one of their own by row, name and number, and 汇总 says where', async () => {
    const bytes = await file(`/rounds/${round}/headcount.xlsx?form=own`);
    const apart = await rowsOf(bytes, '一车间-采样情况');
    expect(apart[0]!.slice(0, 6)).toEqual(['行', '姓名', '证件号码', '工号', '联系电话', '是否已检']);
    expect(apart.slice(1).map((r) => [r[0], r[1], r[2], r[8]])).toEqual(
      PEOPLE.map(([name, number], i) => [String(i + 2), name, number, i === 1 ? '0000011' : '']),
    );
    expect(await rowsOf(bytes, '一车间')).toEqual([HEAD, ...PEOPLE]);
    const other = await rowsOf(bytes, '二车间');
    expect(other.map((r) => [...r.slice(0, 3), r[6]])).toEqual([
      [...HEAD, '管号'],
      [...MORE[0]!, '0000011'],
      [...MORE[1]!, ''],
    ]);
    const summary = await rowsOf(bytes, '汇总');
    expect(summary[1]).toEqual([
      '回填花名册',
      '',
      '工作表“一车间”里加不进这几列,写在工作表“一车间-采样情况”上',
    ]);
    expect(summary.map((r) => r[0])).toContain('在册');
  });

  test('WB10 over every page of every file stands the site, the round or what it is of, up to when it is final and when it was made', async () => {
    const made = String.raw`导出 \d{4}年\d+月\d+日 \d\d:\d\d`;
    const upTo = String.raw`截至(?:未知| \d+月\d+日 \d\d:\d\d) · ${made}`;
    const of = (what: string, when: string): RegExp => new RegExp(`^&L示例机电 && 分厂 · ${what}&R${when}$`);
    const files: [string, RegExp][] = [
      [`/rounds/${round}/headcount.xlsx`, of('第4轮核酸', upTo)],
      [`/rounds/${round}/headcount.xlsx?form=own`, of('第4轮核酸', upTo)],
      [`/rounds/${round}/missing.xlsx`, of('第4轮核酸', upTo)],
      [`/rounds/${round}/report.xlsx`, of('第4轮核酸', upTo)],
      [`/rounds/${round}/report.xlsx?rounds=all`, of('上报表', made)],
      [`/rounds/${round}/reconciliation.xlsx`, of('第4轮核酸', upTo)],
      ['/openings.xlsx', of('谁看过', made)],
    ];
    for (const [name, heading] of files) {
      const parts = await partsOf(await file(name));
      const last = [...parts.keys()].findLast((p) => p.startsWith('xl/worksheets/sheet'))!;
      const said = /<oddHeader>(.*)<\/oddHeader>/.exec(textOf(parts, last))?.[1]?.replaceAll('&amp;', '&');
      expect([name, said]).toEqual([name, expect.stringMatching(heading)]);
    }
  });
});
