import { describe, expect, it } from 'vitest';
import { utf8ToBytes } from '#shared/bytes.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';
import { COUNT_MAX, readLabList } from '../../../edge-service/lab/lab-file.ts';
import { OpenedCodes } from '../../../edge-service/lab/opened-codes.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';

/** The count of the only tube, or why there is none. */
async function count(cells: { count: string; note: string }): Promise<number | string | undefined> {
  const table = await readAnyTable(utf8ToBytes(`采样管编号,人数,备注\nA1,${cells.count},${cells.note}\n`));
  if (!table.ok) throw new Error(table.said.key);
  const lab = readLabList(table.sheets, {
    opened: new OpenedCodes([], 'codes'),
    site: '示例机电',
    blind: false,
    language: 'zh',
    choice: UNSAID,
    hidden: 'leave',
  });
  return lab.lines[0]?.count ?? lab.errors[0]?.code;
}

describe('bounds of lab lists', () => {
  it.each([
    ['in its column', (n: number) => ({ count: `${n}`, note: '' })],
    ['with its word', (n: number) => ({ count: `${n}人`, note: '' })],
    ['in the remarks', (n: number) => ({ count: '', note: `${n}人` })],
  ])('BN1 a count %s: up to the bound is read, beyond it is told as wrong', async (_, cells) => {
    const read = await Promise.all([COUNT_MAX - 1, COUNT_MAX, COUNT_MAX + 1].map((n) => count(cells(n))));
    expect(read).toEqual([COUNT_MAX - 1, COUNT_MAX, 'count']);
  });
});
