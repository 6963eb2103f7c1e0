import type { TableCell, TableRow, TableSheet } from './table-file.ts';

/** Control characters other than tabs and line breaks, and what is no character: a card reader or an old system left them. */
const CONTROL = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;
/** `="00127"`: a number protected so that a spreadsheet keeps it as it is. */
const PROTECTED = /^\s*="((?:[^"]|"")*)"\s*$/s;

/** A sheet without what protects or spoils the texts of its cells; `mended`: how many cells had some, and the first row of them. */
export function plainSheet(sheet: TableSheet): {
  sheet: TableSheet;
  mended: { row: number; cells: number } | null;
} {
  let mended: { row: number; cells: number } | null = null;
  const rows = sheet.rows.map((row): TableRow => {
    const cells = row.cells.map(plainCell);
    const changed = cells.filter((cell, i) => cell !== row.cells[i]).length;
    if (changed === 0) return row;
    mended =
      mended === null ? { row: row.row, cells: changed } : { ...mended, cells: mended.cells + changed };
    return { ...row, cells };
  });
  return mended === null ? { sheet, mended } : { sheet: { ...sheet, rows }, mended };
}

function plainCell(cell: TableCell | null): TableCell | null {
  if (cell === null) return null;
  const plain = cell.text.replace(CONTROL, '');
  const text = PROTECTED.exec(plain)?.[1]?.replaceAll('""', '"') ?? plain;
  if (text === cell.text) return cell;
  return text.trim() === '' ? null : { ...cell, text, mended: true };
}

const FAULT = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)$/i;

/** What a formula left where it failed (#N/A), or a yes or no (TRUE), where a text should stand. */
export function isFault({ kind, text }: TableCell): boolean {
  return (
    kind === 'error' || kind === 'boolean' || FAULT.test(text.trim()) || /^(?:true|false)$/i.test(text.trim())
  );
}
