import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { areaOf, type Area, cellOf, meet } from '../../../edge-service/workbook/cell-area.ts';
import { elementsOf, type XmlElement } from '../../../edge-service/workbook/xml-places.ts';

/** Every part of a workbook, unpacked. */
export async function partsOf(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const entries = await new ZipReader(new Uint8ArrayReader(bytes), { checkCrc32: true }).getEntries();
  const parts = new Map<string, Uint8Array>();
  for (const entry of entries)
    if (!entry.directory) parts.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  return parts;
}

export const textOf = (parts: ReadonlyMap<string, Uint8Array>, name: string): string =>
  new TextDecoder().decode(parts.get(name));

/** What Excel would ask to repair: empty when nothing is wrong. */
export async function faultsOf(bytes: Uint8Array): Promise<string[]> {
  const parts = await partsOf(bytes);
  const faults: string[] = [];
  const names = new Set([...parts.keys()].map((n) => n.toLowerCase()));
  if (names.size < parts.size) faults.push('two parts of one name');
  const documents = new Map<string, XmlElement[]>();
  for (const name of parts.keys()) {
    if (!/\.(?:xml|rels|vml)$/i.test(name)) continue;
    try {
      documents.set(name, elementsOf(decoded(parts.get(name)!)));
    } catch (error) {
      faults.push(`${name}: ${String(error)}`);
    }
  }
  const styles = [...documents].find(([name]) => /styles\.xml$/i.test(name))?.[1] ?? [];
  const formats = styles.filter((e) => e.name === 'xf' && e.parent?.name === 'cellXfs').length;
  for (const [name, elements] of documents) {
    if (name.endsWith('.rels')) faults.push(...relationshipFaults(name, elements, names));
    else if (name === '[Content_Types].xml') faults.push(...typeFaults(elements, names));
    for (const list of elements.filter((e) => COUNTED.has(e.name) && e.attributes['count'] !== undefined)) {
      const own = elements.filter((e) => e.parent === list).length;
      if (Number(list.attributes['count']) !== own)
        faults.push(`${name}: ${list.name} counts ${list.attributes['count']}, holds ${own}`);
    }
    const root = elements.at(-1)?.name;
    if (root === 'worksheet') faults.push(...sheetFaults(name, elements, formats));
    if (root === 'workbook') faults.push(...bookFaults(name, elements));
  }
  return faults;
}

const COUNTED = new Set(['cellXfs', 'fonts', 'fills', 'borders', 'mergeCells', 'tableColumns']);

const decoded = (bytes: Uint8Array): string =>
  new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);

function relationshipFaults(name: string, elements: XmlElement[], names: ReadonlySet<string>): string[] {
  const folder = name.replace(/_rels\/[^/]*$/, '');
  const all = elements.filter((e) => e.name === 'Relationship');
  const ids = all.map((e) => e.attributes['Id']);
  return [
    ...(new Set(ids).size < ids.length ? [`${name}: an id twice`] : []),
    ...all
      .filter((e) => e.attributes['TargetMode'] !== 'External')
      .map((e) => new URL(e.attributes['Target'] ?? '', `x:/${folder}`).pathname.slice(1))
      .filter((target) => !names.has(decodeURIComponent(target).toLowerCase()))
      .map((target) => `${name}: ${target} is not there`),
  ];
}

function typeFaults(elements: XmlElement[], names: ReadonlySet<string>): string[] {
  const overrides = elements.filter((e) => e.name === 'Override').map((e) => e.attributes['PartName'] ?? '');
  const typed = new Set(overrides.map((o) => o.slice(1).toLowerCase()));
  const endings = new Set(
    elements.filter((e) => e.name === 'Default').map((e) => e.attributes['Extension']?.toLowerCase()),
  );
  return [
    ...(typed.size < overrides.length ? ['a content type twice'] : []),
    ...[...typed].filter((t) => !names.has(t)).map((t) => `a content type of ${t}, which is not there`),
    ...[...names]
      .filter((n) => n !== '[content_types].xml' && !typed.has(n) && !endings.has(n.split('.').at(-1)))
      .map((n) => `${n} has no content type`),
  ];
}

