import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: string | Uint8Array;
  /** What both headers claim as unpacked size; null: the truth. */
  claimed: number | null;
}

const u16 = (n: number): Buffer => Buffer.from([n & 0xff, (n >> 8) & 0xff]);
const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n >>> 0);
  return bytes;
};

/** A ZIP file (APPNOTE.TXT 4.3) whose headers may lie. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, claimed } of entries) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    const file = Buffer.from(name);
    const size = u32(claimed ?? raw.length);
    const sums = Buffer.concat([u32(crc32(raw)), u32(packed.length), size, u16(file.length), u16(0)]);
    const shared = Buffer.concat([u16(20), u16(0x800), u16(8), u16(0), u16(0x21), sums]);
    const local = Buffer.concat([u32(0x04034b50), shared, file, packed]);
    directory.push(
      Buffer.concat([u32(0x02014b50), u16(20), shared, u16(0), u16(0), u16(0), u32(0), u32(at), file]),
    );
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(central.length), u32(at), u16(0)];
  return Buffer.concat([...parts, central, ...end]);
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The parts of a workbook with this one sheet; `more` replaces parts or adds to them. */
export function xlsxOf(sheetXml: string, more: readonly ZipEntry[] = []): Buffer {
  const part = (name: string, content: string): ZipEntry => ({
    name,
    content: HEAD + content,
    claimed: null,
  });
  const rel = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const rels = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts = [
    part(
      '[Content_Types].xml',
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/></Types>`,
    ),
    part(
      '_rels/.rels',
      `<Relationships ${rels}>${rel('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ),
    part(
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="花名册" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships ${rels}>${rel('r1', 'worksheet', 'worksheets/sheet1.xml')}</Relationships>`,
    ),
    part('xl/worksheets/sheet1.xml', sheetXml),
  ];
  const replaced = new Set(more.map((m) => m.name));
  return zipOf([...parts.filter((p) => !replaced.has(p.name)), ...more]);
}

/** HTML whose reader compares every cell with all merged ones before it: minutes of work for 400,000. */
export const endlessHtml = (): Buffer => {
  const cells = '<td colspan=2>a</td>'.repeat(400_000);
  return Buffer.from(`<html><table><tr>${cells}</tr></table></html>`);
};

/** SpreadsheetML whose reader makes an object for each of two thousand million columns. */
export const hugeSpreadsheetMl = (): Buffer =>
  Buffer.from(
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Column ss:Span="2000000000"/><Row><Cell><Data ss:Type="String">a</Data></Cell></Row></Table></Worksheet></Workbook>',
  );

/** A sheet whose cells are inline strings, or raw XML where a cell begins with `<`. */
export function sheetOf(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string =>
    text.startsWith('<') ? text : `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const body = rows.map((row, i) => `<row r="${i + 1}">${row.map(cell).join('')}</row>`).join('');
  return `<worksheet xmlns="${MAIN}"><sheetData>${body}</sheetData></worksheet>`;
}
