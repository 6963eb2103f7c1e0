import { columnLetters, columnOf } from './cell-area.ts';
import type { ColumnPlan } from './column-plan.ts';
import { appended, type Edit, plainXml, prefixOf, type XmlElement } from './xml-places.ts';

/** A sheet whose people's ranges are to hold the columns added. */
interface Widened {
  plan: ColumnPlan;
  people: readonly number[];
}

/** Names of a workbook that speak of a sheet's print area or filter. */
const RANGE_NAMES = /^_xlnm\.(?:Print_Area|_FilterDatabase)$/i;
/** `$A$1:$J$20`, `$A:$J`, or `$1:$20`, which has every column already. */
const RANGE = /^(.*!)\$?([A-Z]{1,3})(\$?[0-9]+)?:(\$?)([A-Z]{1,3})(\$?[0-9]+)?$/s;

/** Print areas and filters of sheets that were filled, and the headers that sheets of our own repeat on every page. */
export function nameEdits(
  xml: string,
  elements: readonly XmlElement[],
  asked: {
    /** By the sheet's place among all. */
    widened: ReadonlyMap<number, Widened>;
    titles: readonly { index: number; titles: string }[];
  },
): Edit[] {
  const names = elements.filter((e) => e.name === 'definedName' && e.parent?.name === 'definedNames');
  const edits = names.flatMap((element): Edit[] => {
    const widened = asked.widened.get(Number(element.attributes['localSheetId'] ?? Number.NaN));
    if (widened === undefined || !RANGE_NAMES.test(element.attributes['name'] ?? '')) return [];
    const said = xml.slice(element.inside, element.end);
    const text = wider(said, widened);
    return text === said ? [] : [{ from: element.inside, to: element.end, text }];
  });
  if (asked.titles.length === 0) return edits;
  const at = prefixOf(xml);
  const own = asked.titles
    .map(
      ({ index, titles }) =>
        `<${at}definedName name="_xlnm.Print_Titles" localSheetId="${index}">${plainXml(titles)}</${at}definedName>`,
    )
    .join('');
  const list = elements.find((e) => e.name === 'definedNames' && e.parent?.parent === null);
  if (list !== undefined) return [...edits, appended(xml, list, own)];
  // where they belong (ECMA-376 part 1, 18.2.27)
  const before = elements.findLast(
    (e) => e.parent?.parent === null && ['sheets', 'functionGroups', 'externalReferences'].includes(e.name),
  );
  if (before === undefined) throw new Error('a workbook without sheets');
  const text = `<${at}definedNames>${own}</${at}definedNames>`;
  return [...edits, { from: before.to, to: before.to, text }];
}

/** Of several ranges beside each other the one furthest to the right. */
function wider(said: string, { plan, people }: Widened): string {
  const parts = partedAtCommas(said);
  const ranges = parts.map((part) => {
    const found = RANGE.exec(part);
    if (found === null) return null;
    const [, sheet = '', left = '', top, fixed = '', right = '', bottom] = found;
    const rowOf = (text: string | undefined, otherwise: number): number =>
      text === undefined ? otherwise : Number(text.replace('$', ''));
    const meetsRows =
      rowOf(top, 1) <= plan.bottom && rowOf(bottom, Number.POSITIVE_INFINITY) >= plan.headerTop;
    return { part, sheet, left, top, fixed, right, bottom, meetsRows };
  });
  const ends = ranges.map((r) => (r?.meetsRows === true ? columnOf(r.right) : -1));
  const last = Math.max(...ends);
  const holdsPeople = ranges.some(
    (r) => r?.meetsRows === true && people.some((c) => columnOf(r.left) <= c && columnOf(r.right) >= c),
  );
  if (!holdsPeople || last >= plan.end) return said;
  return parts
    .map((part, i) => {
      const r = ranges[i];
      if (r === null || r === undefined || ends[i] !== last) return part;
      const head = part.slice(0, part.lastIndexOf(':') + 1);
      return `${head}${r.fixed}${columnLetters(plan.end)}${r.bottom ?? ''}`;
    })
    .join(',');
}

/** Ranges parted by commas; one within a sheet's quoted name parts nothing. */
function partedAtCommas(text: string): string[] {
  const parts = [''];
  let isQuoted = false;
  for (const c of text) {
    if (c === "'") isQuoted = !isQuoted;
    if (c === ',' && !isQuoted) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts;
}
