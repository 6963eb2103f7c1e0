import { type BookParts, CONTENT_TYPES } from './book-parts.ts';
import type { BookStyles } from './book-styles.ts';
import type { ColumnPlan } from './column-plan.ts';
import { nameEdits } from './defined-names.ts';
import { MAIN_NAMESPACE, printTitles, sheetText } from './sheet-text.ts';
import type { PageHeading, WrittenSheet } from './written-sheet.ts';
import { appended, attributeText, edited, elementsOf, prefixOf } from './xml-places.ts';
import type { ZipPackage } from './zip-package.ts';

/** Sheets of our own behind those of a workbook, and its names told of the columns added. `sheets`: by names that are free. */
export async function addSheets(
  zip: ZipPackage,
  book: BookParts,
  added: {
    sheets: readonly WrittenSheet[];
    styles: BookStyles | null;
    heading: PageHeading;
    widened: ReadonlyMap<number, { plan: ColumnPlan; people: readonly number[] }>;
  },
): Promise<void> {
  const { sheets, styles, heading, widened } = added;
  const workbook = await zip.text(book.workbook);
  const elements = elementsOf(workbook);
  const at = prefixOf(workbook);
  const namespace =
    elements.at(-1)?.attributes[at === '' ? 'xmlns' : `xmlns:${at.slice(0, -1)}`] ?? MAIN_NAMESPACE;
  const folder = book.workbook.slice(0, book.workbook.lastIndexOf('/') + 1);
  const ids = free(
    sheets.length,
    (n) => `rId${n}`,
    (id) => book.ids.includes(id),
  );
  // some readers look for sheets by this name and not by relationships
  const targets = free(
    sheets.length,
    (n) => `worksheets/sheet${n}.xml`,
    (part) => zip.has(folder + part),
  );
  const entries = sheets.map((sheet, i) => ({
    sheet,
    id: ids[i] ?? '',
    target: targets[i] ?? '',
    sheetId: book.sheetIdMax + 1 + i,
  }));
  const list = elements.find((e) => e.name === 'sheets' && e.parent?.parent === null);
  if (list === undefined) throw new Error('a workbook without sheets');
  const sheetTags = entries.map(
    ({ sheet, id, sheetId }) =>
      `<${at}sheet xmlns:r="${attributeText(book.typeBase)}" name="${attributeText(sheet.name)}" sheetId="${sheetId}" r:id="${id}"/>`,
  );
  const titles = sheets.map((sheet, i) => ({
    index: book.names.length + i,
    titles: printTitles(sheet.name),
  }));
  const edits = [
    appended(workbook, list, sheetTags.join('')),
    ...nameEdits(workbook, elements, { widened, titles }),
  ];
  zip.replace(book.workbook, [edited(workbook, edits)]);
  await appendTo(zip, book.relationships, (prefix) =>
    entries.map(
      ({ id, target }) =>
        `<${prefix}Relationship Id="${id}" Type="${attributeText(book.typeBase)}/worksheet" Target="${target}"/>`,
    ),
  );
  await appendTo(zip, CONTENT_TYPES, (prefix) =>
    entries.map(
      ({ target }) =>
        `<${prefix}Override PartName="/${folder}${target}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
    ),
  );
  const look = styles?.look() ?? null;
  for (const { sheet, target } of entries)
    zip.add(`${folder}${target}`, sheetText(sheet, { look, heading, namespace, isFirst: false }));
}

/** Puts tags at the end of a part's root. */
async function appendTo(
  zip: ZipPackage,
  part: string,
  tags: (prefix: string) => readonly string[],
): Promise<void> {
  const xml = await zip.text(part);
  const root = elementsOf(xml).at(-1);
  if (root === undefined) throw new Error(`nothing in ${part}`);
  zip.replace(part, [edited(xml, [appended(xml, root, tags(prefixOf(xml)).join(''))])]);
}

/** So many numbered names that nothing bears yet. */
function free(count: number, name: (n: number) => string, isTaken: (name: string) => boolean): string[] {
  const names: string[] = [];
  for (let n = 1; names.length < count; n++) if (!isTaken(name(n))) names.push(name(n));
  return names;
}
