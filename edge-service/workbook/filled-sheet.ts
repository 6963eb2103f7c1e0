import { type Area, areaOf, areaText, columnLetters, meet } from './cell-area.ts';
import type { BookStyles } from './book-styles.ts';
import { columnPlan, type ColumnPlan } from './column-plan.ts';
import { columnEdits } from './column-widths.ts';
import type { SheetFill } from './sheet-fill.ts';
import { sortsPeople } from './people-range.ts';
import { refEdit, type RowPlace, sheetLayout, type SheetLayout } from './sheet-layout.ts';
import { tableArea, widenedTable } from './table-part.ts';
import {
  appended,
  cellXml,
  type Edit,
  editedPieces,
  prefixOf,
  withAttribute,
  type XmlElement,
} from './xml-places.ts';

interface FilledSheet {
  /** In pieces. */
  xml: readonly string[];
  /** Tables of the sheet that were widened, by part. */
  tables: ReadonlyMap<string, string>;
  plan: ColumnPlan;
}

/**
 * The XML of a sheet with columns behind its last one that holds something; every character but those of the change is as it
 * was. Throws where that cannot be done without parting a row from what was written for it.
 */
export function filledSheet(
  xml: string,
  fill: SheetFill,
  book: {
    styles: BookStyles | null;
    blankStrings: ReadonlySet<number>;
    tables: ReadonlyMap<string, string>;
  },
): FilledSheet {
  const wanted = new Set([...fill.rows.keys(), ...fill.fixed.map((f) => f.row)]);
  const layout = sheetLayout(xml, {
    prefix: prefixOf(xml),
    headRows: Math.min(...fill.rows.keys()),
    rows: wanted,
    columns: new Set(fill.fixed.map((f) => f.column)),
    blankStrings: book.blankStrings,
  });
  const plan = columnPlan(layout, fill);
  const { tables, headers } = tablesOf(fill, plan, book.tables);
  const filter = layout.autoFilter === null ? null : widenedRange(layout.autoFilter, plan, fill.people);
  for (const table of book.tables.values())
    if (filter !== null && meet(filter, tableArea(table))) throw new Error('a filter over a table');
  const edits = [
    ...rowEdits(xml, { layout, fill, plan, headers, styles: book.styles }),
    ...mergeEdits(xml, layout, plan),
    ...columnEdits(xml, layout, { start: plan.start, widths: fill.columns.map((c) => c.width) }),
    ...rangeEdits(xml, layout, plan, fill.people),
  ];
  return { xml: editedPieces(xml, edits), tables, plan };
}

function tablesOf(
  fill: SheetFill,
  plan: ColumnPlan,
  given: ReadonlyMap<string, string>,
): { tables: Map<string, string>; headers: readonly string[] } {
  const tables = new Map<string, string>();
  let headers = fill.columns.map((c) => c.header);
  for (const [part, xml] of given) {
    const widened = widenedTable(xml, { plan, people: fill.people, headers });
    if (widened === null) continue;
    tables.set(part, widened.xml);
    headers = widened.headers;
  }
  return { tables, headers };
}

interface RowWork {
  layout: SheetLayout;
  fill: SheetFill;
  plan: ColumnPlan;
  headers: readonly string[];
  styles: BookStyles | null;
}

/** What a row gets: cells of the new columns (null: a cell that only carries the look of its neighbour) and numbers put right. */
function rowEdits(xml: string, work: RowWork): Edit[] {
  const { layout, fill, plan, headers, styles } = work;
  const missing = new Set([...fill.rows.keys(), plan.headerTop]);
  const fixed = Map.groupBy(fill.fixed, (f) => f.row);
  const edits: Edit[] = [];
  const heads = headRows(plan, headers);
  for (const row of layout.rows) {
    missing.delete(row.row);
    const head = heads.get(row.row);
    const texts = head ?? fill.rows.get(row.row);
    for (const { column, text } of fixed.get(row.row) ?? []) {
      const cell = row.asked.find((c) => c.column === column);
      // a formula stays hers: without it the list of formulas would name a cell that has none
      if (cell === undefined || cell.isFormula) continue;
      const style = styles?.asText(cell.style) ?? cell.style;
      const cellText = textCell(layout.prefix, { column, row: row.row, style, text });
      edits.push({ from: cell.from, to: cell.to, text: cellText });
    }
    if (texts === undefined) continue;
    const look = lookOf(row, plan.start);
    const style = head === undefined ? (styles?.asText(look) ?? look) : look;
    const cells = texts.map((text, i) =>
      textCell(layout.prefix, { column: plan.start + i, row: row.row, style, text }),
    );
    edits.push(...cellsInto(xml, { row, plan, cells: cells.join(''), prefix: layout.prefix }));
  }
  if (missing.size > 0) throw new Error('a row that was read is not there');
  return edits;
}

