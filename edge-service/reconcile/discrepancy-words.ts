import type { Words } from '#shared/words.ts';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import { numbersWords } from '#shared/event/difference-numbers.ts';
import type { Decided, Difference } from './difference.ts';
import type { BookedLine } from '../lab/lab-store.ts';

/** A difference as one sentence that names place, minute and numbers, and the question to ask the laboratory. */
export function sayDiscrepancy(
  d: Difference,
  clockText: (time: number) => string,
): { zh: string; en: string; question: string | null } {
  const zh = placeZh(d, clockText);
  const en = placeEn(d, clockText);
  const numbers = numbersOf(d);
  const ask = `请复数${tubeZh(d)}拭子数,我方刷${d.swiped}人,贵方登记${d.booked}人。`;
  switch (d.kind) {
    case 'booked-more':
      return {
        zh: `${zh}:${numbers.zh},多${by(d)}人。`,
        en: `${en}: ${numbers.en}, ${by(d)} more.`,
        question: ask,
      };
    case 'booked-fewer':
      return {
        zh: `${zh}:${numbers.zh},少${by(d)}人。`,
        en: `${en}: ${numbers.en}, ${by(d)} fewer.`,
        question: ask,
      };
    case 'swabbed-fewer':
      return {
        zh: `${zh}:${numbers.zh},采样员少数${apart(d.swiped, d.swabbed)}人。`,
        en: `${en}: ${numbers.en}; the sampler counted ${apart(d.swiped, d.swabbed)} fewer.`,
        question:
          d.booked === null ? `请数${tubeZh(d)}拭子数,我方刷${d.swiped}人,采样员数${d.swabbed}人。` : ask,
      };
    case 'swabbed-more':
      return {
        zh: `${zh}:${numbers.zh},采样员多数${apart(d.swiped, d.swabbed)}人。`,
        en: `${en}: ${numbers.en}; the sampler counted ${apart(d.swiped, d.swabbed)} more.`,
        question:
          d.booked === null ? `请数${tubeZh(d)}拭子数,我方刷${d.swiped}人,采样员数${d.swabbed}人。` : ask,
      };
    case 'not-at-lab':
      return {
        zh: `${zh}:刷${d.swiped}人,检测机构的清单上没有。`,
        en: `${en}: ${d.swiped} swiped, not on the laboratory's list.`,
        question: `${tubeZh(d)}我方刷${d.swiped}人,不在贵方清单上,请查是否收到。`,
      };
    case 'unknown-tube':
      return {
        zh: `检测机构登记了${tubeZh(d)}(${counts(d.lines)}人),我方没有开过这个管号。`,
        en: `The laboratory lists tube ${d.code} with ${counts(d.lines)}; nobody here opened that code.`,
        question: `贵方登记的${tubeZh(d)}(${counts(d.lines)}人)不是我方管号,请核对管上的条码。`,
      };
    case 'code-twice':
      return {
        zh: `${zh}:同一管号出现两次,共刷${d.swiped}人${d.lines.length > 0 ? `,检测机构登记${counts(d.lines)}人` : ''}。`,
        en: `${en}: the same code twice, ${d.swiped} swiped in all${d.lines.length > 0 ? `, booked as ${counts(d.lines)}` : ''}.`,
        question: `请核对管号为${tubeZh(d)}的管有几支,并复数拭子数,我方刷${d.swiped}人。`,
      };
    case 'entries-differ': {
      const at = d.code === null ? { zh: '全场总人数', en: 'Total of the site' } : { zh, en };
      const typed = counts(d.lines.filter((l) => l.from === 'hand'));
      const listed = counts(d.lines.filter((l) => l.from === 'list'));
      return listed === ''
        ? {
            zh: `${at.zh}:各人手工录入不同(${typed}),请都再看单子。`,
            en: `${at.en}: people entered ${typed} by hand; each look at the sheet again.`,
            question: null,
          }
        : {
            zh: `${at.zh}:手工录入 ${typed} 与清单 ${listed} 不同,请再看单子。`,
            en: `${at.en}: entered by hand as ${typed}, on the list as ${listed}; look at the sheet again.`,
            question: null,
          };
    }
    case 'other-batch':
      return {
        zh: `${zh}:我方批次 ${d.tube?.batch ?? ''},检测机构登记在批次 ${d.batch ?? ''}。`,
        en: `${en}: batch ${d.tube?.batch ?? ''} here, batch ${d.batch ?? ''} at the laboratory.`,
        question: `请核对${tubeZh(d)}的批次,我方为 ${d.tube?.batch ?? ''}。`,
      };
    case 'station-total':
    case 'site-total':
      return {
        zh: `${zh}:刷${d.swiped}人,检测机构共登记${d.booked}人,差${by(d)}人;不指向某一支管。`,
        en: `${en}: ${d.swiped} swiped, ${d.booked} booked in all, ${by(d)} apart; no single tube is accused.`,
        question: `请复数${zh}所采各管的拭子数,我方刷${d.swiped}人,贵方共登记${d.booked}人。`,
      };
  }
}

