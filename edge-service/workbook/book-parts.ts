import { relationshipsPart, resolvedPart } from './part-name.ts';
import { elementsOf, type XmlElement } from './xml-places.ts';
import type { ZipPackage } from './zip-package.ts';

/** A relationship of a part (ECMA-376 part 2, 9.3): `kind` is the last word of its type, the same in both editions of the format. */
interface Relationship {
  id: string;
  kind: string;
  type: string;
  /** The part it leads to; null when it leads out of the package. */
  part: string | null;
}

interface BookSheet {
  name: string;
  part: string;
  /** Among all sheets, as `localSheetId` counts them. */
  index: number;
}

/** Where the parts of a workbook are, found by relationships: names are each writer's own. */
export interface BookParts {
  workbook: string;
  relationships: string;
  /** Of the workbook's relationships, all before `/worksheet`. */
  typeBase: string;
  sheets: readonly BookSheet[];
  /** Names of all sheets, charts on sheets of their own too. */
  names: readonly string[];
  sheetIdMax: number;
  ids: readonly string[];
  styles: string | null;
  sharedStrings: string | null;
  /** Of the file's name: another one is refused by Excel. */
  extension: 'xlsx' | 'xlsm' | 'xltx' | 'xltm';
}

export const CONTENT_TYPES = '[Content_Types].xml';

const MAIN_KINDS: readonly [extension: BookParts['extension'], type: string][] = [
  ['xlsm', 'application/vnd.ms-excel.sheet.macroEnabled.main+xml'],
  ['xltm', 'application/vnd.ms-excel.template.macroEnabled.main+xml'],
  ['xltx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml'],
];

/** Throws when the package is no workbook that can be followed. */
export async function bookParts(zip: ZipPackage): Promise<BookParts> {
  const main = (await relationshipsOf(zip, '')).find((r) => r.kind === 'officeDocument')?.part;
  if (main === undefined || main === null) throw new Error('no workbook');
  const related = await relationshipsOf(zip, main);
  const sheets = elementsOf(await zip.text(main)).filter(
    (e) => e.name === 'sheet' && e.parent?.name === 'sheets',
  );
  const target = (element: XmlElement): Relationship | undefined => {
    const id = Object.entries(element.attributes).find(([name]) => /^[^:]+:id$/.test(name))?.[1];
    return related.find((r) => r.id === id);
  };
  const worksheet = related.find((r) => r.kind === 'worksheet');
  if (worksheet === undefined) throw new Error('no sheet');
  const partOf = (kind: string): string | null => related.find((r) => r.kind === kind)?.part ?? null;
  return {
    workbook: main,
    relationships: relationshipsPart(main),
    typeBase: worksheet.type.slice(0, -'/worksheet'.length),
    sheets: sheets.flatMap((element, index): BookSheet[] => {
      const found = target(element);
      return found?.kind === 'worksheet' && found.part !== null
        ? [{ name: element.attributes['name'] ?? '', part: found.part, index }]
        : [];
    }),
    names: sheets.map((s) => s.attributes['name'] ?? ''),
    sheetIdMax: Math.max(0, ...sheets.map((s) => Number(s.attributes['sheetId']) || 0)),
    ids: related.map((r) => r.id),
    styles: partOf('styles'),
    sharedStrings: partOf('sharedStrings'),
    extension: await extensionOf(zip, main),
  };
}

async function extensionOf(zip: ZipPackage, main: string): Promise<BookParts['extension']> {
  const named = elementsOf(await zip.text(CONTENT_TYPES)).find(
    (e) => e.name === 'Override' && e.attributes['PartName']?.toLowerCase() === `/${main}`.toLowerCase(),
  )?.attributes['ContentType'];
  return MAIN_KINDS.find(([, type]) => type === named)?.[0] ?? 'xlsx';
}

/** The relationships of a part; of the package itself when the name is empty. A part without any has none. */
export async function relationshipsOf(zip: ZipPackage, part: string): Promise<Relationship[]> {
  const name = relationshipsPart(part);
  if (!zip.has(name)) return [];
  return elementsOf(await zip.text(name))
    .filter((e) => e.name === 'Relationship')
    .map(({ attributes: a }) => ({
      id: a['Id'] ?? '',
      kind: a['Type']?.split('/').at(-1) ?? '',
      type: a['Type'] ?? '',
      part: a['TargetMode'] === 'External' ? null : resolvedPart(part, a['Target'] ?? ''),
    }));
}
