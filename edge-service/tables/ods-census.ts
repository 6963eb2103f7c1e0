import { CensusFault, LAST_ROW, SheetCensus } from './sheet-census.ts';
import { attributeOf, scanXml } from './xml-scan.ts';

type Attributes = Readonly<Record<string, string>>;

/**
 * Counts the sheets of an OpenDocument spreadsheet and their non-empty cells from its content.xml itself. Repeated cells are
 * counted as often as they stand. Throws a `CensusFault`, or whatever the XML makes `scanXml` throw. `cellsMax`: of all sheets together.
 */
export function countOds(
  content: Uint8Array,
  { rowsMax, cellsMax }: { rowsMax: number; cellsMax: number },
): SheetCensus[] {
  const scan = new OdsScan(rowsMax, cellsMax);
  scanXml(content, scan);
  return scan.sheets;
}

class OdsScan {
  readonly sheets: SheetCensus[] = [];
  #rowsLeft: number;
  #cellsLeft: number;
  readonly #hiddenStyles = new Set<string>();
  readonly #struckStyles = new Set<string>();
  #style = '';
  #row = 0;
  #rowRepeated = 1;
  #isRowHidden = false;
  #column = 0;
  #cell = { repeated: 1, style: '', isValue: false };
  #length = 0;
  /** Depth of text that is a cell's own, and of notes on it. */
  #paragraphs = 0;
  #notes = 0;

  constructor(rowsMax: number, cellsMax: number) {
    this.#rowsLeft = rowsMax;
    this.#cellsLeft = cellsMax;
  }

  open(name: string, attributes: Attributes): void {
    const of = (key: string): string | null => attributeOf(attributes, key);
    if (name === 'style') this.#style = of('name') ?? '';
    else if (name === 'table-properties' && of('display') === 'false') this.#hiddenStyles.add(this.#style);
    else if (name === 'text-properties') this.#readStrike(of('text-line-through-style'));
    else if (name === 'table' && this.#notes === 0) {
      const sheet = new SheetCensus(of('name') ?? '');
      sheet.hidden = this.#hiddenStyles.has(of('style-name') ?? '');
      this.sheets.push(sheet);
      this.#row = 0;
    } else if (name === 'table-row') {
      this.#column = 0;
      this.#rowRepeated = repeats(of('number-rows-repeated'));
      const visibility = of('visibility');
      this.#isRowHidden = visibility === 'collapse' || visibility === 'filter';
    } else if (name === 'table-cell' || name === 'covered-table-cell') {
      const isValue = of('value-type') !== null && of('value-type') !== 'string';
      const repeated = repeats(of('number-columns-repeated'));
      this.#cell = { repeated, style: of('style-name') ?? '', isValue: isValue && name === 'table-cell' };
      this.#length = (of('string-value') ?? '').length;
    } else if (name === 'p') this.#paragraphs++;
    else if (name === 'annotation' || name === 'shapes' || name === 'frame') this.#notes++;
    else if (name === 's' || name === 'tab' || name === 'line-break') this.text(' ');
  }

  text(text: string): void {
    if (this.#paragraphs > 0 && this.#notes === 0) this.#length += text.length;
  }

  close(name: string): void {
    if (name === 'p') this.#paragraphs--;
    else if (name === 'annotation' || name === 'shapes' || name === 'frame') this.#notes--;
    else if (name === 'table-cell') this.#closeCell();
    else if (name === 'covered-table-cell') this.#column += this.#cell.repeated;
    else if (name === 'table-row') this.#closeRow();
  }

  #readStrike(line: string | null): void {
    if (line !== null && line !== 'none') this.#struckStyles.add(this.#style);
  }

  #closeCell(): void {
    const { repeated, style, isValue } = this.#cell;
    const sheet = this.sheets.at(-1);
    if (sheet !== undefined && (isValue || this.#length > 0)) {
      this.#cellsLeft -= repeated * this.#rowRepeated;
      if (this.#cellsLeft < 0) throw new CensusFault('too-many-rows');
      const struck = this.#struckStyles.has(style);
      for (let row = this.#row; row < this.#row + this.#rowRepeated; row++)
        for (let column = this.#column; column < this.#column + repeated; column++)
          sheet.add({ row, column, struck });
    }
    this.#column += repeated;
  }

  #closeRow(): void {
    const sheet = this.sheets.at(-1);
    if (sheet?.rows.has(this.#row) === true) {
      this.#rowsLeft -= this.#rowRepeated;
      if (this.#rowsLeft < 0) throw new CensusFault('too-many-rows');
      for (let row = this.#row; this.#isRowHidden && row < this.#row + this.#rowRepeated; row++)
        sheet.hideRow(row);
    }
    this.#row += this.#rowRepeated;
    if (this.#row > LAST_ROW * 2) throw new CensusFault('damaged');
  }
}

function repeats(value: string | null): number {
  const times = value === null ? 1 : Number(value);
  if (!Number.isInteger(times) || times < 1 || times > LAST_ROW) throw new CensusFault('damaged');
  return times;
}
