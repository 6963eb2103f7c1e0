import { CensusFault, LAST_ROW, SheetCensus } from './sheet-census.ts';
import { attributeOf, scanXml } from './xml-scan.ts';

/**
 * Counts the sheets of SpreadsheetML 2003 and their non-empty cells from the XML itself. Throws a `CensusFault`, or whatever
 * the XML makes `scanXml` throw. `rowsMax`: of all sheets together.
 */
export function countSpreadsheetMl(text: string, rowsMax: number): SheetCensus[] {
  const sheets: SheetCensus[] = [];
  const struckStyles = new Set<string>();
  let style = '';
  let rows = 0;
  let [row, column] = [-1, -1];
  let across = 0;
  let cellStyle = '';
  let isRowHidden = false;
  let length = 0;
  let reads: 'data' | 'visible' | null = null;
  let isComment = false;
  let visible = '';
  scanXml(Buffer.from(text), {
    open: (name, attributes) => {
      const of = (key: string): string | null => attributeOf(attributes, key);
      if (name === 'Worksheet') {
        sheets.push(new SheetCensus(of('Name') ?? ''));
        [row, visible] = [-1, ''];
      } else if (name === 'Style') style = of('ID') ?? '';
      else if (name === 'Font' && of('StrikeThrough') === '1') struckStyles.add(style);
      else if (name === 'Row') {
        row = placeOf(of('Index'), row + 1, LAST_ROW);
        [column, across, isRowHidden] = [-1, 0, of('Hidden') === '1'];
      } else if (name === 'Cell') {
        column = placeOf(of('Index'), column + across + 1, 16_384);
        across = Number(of('MergeAcross') ?? 0);
        [cellStyle, length] = [of('StyleID') ?? '', 0];
      } else if (name === 'Comment') isComment = true;
      else if (name === 'Data' && !isComment) reads = 'data';
      else if (name === 'Visible') reads = 'visible';
    },
    text: (piece) => {
      if (reads === 'data') length += piece.length;
      else if (reads === 'visible') visible += piece;
    },
    close: (name) => {
      const sheet = sheets.at(-1);
      if (name === 'Data' || name === 'Visible') reads = null;
      else if (name === 'Comment') isComment = false;
      else if (name === 'Worksheet' && sheet !== undefined) sheet.hidden = /hidden/i.test(visible);
      else if (name === 'Cell' && length > 0)
        sheet?.add({ row, column, struck: struckStyles.has(cellStyle) });
      else if (name === 'Row' && sheet?.rows.has(row) === true) {
        if (isRowHidden) sheet.hideRow(row);
        if (++rows > rowsMax) throw new CensusFault('too-many-rows');
      }
    },
  });
  return sheets;
}

function placeOf(index: string | null, next: number, end: number): number {
  const place = index === null ? next : Number(index) - 1;
  if (!Number.isInteger(place) || place < 0 || place >= end) throw new CensusFault('damaged');
  return place;
}

/** How many cells of HTML hold something; null where its tables are not written out (ends left out, tables in tables). */
export function countHtml(text: string): number | null {
  const plain = text.replace(/<!--[^]*?-->/g, '').replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, '');
  let depth = 0;
  let from = -1;
  let cells = 0;
  for (const { index, 0: tag } of plain.matchAll(/<\/?(?:table|t[dh])(?=[\s>/])[^<>]*>/gi)) {
    const isEnd = tag.startsWith('</');
    if (/table/i.test(tag.slice(0, 8))) {
      depth += isEnd ? -1 : 1;
      if (depth < 0 || depth > 1 || from >= 0) return null;
    } else if (isEnd === from < 0) return null;
    else if (isEnd) {
      if (isWritten(plain.slice(from, index))) cells++;
      from = -1;
    } else from = index + tag.length;
  }
  return depth === 0 && from < 0 ? cells : null;
}

const isWritten = (html: string): boolean =>
  html
    .replace(/<[^<>]*>/g, '')
    .replace(/&nbsp;|&#160;|&#xa0;/gi, '')
    .trim() !== '';
