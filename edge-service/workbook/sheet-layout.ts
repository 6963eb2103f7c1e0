import { type Area, areaOf, cellOf } from './cell-area.ts';
import { elementsOf, type Edit, walkXml, type XmlElement } from './xml-places.ts';

/** A cell as it lies in the sheet's XML. */
interface CellPlace {
  /** From 0. */
  column: number;
  from: number;
  to: number;
  style: string | null;
  isFormula: boolean;
}

export interface RowPlace {
  row: number;
  element: XmlElement;
  style: string | null;
  /** Its last cell that holds something and those behind: the others are hers, whatever is added. */
  cells: readonly CellPlace[];
  /** Those in the columns asked for. */
  asked: readonly CellPlace[];
}

/** Where everything stands in the XML of a sheet that has to move when columns are added. */
export interface SheetLayout {
  prefix: string;
  /** The first rows and those asked for, in their order. */
  rows: readonly RowPlace[];
  /** Last column with anything in it, from 0; formatted cells without anything do not count. -1: none. */
  lastHeld: number;
  /** Its first column in a row that holds something. */
  firstHeld: number;
  sheetData: XmlElement;
  dimension: XmlElement | null;
  cols: XmlElement | null;
  columns: readonly XmlElement[];
  mergeCells: XmlElement | null;
  merges: readonly { area: Area; element: XmlElement }[];
  autoFilter: XmlElement | null;
  /** Of the sheet's filter and of the sheet itself. */
  sorts: readonly XmlElement[];
}

/** Throws on a sheet whose rows or cells are not in their order, which readers take in different ways. */
export function sheetLayout(
  xml: string,
  asked: {
    prefix: string;
    /** Rows up to this one are all kept. */
    headRows: number;
    rows: ReadonlySet<number>;
    columns: ReadonlySet<number>;
    blankStrings: ReadonlySet<number>;
  },
): SheetLayout {
  const rows: RowPlace[] = [];
  const found = new Map<string, XmlElement>();
  const columns: XmlElement[] = [];
  const merges: { area: Area; element: XmlElement }[] = [];
  const sorts: XmlElement[] = [];
  const cells = new RowReader(xml, asked);
  walkXml(xml, {
    opened(element) {
      if (element.name === 'row' && isIn(element, 'sheetData')) cells.begin(element);
      else cells.opened(element);
    },
    closed(element) {
      if (element.name === 'row' && isIn(element, 'sheetData')) {
        const row = cells.end(element);
        if (row.row <= asked.headRows || asked.rows.has(row.row)) rows.push(row);
      } else if (cells.closed(element)) return;
      else if (element.name === 'col' && isIn(element, 'cols')) columns.push(element);
      else if (element.name === 'mergeCell' && isIn(element, 'mergeCells')) {
        const area = areaOf(element.attributes['ref'] ?? '');
        if (area === null) throw new Error('merged cells without a range');
        merges.push({ area, element });
      } else if (element.name === 'sortState') {
        if (isIn(element, 'worksheet') || isIn(element, 'autoFilter')) sorts.push(element);
      } else if (element.parent?.name === 'worksheet') found.set(element.name, element);
    },
  });
  const sheetData = found.get('sheetData');
  if (sheetData === undefined) throw new Error('a sheet without data');
  return {
    prefix: asked.prefix,
    rows,
    lastHeld: cells.lastHeld,
    firstHeld: cells.firstHeld,
    sheetData,
    dimension: found.get('dimension') ?? null,
    cols: found.get('cols') ?? null,
    columns,
    mergeCells: found.get('mergeCells') ?? null,
    merges,
    autoFilter: found.get('autoFilter') ?? null,
    sorts: sorts.filter((s) => s.parent?.parent === null || s.parent?.parent?.name === 'worksheet'),
  };
}

const isIn = (element: XmlElement, parent: string): boolean => element.parent?.name === parent;

