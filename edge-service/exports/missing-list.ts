import type { PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import type { HeadcountRow } from '../people/headcount.ts';
import type { ExportTable } from './export-table.ts';

/**
 * Everybody of the roster without a swipe, by workshop and team in the roster's order, for HR to call: who is 漏检, and apart
 * from them who has a reason or whose session is not over. `all`: for a file that has no sheets.
 */
export function untestedTables(
  everybody: readonly HeadcountRow[],
  { numbers, say }: { numbers: 'full' | 'masked'; say: Say },
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
  const table = (title: PlainKey, people: readonly HeadcountRow[]): ExportTable => ({
    title: say(title),
    columns: [
      { header: say('column.index'), width: 8 },
      { header: say('term.workshop'), width: 16 },
      { header: say('term.team'), width: 16 },
      { header: say('column.leader'), width: 14 },
      { header: say('term.staff-number'), width: 12 },
      { header: say('term.name'), width: 14 },
      { header: say('column.document-number'), width: 24 },
      { header: say('column.phone'), width: 16 },
      { header: say('column.shift'), width: 10 },
      { header: say('column.tested'), width: 12 },
      { header: say('column.untested-reason'), width: 24 },
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
      'term.missing',
      untested.filter((p) => p.status === 'missing'),
    ),
    others: table(
      'sheet.others',
      untested.filter((p) => p.status !== 'missing'),
    ),
    all: table('sheet.untested', untested),
  };
}

const groupOf = (p: HeadcountRow): string => `${p.workshop}\0${p.team}`;
