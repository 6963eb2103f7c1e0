/** XML as text with places: what is changed is cut out and put in there, and every other character stays as it came. */
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Without the prefix of the document's root; with its own where it has another. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  parent: XmlElement | null;
  /** Where its opening tag begins and where it ends. */
  from: number;
  inside: number;
  /** Where its closing tag begins and ends; of an element without one both are the end of the opening tag. 0 before it was read. */
  end: number;
  to: number;
  /** `<c/>`: no closing tag. */
  isEmpty: boolean;
}

/** One change: the text between two places gives way to another. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** What the elements of this document are called before the colon, the colon too; mostly nothing. */
export const prefixOf = (xml: string): string => /<(?![?!])([^\s:/>]+:)?[^\s:/>]+/.exec(xml)?.[1] ?? '';

/**
 * Calls `opened` for every element at its opening tag and `closed` at its closing tag. Throws when the document is not
 * well-formed or uses entities of its own. Elements of other namespaces keep their prefix, so that no name is taken for ours.
 */
export function walkXml(
  xml: string,
  on: { opened: (element: XmlElement) => void; closed: (element: XmlElement) => void },
): void {
  const parser = new SaxesParser();
  const prefix = prefixOf(xml);
  let current: XmlElement | null = null;
  parser.on('opentag', (tag) => {
    const inside = parser.position;
    const element: XmlElement = {
      name: plainName(tag.name, prefix),
      attributes: tag.attributes,
      parent: current,
      // no attribute holds a bare "<" (XML 1.0, 3.1)
      from: xml.lastIndexOf('<', inside - 1),
      inside,
      end: 0,
      to: 0,
      isEmpty: tag.isSelfClosing,
    };
    current = element;
    on.opened(element);
  });
  parser.on('closetag', () => {
    if (current === null) throw new Error('an element ends that never began');
    const element = current;
    element.to = parser.position;
    element.end = element.isEmpty ? element.to : xml.lastIndexOf('<', element.to - 1);
    current = element.parent;
    on.closed(element);
  });
  parser.write(xml).close();
}

const plainName = (name: string, prefix: string): string =>
  prefix === '' ? name : name.startsWith(prefix) ? name.slice(prefix.length) : `:${name}`;

/** All elements of a small document in the order of their closing tags. */
export function elementsOf(xml: string): XmlElement[] {
  const all: XmlElement[] = [];
  walkXml(xml, { opened: () => {}, closed: (element) => all.push(element) });
  return all;
}

/** The document with its changes made. */
export const edited = (xml: string, edits: readonly Edit[]): string => editedPieces(xml, edits).join('');

/** The same in pieces, which take no room of their own. Throws when two changes overlap. */
export function editedPieces(xml: string, edits: readonly Edit[]): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const { from, to, text } of edits.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < at) throw new Error('two changes of a document overlap');
    parts.push(xml.slice(at, from), text);
    at = to;
  }
  parts.push(xml.slice(at));
  return parts;
}

/** An opening tag with an attribute set anew or added. */
export function withAttribute(tag: string, name: string, value: string): string {
  const said = `${name}="${attributeText(value)}"`;
  const old = new RegExp(String.raw`(\s)${name}\s*=\s*("[^"]*"|'[^']*')`);
  return old.test(tag)
    ? tag.replace(old, (_, blank: string) => blank + said)
    : tag.replace(/\s*(\/?)>$/, (_, slash: string) => ` ${said}${slash}>`);
}

export const withoutAttribute = (tag: string, name: string): string =>
  tag.replace(new RegExp(String.raw`\s${name}\s*=\s*("[^"]*"|'[^']*')`), '');

/** Text put in at the end of an element, which gets a closing tag when it has none. `prefix`: of its document. */
export function appended(xml: string, element: XmlElement, text: string): Edit {
  if (!element.isEmpty) return { from: element.end, to: element.end, text };
  const tag = xml.slice(element.from, element.inside);
  const name = /^<([^\s/>]+)/.exec(tag)?.[1] ?? '';
  return { from: element.from, to: element.to, text: `${tag.replace(/\s*\/>$/, '>')}${text}</${name}>` };
}

/** What XML cannot hold stands as Excel writes it (`_x0007_`, ECMA-376 part 1, 22.9.2.19), and what looks like that is told from it. */
const cellCharacters = (text: string): string =>
  text
    .toWellFormed()
    .replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_')
    .replace(
      // eslint-disable-next-line no-control-regex -- these are what is looked for
      /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g,
      (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    );

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The text of a cell as it stands between tags. */
export const cellXml = (text: string): string => (PLAIN.test(text) ? text : escaped(cellCharacters(text)));

/** Most cells: nothing to escape. */
const PLAIN = /^[\p{L}\p{N} .,:;()·\-+/]*$/u;

/** Text between tags that is no cell's: control characters are left out. */
export const plainXml = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  escaped(text.toWellFormed().replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, ' '));

export const attributeText = (text: string): string => plainXml(text).replaceAll('"', '&quot;');
