import type { PackageParts } from './package-parts.ts';
import { relationsOf } from './package-relations.ts';
import { CensusFault, LAST_ROW, SheetCensus } from './sheet-census.ts';
import { attributeOf, isOn, scanXml, type XmlPlace } from './xml-scan.ts';

/** Rows and cells of a workbook that are formatted and hold nothing: a sheet of a million of them is read, three are not. */
export const EMPTY_MAX = 3_000_000;
/** From here on it is worth while to spare the reader what stands behind the last cell of a sheet. */
const TAIL_BYTES = 64 * 1024;

export interface XlsxCensus {
  /** Worksheets in the order of their tabs; charts on tabs of their own are no sheets. */
  sheets: SheetCensus[];
  /** What the reader needs of the package, without empty rows behind the last cell. */
  parts: PackageParts;
}

/** The main part of an OOXML package, by its relationship; null when the package is none. */
export function mainPart(parts: PackageParts): string | null {
  for (const { kind, part } of relationsOf(parts, '').values())
    if (kind === 'officeDocument') return parts.has(part) ? part : null;
  return ['xl/workbook.xml', 'xl/workbook.bin'].find((name) => parts.has(name)) ?? null;
}

/**
 * Counts the sheets of a workbook and their non-empty cells from the XML itself, by relationships and not by the names of
 * parts. Throws a `CensusFault`, or whatever the XML makes `scanXml` throw. `rowsMax`: of all sheets together.
 */
export function countXlsx(parts: PackageParts, main: string, rowsMax: number): XlsxCensus {
  const relations = relationsOf(parts, main);
  const ofKind = (kind: string): Uint8Array | null => {
    const found = [...relations.values()].find((r) => r.kind === kind);
    return found === undefined ? null : (parts.get(found.part) ?? null);
  };
  const strings = stringsIn(ofKind('sharedStrings'));
  const struckStyles = struckStylesIn(ofKind('styles'));
  const kept = new Map([...parts].filter(([name]) => isNeeded(name)));
  const room = { rows: rowsMax, empty: EMPTY_MAX };
  const sheets: SheetCensus[] = [];
  for (const { name, isHidden, id } of tabsOf(parts.get(main))) {
    const relation = relations.get(id);
    if (relation === undefined) throw new CensusFault('damaged');
    if (relation.kind !== 'worksheet') continue;
    const xml = parts.get(relation.part);
    if (xml === undefined) throw new CensusFault('damaged');
    const scan = new SheetScan(name, { strings, struckStyles, room });
    scanXml(xml, scan);
    scan.census.hidden = isHidden;
    sheets.push(scan.census);
    kept.set(relation.part, scan.withoutTail(xml));
  }
  return { sheets, parts: kept };
}

/** Comments, drawings and what else hangs on a sheet are not read. */
const isNeeded = (name: string): boolean =>
  !/(?:^|\/)(?:docprops|customxml|drawings|charts|theme|externallinks|pivot\w+|comments?\w*|threadedcomments|worksheets\/_rels)(?:\/|\.)/.test(
    name,
  );

interface Tab {
  name: string;
  isHidden: boolean;
  id: string;
}

function tabsOf(workbook: Uint8Array | undefined): Tab[] {
  const tabs: Tab[] = [];
  if (workbook === undefined) throw new CensusFault('damaged');
  scanXml(workbook, {
    open: (element, attributes) => {
      if (element !== 'sheet') return;
      const { name = '', state = 'visible' } = attributes;
      tabs.push({ name, isHidden: state !== 'visible', id: attributeOf(attributes, 'id') ?? '' });
    },
    close: () => {},
    text: () => {},
  });
  return tabs;
}

const BLANK = 0;
const WRITTEN = 1;
const STRUCK = 2;

/** Of every shared string whether it holds something, and whether all of it is struck through. */
function stringsIn(xml: Uint8Array | null): number[] {
  const strings: number[] = [];
  if (xml === null) return strings;
  let isText = false;
  let isPhonetic = false;
  let isStruckRun = false;
  let length = 0;
  let struck = 0;
  scanXml(xml, {
    open: (name, { val }) => {
      if (name === 'si') length = struck = 0;
      else if (name === 'r') isStruckRun = false;
      else if (name === 'rPh') isPhonetic = true;
      else if (name === 'strike') isStruckRun = val === undefined || isOn(val);
      else if (name === 't') isText = !isPhonetic;
    },
    close: (name) => {
      if (name === 't') isText = false;
      else if (name === 'r') isStruckRun = false;
      else if (name === 'rPh') isPhonetic = false;
      else if (name === 'si') strings.push(length === 0 ? BLANK : struck === length ? STRUCK : WRITTEN);
    },
    text: (text) => {
      if (!isText) return;
      length += text.length;
      if (isStruckRun) struck += text.length;
    },
  });
  return strings;
}

