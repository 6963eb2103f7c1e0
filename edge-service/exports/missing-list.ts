import type { HeadcountRow } from '../people/headcount.ts';
import type { ExportTable } from './export-table.ts';

/**
 * Everybody of the roster without a swipe, by workshop and team in the roster's order, for HR to call: who is 漏检, and apart
 * from them who has a reason or whose session is not over. `all`: for a file that has no sheets.
 */
export function untestedTables(
  everybody: readonly HeadcountRow[],
  numbers: 'full' | 'masked',
): { missing: ExportTable; others: ExportTable; all: ExportTable } {
  const order = new Map<string, number>();
  for (const p of everybody) {
    const group = groupOf(p);
    if (!order.has(group)) order.set(group, order.size);
  }
  const untested = everybody
    .filter((p) => p.onRoster && p.status !== 'tested')
    .toSorted((a, b) => (order.get(groupOf(a)) ?? 0) - (order.get(groupOf(b)) ?? 0));
  const leaders = new Map<string, string>();
  for (const p of everybody) if (p.leader && !leaders.has(groupOf(p))) leaders.set(groupOf(p), p.name);
  const table = (title: string, people: readonly HeadcountRow[]): ExportTable => ({
    title,
    columns: [
      { header: '序号', width: 8 },
      { header: '车间', width: 16 },
      { header: '班组', width: 16 },
      { header: '班组长', width: 14 },
      { header: '工号', width: 12 },
      { header: '姓名', width: 14 },
      { header: '证件号码', width: 24 },
      { header: '联系电话', width: 16 },
      { header: '班次', width: 10 },
      { header: '是否已检', width: 12 },
      { header: '未检原因', width: 24 },
    ],
    rows: people.map((p, i) => [
      String(i + 1),
      p.workshop,
      p.team,
      leaders.get(groupOf(p)) ?? null,
      p.staffNumber,
      p.name,
      p.number(numbers),
      p.phone(numbers),
      p.shift,
      p.statusWords,
      p.reason,
    ]),
  });
  return {
    missing: table(
      '漏检',
      untested.filter((p) => p.status === 'missing'),
    ),
    others: table(
      '未到场次和有原因',
      untested.filter((p) => p.status !== 'missing'),
    ),
    all: table('未检名单', untested),
  };
}

const groupOf = (p: HeadcountRow): string => `${p.workshop}\0${p.team}`;
