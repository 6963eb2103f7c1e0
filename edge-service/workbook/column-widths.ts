import type { SheetLayout } from './sheet-layout.ts';
import { type Edit, withAttribute, withoutAttribute } from './xml-places.ts';

/** Widths of the new columns, and none of them hidden: WPS likes to hide every column behind the last one. */
export function columnEdits(
  xml: string,
  { prefix, cols, columns, sheetData }: SheetLayout,
  { start, widths }: { start: number; widths: readonly number[] },
): Edit[] {
  const [first, last] = [start + 1, start + widths.length];
  const own = (i: number, style: string | undefined): string => {
    const at = first + i;
    const look = style === undefined ? '' : ` style="${style}"`;
    return `<${prefix}col min="${at}" max="${at}" width="${widths[i]}"${look} customWidth="1"/>`;
  };
  const old = columns.map((element) => {
    const [min, max] = [Number(element.attributes['min']), Number(element.attributes['max'])];
    if (!(min >= 1 && max >= min)) throw new Error('columns without a range');
    return { element, min, max, tag: xml.slice(element.from, element.inside) };
  });
  const under = old.filter(({ min, max }) => min <= last && max >= first);
  const styleAt = (at: number): string | undefined =>
    under.find(({ min, max }) => min <= at && max >= at)?.element.attributes['style'];
  const ours = widths.map((_, i) => own(i, styleAt(first + i))).join('');
  if (cols === null)
    return [{ from: sheetData.from, to: sheetData.from, text: `<${prefix}cols>${ours}</${prefix}cols>` }];
  const [left, right] = [under[0], under.at(-1)];
  if (left === undefined || right === undefined) {
    const next = old.find(({ min }) => min > last)?.element.from ?? cols.end;
    return [{ from: next, to: next, text: ours }];
  }
  const before = left.min < first ? limited(left.tag, { max: first - 1 }) : '';
  const behind = right.max > last ? limited(right.tag, { min: last + 1 }) : '';
  return [{ from: left.element.from, to: right.element.to, text: before + ours + behind }];
}

/** The same columns, fewer of them. A closing tag, where there was one, is not needed. */
function limited(tag: string, range: { min?: number; max?: number }): string {
  let limit = tag.replace(/\s*\/?>$/, '/>');
  if (range.min !== undefined) limit = withAttribute(limit, 'min', String(range.min));
  if (range.max !== undefined) limit = withAttribute(limit, 'max', String(range.max));
  return range.min === undefined ? limit : withoutAttribute(limit, 'collapsed');
}
