import { describe, expect, it } from 'vitest';
import { REPORTS } from '../../edge-service/threads/report-table.ts';
import { WRITES } from '../../edge-service/threads/write-table.ts';
import { type Source, chain, isProduct, literal, parse, projectSources, walk } from './source.ts';

/** Names that sources ask for: `.report('x', …)`, `.write('x', …)`, `{ kind: 'write', name: 'x' }`, `someReports['x']`. */
function askedIn(sources: readonly Source[]): Set<string> {
  const asked = new Set<string>();
  const add = (node: unknown): void => {
    const text = literal(node);
    if (text !== null) asked.add(text);
  };
  for (const { tree } of sources)
    walk(tree, (node) => {
      const method = node.type === 'CallExpression' ? chain(node['callee']).at(-1) : undefined;
      if (method === 'report' || method === 'write') add((node['arguments'] as unknown[])[0]);
      if (node.type === 'Property' && chain(node['key']).at(-1) === 'name') add(node['value']);
      const [holder = '', member = ''] = node.type === 'MemberExpression' ? chain(node).slice(-2) : [];
      if (/(Reports|Writes)$/.test(holder)) asked.add(member);
    });
  return asked;
}

describe('named reports and writes', () => {
  it('TD27 the check finds how they are asked', () => {
    const text = `ledger.report('a', {}); await ledger.write('b', x); run([{ kind: 'write', name: 'c' }]); fooReports['d'](y); fooReports.e(z);`;
    expect([...askedIn([parse('edge-service/a.ts', text)])].toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('TD27 product code asks each', () => {
    const asked = askedIn(projectSources().filter(({ path: file }) => isProduct(file)));
    const idle = [...Object.keys(REPORTS), ...Object.keys(WRITES)].filter((name) => !asked.has(name));
    expect(idle).toEqual([]);
  });
});
