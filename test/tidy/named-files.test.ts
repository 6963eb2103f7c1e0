import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectProse, proseOf, wrongNames } from './named-files.ts';
import { ROOT, projectFiles } from './source.ts';

describe('files named in prose', () => {
  it('TD26 the check finds a name that nothing bears', () => {
    const pages: Record<string, string> = {
      'docs/a.md': '# A\n## 1. One\n### 1.1 Two\n',
      'shared/event/b.ts': '',
      'shared/c-main.ts': '',
    };
    const wrong = (file: string, text: string): string[] =>
      wrongNames(proseOf(file, text), Object.keys(pages), (page) => pages[page] ?? '');
    expect(
      wrong('shared/x.ts', '// see b.ts, shared/event/b.ts, #shared/event/b.ts event/b.ts and ./event/b.ts'),
    ).toEqual([]);
    expect(wrong('shared/x.ts', 'let x;\n/** a\n * see gone.ts */')).toEqual(['shared/x.ts:3 gone.ts']);
    expect(wrong('shared/x.ts', '// shared/b.ts, vent/b.ts')).toHaveLength(2);
    expect(wrong('shared/x.ts', `const x = 'gone.ts';`)).toEqual([]);
    expect(wrong('shared/x.ts', '// *-main.ts, *.config.ts, https://a.example/gone.md, b.ts.')).toEqual([]);
    expect(wrong('test/x.c', '/* gone.c */ int x; // gone.md')).toHaveLength(2);
    expect(wrong('x.yml', 'a: gone.ts # docs/gone.md')).toEqual(['x.yml:1 docs/gone.md']);
    expect(wrong('x.md', '`gone.ts` [a](docs/a.md#one) [b](docs)')).toEqual(['x.md:1 gone.ts']);
    expect(wrong('docs/a.md', '[shared/event/b.ts](../shared/b.ts)')).toEqual(['docs/a.md:1 ../shared/b.ts']);
    expect(wrong('docs/a.md', '[b](shared/event/b.ts)'), 'a link starts at its page').toHaveLength(1);
    expect(wrong('shared/x.ts', '// a.md 1, a.md section 1.1')).toEqual([]);
    expect(wrong('shared/x.ts', '// a.md 1.1 and 1.2')).toEqual(['shared/x.ts:1 a.md 1.2']);
  });

  it('TD26 a file named in a doc or a comment exists', () => {
    const files = projectFiles();
    const prose = projectProse(files);
    expect(prose.length).toBeGreaterThan(1000);
    expect(wrongNames(prose, files, (page) => readFileSync(path.join(ROOT, page), 'utf8'))).toEqual([]);
  });
});
