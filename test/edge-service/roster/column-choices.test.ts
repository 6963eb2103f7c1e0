import { readFile } from 'node:fs/promises';
import { Workbook } from '@cj-tech-master/excelts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labStoredSchema, rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { problemSchema } from '#shared/contract/http.ts';
import { COLUMNS_TEXT_MAX } from '../../../edge-service/http/asked-columns.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const N = Array.from({ length: 12 }, (_, n) => inventedIdNumber(n)).filter((n) => !n.endsWith('000'));
const query = (of: Record<string, string>): string => `?${new URLSearchParams(of).toString()}`;

describe('columns of files and what a person says of them', () => {
  let site: EdgeSite;
  let lead: string;
  let round: string;

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    round = await site.round(lead);
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });
  const put = (body: Uint8Array | string, asked: Record<string, string> = {}): Promise<Reply> =>
    site.ask('PUT', `/rounds/${round}/roster${query(asked)}`, { token: lead, body });
  const rosterVersion = async (): Promise<number> =>
    (await site.ask('GET', `/rounds/${round}`, { token: lead })).json.rosterVersion;
  const ownSheets = async (): Promise<Map<string | null, string[][]>> => {
    const file = await site.ask('GET', `/rounds/${round}/headcount.xlsx?form=own`, { token: lead });
    const table = await readTable(file.bytes);
    if (!table.ok) throw new Error(table.said.key);
    return new Map(table.sheets.map((s) => [s.name, s.rows.map((r) => r.cells.map((c) => c?.text ?? ''))]));
  };

  test('RF19 what each column was taken for is answered, also by a preview that stores nothing and by a refusal', async () => {
    const file = `花名册,,,\n职员姓名,身份证号,部门名称,籍贯\n测一,${N[0]},一车间,某地\n`;
    const columns = [
      {
        sheet: null,
        row: 2,
        columns: [
          { column: 1, header: '职员姓名', field: 'name' },
          { column: 2, header: '身份证号', field: 'number' },
          { column: 3, header: '部门名称', field: 'workshop' },
          { column: 4, header: '籍贯', field: null },
        ],
      },
    ];
    const before = await rosterVersion();
    const seen = rosterStoredSchema.parse((await put(file, { preview: 'yes' })).json);
    expect(seen).toMatchObject({ stored: false, version: before, rows: 1, people: 1, roster: 1, columns });
    expect(await rosterVersion()).toBe(before);
    const wrong = await put(`${file}试二,110199198803150011,一车间,\n`);
    expect([wrong.status, problemSchema.parse(wrong.json).columns]).toEqual([422, columns]);
    const bad = rosterStoredSchema.parse(
      (await put(`${file}试二,110199198803150011,一车间,\n`, { preview: 'yes' })).json,
    );
    expect(bad).toMatchObject({ stored: false, rows: 2, people: 1, errors: [{ row: 4 }] });
    const stored = rosterStoredSchema.parse((await put(file)).json);
    expect(stored).toMatchObject({ stored: true, version: before + 1, columns });
  });

  test('RF20 a person says otherwise, by header or by number, and it is remembered for that form of file once one is stored', async () => {
    const file = (n: number, name: string): string =>
      `代号,证码,属地,内部码\n${name},${N[n]},一车间,${n}0127\n`;
    expect((await put(file(0, '测一'))).status).toBe(422);
    const said = JSON.stringify({ 代号: 'name', 证码: 'number', '#3': 'workshop' });
    const seen = rosterStoredSchema.parse(
      (await put(file(0, '测一'), { columns: said, preview: 'yes' })).json,
    );
    expect(seen.columns[0]?.columns.map((c) => c.field)).toEqual(['name', 'number', 'workshop', null]);
    // a preview remembers nothing
    expect((await put(file(0, '测一'))).status).toBe(422);
    expect((await put(file(0, '测一'), { columns: said })).status).toBe(200);
    const next = rosterStoredSchema.parse((await put(file(1, '试二'))).json);
    expect(next).toMatchObject({ people: 1, roster: 1, errors: [] });
    // said anew, on top of what is remembered
    const more = await put(file(2, '样三'), { columns: JSON.stringify({ 内部码: 'staff_number' }) });
    expect(rosterStoredSchema.parse(more.json).columns[0]?.columns.map((c) => c.field)).toEqual([
      'name',
      'number',
      'workshop',
      'staff_number',
    ]);
    // another form of file is another
    expect((await put(`代号,证码,内部码\n测一,${N[0]},1\n`)).status).toBe(422);
  });

  test('RF20 a column that a person says is not read is not, and of two for one field the said one is; with nothing to say it is forgotten', async () => {
    const file = `姓名,身份证号,车间,原车间,身份证号码\n测一,${N[0]},一车间,二车间,${N[3]}\n`;
    const said = JSON.stringify({ 车间: null, 原车间: 'workshop', 身份证号码: 'number' });
    const stored = rosterStoredSchema.parse((await put(file, { columns: said })).json);
    expect(stored.columns[0]?.columns.map((c) => c.field)).toEqual([
      'name',
      null,
      null,
      'workshop',
      'number',
    ]);
    const file2 = await site.ask('GET', `/rounds/${round}/headcount.xlsx`, { token: lead });
    const table = await readTable(file2.bytes);
    expect(table.ok && table.sheets[0]?.rows[1]?.cells.map((c) => c?.text)).toEqual(
      expect.arrayContaining(['二车间', N[3]]),
    );
    const fields = async (asked: Record<string, string>): Promise<(string | null)[] | undefined> =>
      rosterStoredSchema.parse((await put(file, asked)).json).columns[0]?.columns.map((c) => c.field);
    const again = await fields({});
    expect(again?.[4]).toBe('number');
    // nothing to say: the words are judged anew, and what was said is forgotten
    const judged = ['name', 'number', 'workshop', null, null];
    expect([await fields({ columns: '{}' }), await fields({})]).toEqual([judged, judged]);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a field that is none', '{"代号":"result"}'],
    ['more than a line of a query', JSON.stringify({ 代: 'name' }).padEnd(COLUMNS_TEXT_MAX + 1, ' ')],
  ])('RF21 columns that cannot be read (%s) are refused, and nothing is stored', async (_, columns) => {
    const before = await rosterVersion();
    const reply = await put(`姓名,身份证号\n测一,${N[0]}\n`, { columns });
    expect([reply.status, reply.json.code]).toEqual([400, 'invalid-request']);
    expect(await rosterVersion()).toBe(before);
    const longest = JSON.stringify({ 代: 'name' }).padEnd(COLUMNS_TEXT_MAX, ' ');
    const taken = await put(`姓名,身份证号\n测一,${N[0]}\n`, { columns: longest, preview: 'yes' });
    expect(taken.status).toBe(200);
  });

  test('RF19 RF20 the columns of a laboratory’s list are answered, said and remembered too', async () => {
    const list = (body: string, asked: Record<string, string> = {}): Promise<Reply> =>
      site.ask('PUT', `/rounds/${round}/lab-counts${query(asked)}`, { token: lead, body });
    const words = '标本编号,混采人数\nA1,10\n';
    const seen = labStoredSchema.parse((await list(words, { preview: 'yes' })).json);
    expect(seen).toMatchObject({ stored: false, version: 0, lines: 1 });
    expect(seen.columns[0]?.columns.map((c) => c.field)).toEqual(['tube', 'count']);
    const own = '容器,数目\nA1,10\n';
    expect((await list(own)).status).toBe(422);
    const said = JSON.stringify({ 容器: 'tube', 数目: 'count' });
    expect(labStoredSchema.parse((await list(own, { columns: said })).json)).toMatchObject({ stored: true });
    expect(labStoredSchema.parse((await list(own)).json)).toMatchObject({ lines: 1, stored: true });
  });

  test('RF11 RF18 in HR’s own workbook nobody’s six columns stand behind somebody else: who is apart stands on a sheet of their own', async () => {
    const sides = await readFile(new URL('../../cases/files/d07-side-by-side/roster.xlsx', import.meta.url));
    expect(rosterStoredSchema.parse((await put(new Uint8Array(sides))).json)).toMatchObject({ roster: 8 });
    const own = await ownSheets();
    expect(own.get('S')?.map((row) => row[6])).toEqual(['是否已检', ...Array<string>(4).fill('否(漏检)')]);
    expect(own.get('补入')?.map((row) => row[0])).toEqual(['姓名', '测右0', '测右1', '测右2', '测右3']);
    const book = new Workbook();
    book.addWorksheet('名单1').addRows([
      ['姓名', '身份证号'],
      ['测一', N[0]],
    ]);
    book.addWorksheet('名单2').addRows([['测二', N[1]]]);
    const two = new Uint8Array(await book.xlsx.writeBuffer());
    expect(rosterStoredSchema.parse((await put(two)).json)).toMatchObject({ roster: 2 });
    const continued = await ownSheets();
    expect(continued.get('名单2')).toEqual([['测二', N[1]]]);
    expect(continued.get('补入')?.map((row) => row[0])).toEqual(['姓名', '测二']);
  });
});
