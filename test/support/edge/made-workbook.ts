import { zipped } from '../../../edge-service/workbook/zip-package.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A workbook as XML written by hand: what a test says of its parts, and the rest as simple as can be. */
export interface MadeWorkbook {
  /** By name: the XML of a sheet between its root's tags, or rows of texts. */
  sheets: Readonly<Record<string, string>>;
  styles?: string;
  /** In the workbook behind its sheets. */
  names?: string;
  /** Tables, all of the first sheet. */
  tables?: readonly string[];
  /** Any other part, in its place or besides. */
  parts?: Readonly<Record<string, string | Uint8Array>>;
  bookType?: string;
}

/** Three formats: 0 plain, 1 red and boxed, 2 bold and boxed for headers. */
export const MADE_STYLES =
  `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="3"><font><sz val="11"/><name val="宋体"/></font>` +
  '<font><sz val="11"/><color rgb="FFFF0000"/><name val="楷体"/></font><font><b/><sz val="12"/><name val="黑体"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>' +
  '<border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="14" fontId="1" fillId="0" borderId="1" xfId="0" quotePrefix="1"><alignment horizontal="center"/></xf>' +
  '<xf numFmtId="0" fontId="2" fillId="0" borderId="1" xfId="0"/></cellXfs></styleSheet>';

export const textCell = (reference: string, text: string, style = 0): string =>
  `<c r="${reference}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;

/** Rows from the first on; an empty text is no cell. */
export const textRows = (rows: readonly (readonly string[])[], style = 0): string =>
  rows
    .map((cells, r) => {
      const made = cells.map((text, c) =>
        text === '' ? '' : textCell(`${String.fromCharCode(65 + c)}${r + 1}`, text, style),
      );
      return `<row r="${r + 1}">${made.join('')}</row>`;
    })
    .join('');

export async function madeWorkbook(made: MadeWorkbook): Promise<Uint8Array> {
  const names = Object.keys(made.sheets);
  const tables = made.tables ?? [];
  const parts = new Map<string, string | Uint8Array>();
  parts.set(
    '[Content_Types].xml',
    `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      '<Default Extension="xml" ContentType="application/xml"/><Default Extension="bin" ContentType="application/octet-stream"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${made.bookType ?? `${TYPE}.sheet.main+xml`}"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>` +
      names
        .map(
          (_, i) =>
            `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
        )
        .join('') +
      tables
        .map((_, i) => `<Override PartName="/xl/tables/table${i + 1}.xml" ContentType="${TYPE}.table+xml"/>`)
        .join('') +
      '</Types>',
  );
  parts.set('_rels/.rels', related([['rId1', 'officeDocument', 'xl/workbook.xml']]));
  parts.set(
    'xl/workbook.xml',
    `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
      names.map((n, i) => `<sheet name="${n}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('') +
      `</sheets>${made.names ?? ''}</workbook>`,
  );
  parts.set(
    'xl/_rels/workbook.xml.rels',
    related([
      ...names.map((_, i): Related => [`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`]),
      [`rId${names.length + 1}`, 'styles', 'styles.xml'],
    ]),
  );
  parts.set('xl/styles.xml', made.styles ?? MADE_STYLES);
  for (const [i, name] of names.entries()) {
    const said = made.sheets[name] ?? '';
    const inside = said.includes('<sheetData') ? said : `<sheetData>${said}</sheetData>`;
    const list = i > 0 || tables.length === 0 ? '' : tableList(tables.length);
    parts.set(
      `xl/worksheets/sheet${i + 1}.xml`,
      `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${OFFICE}">${inside}${list}</worksheet>`,
    );
  }
  if (tables.length > 0)
    parts.set(
      'xl/worksheets/_rels/sheet1.xml.rels',
      related(tables.map((_, i) => [`rId${i + 1}`, 'table', `../tables/table${i + 1}.xml`])),
    );
  for (const [i, table] of tables.entries()) parts.set(`xl/tables/table${i + 1}.xml`, HEAD + table);
  for (const [name, part] of Object.entries(made.parts ?? {})) parts.set(name, part);
  return zipped([...parts].map(([name, text]) => ({ name, text: typeof text === 'string' ? [text] : text })));
}

type Related = [id: string, kind: string, target: string];

const related = (all: readonly Related[]): string =>
  `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
  all
    .map(([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`)
    .join('') +
  '</Relationships>';

const tableList = (count: number): string =>
  `<tableParts count="${count}">${Array.from({ length: count }, (_, i) => `<tablePart r:id="rId${i + 1}"/>`).join('')}</tableParts>`;

/** A table over so many columns from A, its header in the row given. */
export function madeTable(table: {
  columns: readonly string[];
  top: number;
  bottom: number;
  attributes: string;
}): string {
  const ref = `A${table.top}:${String.fromCharCode(64 + table.columns.length)}${table.bottom}`;
  return (
    `<table xmlns="${MAIN}" id="1" name="T" displayName="T" ref="${ref}" ${table.attributes}>` +
    `<autoFilter ref="${ref}"/><tableColumns count="${table.columns.length}">` +
    table.columns.map((name, i) => `<tableColumn id="${i + 1}" name="${name}"/>`).join('') +
    '</tableColumns></table>'
  );
}