/** Of every cell format whether its font is struck through. */
function struckStylesIn(xml: Uint8Array | null): boolean[] {
  const fonts: boolean[] = [];
  const styles: boolean[] = [];
  let within = '';
  if (xml === null) return styles;
  scanXml(xml, {
    open: (name, { val, fontId }) => {
      if (name === 'fonts' || name === 'cellXfs') within = name;
      else if (name === 'font' && within === 'fonts') fonts.push(false);
      else if (name === 'strike' && within === 'fonts')
        fonts[fonts.length - 1] = val === undefined || isOn(val);
      else if (name === 'xf' && within === 'cellXfs') styles.push(fonts[Number(fontId)] ?? false);
    },
    close: (name) => {
      if (name === within) within = '';
    },
    text: () => {},
  });
  return styles;
}

interface Book {
  strings: readonly number[];
  struckStyles: readonly boolean[];
  /** What of the bounds is left for the sheets to come. */
  room: { rows: number; empty: number };
}

/** Goes through the XML of one sheet. */
class SheetScan {
  readonly census: SheetCensus;
  readonly #book: Book;
  #row = -1;
  #column = -1;
  #isRowHidden = false;
  #cellsBefore = 0;
  #emptyRows = 0;
  #type = '';
  #style = 0;
  #value = '';
  /** Length of its inline text. */
  #inline = 0;
  #reads: 'value' | 'inline' | null = null;
  #isPhonetic = false;
  /** Where the last row that holds something ends, and where all rows do. */
  #lastRowEnd: (() => number) | null = null;
  #rowsEnd: (() => number) | null = null;

  constructor(name: string, book: Book) {
    this.census = new SheetCensus(name);
    this.#book = book;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#reads = 'value';
    else if (name === 't') this.#reads = this.#isPhonetic ? null : 'inline';
    else if (name === 'rPh') this.#isPhonetic = true;
    else if (name === 'row') this.#openRow(attributes);
  }

  text(text: string): void {
    if (this.#reads === 'value') this.#value += text;
    else if (this.#reads === 'inline') this.#inline += text.length;
  }

  close(name: string, place: XmlPlace): void {
    if (name === 'v' || name === 't') this.#reads = null;
    else if (name === 'rPh') this.#isPhonetic = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow(place);
    else if (name === 'sheetData') this.#rowsEnd = place.mark();
  }

  /** The same sheet without the empty rows behind its last cell, which may be a million. */
  withoutTail(xml: Uint8Array): Uint8Array {
    if (this.#rowsEnd === null || this.#lastRowEnd === null) return xml;
    const end = this.#rowsEnd();
    const from = this.#lastRowEnd();
    if (end - from < TAIL_BYTES) return xml;
    const before = (place: number): string => Buffer.from(xml.subarray(place - 32, place)).toString('latin1');
    const closing = /<\/(?:\w+:)?sheetData\s*>$/.exec(before(end));
    if (closing === null || !/<\/(?:\w+:)?row\s*>$/.test(before(from))) return xml;
    return Buffer.concat([xml.subarray(0, from), Buffer.from(closing[0]), xml.subarray(end)]);
  }

  #openRow({ r, hidden, ht }: Readonly<Record<string, string>>): void {
    this.#row = r === undefined ? this.#row + 1 : Number(r) - 1;
    if (!Number.isInteger(this.#row) || this.#row < 0 || this.#row >= LAST_ROW)
      throw new CensusFault('damaged');
    this.#column = -1;
    this.#isRowHidden = isOn(hidden) || ht === '0';
    this.#cellsBefore = this.census.cells;
  }

  #closeRow(place: XmlPlace): void {
    const { room } = this.#book;
    if (this.census.cells === this.#cellsBefore) {
      this.#emptyRows++;
      return this.#countEmpty();
    }
    if (this.#isRowHidden) this.census.hideRow(this.#row);
    if (--room.rows < 0) throw new CensusFault('too-many-rows');
    this.#lastRowEnd = place.mark();
  }

  #openCell({ r, t, s }: Readonly<Record<string, string>>): void {
    this.#column = r === undefined ? this.#column + 1 : columnOf(r);
    if (this.#column < 0 || this.#column >= 16_384) throw new CensusFault('damaged');
    this.#type = t ?? 'n';
    this.#style = s === undefined ? 0 : Number(s);
    this.#value = '';
    this.#inline = 0;
  }

  #closeCell(): void {
    const { strings, struckStyles } = this.#book;
    const string = this.#type === 's' && this.#value !== '' ? strings[Number(this.#value)] : null;
    if (string === undefined) throw new CensusFault('damaged');
    const isWritten = string === null ? this.#value.length + this.#inline > 0 : string !== BLANK;
    if (!isWritten) return this.#countEmpty();
    const struck = string === STRUCK || struckStyles[this.#style] === true;
    this.census.add({ row: this.#row, column: this.#column, struck });
  }

  #countEmpty(): void {
    if (--this.#book.room.empty < 0)
      throw new CensusFault({ emptyRowsIn: this.census.name, rows: this.#emptyRows });
  }
}

/** `AB12` → 27; -1 when it is no place of a cell. */
function columnOf(place: string): number {
  let column = 0;
  for (let i = 0; i < place.length; i++) {
    const letter = (place.charCodeAt(i) | 32) - 96;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
