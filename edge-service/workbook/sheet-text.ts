import { columnLetters } from './cell-area.ts';
import type { SheetLook } from './book-styles.ts';
import type { PageHeading, WrittenSheet } from './written-sheet.ts';
import { cellXml, plainXml } from './xml-places.ts';

/** The namespace of sheets in files of the transitional edition, which everybody writes (ECMA-376 part 4). */
export const MAIN_NAMESPACE = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
/** A4 (ECMA-376 part 1, 18.3.1.63). */
const A4 = 9;
/** Excel refuses a file whose header or footer is longer. */
export const HEADING_LENGTH_MAX = 255;

/**
 * The XML of a sheet of our own, piece by piece: its rows are taken when they are written. A printed page is A4 across with
 * every column on it, the header repeated, whose file it is above and the page's number below.
 */
export function* sheetText(
  sheet: WrittenSheet,
  how: { look: SheetLook | null; heading: PageHeading; namespace: string; isFirst: boolean },
): Generator<string> {
  const { look, heading, namespace, isFirst } = how;
  yield (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
      `<worksheet xmlns="${namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>` +
      `<sheetViews><sheetView${isFirst ? ' tabSelected="1"' : ''} workbookViewId="0">` +
      '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
      '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>' +
      '<sheetFormatPr defaultRowHeight="15"/><cols>' +
      sheet.columns
        .map(({ width }, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`)
        .join('') +
      '</cols><sheetData>'
  );
  const letters = sheet.columns.map((_, i) => columnLetters(i));
  const { header, text, number } = cellTags(look);
  const widths = sheet.columns.map((c) => c.width);
  const heads = sheet.columns.map((c) => c.header);
  yield `<row r="1"${height(heads, widths)}>${sheet.columns.map((c, i) => textCell(`${letters[i]}1"${header}`, c.header)).join('')}</row>`;
  let row = 1;
  for (const cells of sheet.rows) {
    row++;
    let line = `<row r="${row}"${height(cells, widths)}>`;
    for (const [i, value] of cells.entries()) {
      const place = `${letters[i] ?? columnLetters(i)}${row}"`;
      line +=
        typeof value === 'number' && Number.isFinite(value)
          ? `<c r="${place}${number}><v>${value}</v></c>`
          : textCell(place + text, value === null ? '' : String(value));
    }
    yield `${line}</row>`;
  }
  yield (
    '</sheetData><printOptions horizontalCentered="1"/>' +
      '<pageMargins left="0.4" right="0.4" top="0.75" bottom="0.6" header="0.3" footer="0.3"/>' +
      `<pageSetup paperSize="${A4}" orientation="landscape" fitToWidth="1" fitToHeight="0"/>` +
      `<headerFooter><oddHeader>${plainXml(headingCode(heading))}</oddHeader>` +
      '<oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>'
  );
}

const LINE_POINTS = 15;
/** No row is higher than 409 points (ECMA-376 part 1, 18.3.1.73; Excel). */
const ROW_LINES = 27;

/** The height of a row whose text takes more lines than one; not every program works it out for itself. */
function height(cells: readonly (string | number | null)[], widths: readonly number[]): string {
  let most = 1;
  for (const [i, value] of cells.entries())
    if (typeof value === 'string') most = Math.max(most, linesOf(value, widths[i] ?? 0));
  return most === 1 ? '' : ` ht="${Math.min(most, ROW_LINES) * LINE_POINTS}" customHeight="1"`;
}

/** Lines of a text in a column so many digits wide, of which one is margin; a Han character is as wide as two digits. */
function linesOf(text: string, width: number): number {
  const room = Math.max(1, width - 1);
  // nothing is wider than two digits
  if (text.length * 2 <= room && !text.includes('\n')) return 1;
  let lines = 0;
  for (const line of text.split('\n')) {
    let wide = 0;
    for (const c of line) wide += c < '\u1100' ? 1 : 2;
    lines += Math.max(1, Math.ceil(wide / room));
  }
  return lines;
}

/** What stands behind the place of a cell of each kind. */
const cellTags = (look: SheetLook | null): { header: string; text: string; number: string } => ({
  header: look === null ? '' : ` s="${look.header}"`,
  text: look === null ? '' : ` s="${look.text}"`,
  number: look === null ? '' : ` s="${look.number}"`,
});

function textCell(place: string, text: string): string {
  if (text === '') return `<c r="${place}/>`;
  const space = text.trim() === text && !text.includes('\n') ? '' : ' xml:space="preserve"';
  return `<c r="${place} t="inlineStr"><is><t${space}>${cellXml(text)}</t></is></c>`;
}

/** The heading in the codes of page headers: `&L`, `&R`, and `&&` for an ampersand (ECMA-376 part 1, 18.3.1.39). */
function headingCode({ left, right }: PageHeading): string {
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().replaceAll('&', '&&');
  const end = `&R${plain(right)}`;
  const most = HEADING_LENGTH_MAX - end.length - 2;
  const begun = [...plain(left)].reduce((text, c) => (text.length + c.length > most ? text : text + c), '');
  // half an ampersand would begin a code
  const whole = /(?:^|[^&])(?:&&)*&$/.test(begun) ? begun.slice(0, -1) : begun;
  return `&L${whole}${end}`;
}

/** What the names of a workbook say for a sheet's header to be repeated on every printed page. */
export const printTitles = (name: string): string => `'${name.replaceAll("'", "''")}'!$1:$1`;
