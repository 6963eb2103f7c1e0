/** Columns of a sheet, A to XFD (ECMA-376 part 1, 18.3.1.4; Excel and WPS). */
export const SHEET_COLUMNS_MAX = 16_384;

/** A range of cells; columns from 0, rows from 1 as the file counts them, both ends belong to it. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** 0 is A, 26 is AA. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

/** The column of `A` or `$XFD`, from 0. */
export function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters.replace('$', '')) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

/** The place of `B12`; null when the text is no reference of one cell. */
export function cellOf(reference: string): { column: number; row: number } | null {
  const found = /^\$?([A-Z]{1,3})\$?([0-9]{1,7})$/.exec(reference);
  return found === null ? null : { column: columnOf(found[1] ?? ''), row: Number(found[2]) };
}

/** The cells of `A1:J7` or `A1`; null when the text is no such range. */
export function areaOf(reference: string): Area | null {
  const [first = '', last = first, ...more] = reference.split(':');
  const [from, to] = [cellOf(first), cellOf(last)];
  if (from === null || to === null || more.length > 0) return null;
  return { left: from.column, top: from.row, right: to.column, bottom: to.row };
}

export const areaText = ({ left, top, right, bottom }: Area): string =>
  left === right && top === bottom
    ? `${columnLetters(left)}${top}`
    : `${columnLetters(left)}${top}:${columnLetters(right)}${bottom}`;

export const meet = (a: Area, b: Area): boolean =>
  a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
