import { GOALS, RULES, type GoalId, type GoalResult } from './goals.ts';
import type { MachineFacts } from './machine-facts.ts';

const HEAD = ['goal', '', 'value', 'quartiles', 'gate', 'aim', 'reference', 'subject', 'pairs', ''];

/** The results for people. */
export function resultTable(goals: Partial<Record<GoalId, GoalResult>>, machine: MachineFacts): string {
  const rows = GOALS.flatMap((id) => {
    const goal = goals[id];
    if (goal === undefined) return [];
    const rule = RULES[id];
    const bound = rule.better === 'more' ? '≥' : '≤';
    return [
      [
        id,
        rule.what,
        `${goal.value} ${goal.unit}`,
        goal.spread.join(' – '),
        goal.gate === null ? '–' : `${bound} ${goal.gate}`,
        goal.aim === null ? '–' : `${bound} ${goal.aim}`,
        `${goal.reference} (${rule.reference})`,
        `${goal.subject} (${rule.subject})`,
        String(goal.pairs),
        goal.pass ? 'pass' : 'MISSED',
      ],
    ];
  });
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  const { cpu, cores, memoryGb, system, node, fileSystem, syncMs } = machine;
  const where = `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}, ${fileSystem}, sync ${syncMs} ms`;
  return [where, '', line(HEAD), ...rows.map(line), ''].join('\n');
}
