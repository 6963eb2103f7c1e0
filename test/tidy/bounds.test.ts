import { describe, expect, it } from 'vitest';
import { BOUNDS_WITHOUT_TEST } from './bounds-without-test.ts';
import { isProduct, type Node, parse, projectSources, type Source, target, walk } from './source.ts';

/** "file NAME" of every `*_MAX` a file makes. */
function boundsIn(source: Source): string[] {
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (node.type !== 'VariableDeclarator') return;
    const { type, name } = node['id'] as Node;
    if (type === 'Identifier' && /^[A-Z][A-Z0-9_]*_MAX$/.test(name as string))
      found.push(`${source.path} ${name as string}`);
  });
  return found;
}

/** "file NAME" of every `*_MAX` a file takes from another one. */
function boundsTaken(source: Source): string[] {
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (node.type !== 'ImportDeclaration') return;
    const from = target(source.path, (node['source'] as Node)['value'] as string);
    for (const { type, imported } of node['specifiers'] as (Node & { imported?: Node })[])
      if (type === 'ImportSpecifier' && from !== null && imported?.type === 'Identifier')
        if ((imported['name'] as string).endsWith('_MAX'))
          found.push(`${from} ${imported['name'] as string}`);
  });
  return found;
}

const SOURCES = projectSources();
const BOUNDS = SOURCES.filter(({ path }) => isProduct(path)).flatMap(boundsIn);
const LISTED = Object.keys(BOUNDS_WITHOUT_TEST);
const TESTED = new Set(
  SOURCES.filter(({ path }) => /^test\/.*\.test\.tsx?$/.test(path)).flatMap(boundsTaken),
);

describe('bounds', () => {
  it('TD24 they are found however they are written', () => {
    const text = `
      export const A_MAX = 1; const B_BYTES_MAX = 2, C_MAX: number = 3; const MAXIMUM = 4;
      function f() { const D_MAX = 5; return D_MAX + A_MAX; }`;
    expect(boundsIn(parse('kiosk/a.ts', text)).map((b) => b.split(' ')[1])).toEqual([
      'A_MAX',
      'B_BYTES_MAX',
      'C_MAX',
      'D_MAX',
    ]);
    const test = `import { A_MAX, type B, C_MAX as D } from '../kiosk/a.ts'; import { E_MAX } from '#shared/e.ts'; import F_MAX from 'f';`;
    expect(boundsTaken(parse('test/a.test.ts', test))).toEqual([
      'kiosk/a.ts A_MAX',
      'kiosk/a.ts C_MAX',
      'shared/e.ts E_MAX',
    ]);
  });

  it('TD24 every bound is named by a test or listed with a reason', () => {
    expect(BOUNDS.length).toBeGreaterThan(50);
    const listed = new Set(LISTED);
    expect(BOUNDS.filter((bound) => !TESTED.has(bound) && !listed.has(bound))).toEqual([]);
  });

  it('TD24 the list holds what there is, and nothing that a test names', () => {
    const known = new Set(BOUNDS);
    expect(LISTED.filter((bound) => !known.has(bound) || TESTED.has(bound))).toEqual([]);
    expect(LISTED.filter((bound) => (BOUNDS_WITHOUT_TEST[bound] ?? '').length < 20)).toEqual([]);
  });
});
