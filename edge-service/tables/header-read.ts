import type { TableSheet } from './table-file.ts';
import type { HeadedSheet } from './table-header.ts';

/** What the columns of a header row were taken for. */
export interface HeaderRead {
  sheet: string | null;
  row: number;
  /** Its plain words: the form of the file. */
  words: readonly string[];
  columns: {
    /** From 1, as a person counts. */
    column: number;
    header: string;
    /** Null: not read. */
    field: string | null;
  }[];
}

/** What a sheet's columns were taken for, header row by header row; columns without words that nobody reads are left out. */
export function headersRead<Field extends string>(
  sheet: string | null,
  blocks: readonly HeadedSheet<Field>[],
): HeaderRead[] {
  return blocks
    .filter(({ side }) => side === 0)
    .map(({ headerRow, taken, words }) => ({
      sheet,
      row: headerRow,
      words,
      columns: taken
        .filter(({ header, field }) => header !== '' || field !== null)
        .map(({ column, header, field }) => ({ column: column + 1, header, field })),
    }));
}

/** Cells of a row that are shown where its header was looked for. */
const SHOWN_CELLS = 12;
const SHOWN_POINTS = 12;

/**
 * The row of a file that is most like a header, and its words: of those a person may have meant, the one with most texts, the
 * first of them. Numbers of people are not shown. Null: there is no row with two texts.
 */
export function likelyHeader(
  sheets: readonly TableSheet[],
): { sheet: string | null; row: number; words: string[] } | null {
  let best: { sheet: string | null; row: number; words: string[]; texts: number } | null = null;
  for (const sheet of sheets)
    for (const { row, cells } of sheet.rows.slice(0, LIKELY_ROWS)) {
      const own = cells.filter((cell) => cell !== null && !cell.merged).map((cell) => cell!.text.trim());
      const texts = new Set(own.filter((text) => text !== '' && !/[0-9]{4}/.test(text))).size;
      if (texts < 2 || texts <= (best?.texts ?? 0)) continue;
      const words = own
        .filter((text) => text !== '')
        .slice(0, SHOWN_CELLS)
        .map(shownCell);
      best = { sheet: sheet.name, row, words, texts };
    }
  return best === null ? null : { sheet: best.sheet, row: best.row, words: best.words };
}

/** Rows in which a header without a known word is looked for. */
const LIKELY_ROWS = 10;

const shownCell = (text: string): string => {
  const points = [...text.replace(/[0-9]{6,}[0-9Xx]*/g, '…').replace(/\s+/g, ' ')];
  return points.length > SHOWN_POINTS ? `${points.slice(0, SHOWN_POINTS).join('')}…` : points.join('');
};
