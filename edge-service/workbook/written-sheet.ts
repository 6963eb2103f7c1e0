/** One sheet to write. Strings become text cells, so nothing in them can run; numbers become numbers. */
export interface WrittenSheet {
  name: string;
  columns: readonly { header: string; width: number }[];
  rows: Iterable<readonly (string | number | null)[]>;
}

/** What stands over every printed page: whose file it is on the left, of when its figures are on the right. */
export interface PageHeading {
  left: string;
  right: string;
}

/** Excel takes no longer name of a sheet. */
const NAME_LENGTH = 31;

/** The same sheets by names that a workbook takes beside those it has. */
export function namedFreely(sheets: readonly WrittenSheet[], taken: readonly string[]): WrittenSheet[] {
  const names = [...taken];
  return sheets.map((sheet) => {
    const name = freeSheetName(sheet.name, names);
    names.push(name);
    return { ...sheet, name };
  });
}

/** ECMA-376 part 1, 18.2.19; Excel compares names without case. */
function freeSheetName(name: string, taken: readonly string[]): string {
  const plain = name.replace(/[[\]:*?/\\\p{Cc}]/gu, '_').replace(/^'+|'+$/g, '') || 'Muster';
  const used = new Set(taken.map((t) => t.toLowerCase()));
  for (let n = 0; ; n++) {
    const ending = n === 0 ? '' : n === 1 ? ' (Muster)' : ` (Muster ${n})`;
    const tried = cut(plain, NAME_LENGTH - ending.length) + ending;
    if (!used.has(tried.toLowerCase())) return tried;
  }
}

/** The first `length` UTF-16 units, without half a character at the end. */
const cut = (text: string, length: number): string => {
  const short = text.slice(0, length);
  return short.isWellFormed() ? short : short.slice(0, -1);
};
