import type { PackageParts } from './package-parts.ts';
import { relationsOf } from './package-relations.ts';
import { CensusFault, SheetCensus } from './sheet-census.ts';

/** Records of MS-XLSB 2.3 that say where sheets are, what is struck and hidden, and which cells hold something. */
const ROW = 0;
/** RK, error, truth, real, text, shared string, and the formulas that give one of them; 62: a text in several fonts. */
const CELLS = new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62]);
/** The same without a column of their own: the next one. */
const SHORT_CELLS = new Set([13, 14, 15, 16, 17, 18]);
const BLANK = 1;
const SHORT_BLANK = 12;
const FONT = 43;
const XF = 47;
const SHEET = 156;
const CELL_STYLES_BEGIN = 617;
const CELL_STYLES_END = 618;

const STRIKE_OUT = 0x08;
const HEIGHT_ZERO = 0x10;

/**
 * The worksheets of an XLSB file in the order of their tabs, by relationship, with their non-empty cells, hidden rows and
 * struck cells. Throws a `CensusFault` on a part that is missing or cut off.
 */
export function countXlsb(parts: PackageParts, main: string): SheetCensus[] {
  const relations = relationsOf(parts, main);
  const styles = [...relations.values()].find((r) => r.kind === 'styles');
  const struckStyles = struckStylesIn(styles === undefined ? null : (parts.get(styles.part) ?? null));
  const sheets: SheetCensus[] = [];
  for (const { type, view } of recordsOf(parts.get(main) ?? null)) {
    if (type !== SHEET) continue;
    const relation = relations.get(wideString(view, 8).text);
    const part = relation === undefined ? undefined : parts.get(relation.part);
    if (relation === undefined || part === undefined) throw new CensusFault('damaged');
    if (relation.kind !== 'worksheet') continue;
    const census = new SheetCensus(wideString(view, wideString(view, 8).end).text);
    census.hidden = view.getUint32(0, true) !== 0;
    countSheet(part, { census, struckStyles });
    sheets.push(census);
  }
  return sheets;
}

function countSheet(
  part: Uint8Array,
  { census, struckStyles }: { census: SheetCensus; struckStyles: readonly boolean[] },
): void {
  let row = -1;
  let isHidden = false;
  let column = -1;
  const add = (style: number): void =>
    census.add({ row, column, struck: struckStyles[style & 0xff_ffff] === true });
  for (const { type, view } of recordsOf(part)) {
    if (type === ROW) {
      if (isHidden) census.hideRow(row);
      row = view.getUint32(0, true);
      column = -1;
      isHidden = view.byteLength > 11 && (view.getUint8(11) & HEIGHT_ZERO) !== 0;
    } else if (CELLS.has(type) || type === BLANK) {
      column = view.getUint32(0, true);
      if (type !== BLANK) add(view.getUint32(4, true));
    } else if (SHORT_CELLS.has(type) || type === SHORT_BLANK) {
      column++;
      if (type !== SHORT_BLANK) add(view.getUint32(0, true));
    }
  }
  if (isHidden) census.hideRow(row);
}

function struckStylesIn(part: Uint8Array | null): boolean[] {
  const fonts: boolean[] = [];
  const styles: boolean[] = [];
  let isCells = false;
  for (const { type, view } of recordsOf(part)) {
    if (type === CELL_STYLES_BEGIN) isCells = true;
    else if (type === CELL_STYLES_END) isCells = false;
    else if (type === FONT) fonts.push((view.getUint16(2, true) & STRIKE_OUT) !== 0);
    else if (type === XF && isCells) styles.push(fonts[view.getUint16(4, true)] ?? false);
  }
  return styles;
}

/** Types and lengths are of one to two and one to four bytes, seven bits each (MS-XLSB 2.1.4). */
function* recordsOf(part: Uint8Array | null): Generator<{ type: number; view: DataView }> {
  if (part === null) return;
  let at = 0;
  const number = (bytesMost: number): number => {
    let value = 0;
    for (let i = 0; i < bytesMost; i++) {
      const byte = part[at++];
      if (byte === undefined) throw new CensusFault('damaged');
      value |= (byte & 0x7f) << (7 * i);
      if ((byte & 0x80) === 0) break;
    }
    return value;
  };
  while (at < part.length) {
    const type = number(2);
    const length = number(4);
    if (at + length > part.length) throw new CensusFault('damaged');
    yield { type, view: new DataView(part.buffer, part.byteOffset + at, length) };
    at += length;
  }
}

function wideString(view: DataView, at: number): { text: string; end: number } {
  const length = view.getUint32(at, true);
  if (length === 0xffff_ffff) return { text: '', end: at + 4 };
  const end = at + 4 + 2 * length;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at + 4, 2 * length);
  return { text: new TextDecoder('utf-16le').decode(bytes), end };
}
