import { type Area, areaOf, areaText } from './cell-area.ts';
import type { ColumnPlan } from './column-plan.ts';
import { rangedElements, refEdit } from './sheet-layout.ts';
import { sortsPeople } from './people-range.ts';
import {
  appended,
  attributeText,
  elementsOf,
  type Edit,
  edited,
  prefixOf,
  withAttribute,
} from './xml-places.ts';

/**
 * A table (xl/tables) with the columns added, and their headers, which must be different from all its others. Null: it is not
 * about the people. Throws when it is and cannot take the columns: sorted, it would part people from what stands behind them.
 */
export function widenedTable(
  xml: string,
  { plan, people, headers }: { plan: ColumnPlan; people: readonly number[]; headers: readonly string[] },
): { xml: string; headers: string[] } | null {
  const elements = elementsOf(xml);
  const table = elements.find((e) => e.name === 'table' && e.parent === null);
  const area = areaOf(table?.attributes['ref'] ?? '');
  if (table === undefined || area === null) throw new Error('a table without a range');
  if (!sortsPeople(area, plan, people)) return null;
  const list = elements.find((e) => e.name === 'tableColumns' && e.parent === table);
  const columns = elements.filter((e) => e.name === 'tableColumn' && e.parent === list);
  const { headerRowCount = '1', tableType = 'worksheet' } = table.attributes;
  const canGrow =
    list !== undefined &&
    columns.length === area.right - area.left + 1 &&
    area.right + 1 === plan.start &&
    area.top === plan.headerTop &&
    plan.headerTop === plan.headerBottom &&
    area.bottom >= plan.bottom &&
    headerRowCount === '1' &&
    tableType === 'worksheet';
  if (!canGrow) throw new Error('a table that cannot take the columns');
  const names = new Set(columns.map((c) => (c.attributes['name'] ?? '').toLowerCase()));
  const own = headers.map((header) => {
    for (let n = 1; ; n++) {
      const tried = n === 1 ? header : `${header} ${n}`;
      if (names.has(tried.toLowerCase())) continue;
      names.add(tried.toLowerCase());
      return tried;
    }
  });
  const idMax = Math.max(0, ...columns.map((c) => Number(c.attributes['id']) || 0));
  const added = own.map(
    (name, i) => `<${prefixOf(xml)}tableColumn id="${idMax + 1 + i}" name="${attributeText(name)}"/>`,
  );
  const count = withAttribute(
    xml.slice(list.from, list.inside),
    'count',
    String(columns.length + own.length),
  );
  const edits: Edit[] = [
    { from: list.from, to: list.inside, text: count },
    appended(xml, list, added.join('')),
  ];
  for (const element of rangedElements(xml)) {
    const range = areaOf(element.attributes['ref'] ?? '');
    if (range === null) throw new Error('a filter without a range');
    if (range.right === area.right)
      edits.push(refEdit(xml, element, areaText({ ...range, right: plan.end })));
  }
  return { xml: edited(xml, edits), headers: own };
}

/** The cells of a table. */
export function tableArea(xml: string): Area {
  const table = elementsOf(xml).find((e) => e.name === 'table' && e.parent === null);
  const area = areaOf(table?.attributes['ref'] ?? '');
  if (area === null) throw new Error('a table without a range');
  return area;
}
