import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, type Source, chain, literal, parse, projectSources, walk } from './source.ts';

const TEST_CALLS = new Set(['it', 'test', 'describe', 'describeNeeding']);
/** Two or three letters and at most two digits, so that GB18030 and SHA256 are no rules. */
const ID = String.raw`[A-Z]{2,3}\d{1,2}\b`;

/** The titles a file gives its tests and groups, whatever modifiers stand between (`it.each(…)('…')`). */
function titles(source: Source): string[] {
  const found: string[] = [];
  walk(source.tree, (node) => {
    if (node.type !== 'CallExpression' || !TEST_CALLS.has(chain(node['callee'])[0] ?? '')) return;
    const title = (node['arguments'] as unknown[]).map(literal).find((text) => text !== null);
    if (title !== undefined && title !== null) found.push(title);
  });
  return found;
}

/** The rules a title begins with: "CR2 …", "CR2, CR3 …". */
function rulesOf(title: string): string[] {
  const [head = ''] = new RegExp(String.raw`^(${ID}[\s,/&+:]*)+`).exec(title) ?? [];
  return head.match(new RegExp(ID, 'g')) ?? [];
}

/** The ids SPEC.md defines, in order, repeated where it repeats them. */
function rulesIn(spec: string): string[] {
  return [...spec.matchAll(/^[-*] \*\*([A-Z]{2,3}\d{1,2})\*\*/gm)].map(([, id = '']) => id);
}

const SPEC = readFileSync(path.join(ROOT, 'shared/SPEC.md'), 'utf8');
const RULES = rulesIn(SPEC);
const NAMED = projectSources()
  .filter(({ path: file }) => file.startsWith('test/'))
  .flatMap((source) =>
    titles(source).flatMap((title) => rulesOf(title).map((rule) => ({ rule, source, title }))),
  );

describe('rules', () => {
  it('TD4 titles are found whatever way the test is declared', () => {
    const text = `
      it('AB1 plain', () => {}); test.each([1])('AB2 each %d', () => {}); describe(\`AB3 of \${x}\`, () => {});
      describeNeeding(['socat'], 'AB4 needing', () => {}); it('AB5, AB6: two', () => {}); other('AB7 is no test');
      it('reads GB18030', () => {}); it('GB18030 is read', () => {}); it('AB8 ' + name, () => {});`;
    expect(titles(parse('test/a.test.ts', text)).flatMap(rulesOf)).toEqual([
      'AB1',
      'AB2',
      'AB3',
      'AB4',
      'AB5',
      'AB6',
      'AB8',
    ]);
    expect(rulesIn('- **AB1** text\n- **AB2** text\nsee **AB3**\n')).toEqual(['AB1', 'AB2']);
  });

  it('TD4 every rule has a test', () => {
    expect(RULES.length).toBeGreaterThan(10);
    const proven = new Set(NAMED.map(({ rule }) => rule));
    expect(RULES.filter((rule) => !proven.has(rule))).toEqual([]);
  });

  it('TD5 every test names a rule that exists, and every rule stands once', () => {
    const known = new Set(RULES);
    const unknown = NAMED.filter(({ rule }) => !known.has(rule));
    expect(unknown.map(({ source, title }) => `${source.path}: ${title}`)).toEqual([]);
    expect(RULES.filter((rule, at) => RULES.indexOf(rule) !== at)).toEqual([]);
  });

  it('TD5 every bullet of SPEC.md that looks like a rule is one', () => {
    const looksLike = SPEC.split('\n').filter((line) => /^\s*[-*+]\s+\**[A-Z]{2,}\d/.test(line));
    expect(looksLike.filter((line) => rulesIn(line).length === 0)).toEqual([]);
  });
});
