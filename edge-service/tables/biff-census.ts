import { SheetCensus } from './sheet-census.ts';

/** Of a cell that must be among those the library read. */
export interface BiffCell {
  /** Place of its sheet among all tabs. */
  tab: number;
  row: number;
  column: number;
}

/** Records of MS-XLS 2.3 that say where sheets are, what is locked, struck and hidden, and which cells hold something. */
const BOF = 0x809;
const EOF = 0x0a;
const FILE_PASS = 0x2f;
const BOUND_SHEET = 0x85;
const FONT = new Set([0x31, 0x231]);
const XF = new Set([0xe0]);
const ROW = new Set([0x08, 0x208]);
const MUL_RK = 0xbd;
/** NUMBER, LABEL, BOOLERR, RK, RSTRING, LABELSST. */
const CELLS = new Set([0x203, 0x204, 0x205, 0x27e, 0xd6, 0xfd]);
const FORMULA = new Set([0x06, 0x206, 0x406]);

const STRIKE_OUT = 0x08;
const HEIGHT_ZERO = 0x20;

interface BiffRecord {
  type: number;
  /** Where its content begins, and how long it is. */
  at: number;
  length: number;
}

/** True when the stream of an XLS file is encrypted. */
export function isLockedBiff(stream: Uint8Array): boolean {
  for (const { type } of recordsFrom(viewOf(stream), 0)) {
    if (type === FILE_PASS) return true;
    if (type === EOF) return false;
  }
  return false;
}

/**
 * The tabs of an XLS file (BIFF5 and 8) in their order, null for those that are no worksheets, with hidden rows and struck
 * cells; `cell` is told of every cell that holds something. Throws on a stream that is cut off.
 */
export function countBiff(stream: Uint8Array, cell: (cell: BiffCell) => void): (SheetCensus | null)[] {
  const view = viewOf(stream);
  const tabs: { at: number; isHidden: boolean; isSheet: boolean }[] = [];
  const struckFonts: boolean[] = [];
  const struckStyles: boolean[] = [];
  for (const { type, at, length } of recordsFrom(view, 0)) {
    if (type === EOF) break;
    if (type === BOUND_SHEET && length >= 6)
      tabs.push({
        at: view.getUint32(at, true),
        isHidden: (view.getUint8(at + 4) & 3) !== 0,
        isSheet: view.getUint8(at + 5) === 0,
      });
    if (FONT.has(type) && length >= 4) struckFonts.push((view.getUint16(at + 2, true) & STRIKE_OUT) !== 0);
    // There is no font 4 (MS-XLS 2.5.129).
    if (XF.has(type) && length >= 2) {
      const font = view.getUint16(at, true);
      struckStyles.push(struckFonts[font > 4 ? font - 1 : font] ?? false);
    }
  }
  return tabs.map(({ at, isHidden, isSheet }, tab) => {
    if (!isSheet) return null;
    const census = new SheetCensus('');
    census.hidden = isHidden;
    countSheet(view, at, { census, struckStyles, cell: (row, column) => cell({ tab, row, column }) });
    return census;
  });
}

function countSheet(
  view: DataView,
  from: number,
  into: {
    census: SheetCensus;
    struckStyles: readonly boolean[];
    cell: (row: number, column: number) => void;
  },
): void {
  const { census, struckStyles, cell } = into;
  const hidden: number[] = [];
  let depth = 0;
  const add = (row: number, column: number, style: number): void => {
    census.add({ row, column, struck: struckStyles[style] === true });
    cell(row, column);
  };
  for (const { type, at, length } of recordsFrom(view, from)) {
    // A chart that lies in the sheet has records of its own.
    if (type === BOF) depth++;
    else if (type === EOF && --depth === 0) break;
    if (depth !== 1 || length < 6) continue;
    const row = view.getUint16(at, true);
    const column = view.getUint16(at + 2, true);
    if (ROW.has(type) && length >= 14 && (view.getUint8(at + 12) & HEIGHT_ZERO) !== 0) hidden.push(row);
    else if (CELLS.has(type)) add(row, column, view.getUint16(at + 4, true));
    else if (FORMULA.has(type) && isNumber(view, at + 6, length))
      add(row, column, view.getUint16(at + 4, true));
    else if (type === MUL_RK)
      for (let i = 0; i < (length - 6) / 6; i++) add(row, column + i, view.getUint16(at + 4 + i * 6, true));
  }
  for (const row of hidden) census.hideRow(row);
}

/** Whether a formula's stored value is a number: a text comes in a record of its own, or is empty. */
const isNumber = (view: DataView, at: number, length: number): boolean =>
  length >= 14 && view.getUint16(at + 6, true) !== 0xffff;

function* recordsFrom(view: DataView, from: number): Generator<BiffRecord> {
  let at = from;
  while (at + 4 <= view.byteLength) {
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > view.byteLength) throw new Error('the stream ends within a record');
    yield { type: view.getUint16(at, true), at: at + 4, length };
    at += 4 + length;
  }
}

const viewOf = (stream: Uint8Array): DataView =>
  new DataView(stream.buffer, stream.byteOffset, stream.length);
