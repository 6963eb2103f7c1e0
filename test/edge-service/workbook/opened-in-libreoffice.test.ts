import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { fillXlsx } from '../../../edge-service/workbook/filled-workbook.ts';
import { writeXlsx } from '../../../edge-service/workbook/written-workbook.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const HEADING = { left: '示例机电 · 第4轮核酸', right: '截至 1月24日 20:05' };
const SIX = ['是否已检', '采样时间', '采样台', '管号', '登记方式', '未检原因'];

describeNeeding(['soffice'], 'LibreOffice', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'muster-soffice-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  /** What LibreOffice makes of workbooks, in one run: the files it writes, by name. */
  async function converted(
    books: Readonly<Record<string, Uint8Array>>,
    to: string,
  ): Promise<Map<string, Buffer>> {
    const run = mkdtempSync(path.join(dir, 'run-'));
    const out = path.join(run, 'out');
    const files = Object.entries(books).map(([name, bytes]) => {
      const file = path.join(run, `${name}.xlsx`);
      writeFileSync(file, bytes);
      return file;
    });
    const profile = `-env:UserInstallation=file://${path.join(dir, 'profile')}`;
    await promisify(execFile)('soffice', [
      profile,
      '--headless',
      '--convert-to',
      to,
      '--outdir',
      out,
      ...files,
    ]);
    return new Map(readdirSync(out).map((file) => [file, readFileSync(path.join(out, file))]));
  }

  test.for([
    ['d08-chart/chart.xlsx', '花名册'],
    ['d09-duplicate-values-rule/roster.xlsx', 'S'],
  ] as const)(
    'WB1 opens %s as it came back: HR’s rows, the six columns behind them, our sheet',
    async ([file, sheet]) => {
      const bytes = new Uint8Array(readFileSync(path.join(PROJECT_ROOT, 'test/cases/files', file)));
      const rows = new Map(
        [2, 3].map((r) => [r, ['是', '2021-01-24 08:41:00', '1号台', `000${r}`, '刷身份证', null]]),
      );
      const back = await fillXlsx(bytes, {
        fills: [
          {
            sheet,
            fill: {
              headerRow: 1,
              columns: SIX.map((header) => ({ header, width: 9 })),
              rows,
              people: [1],
              fixed: [],
            },
            instead: { name: '另', columns: [], rows: [] },
          },
        ],
        heading: HEADING,
        further: () => [{ name: '汇总', columns: [{ header: '项目', width: 20 }], rows: [['在册', 3]] }],
      });
      // every sheet as a file of its own, in UTF-8, all cells quoted
      const to = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1';
      const files = await converted({ was: bytes, is: back.bytes }, to);
      const read = (name: string): string[][] => {
        const found = files.get(`${name}.csv`);
        if (found === undefined) throw new Error([...files.keys()].join());
        return parse(found, { bom: true, relax_column_count: true });
      };
      const [was, is] = [read(`was-${sheet}`), read(`is-${sheet}`)];
      const wide = was[0]!.length;
      expect(is.map((r) => r.slice(0, wide))).toEqual(was);
      expect(is[0]!.slice(wide)).toEqual(SIX);
      expect(is[2]!.slice(wide)).toEqual(['是', '2021-01-24 08:41:00', '1号台', '0003', '刷身份证', '']);
      expect(read('is-汇总')).toEqual([
        ['项目', ''],
        ['在册', '3'],
      ]);
    },
  );

  test('WB10 prints a file of our own: one row on one page, every column of a wide sheet on each', async () => {
    const columns = Array.from({ length: 15 }, (_, i) => ({ header: `列${i}`, width: 18 }));
    const row = (r: number): string[] => columns.map((_, c) => `${r}/${c}`);
    const book = (rows: readonly string[][]) => writeXlsx([{ name: '人员表', columns, rows }], HEADING);
    const some = Array.from({ length: 120 }, (_, r) => row(r));
    const files = await converted(
      { one: await book([row(1)]), some: await book(some), more: await book([...some, ...some]) },
      'pdf',
    );
    const pages = (name: string): number => {
      const pdf = files.get(`${name}.pdf`)?.toString('latin1') ?? '';
      expect(pdf).toMatch(/\/MediaBox\s*\[\s*0 0 84\d(?:\.\d+)? 59\d/);
      return pdf.match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
    };
    expect(pages('one')).toBe(1);
    // all columns on a page: were they parted, there would be twice as many
    const [narrow, wide] = [pages('some'), pages('more')];
    expect(narrow).toBeGreaterThan(1);
    expect(wide).toBeLessThanOrEqual(2 * narrow);
    expect(narrow).toBeLessThanOrEqual(3);
  });
});
