import { type BookParts, bookParts, relationshipsOf } from './book-parts.ts';
import { BookStyles } from './book-styles.ts';
import type { ColumnPlan } from './column-plan.ts';
import { filledSheet } from './filled-sheet.ts';
import { addSheets } from './further-sheets.ts';
import type { SheetFill } from './sheet-fill.ts';
import { blankStringsOf } from './sheet-layout.ts';
import { namedFreely, type PageHeading, type WrittenSheet } from './written-sheet.ts';
import { writeXlsx } from './written-workbook.ts';
import { ZipPackage } from './zip-package.ts';

/** A sheet whose columns stand on one of their own, called `name`. */
interface Apart {
  sheet: string;
  name: string;
}

interface FilledBook {
  bytes: Uint8Array;
  extension: BookParts['extension'];
}

/** What one of her sheets gets. */
export interface OneFill {
  sheet: string;
  /** Null: her sheet has no place where it could stand. */
  fill: SheetFill | null;
  /** What stands on a sheet of its own where the columns cannot be added to hers. */
  instead: WrittenSheet;
}

interface BookFill {
  fills: readonly OneFill[];
  /** Behind all others. `isBookLost`: her workbook could not be followed, and nothing of it is in the file. */
  further: (left: { apart: readonly Apart[]; isBookLost: boolean }) => readonly WrittenSheet[];
  heading: PageHeading;
}

/**
 * The same workbook with columns behind those of its sheets and further sheets behind: parts that need no change are copied
 * as they lie there, and of the others only what has to change. Where a sheet cannot take the columns they stand on one of their own.
 */
export async function fillXlsx(bytes: Uint8Array, asked: BookFill): Promise<FilledBook> {
  try {
    return await filled(await ZipPackage.open(bytes), asked);
  } catch {
    // whatever of the package cannot be followed: nothing of ours is lost with it
    const { apart, sheets } = apartSheets(asked.fills, []);
    const all = [...sheets, ...asked.further({ apart, isBookLost: true })];
    return { bytes: await writeXlsx(all, asked.heading), extension: 'xlsx' };
  }
}

async function filled(zip: ZipPackage, { fills, further, heading }: BookFill): Promise<FilledBook> {
  const book = await bookParts(zip);
  const styles = book.styles === null ? null : new BookStyles(await zip.text(book.styles));
  const blank =
    book.sharedStrings === null ? new Set<number>() : blankStringsOf(await zip.text(book.sharedStrings));
  const widened = new Map<number, { plan: ColumnPlan; people: readonly number[] }>();
  const left: OneFill[] = [];
  for (const one of fills) {
    const { sheet: name, fill } = one;
    const sheet = book.sheets.find((s) => s.name === name);
    const plan =
      sheet === undefined || fill === null ? null : await fillSheet(zip, sheet.part, { fill, styles, blank });
    if (sheet === undefined || fill === null || plan === null) left.push(one);
    else widened.set(sheet.index, { plan, people: fill.people });
  }
  const { apart, sheets } = apartSheets(left, book.names);
  const all = [...sheets, ...further({ apart, isBookLost: false })];
  await addSheets(zip, book, {
    sheets: namedFreely(all, book.names),
    styles,
    heading,
    widened,
  });
  const changed = styles?.changed() ?? null;
  if (book.styles !== null && changed !== null) zip.replace(book.styles, [changed]);
  return { bytes: await zip.bytes(), extension: book.extension };
}

/** Fills one sheet, its tables too; null when it cannot be done, and then nothing of it is changed. */
async function fillSheet(
  zip: ZipPackage,
  part: string,
  { fill, styles, blank }: { fill: SheetFill; styles: BookStyles | null; blank: ReadonlySet<number> },
): Promise<ColumnPlan | null> {
  try {
    const xml = await zip.text(part);
    const tables = new Map<string, string>();
    for (const related of await relationshipsOf(zip, part))
      if (related.kind === 'table' && related.part !== null)
        tables.set(related.part, await zip.text(related.part));
    const done = filledSheet(xml, fill, { styles, blankStrings: blank, tables });
    zip.replace(part, done.xml);
    for (const [table, text] of done.tables) zip.replace(table, [text]);
    return done.plan;
  } catch {
    return null; // whatever stands in the way of it: the columns go onto a sheet of their own, and that is said
  }
}

/** The sheets for columns that found no place on hers, by names that are free, and whose they are. */
function apartSheets(
  left: readonly OneFill[],
  taken: readonly string[],
): { apart: Apart[]; sheets: WrittenSheet[] } {
  const sheets = namedFreely(
    left.map((one) => one.instead),
    taken,
  );
  return { sheets, apart: left.map(({ sheet }, i) => ({ sheet, name: sheets[i]?.name ?? '' })) };
}