/** Rows and cells while they are walked through. */
class RowReader {
  lastHeld = -1;
  firstHeld = Number.POSITIVE_INFINITY;
  readonly #xml: string;
  readonly #columns: ReadonlySet<number>;
  readonly #blank: ReadonlySet<number>;
  #row = 0;
  #cells: CellPlace[] = [];
  #asked: CellPlace[] = [];
  #column = -1;
  #cell: XmlElement | null = null;
  #holds = false;
  #isFormula = false;

  constructor(
    xml: string,
    { columns, blankStrings }: { columns: ReadonlySet<number>; blankStrings: ReadonlySet<number> },
  ) {
    this.#xml = xml;
    this.#columns = columns;
    this.#blank = blankStrings;
  }

  begin(element: XmlElement): void {
    const said = element.attributes['r'];
    const row = said === undefined ? this.#row + 1 : Number(said);
    if (!Number.isInteger(row) || row <= this.#row) throw new Error('rows out of order');
    this.#row = row;
    this.#cells = [];
    this.#asked = [];
    this.#column = -1;
  }

  end(element: XmlElement): RowPlace {
    const style = element.attributes['s'] ?? null;
    return { row: this.#row, element, style, cells: this.#cells, asked: this.#asked };
  }

  opened(element: XmlElement): void {
    if (element.name !== 'c' || element.parent?.name !== 'row') return;
    const said = element.attributes['r'];
    const place = said === undefined ? { column: this.#column + 1, row: this.#row } : cellOf(said);
    if (place === null || place.row !== this.#row || place.column <= this.#column)
      throw new Error('cells out of order');
    this.#column = place.column;
    this.#cell = element;
    this.#holds = false;
    this.#isFormula = false;
  }

  /** True: the element was of a cell. */
  closed(element: XmlElement): boolean {
    const cell = this.#cell;
    if (cell === null) return false;
    if (element === cell) {
      this.#cell = null;
      const place: CellPlace = {
        column: this.#column,
        from: element.from,
        to: element.to,
        style: element.attributes['s'] ?? null,
        isFormula: this.#isFormula,
      };
      if (this.#columns.has(place.column)) this.#asked.push(place);
      if (this.#holds) this.#cells.length = 0;
      this.#cells.push(place);
      if (this.#holds) {
        this.lastHeld = Math.max(this.lastHeld, this.#column);
        this.firstHeld = Math.min(this.firstHeld, this.#column);
      }
      return true;
    }
    if (element.name === 'f') this.#isFormula = this.#holds = true;
    else if (element.name === 'v') this.#holds ||= this.#isSomething(cell, element);
    else if (element.name === 't') this.#holds ||= this.#text(element).trim() !== '';
    return true;
  }

  #isSomething(cell: XmlElement, value: XmlElement): boolean {
    const text = this.#text(value).trim();
    return text !== '' && !(cell.attributes['t'] === 's' && this.#blank.has(Number(text)));
  }

  #text(element: XmlElement): string {
    return this.#xml.slice(element.inside, element.end);
  }
}

/** Which of the shared strings are nothing but blanks. */
export function blankStringsOf(xml: string): Set<number> {
  const blank = new Set<number>();
  let index = 0;
  let holds = false;
  walkXml(xml, {
    opened: () => {},
    closed(element) {
      if (element.name === 't') holds ||= xml.slice(element.inside, element.end).trim() !== '';
      if (element.name !== 'si') return;
      if (!holds) blank.add(index);
      index++;
      holds = false;
    },
  });
  return blank;
}

/** The ranges named in a part that has no rows: a table's, its filter's and its sort's. */
export const rangedElements = (xml: string): XmlElement[] =>
  elementsOf(xml).filter((e) => ['table', 'autoFilter', 'sortState'].includes(e.name));

/** A range's reference set anew. */
export const refEdit = (xml: string, element: XmlElement, ref: string): Edit => ({
  from: element.from,
  to: element.inside,
  text: xml.slice(element.from, element.inside).replace(/(\sref\s*=\s*)("[^"]*"|'[^']*')/, `$1"${ref}"`),
});
