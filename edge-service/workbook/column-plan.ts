import { type Area, meet, SHEET_COLUMNS_MAX } from './cell-area.ts';
import type { SheetFill } from './sheet-fill.ts';
import type { SheetLayout } from './sheet-layout.ts';
import type { XmlElement } from './xml-places.ts';

/** Where columns are added. */
export interface ColumnPlan {
  /** First and last new column, from 0. */
  start: number;
  end: number;
  /** Rows of the header; several where hers is merged or has two rows. */
  headerTop: number;
  headerBottom: number;
  /** Last row filled. */
  bottom: number;
  /** Merged titles over the whole width, to be widened. */
  titles: readonly { area: Area; element: XmlElement }[];
}

/** Right behind the last column that holds something or is merged with it. Throws when the sheet has no room there. */
export function columnPlan(layout: SheetLayout, fill: SheetFill): ColumnPlan {
  const people = [...fill.rows.keys()];
  const first = Math.min(...people);
  const bottom = people.reduce((most, row) => Math.max(most, row), fill.headerRow);
  const { headerTop, headerBottom } = headerRows(layout, fill, first);
  if (headerTop < 1 || headerBottom >= first) throw new Error('a header among the rows it heads');
  const wide = fill.columns.length;
  let start = layout.lastHeld + 1;
  // merged cells show but their first one: nothing may be written under one
  for (let isFree = false; !isFree;) {
    const place = { left: start, right: start + wide - 1, top: headerTop, bottom };
    const under = layout.merges.filter(({ area }) => meet(area, place));
    isFree = under.length === 0;
    for (const { area } of under) start = Math.max(start, area.right + 1);
  }
  const end = start + wide - 1;
  if (end >= SHEET_COLUMNS_MAX) throw new Error('no columns left');
  const titles = layout.merges.filter(
    ({ area, element }) =>
      area.bottom < headerTop &&
      area.left <= layout.firstHeld &&
      area.right >= layout.lastHeld &&
      area.right < end &&
      area.left < area.right &&
      layout.merges.every((other) => other.element === element || !meet(other.area, { ...area, right: end })),
  );
  return { start, end, headerTop, headerBottom, bottom, titles };
}

/** Her last header cell's rows where it is merged, else those of merged cells that begin in the header's row. */
function headerRows(
  { merges, lastHeld }: SheetLayout,
  { headerRow }: SheetFill,
  first: number,
): { headerTop: number; headerBottom: number } {
  const among = merges.map((m) => m.area).filter((a) => a.bottom < first && a.bottom >= headerRow);
  const last = among.find((a) => a.top <= headerRow && a.left <= lastHeld && a.right >= lastHeld);
  if (last !== undefined && last.top < last.bottom) return { headerTop: last.top, headerBottom: last.bottom };
  const below = among.filter((a) => a.top === headerRow).map((a) => a.bottom);
  return { headerTop: headerRow, headerBottom: Math.max(headerRow, ...below) };
}