/** Elements of a sheet in the order of its schema (ECMA-376 part 1, 18.3.1.99), as far as they matter here. */
const ORDER =
  'sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter sortState mergeCells conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks drawing legacyDrawing tableParts extLst'.split(
    ' ',
  );

function sheetFaults(name: string, elements: XmlElement[], formats: number): string[] {
  const faults: string[] = [];
  const tops = elements.filter((e) => e.parent?.name === 'worksheet').map((e) => ORDER.indexOf(e.name));
  if (tops.some((at, i) => at < (tops[i - 1] ?? 0))) faults.push(`${name}: elements out of order`);
  let [row, column] = [0, -1];
  const dimension = areaOf(elements.find((e) => e.name === 'dimension')?.attributes['ref'] ?? '');
  for (const element of elements.toSorted((a, b) => a.from - b.from)) {
    if (element.name === 'row') {
      const next = Number(element.attributes['r'] ?? row + 1);
      if (next <= row) faults.push(`${name}: row ${next} behind ${row}`);
      [row, column] = [next, -1];
    }
    if (element.name !== 'c') continue;
    const place =
      element.attributes['r'] === undefined ? { row, column: column + 1 } : cellOf(element.attributes['r']);
    if (place === null || place.row !== row || place.column <= column)
      faults.push(`${name}: cell ${element.attributes['r']} in row ${row} behind column ${column}`);
    column = place?.column ?? column;
    const [from, to] = (element.parent?.attributes['spans'] ?? '1:16384').split(':').map(Number);
    if (column + 1 < from! || column + 1 > to!)
      faults.push(`${name}: ${element.attributes['r']} out of spans`);
    if (dimension !== null && column > dimension.right && !element.isEmpty)
      faults.push(`${name}: ${element.attributes['r']} out of the dimension`);
    if (formats > 0 && Number(element.attributes['s'] ?? 0) >= formats)
      faults.push(`${name}: ${element.attributes['r']} has a format that is not there`);
  }
  const merges = elements
    .filter((e) => e.name === 'mergeCell')
    .map((e) => areaOf(e.attributes['ref'] ?? ''))
    .filter((a): a is Area => a !== null);
  for (const [i, a] of merges.entries())
    if (merges.slice(i + 1).some((b) => meet(a, b))) faults.push(`${name}: merged cells overlap`);
  let last = 0;
  for (const col of elements.filter((e) => e.name === 'col')) {
    const [min, max] = [Number(col.attributes['min']), Number(col.attributes['max'])];
    if (min <= last || max < min) faults.push(`${name}: columns ${min} to ${max} behind ${last}`);
    last = max;
  }
  return faults;
}

function bookFaults(name: string, elements: XmlElement[]): string[] {
  const sheets = elements.filter((e) => e.name === 'sheet');
  const unique = (key: string): boolean =>
    new Set(sheets.map((s) => s.attributes[key]?.toLowerCase())).size === sheets.length;
  return [
    ...(unique('name') ? [] : [`${name}: two sheets of one name`]),
    ...(unique('sheetId') ? [] : [`${name}: two sheets of one id`]),
    ...sheets
      .filter((s) => (s.attributes['name'] ?? '').length > 31)
      .map((s) => `${name}: ${s.attributes['name']} is too long`),
  ];
}

/** Cells of a sheet by reference: text of inline strings, else the value as it stands; empty ones too. */
export function cellsOf(xml: string): Map<string, { text: string; style: string | null }> {
  const cells = new Map<string, { text: string; style: string | null }>();
  for (const cell of elementsOf(xml).filter((e) => e.name === 'c')) {
    const inner = xml.slice(cell.inside, cell.end);
    const text = [...inner.matchAll(/<(?:\w+:)?[tv](?:\s[^>]*)?>([^<]*)</g)].map((m) => m[1] ?? '').join('');
    cells.set(cell.attributes['r'] ?? '', { text, style: cell.attributes['s'] ?? null });
  }
  return cells;
}
