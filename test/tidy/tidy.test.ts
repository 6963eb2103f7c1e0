import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ROOT,
  type Node,
  type Source,
  chain,
  isEntry,
  isProduct,
  lineOf,
  literal,
  parse,
  projectFiles,
  projectSources,
  walk,
} from './source.ts';
import { unreached } from './reach.ts';

const LINES_MAX = 300;
/** Files that may be longer, each with the reason why splitting it would make it worse. */
const LONGER: Readonly<Record<string, string>> = {};

const FILES = projectFiles();
const SOURCES = projectSources();
const PRODUCT = SOURCES.filter(({ path: file }) => isProduct(file));

describe('tidy', () => {
  it('TD6 the check finds the real clock, chance and timers', () => {
    const calls = (text: string, file = 'shared/a.ts'): string[] => realWorld(parse(file, text));
    expect(calls('const t = Date.now();')).toHaveLength(1);
    expect(calls('const wall = Date.now;')).toHaveLength(1);
    expect(calls('const d = new Date();')).toHaveLength(1);
    expect(calls('const s = Date();')).toHaveLength(1);
    expect(calls('const d = new Date(0);')).toHaveLength(0);
    expect(calls('const r = Math.random();')).toHaveLength(1);
    expect(calls('const t = performance.now();')).toHaveLength(1);
    expect(calls('setTimeout(f, 1); window.setInterval(f, 1); setImmediate(f);')).toHaveLength(3);
    expect(calls('clock.setTimeout(f, 1); const x = { setTimeout: 1 };')).toHaveLength(0);
    expect(calls(`import { setTimeout as sleep } from 'node:timers/promises';`)).toHaveLength(1);
    expect(calls('setTimeout(f, 1);', 'edge-service/main.ts')).toHaveLength(0);
    expect(calls('setTimeout(f, 1);', 'kiosk/station/engine-main.ts')).toHaveLength(0);
    expect(calls('setTimeout(f, 1);', 'kiosk/station/domain.ts')).toHaveLength(1);
    expect(calls('setTimeout(f, 1);', 'drivers/system-clock.ts')).toHaveLength(0);
  });

  it('TD6 product code takes time, randomness and timers as arguments', () => {
    expect(PRODUCT.length).toBeGreaterThan(10);
    expect(PRODUCT.flatMap(realWorld)).toEqual([]);
  });

  it(`TD7 no product file is longer than ${LINES_MAX} lines`, () => {
    const long = PRODUCT.map(({ path: file, text }) => ({ file, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ file, lines }) => `${file}: ${lines}`);
    expect(
      long.filter((line) => !Object.hasOwn(LONGER, line.split(':')[0] ?? '')),
      'these hold more than one idea: give the second its own file',
    ).toEqual([]);
    const needless = Object.keys(LONGER).filter((file) => !long.some((line) => line.startsWith(`${file}:`)));
    expect(needless, 'these exceptions are no longer needed').toEqual([]);
  });

  it('TD8 no test is focused, skipped or left to do', () => {
    const faults = (text: string, file = 'test/a.test.ts'): number => idleTests(parse(file, text)).length;
    expect(faults(`it.only('x', f);`)).toBe(1);
    expect(faults(`describe.skip('x', f);`)).toBe(1);
    expect(faults(`test.todo('x');`)).toBe(1);
    expect(faults(`it.skipIf(x)('x', f);`)).toBe(1);
    expect(faults(`describe.runIf(x).each([1])('x', f);`)).toBe(1);
    expect(faults(`it('x', (context) => { context.skip(); });`)).toBe(1);
    expect(faults(`it('x', ({ skip }) => { skip(); });`)).toBe(1);
    expect(faults(`it('x', { skip: true }, f);`)).toBe(1);
    expect(faults(`it('x', f); reader.skip(3);`)).toBe(0);
    expect(SOURCES.flatMap(idleTests)).toEqual([]);
  });

  it('TD9 only entry files of the product write to the console', () => {
    expect(consoleUse(parse('shared/a.ts', `console.log('x'); console.error('y');`))).toHaveLength(2);
    expect(consoleUse(parse('shared/a.ts', `process.stdout.write('x');`))).toHaveLength(1);
    expect(consoleUse(parse('drivers/command/reader-main.ts', `console.log('x');`))).toHaveLength(0);
    expect(PRODUCT.flatMap(consoleUse)).toEqual([]);
  });

  it('TD10 no file carries a note about unfinished work', () => {
    const words = ['to-do', 'fix-me', 'x-xx', 'ha-ck'].map((word) => word.replace('-', '').toUpperCase());
    const note = new RegExp(String.raw`\b(${words.join('|')})\b`);
    expect(note.test(`// ${words[0]}: later`)).toBe(true);
    expect(textLines((line) => note.test(line))).toEqual([]);
  });

  it('TD11 every product file is reached from an entry or a test', () => {
    const tree = [
      parse('edge-service/main.ts', `import './a.ts'; new Worker(new URL('./w.ts', import.meta.url));`),
      parse('edge-service/a.ts', `export * from '#shared/b.ts';`),
      parse('edge-service/w.ts', ``),
      parse('shared/b.ts', `import type { C } from './c.ts';`),
      parse('shared/c.ts', ``),
      parse('shared/dead.ts', `import './c.ts';`),
    ];
    expect(unreached(tree, [])).toEqual(['shared/dead.ts']);
    expect(unreached(SOURCES, FILES)).toEqual([]);
  });

  it('TD12 no file names a registry, a machine or a workplace', () => {
    const named = foreignWords();
    const beside = ['..', 'shared'].join('/');
    expect(named('shared/a.ts', ['registry', 'npmjs', 'org'].join('.'))).toBe(true);
    expect(named('README.md', `see ${beside}/design.md`)).toBe(true);
    expect(named('README.md', `see ${beside}/electron/x`)).toBe(true);
    expect(named('.ci/run', `see ${beside}/electron/x`)).toBe(false);
    expect(named('docs/a.md', ['cd ', 'work', 'main'].join('/'))).toBe(true);
    expect(named('docs/a.md', 'see ../shared/SPEC.md, a session of a round, new https.Agent()')).toBe(false);
    const lines = textLines((line, file) => file !== 'package-lock.json' && named(file, line));
    expect(lines).toEqual([]);
    const lock = readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8');
    expect(lock.match(/"resolved": "https?:[^"]*"/g) ?? [], 'omit-lockfile-registry-resolved').toEqual([]);
  });

  it('TD17 files are named for what they are', () => {
    expect(badName('shared/utils.ts')).toBe(true);
    expect(badName('shared/cardText.ts')).toBe(true);
    expect(badName('edge-service/index.ts')).toBe(true);
    expect(badName('kiosk/screen/tube-face.tsx')).toBe(false);
    expect(badName('test/drivers/sdt/card-text.test.ts')).toBe(false);
    expect(SOURCES.map(({ path: file }) => file).filter(badName)).toEqual([]);
  });
});

/** Uses of the real clock, of chance and of timers where they are not allowed. */
function realWorld(source: Source): string[] {
  if (isEntry(source.path) || source.path.endsWith('-clock.ts')) return [];
  const timers = new Set(['setTimeout', 'setInterval', 'setImmediate']);
  const globals = new Set(['globalThis', 'window', 'self', 'global']);
  const members = new Set(['Date.now', 'Math.random', 'performance.now', 'process.hrtime']);
  const found: string[] = [];
  walk(source.tree, (node, parents) => {
    const parent = parents.at(-1);
    let name: string | null = null;
    if (node.type === 'MemberExpression') {
      const links = chain(node);
      if (globals.has(links[0] ?? '')) links.shift();
      if (members.has(links.join('.')) || (links.length === 1 && timers.has(links[0] ?? '')))
        name = links.join('.');
    } else if (node.type === 'Identifier' && timers.has(node['name'] as string)) {
      if (!isKey(node, parent)) name = node['name'] as string;
    } else if (node.type === 'NewExpression' && chain(node['callee']).join('.') === 'Date') {
      if ((node['arguments'] as unknown[]).length === 0) name = 'new Date()';
    } else if (node.type === 'CallExpression' && isDateCall(node)) name = 'Date()';
    else if (node.type === 'ImportDeclaration' && /^(node:)?timers/.test(literal(node['source']) ?? ''))
      name = 'node:timers';
    const insideTimersImport = parents.some((above) => above.type === 'ImportDeclaration');
    if (name !== null && !(insideTimersImport && node.type === 'Identifier'))
      found.push(`${source.path}:${lineOf(source, node)} ${name}`);
  });
  return found;
}

function isDateCall(node: Node): boolean {
  const callee = node['callee'] as Node;
  return callee.type === 'Identifier' && callee['name'] === 'Date';
}

/** An identifier that only names a member or a property is no use of the global. */
function isKey(node: Node, parent: Node | undefined): boolean {
  if (!parent) return false;
  if (parent.type === 'MemberExpression') return parent['property'] === node && parent['computed'] !== true;
  return (
    [
      'Property',
      'MethodDefinition',
      'PropertyDefinition',
      'TSPropertySignature',
      'TSMethodSignature',
    ].includes(parent.type) &&
    parent['key'] === node &&
    parent['shorthand'] !== true
  );
}

/** Tests that would not run, or would keep others from running. */
function idleTests(source: Source): string[] {
  if (!source.path.startsWith('test/') || source.path === 'test/support/machine/requirements.ts') return [];
  const roots = new Set(['it', 'test', 'describe', 'context', 'ctx', 'task', 't']);
  const idle = new Set(['only', 'skip', 'todo', 'skipIf', 'runIf', 'fails']);
  const found: string[] = [];
  walk(source.tree, (node, parents) => {
    let bad = false;
    if (node.type === 'MemberExpression') {
      const links = chain(node);
      bad = roots.has(links[0] ?? '') && idle.has(links.at(-1) ?? '');
    } else if (node.type === 'Property' && idle.has(chain(node['key'])[0] ?? '')) {
      // the options of a test, `{ skip: true }`, or its context taken apart, `({ skip }) => …`
      bad = parents.some(
        (above) => above.type === 'CallExpression' && roots.has(chain(above['callee'])[0] ?? ''),
      );
      bad &&= isOptionOrContext(parents);
    }
    if (bad) found.push(`${source.path}:${lineOf(source, node)}`);
  });
  return found;
}

function isOptionOrContext(parents: readonly Node[]): boolean {
  const owner = parents.at(-1);
  const above = parents.at(-2);
  const isTest = (node: Node | undefined): boolean =>
    node?.type === 'CallExpression' && ['it', 'test', 'describe'].includes(chain(node['callee'])[0] ?? '');
  if (owner?.type === 'ObjectExpression') return isTest(above);
  return owner?.type === 'ObjectPattern' && isTest(parents.at(-3));
}

function consoleUse(source: Source): string[] {
  if (isEntry(source.path) || source.path.endsWith('/require-runtime.ts')) return [];
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (node.type !== 'CallExpression') return;
    const name = chain(node['callee']).join('.');
    if (
      /^(globalThis\.|window\.)?console\./.test(name) ||
      ['process.stdout.write', 'process.stderr.write'].includes(name)
    )
      found.push(`${source.path}:${lineOf(source, node)} ${name}`);
  });
  return found;
}

