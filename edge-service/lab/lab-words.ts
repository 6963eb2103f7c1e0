import type { RowError } from '#shared/contract/http.ts';

const WORDS = {
  'tube-missing': ['没有管号', 'no tube code'],
  'tube-code': ['管号不能用', 'the tube code cannot be used'],
  'tube-ambiguous': [
    '管号丢了前面的零,有两支管都可能是它',
    'the code lost its zeros and could be either of two tubes',
  ],
  count: ['人数应为 0 到 1000 的整数', 'the count must be a whole number from 0 to 1000'],
  'count-missing': ['没有人数', 'no count'],
  station: ['采样台应为数字', 'the station must be a number'],
  batch: ['批次太长', 'the batch is too long'],
  'tube-unknown': [
    '我方没有开过这个管号,请看是否写错',
    'nobody here opened a tube of that code: is it right?',
  ],
  'code-repaired': ['管号已按我方管号补全', 'the code was completed from the codes opened here'],
  'total-differs': ['合计与各行之和不符', 'the total differs from the sum of the lines'],
  'header-missing': [
    '找不到表头:至少要有“采样管编号”和“人数”两列',
    'no header row: at least the columns tube and count are needed',
  ],
  'no-tubes': ['清单里没有管', 'there are no tubes on the list'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

/** What may be wrong with a row of a list, or with a tube typed by hand; docs/http.md lists them. */
export type LabCode = keyof typeof WORDS;
export const LAB_CODES = Object.keys(WORDS) as LabCode[];

/** Something about a tube, in both languages and without any number. */
export function note(code: LabCode): { code: LabCode; zh: string; en: string } {
  const [zh, en] = WORDS[code];
  return { code, zh, en };
}

/** What is wrong with a row or cell, in both languages, with its place. */
export function told(
  place: { sheet: string | null; row: number },
  column: string | null,
  code: LabCode,
  detail: string | null = null,
): RowError {
  const { zh, en } = note(code);
  const more = detail === null ? '' : ` (${detail})`;
  return {
    row: place.row,
    column,
    code,
    sheet: place.sheet,
    zh: `${place.sheet === null ? '' : `工作表“${place.sheet.trim()}”`}第${place.row}行:${zh}${more}`,
    en: `${place.sheet === null ? '' : `sheet "${place.sheet.trim()}", `}row ${place.row}: ${en}${more}`,
  };
}
