import { describe, expect, test } from 'vitest';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import { type LabRead, readLabList } from '../../../edge-service/lab/lab-file.ts';
import { OpenedCodes } from '../../../edge-service/lab/opened-codes.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { bookTubes, l1Workbook } from '../../support/edge/lab-samples.ts';

async function read(
  text: string | Uint8Array,
  knownCodes: string[] = [],
  site = '示例机电',
): Promise<LabRead> {
  const table = await readAnyTable(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  if (!table.ok) throw new Error(table.said.key);
  return readLabList(table.sheets, {
    opened: new OpenedCodes(knownCodes, 'codes'),
    site,
    blind: false,
    language: 'zh',
    choice: UNSAID,
    hidden: 'leave',
  });
}

const codes = (lab: LabRead): string[] => lab.errors.map((e) => `${e.row}:${e.column ?? ''}:${e.code}`);

describe('lists of the laboratory', () => {
  test('LA1 L1 as a laboratory sends it gives the lines booked for this site and none of another firm', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const random = seededRandom(seed);
      const tubes = Array.from({ length: 30 }, (_, i) => ({
        code: `21012400${String(i).padStart(4, '0')}`.replace(/^2/, seed % 2 === 0 ? '0' : '2'),
        station: 1 + (i % 4),
        count: 1 + random.below(10),
      }));
      const { lines } = bookTubes(tubes, { random, faults: ['none'] });
      const lab = await read(
        await l1Workbook(lines, { random, site: '示例机电' }),
        tubes.map((t) => t.code),
      );
      expect(lab.errors).toEqual([]);
      expect(lab.otherFirms).toBe(1);
      expect(lab.lines.map(({ tube, count, station }) => ({ code: tube, count, station }))).toEqual(
        lines.map(({ code, count, station }) => ({ code, count, station })),
      );
    }
  });

  test('LA2 a code that lost its zeros is completed from the codes opened here, and refused where two would fit', async () => {
    const lab = await read('tube,count\n17,10\n00018,9\n', ['0000017', '0000018']);
    expect(lab.lines.map((l) => l.tube)).toEqual(['0000017', '0000018']);
    expect(lab.warnings.map((w) => w.code)).toEqual(['code-repaired', 'code-repaired']);
    expect(codes(await read('tube,count\n17,10\n', ['0000017', '017']))).toEqual(['2:tube:tube-ambiguous']);
  });

  test('LA3 a code in scientific notation is the one known code that would be shown so, else it is refused', async () => {
    expect(
      (await read('tube,count\n2.10124E+11,10\n', ['210124000018', '110124000018'])).lines,
    ).toMatchObject([{ tube: '210124000018' }]);
    expect(codes(await read('tube,count\n2.10124E+11,10\n', ['210124000018', '210124000019']))).toEqual([
      '2:tube:tube-ambiguous',
    ]);
    expect(codes(await read('tube,count\n2.10124E+11,10\n', []))).toEqual(['2:tube:tube-code']);
  });

  test('LA4 a count is read as 10, 10人, full width or from the remarks, and anything else is told with its place', async () => {
    const lab = await read('采样管编号,人数,备注\nA1,10,\nA2,10人,\nA3,10,\nA4,,9人\n');
    expect(lab.lines.map((l) => l.count)).toEqual([10, 10, 10, 9]);
    expect(codes(await read('tube,count\nA1,\nA2,ten\nA3,-1\nA4,2000\n,5\n'))).toEqual([
      '2:count:count-missing',
      '3:count:count',
      '4:count:count',
      '5:count:count',
      '6:tube:tube-missing',
    ]);
  });

  test('LA5 a total row is no tube, and a total that does not fit is a warning', async () => {
    const lab = await read('采样管编号,人数\nA1,10\nA2,9\n合计,19\n');
    expect([lab.lines.length, lab.warnings.length]).toEqual([2, 0]);
    const off = await read('采样管编号,送检单位,人数\nA1,,10\nA2,,9\n,合计,20\n');
    expect(off.warnings).toMatchObject([{ code: 'total-differs' }]);
  });

  test('LA6 an unknown code is no bad row: it is kept as the laboratory wrote it', async () => {
    expect((await read('tube,count,batch,station\n0000099,10,箱3,2\n', ['0000017'])).lines).toMatchObject([
      { tube: '0000099', count: 10, batch: '箱3', station: 2 },
    ]);
    expect(codes(await read('tube,count,station\nA1,10,east\n'))).toEqual(['2:station:station']);
  });

  test('LA9 a code of ours that nobody opened is stored and named with its place, where tubes are opened by their codes', async () => {
    const list = 'tube,count\n0000017,10\n0000099,10\n';
    const lab = await read(list, ['0000017']);
    expect(lab.lines.map((l) => l.tube)).toEqual(['0000017', '0000099']);
    expect(lab.warnings).toMatchObject([{ code: 'tube-unknown', row: 3, column: 'tube' }]);
    expect(lab.warnings[0]?.zh).toBe('第3行:我方没有开过这个管号,请看是否写错 (0000099)');
    // another firm's tubes are not ours to know; nor are there codes to know before the first tube, or in a round with marks
    const firms = await read('采样管编号,人数,送检单位\n0000017,10,示例机电\n0000099,10,乙厂\n', ['0000017']);
    expect(firms.warnings).toEqual([]);
    expect((await read(list)).warnings).toEqual([]);
    const table = await readAnyTable(new TextEncoder().encode(list));
    if (!table.ok) throw new Error(table.said.key);
    const marks = new OpenedCodes(['第1管'], 'marks');
    expect(
      readLabList(table.sheets, {
        opened: marks,
        site: '',
        blind: false,
        language: 'zh',
        choice: UNSAID,
        hidden: 'leave',
      }).warnings,
    ).toEqual([]);
  });

  test('LA7 a test result is never read: no shape that leaves the reader holds one', async () => {
    const lab = await read('采样管编号,人数,检测结果\nA1,10,异常待复检\n');
    expect(JSON.stringify(lab)).not.toContain('异常');
    expect(lab.lines).toEqual([{ sheet: null, row: 2, tube: 'A1', count: 10, batch: null, station: null }]);
  });

  test('LA8 with an unknown site name the firm with most known tubes is ours', async () => {
    const list = '采样管编号,人数,送检单位\nA1,10,甲厂\nA2,10,甲厂\nA1,3,乙厂\n';
    const lab = await read(list, ['A1', 'A2'], '');
    expect(lab.lines.map((l) => [l.tube, l.count])).toEqual([
      ['A1', 10],
      ['A2', 10],
    ]);
    expect(lab.otherFirms).toBe(1);
  });
});
