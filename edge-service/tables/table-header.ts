import type { TableRow, TableSheet } from './table-file.ts';

/** Rows looked at for a header: titles, "filled in by" and notes stand above it, never more. */
export const HEADER_SEARCH_ROWS_MAX = 20;

/** Column index per field, the header's own words per field, and the rows under it. */
export interface HeadedSheet<Field extends string> {
  columns: ReadonlyMap<Field, number>;
  headers: ReadonlyMap<Field, string>;
  headerRow: number;
  rows: readonly TableRow[];
}

/** Header words as one compares them: no blanks (班 组), half width, lower case, without brackets and what is in them. */
function plainHeader(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[([【][^)\]】]*[)\]】]/g, '')
    .replace(/[\s\u200b\ufeff::*_-]/g, '')
    .toLowerCase();
}

/**
 * Finds the header under title rows: the row that names most fields, at least two and one of `needed`. A second header row
 * under it (联系方式 over 手机/备用) is taken in. Null when the sheet has none.
 */
export function findHeader<Field extends string>(
  sheet: TableSheet,
  wanted: { names: ReadonlyMap<string, Field>; needed: readonly Field[] },
): HeadedSheet<Field> | null {
  const { names, needed } = wanted;
  let best: { at: number; columns: Map<Field, number> } | null = null;
  for (const [at, row] of sheet.rows.slice(0, HEADER_SEARCH_ROWS_MAX).entries()) {
    const columns = fieldsOf(row, names);
    if (columns.size >= 2 && needed.some((f) => columns.has(f)) && columns.size > (best?.columns.size ?? 0))
      best = { at, columns };
  }
  if (!best) return null;
  const first = sheet.rows[best.at]!;
  const columns = best.columns;
  let next = best.at + 1;
  const second = sheet.rows[next];
  if (second && continuesHeader({ first, second, columns, names })) {
    const filled = new Set(columns.values());
    for (const [field, column] of fieldsOf(second, names))
      if (!columns.has(field) && !filled.has(column)) columns.set(field, column);
    next++;
  }
  const headers = new Map(
    [...columns].map(([field, column]) => [
      field,
      first.cells[column]?.text.trim() ?? sheet.rows[next - 1]?.cells[column]?.text ?? field,
    ]),
  );
  return { columns, headers, headerRow: first.row, rows: sheet.rows.slice(next) };
}

function fieldsOf<Field extends string>(
  row: TableRow,
  names: ReadonlyMap<string, Field>,
): Map<Field, number> {
  const columns = new Map<Field, number>();
  row.cells.forEach((cell, column) => {
    const field = cell ? names.get(plainHeader(cell.text)) : undefined;
    if (field !== undefined && !columns.has(field)) columns.set(field, column);
  });
  return columns;
}

/** A second header row repeats the words above (merged downwards) or is empty there, and names something itself. */
function continuesHeader<Field extends string>(rows: {
  first: TableRow;
  second: TableRow;
  columns: ReadonlyMap<Field, number>;
  names: ReadonlyMap<string, Field>;
}): boolean {
  const { first, second, columns, names } = rows;
  if (second.row !== first.row + 1) return false;
  const texts = second.cells.filter((c) => c !== null).map((c) => c.text);
  const namesSomething = second.cells.some((c) => c !== null && names.has(plainHeader(c.text)));
  const repeats = [...columns.values()].every((column) => {
    const below = second.cells[column];
    return !below || below.text === first.cells[column]?.text || names.has(plainHeader(below.text));
  });
  return namesSomething && repeats && texts.every((t) => !/[0-9]{6}/.test(t));
}

/** Rows that sum, sign or repeat: 小计, 合计, 制表人: …; and the header printed again on the next page. */
export function isFootRow(row: TableRow): boolean {
  return row.cells.some((cell) => cell !== null && FOOT.test(cell.text.replace(/\s/g, '')));
}

const FOOT =
  /^(?:(?:本页|本表)?(?:小计|合计|总计|共计|累计)(?:[::0-9(].*)?|(?:制表|审核|填表|填报|负责|审批)[^::]{0,4}[::].*|(?:sub)?total:?)$/i;