const DECIDED = {
  open: { zh: '重开', en: 'reopened' },
  explained: { zh: '说明', en: 'explained' },
  accepted: { zh: '接受', en: 'accepted' },
} as const satisfies Record<Decided['state'], Words>;

/** A decision that no longer holds, with the numbers it was made on: `曾在 4/10 时说明:记录未到`. */
export function earlierDecision({ on, ...decided }: Decided): Discrepancy['earlier'][number] {
  const { zh, en } = DECIDED[decided.state];
  const { reason } = decided;
  return {
    ...decided,
    numbers: on,
    zh: on === null ? `曾${zh}:${reason}` : `曾在 ${numbersWords(on)} 时${zh}:${reason}`,
    en: on === null ? `${en} before: ${reason}` : `${en} before, at ${numbersWords(on)}: ${reason}`,
  };
}

const apart = (a: number | null, b: number | null): number => Math.abs((a ?? 0) - (b ?? 0));
const by = (d: Difference): number => apart(d.booked, d.swiped);
const counts = (lines: readonly BookedLine[]): string => [...new Set(lines.map((l) => l.count))].join('/');

/** 第0000017管; a mark (第3管) is said as it is, with its station. */
function tubeZh(d: Difference): string {
  if (d.code === null) return '未编号的管';
  return /^第.+管$/.test(d.code)
    ? `${d.station === null ? '' : `${d.station}号台`}${d.code}`
    : `第${d.code}管`;
}

function placeZh(d: Difference, clockText: (time: number) => string): string {
  if (d.kind === 'site-total' || d.kind === 'station-total') {
    const where = d.station === null ? '全部采样台' : `${d.station}号台`;
    return d.from === null || d.to === null ? where : `${where} ${clockText(d.from)}至${clockText(d.to)}`;
  }
  const when =
    d.to !== null ? `${clockText(d.to)}封管` : d.from !== null ? `${clockText(d.from)}开管,未封` : null;
  const where = d.station === null ? null : `${d.station}号台`;
  const place = [where, when].filter((t) => t !== null).join(',');
  return place === '' ? tubeZh(d) : `${tubeZh(d)}(${place})`;
}

function placeEn(d: Difference, clockText: (time: number) => string): string {
  const where = d.station === null ? null : `station ${d.station}`;
  if (d.kind === 'site-total' || d.kind === 'station-total')
    return [
      where === null ? 'All stations' : `Station ${d.station}`,
      d.from === null || d.to === null ? null : `${clockText(d.from)} to ${clockText(d.to)}`,
    ]
      .filter((t) => t !== null)
      .join(', ');
  const when =
    d.to !== null
      ? `sealed ${clockText(d.to)}`
      : d.from !== null
        ? `opened ${clockText(d.from)}, not sealed`
        : null;
  return [d.code === null ? 'Tube without a code' : `Tube ${d.code}`, where, when]
    .filter((t) => t !== null)
    .join(', ');
}

function numbersOf(d: Difference): Words {
  const zh = [
    `刷${d.swiped}人`,
    d.swabbed === null ? null : `采样员数${d.swabbed}人`,
    d.booked === null ? null : `检测机构登记${d.booked}人`,
  ];
  const en = [
    `${d.swiped} swiped`,
    d.swabbed === null ? null : `${d.swabbed} counted by the sampler`,
    d.booked === null ? null : `booked as ${d.booked}`,
  ];
  return { zh: zh.filter((t) => t !== null).join(','), en: en.filter((t) => t !== null).join(', ') };
}
