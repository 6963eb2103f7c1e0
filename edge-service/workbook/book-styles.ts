import {
  appended,
  type Edit,
  edited,
  elementsOf,
  prefixOf,
  withAttribute,
  withoutAttribute,
  type XmlElement,
} from './xml-places.ts';

/** Numbers of formats in a workbook's styles, for cells of sheets of our own. */
export interface SheetLook {
  header: number;
  text: number;
  number: number;
}

/** Format 49 is `@`, text, in every workbook; format 1 is `0` (ECMA-376 part 1, 18.8.30). */
const TEXT_FORMAT = 49;
const NUMBER_FORMAT = 1;

/** Lists of the styles that get further entries. */
type ListName = 'fonts' | 'borders' | 'cellXfs';

/** The styles of a workbook: further formats stand behind its own, which keep their numbers. */
export class BookStyles {
  readonly #xml: string;
  readonly #prefix: string;
  readonly #lists: ReadonlyMap<string, { element: XmlElement; own: readonly XmlElement[] }>;
  readonly #added = new Map<ListName, string[]>();
  readonly #text = new Map<string, string>();
  #look: SheetLook | null = null;

  /** Throws when these are no styles that cells can use. */
  constructor(xml: string) {
    this.#xml = xml;
    this.#prefix = prefixOf(xml);
    const elements = elementsOf(xml);
    this.#lists = new Map(
      elements
        .filter((e) => e.parent?.name === 'styleSheet')
        .map((element) => [element.name, { element, own: elements.filter((e) => e.parent === element) }]),
    );
    if ((this.#lists.get('cellXfs')?.own.length ?? 0) === 0) throw new Error('no cell has a format');
  }

  /** The format of a cell, but for text; null: there is none of that number. */
  asText(style: string | null): string | null {
    const number = style ?? '0';
    const known = this.#text.get(number);
    if (known !== undefined) return known;
    const element = this.#lists.get('cellXfs')?.own[Number(number)];
    if (element === undefined) return null;
    const tag = this.#xml.slice(element.from, element.inside);
    const isText = element.attributes['numFmtId'] === String(TEXT_FORMAT);
    const formatted = withAttribute(tag, 'numFmtId', String(TEXT_FORMAT));
    const asText = withAttribute(withoutAttribute(formatted, 'quotePrefix'), 'applyNumberFormat', '1');
    const added = isText
      ? number
      : String(this.#add('cellXfs', asText + this.#xml.slice(element.inside, element.to)));
    this.#text.set(number, added);
    return added;
  }

  /** Formats for sheets of our own, in the workbook's first font; null where it names none. */
  look(): SheetLook | null {
    if (this.#look !== null) return this.#look;
    const font = this.#lists.get('fonts')?.own[0];
    if (font === undefined || !this.#lists.has('borders')) return null;
    const at = this.#prefix;
    const content = this.#xml.slice(font.inside, font.end);
    const bold = font.isEmpty || /<(?:\w+:)?b[\s/>]/.test(content) ? content : `<${at}b/>${content}`;
    const fontId = this.#add('fonts', `<${at}font>${font.isEmpty ? `<${at}b/>` : bold}</${at}font>`);
    const borderId = this.#add('borders', thinBorder(at));
    const format = (attributes: string, alignment: string): number =>
      this.#add(
        'cellXfs',
        `<${at}xf fillId="0" borderId="${borderId}" xfId="0" applyBorder="1" applyNumberFormat="1" applyAlignment="1" ` +
          `${attributes}><${at}alignment vertical="center"${alignment}/></${at}xf>`,
      );
    this.#look = {
      header: format(
        `numFmtId="${TEXT_FORMAT}" fontId="${fontId}" applyFont="1"`,
        ' horizontal="center" wrapText="1"',
      ),
      text: format(`numFmtId="${TEXT_FORMAT}" fontId="0"`, ' wrapText="1"'),
      number: format(`numFmtId="${NUMBER_FORMAT}" fontId="0"`, ''),
    };
    return this.#look;
  }

  /** The styles with what was added; null when nothing was. */
  changed(): string | null {
    const edits = [...this.#added].flatMap(([name, added]): Edit[] => {
      const list = this.#lists.get(name);
      if (list === undefined) return [];
      const { element, own } = list;
      const tag = withAttribute(
        this.#xml.slice(element.from, element.inside),
        'count',
        String(own.length + added.length),
      );
      return [
        { from: element.from, to: element.inside, text: tag },
        appended(this.#xml, element, added.join('')),
      ];
    });
    return edits.length === 0 ? null : edited(this.#xml, edits);
  }

  /** Puts an entry behind a list's own and says its number. */
  #add(name: ListName, entry: string): number {
    const added = this.#added.get(name) ?? [];
    this.#added.set(name, added);
    return (this.#lists.get(name)?.own.length ?? 0) + added.push(entry) - 1;
  }
}

const thinBorder = (at: string): string => {
  const sides = ['left', 'right', 'top', 'bottom'].map(
    (side) => `<${at}${side} style="thin"><${at}color auto="1"/></${at}${side}>`,
  );
  return `<${at}border>${sides.join('')}<${at}diagonal/></${at}border>`;
};

/** Styles of a workbook of our own, whose formats `look` of them names. */
export const OWN_STYLES =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
  '<fonts count="1"><font><sz val="11"/><name val="SimSun"/><family val="3"/><charset val="134"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
