import { describe, expect, it } from 'vitest';
import { zh } from '#shared/language/zh/catalogue.ts';
import { textsForPeople } from './literal-text.ts';
import { literal, parse, projectSources, walk } from './source.ts';
import { TEXT_THAT_STAYS } from './text-in-code.ts';

const product = projectSources().filter(({ path }) => /^(?:shared|edge-service|kiosk|drivers)\//.test(path));
const isCatalogue = (file: string): boolean => /^shared\/language\/\w+\//.test(file);

describe('text for people', () => {
  it('LN6 stands in the catalogues alone, and in the files listed', () => {
    const withText = product.filter((file) => textsForPeople(file).length > 0).map(({ path }) => path);
    const left = withText.filter((file) => !TEXT_THAT_STAYS.some((stays) => stays.file.test(file)));
    expect(left).toEqual([]);
    for (const { file, why } of TEXT_THAT_STAYS)
      expect(
        withText.some((path) => file.test(path)),
        `${file} ${why}`,
      ).toBe(true);
  });

  it('LN6 a literal between tags, in an attribute that is read, and Chinese anywhere are found', () => {
    const planted = (text: string): string[] => textsForPeople(parse('edge-service/board/planted.tsx', text));
    expect(planted('export const a = <p>Log in</p>;')).toEqual(['Log in']);
    expect(planted('export const a = <p>{say("action.log-in")} · 3</p>;')).toEqual([]);
    expect(planted('export const a = <p aria-label="Log in" className="quiet" />;')).toEqual(['Log in']);
    expect(planted('export const a = `${n} 人`;')).toEqual([' 人']);
    expect(planted('// 人\nexport const a = 1;')).toEqual([]);
  });

  it('LN4 every key is said by product code', () => {
    const said = new Set<string>();
    const begun: string[] = [];
    for (const file of product.filter(({ path }) => !isCatalogue(path)))
      walk(file.tree, (node) => {
        const text = literal(node);
        if (text === null) return;
        said.add(text);
        if (node.type === 'TemplateLiteral' && /^[\w-]+\./.test(text)) begun.push(text);
      });
    const unused = Object.keys(zh).filter(
      (key) => !said.has(key) && !begun.some((start) => key.startsWith(start)),
    );
    expect(unused).toEqual([]);
  });
});
