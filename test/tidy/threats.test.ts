import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './source.ts';

const SPEC = readFileSync(path.join(ROOT, 'shared/SPEC.md'), 'utf8');
const PAGE = readFileSync(path.join(ROOT, 'docs/threats.md'), 'utf8');
/** `HO11 \`test/….test.ts\``: a rule, and the file that proves it. */
const PROOF = /\b([A-Z]{2}\d{1,2}) `(test\/[^`]+)`/g;

/** What a page says of proofs that is not so, as "rule file: why". */
function wrongProofs(page: string, spec: string, read: (file: string) => string | null): string[] {
  return [...page.matchAll(PROOF)].flatMap(([, rule = '', file = '']) => {
    if (!spec.includes(`- **${rule}** `)) return [`${rule} ${file}: no such rule`];
    const text = read(file);
    if (text === null) return [`${rule} ${file}: no such file`];
    const titled = new RegExp(
      String.raw`(?:it|test|describe|describeNeeding|each)\b[^'"\`]*['"\`](?:[A-Z]{2}\d{1,2}[\s,/&+:]+)*${rule}\b`,
    );
    return titled.test(text) ? [] : [`${rule} ${file}: no test of that rule`];
  });
}

const readOrNull = (file: string): string | null => {
  try {
    return readFileSync(path.join(ROOT, file), 'utf8');
  } catch {
    return null;
  }
};

describe('the page of threats', () => {
  it('TD48 every proof it names is a rule that stands, and a test of that rule in that file', () => {
    expect([...PAGE.matchAll(PROOF)].length).toBeGreaterThan(50);
    expect(wrongProofs(PAGE, SPEC, readOrNull)).toEqual([]);
  });

  it('TD48 every row of its tables has a proof, and every chapter says what is accepted', () => {
    const chapters = PAGE.split(/^## /m).slice(1);
    expect(chapters).toHaveLength(7);
    for (const chapter of chapters) {
      const rows = chapter.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Tries'));
      expect(rows.length, chapter.slice(0, 30)).toBeGreaterThan(2);
      expect(rows.filter((row) => (row.split('|').at(-2) ?? '').search(PROOF) === -1)).toEqual([]);
      expect(chapter).toMatch(/^Accepted: /m);
    }
  });

  it('TD48 a rule, a file or a test that is not there is told', () => {
    const spec = '- **AB1** first\n- **AB2** second\n';
    const read = (file: string) => (file === 'test/a.test.ts' ? "it('AB1, AB3 holds', () => {});" : null);
    const page = 'AB1 `test/a.test.ts`, AB2 `test/a.test.ts`, AB9 `test/a.test.ts`, AB1 `test/b.test.ts`';
    expect(wrongProofs(page, spec, read)).toEqual([
      'AB2 test/a.test.ts: no test of that rule',
      'AB9 test/a.test.ts: no such rule',
      'AB1 test/b.test.ts: no such file',
    ]);
  });
});
