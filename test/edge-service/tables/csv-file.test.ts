import { describe, expect, it } from 'vitest';
import { say } from '#shared/language/say.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import { gbk } from '../../support/edge/roster-samples.ts';

const HEAD = '姓名,身份证号,车间';
const ROWS = [
  '测一,110199198803150010,一车间',
  '试二,110199199107220040,二车间',
  '样三,11019919751103008X,三车间',
];

async function read(file: string | Uint8Array): Promise<string[] | string> {
  const table = await readAnyTable(typeof file === 'string' ? Buffer.from(file) : file);
  if (!table.ok) return `${table.code} ${say('zh', table.said)}`;
  return table.sheets[0]!.rows.map(({ cells }) => cells.map((cell) => cell?.text ?? '').join('|'));
}
const piped = (rows: readonly string[]): string[] => rows.map((row) => row.replaceAll(',', '|'));

describe('CSV files', () => {
  it.each([
    [
      'tabs under a title with commas',
      ['花名册,2021,最新,版', HEAD.replaceAll(',', '\t'), ...ROWS.map((r) => r.replaceAll(',', '\t'))],
      1,
    ],
    ['commas under a title with semicolons', ['填报:测;审核:样;制表;', HEAD, ...ROWS], 1],
    [
      'semicolons with commas in the values of every row',
      ['姓名;地址', ...ROWS.map((r, i) => `${i};${r}`)],
      0,
    ],
    ['commas with a tab behind every number', [HEAD, ...ROWS.map((r) => r.replace(/(\d{17}.)/, '$1\t'))], 0],
  ])('TF10 the delimiter is that of the rows: %s', async (what, lines, title) => {
    const rows = (await read(lines.join('\r\n'))) as string[];
    const widths = new Set(rows.slice(title).map((row) => row.split('|').length));
    expect([...widths], what).toEqual([what.startsWith('semicolons with') ? 2 : 3]);
  });

  it('TF10 lines decide the encoding: GBK, UTF-8, and a broken line in UTF-8 is told', async () => {
    expect(await read(gbk([HEAD, ...ROWS].join('\n')))).toEqual(piped([HEAD, ...ROWS]));
    expect(await read('name,n\nJosé,1\n')).toEqual(['name|n', 'José|1']);
    const broken = Buffer.concat([
      Buffer.from(`${HEAD}\n${ROWS[0]}\n`),
      gbk('试二'),
      Buffer.from(`,1,二\n${ROWS[2]}\n`),
    ]);
    expect(await read(broken)).toMatch(/^file-damaged 第3行/);
    const cut = Buffer.from([HEAD, ...ROWS].join('\n'));
    expect(await read(cut.subarray(0, -1))).toMatch(/^file-damaged 第4行/);
  });

  it('TF11 a stray quote that swallows rows is told with its line, a cell of several lines stays one', async () => {
    const swallowed = [HEAD, ROWS[0], '"试二,110199199107220040,二车间', ROWS[2], '例四",1,四车间'].join(
      '\n',
    );
    expect(await read(swallowed)).toMatch(/^file-damaged 第3行有多余的引号/);
    expect(await read([HEAD, ROWS[0], '"试二,110199199107220040,二车间', ROWS[2]].join('\n'))).toMatch(
      /^file-damaged 第3行.*引号/,
    );
    const lines = [HEAD, '测一,110199198803150010,"一车间\n二楼,东"', ROWS[1]].join('\n');
    expect(await read(lines)).toEqual([
      piped([HEAD])[0],
      '测一|110199198803150010|一车间\n二楼,东',
      piped(ROWS)[1],
    ]);
    expect(await read(`${HEAD}\n测5"管,1,"一"车间\n`)).toEqual([piped([HEAD])[0], '测5"管|1|"一"车间']);
  });

  it('TF12 a title that begins with a bracket is no JSON, and JSON that is cut off is told as such', async () => {
    for (const title of ['[2021]花名册', '[最新]花名册', '示例[2021]花名册', '{一}花名册', '\ufeff[1]名单'])
      expect((await read([title, HEAD, ...ROWS].join('\n'))).slice(1)).toEqual(piped([HEAD, ...ROWS]));
    expect(await read(gbk(['示例[2021]花名册', HEAD, ...ROWS].join('\n')))).toHaveLength(5);
    for (const json of ['[{"number":"1"', '{"number":"1"}', '[[1],', '["姓名",'])
      expect(await read(json)).toMatch(/^not-a-table JSON/);
    expect(await read('\ufeff[{"姓名":"测一"}]')).toEqual(['姓名', '测一']);
  });
});
