import { literal, walk, type Source } from './source.ts';

const CHINESE = /[\u3400-\u9fff\uf900-\ufaff]/;
const LETTERS = /\p{L}{2}/u;
/** Attributes of components whose text people read or hear. */
const READ_ATTRIBUTES: ReadonlySet<string> = new Set([
  'alt',
  'aria-label',
  'cancelText',
  'description',
  'label',
  'message',
  'okText',
  'placeholder',
  'title',
]);

/** Texts for people in a file's code: any Chinese, and in components what stands between tags or in an attribute that is read. */
export function textsForPeople({ path, tree }: Source): string[] {
  const found: string[] = [];
  walk(tree, (node, parents) => {
    const parent = parents.at(-1);
    if (node.type === 'JSXText' && LETTERS.test(String(node['value'])))
      found.push(String(node['value']).trim());
    const text =
      node.type === 'TemplateElement' ? (node['value'] as { cooked: string }).cooked : literal(node);
    if (text === null) return;
    const attribute =
      parent?.type === 'JSXAttribute' ? String((parent['name'] as { name: unknown }).name) : null;
    const isRead = attribute !== null && READ_ATTRIBUTES.has(attribute) && LETTERS.test(text);
    if (CHINESE.test(text) || (isRead && path.endsWith('.tsx'))) found.push(text);
  });
  return [...new Set(found)];
}