const BAD_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'types', 'index']);

function badName(file: string): boolean {
  const [name = ''] = path.posix.basename(file).split('.');
  return BAD_NAMES.has(name) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

/** The words are put together here so that this file does not carry them. */
function foreignWords(): (file: string, line: string) => boolean {
  const pages = ['design', 'people', 'style', 'tooling', 'samples', 'performance', 'field'];
  const folders = ['electron', 'hid-vm', 'skeleton', 'hooks', 'vectors'];
  const everywhere = [
    ['registry.npm', 'js.org'],
    ['npm', 'mirror'],
    ['arti', 'factory'],
    ['verdac', 'cio'],
    ['/tmp/', 'team'],
    ['clau', 'de'],
    ['anthro', 'pic'],
    ['sub', 'agent'],
    ['AI ', 'agent'],
  ].map(([a = '', b = '']) => a + b);
  const home = new RegExp(String.raw`(^|[^\w.])/${'krow'.split('').toReversed().join('')}/(main|shared)\b`);
  const beside = new RegExp(
    String.raw`(^|[^/.\w])\.\./shared/((${pages.join('|')})\.md|(${folders.join('|')})\b)`,
  );
  return (file, line) =>
    home.test(line) ||
    everywhere.some((word) => line.toLowerCase().includes(word.toLowerCase())) ||
    (file !== '.ci/run' && beside.test(line));
}

/** "file:line" of every line of text that `is` picks; pictures, workbooks and archives are no text. */
function textLines(is: (line: string, file: string) => boolean): string[] {
  return FILES.filter((file) => !/\.(png|xlsx|xls|ico|woff2?|db|bin|pdf|gz)$/.test(file)).flatMap((file) =>
    readFileSync(path.join(ROOT, file), 'utf8')
      .split('\n')
      .flatMap((line, at) => (is(line, file) ? [`${file}:${at + 1} ${line.trim().slice(0, 80)}`] : [])),
  );
}
