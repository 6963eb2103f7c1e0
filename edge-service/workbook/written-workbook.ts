import { BookStyles, OWN_STYLES } from './book-styles.ts';
import { MAIN_NAMESPACE, printTitles, sheetText } from './sheet-text.ts';
import { namedFreely, type PageHeading, type WrittenSheet } from './written-sheet.ts';
import { attributeText, plainXml } from './xml-places.ts';
import { type PartText, zipped } from './zip-package.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The bytes of an XLSX file made to be read and printed as it is; rows are taken one by one and written at once. */
export async function writeXlsx(sheets: readonly WrittenSheet[], heading: PageHeading): Promise<Uint8Array> {
  const styles = new BookStyles(OWN_STYLES);
  const look = styles.look();
  const named = namedFreely(sheets, []);
  const names = named.map((s) => s.name);
  const texts = sheets.map((sheet, i) => ({
    name: `xl/worksheets/sheet${i + 1}.xml`,
    text: sheetText(sheet, { look, heading, namespace: MAIN_NAMESPACE, isFirst: i === 0 }) as PartText,
  }));
  return zipped([
    { name: '[Content_Types].xml', text: [contentTypes(sheets.length)] },
    { name: '_rels/.rels', text: [relationships([`rId1 officeDocument xl/workbook.xml`])] },
    { name: 'xl/workbook.xml', text: [workbook(names)] },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: [
        relationships([
          ...names.map((_, i) => `rId${i + 1} worksheet worksheets/sheet${i + 1}.xml`),
          `rId${names.length + 1} styles styles.xml`,
        ]),
      ],
    },
    { name: 'xl/styles.xml', text: [styles.changed() ?? OWN_STYLES] },
    ...texts,
  ]);
}

const contentTypes = (sheets: number): string =>
  `${HEAD}<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>` +
  Array.from(
    { length: sheets },
    (_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  ).join('') +
  '</Types>';

/** `id kind target` each. */
const relationships = (all: readonly string[]): string =>
  `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">` +
  all
    .map((one) => one.split(' '))
    .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`)
    .join('') +
  '</Relationships>';

const workbook = (names: readonly string[]): string =>
  `${HEAD}<workbook xmlns="${MAIN_NAMESPACE}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>` +
  names
    .map((name, i) => `<sheet name="${attributeText(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
    .join('') +
  '</sheets><definedNames>' +
  names
    .map(
      (name, i) =>
        `<definedName name="_xlnm.Print_Titles" localSheetId="${i}">${plainXml(printTitles(name))}</definedName>`,
    )
    .join('') +
  '</definedNames></workbook>';