/** Headers by row: the text in the first row of a merged header, in the others nothing but the look; so above it in a widened title. */
function headRows(plan: ColumnPlan, headers: readonly string[]): Map<number, readonly (string | null)[]> {
  const none = headers.map(() => null);
  const rows = new Map<number, readonly (string | null)[]>();
  for (const { area } of plan.titles) for (let r = area.top; r <= area.bottom; r++) rows.set(r, none);
  for (let r = plan.headerTop; r <= plan.headerBottom; r++)
    rows.set(r, r === plan.headerTop ? headers : none);
  return rows;
}

/** The style of the nearest cell to the left of the new columns, else the row's own. */
const lookOf = (row: RowPlace, start: number): string | null => {
  const neighbour = row.cells.findLast((c) => c.column < start);
  return neighbour === undefined ? row.style : neighbour.style;
};

function textCell(
  prefix: string,
  cell: { column: number; row: number; style: string | null; text: string | null },
): string {
  const { column, row, style, text } = cell;
  const tag = `<${prefix}c r="${columnLetters(column)}${row}"${style === null ? '' : ` s="${style}"`}`;
  if (text === null || text === '') return `${tag}/>`;
  const space = text.trim() === text && !text.includes('\n') ? '' : ' xml:space="preserve"';
  const is = `<${prefix}is><${prefix}t${space}>${cellXml(text)}</${prefix}t></${prefix}is>`;
  return `${tag} t="inlineStr">${is}</${prefix}c>`;
}

/** Cells put into a row at their place; formatted ones without anything that lie there give way. */
function cellsInto(
  xml: string,
  { row, plan, cells, prefix }: { row: RowPlace; plan: ColumnPlan; cells: string; prefix: string },
): Edit[] {
  const { element } = row;
  const tag = xml.slice(element.from, element.inside);
  const spans = spansWith(element.attributes['spans'], plan.start + 1, plan.end + 1);
  const opening = spans === null ? tag : withAttribute(tag, 'spans', spans);
  if (element.isEmpty) {
    const text = `${opening.replace(/\s*\/>$/, '>')}${cells}</${prefix}row>`;
    return [{ from: element.from, to: element.to, text }];
  }
  const there = row.cells.filter((c) => c.column >= plan.start && c.column <= plan.end);
  const from = row.cells.find((c) => c.column >= plan.start)?.from ?? element.end;
  const edit: Edit = { from, to: there.at(-1)?.to ?? from, text: cells };
  return opening === tag ? [edit] : [{ from: element.from, to: element.inside, text: opening }, edit];
}

/** `1:10` with columns up to the last new one, counted from 1; null: the row says none, or they lie within. */
function spansWith(spans: string | undefined, start: number, end: number): string | null {
  if (spans === undefined || spans === '') return null;
  const parts = spans.trim().split(/\s+/);
  const [first, last] = (parts.at(-1) ?? '').split(':').map(Number);
  if (first === undefined || last === undefined || last >= end) return null;
  return [...parts.slice(0, -1), `${Math.min(first, start)}:${end}`].join(' ');
}

/** Titles over the columns added, and a header as high as hers. */
function mergeEdits(xml: string, layout: SheetLayout, plan: ColumnPlan): Edit[] {
  const edits = plan.titles.map(({ area, element }) =>
    refEdit(xml, element, areaText({ ...area, right: plan.end })),
  );
  const { mergeCells, prefix } = layout;
  if (plan.headerTop === plan.headerBottom || mergeCells === null) return edits;
  const own: string[] = [];
  for (let column = plan.start; column <= plan.end; column++) {
    const area = { left: column, right: column, top: plan.headerTop, bottom: plan.headerBottom };
    own.push(`<${prefix}mergeCell ref="${areaText(area)}"/>`);
  }
  const tag = xml.slice(mergeCells.from, mergeCells.inside);
  const counted = withAttribute(tag, 'count', String(layout.merges.length + own.length));
  return [
    ...edits,
    { from: mergeCells.from, to: mergeCells.inside, text: counted },
    appended(xml, mergeCells, own.join('')),
  ];
}

/** The sheet's extent, its filter and what that last sorted, made to hold the columns added. */
function rangeEdits(xml: string, layout: SheetLayout, plan: ColumnPlan, people: readonly number[]): Edit[] {
  const { dimension, autoFilter, sorts } = layout;
  const edits: Edit[] = [];
  const all = dimension === null ? null : areaOf(dimension.attributes['ref'] ?? '');
  if (dimension !== null && all !== null && all.right < plan.end)
    edits.push(refEdit(xml, dimension, areaText({ ...all, right: plan.end })));
  for (const element of [autoFilter, ...sorts]) {
    const area = element === null ? null : widenedRange(element, plan, people);
    if (element !== null && area !== null) edits.push(refEdit(xml, element, areaText(area)));
  }
  return edits;
}

/** The range of a filter or sort made to hold the columns added; null: it holds them, or is not about the people. */
function widenedRange(element: XmlElement, plan: ColumnPlan, people: readonly number[]): Area | null {
  const area = areaOf(element.attributes['ref'] ?? '');
  if (area === null) throw new Error('a filter without a range');
  return sortsPeople(area, plan, people) && area.right < plan.end ? { ...area, right: plan.end } : null;
}
