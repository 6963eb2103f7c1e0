import { Workbook } from '@cj-tech-master/excelts';
import type { SeededRandom } from '../seeded-random.ts';

export interface SampledTube {
  code: string;
  station: number;
  count: number;
}

/** Faults of L1 that touch one or two tubes; `none` injects nothing. */
export const LAB_FAULTS = [
  'none',
  'booked-more',
  'booked-fewer',
  'missing',
  'extra',
  'swapped',
  'digit',
] as const;
export type LabFault = (typeof LAB_FAULTS)[number];

export interface BookedTube {
  code: string;
  station: number;
  count: number;
}

/** What the laboratory books, with faults; `faulty`: per discrepancy that must be named, its kind and tube code. */
export function bookTubes(
  tubes: readonly SampledTube[],
  made: { random: SeededRandom; faults: readonly LabFault[] },
): { lines: BookedTube[]; faulty: { kind: string; tube: string }[] } {
  const { random, faults } = made;
  const lines: BookedTube[] = tubes.map((t) => ({ ...t }));
  const faulty: { kind: string; tube: string }[] = [];
  const free = random.shuffled(lines.map((_, i) => i));
  const take = (): number => {
    const next = free.pop();
    if (next === undefined) throw new Error('more faults than tubes');
    return next;
  };
  const removed = new Set<number>();
  for (const fault of faults) {
    if (fault === 'none') continue;
    if (fault === 'extra') {
      const code = `9${String(faulty.length).padStart(8, '0')}`;
      lines.push({ code, station: 1, count: 10 });
      faulty.push({ kind: 'unknown-tube', tube: code });
      continue;
    }
    const i = take();
    const line = lines[i]!;
    if (fault === 'booked-more') line.count++;
    if (fault === 'booked-fewer') line.count--;
    if (fault === 'booked-more' || fault === 'booked-fewer') faulty.push({ kind: fault, tube: line.code });
    if (fault === 'missing') {
      removed.add(i);
      faulty.push({ kind: 'not-at-lab', tube: line.code });
    }
    if (fault === 'digit') {
      faulty.push({ kind: 'not-at-lab', tube: line.code });
      const wrong = `8${line.code.slice(1)}`;
      faulty.push({ kind: 'unknown-tube', tube: wrong });
      line.code = wrong;
    }
    if (fault === 'swapped') {
      const other = lines[take()]!;
      if (other.count === line.count) continue; // two codes swapped between equal counts leave no trace
      [line.code, other.code] = [other.code, line.code];
      for (const l of [line, other]) {
        const here = tubes.find((t) => t.code === l.code)!;
        faulty.push({ kind: l.count > here.count ? 'booked-more' : 'booked-fewer', tube: l.code });
      }
    }
  }
  return { lines: lines.filter((_, i) => !removed.has(i)), faulty };
}

/** L1 of the samples: title row, other firms' rows with our codes, codes that lost their zeros, 10人, remarks, a total. */
export async function l1Workbook(
  lines: readonly BookedTube[],
  made: { random: SeededRandom; site: string },
): Promise<Uint8Array> {
  const { random, site } = made;
  const workbook = new Workbook();
  const sheet = workbook.addWorksheet('Sheet1');
  sheet.addRow([`1.24${site}等单位混采结果`]);
  sheet.mergeCells('A1:J1');
  sheet.addRow([
    '序号',
    '送检单位',
    '采样点',
    '采样管编号',
    '混采类型',
    '人数',
    '采样时间',
    '接收时间',
    '检测结果',
    '备注',
  ]);
  const first = sheet.rowCount + 1;
  for (const [i, line] of lines.entries()) {
    const codes: (string | number)[] = [
      line.code,
      Number(line.code),
      [...line.code].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(''),
    ];
    const counts: [string | number | null, string | null][] = [
      [line.count, null],
      [`${line.count}人`, null],
      [null, `${line.count}人`],
      [String(line.count), null],
    ];
    const [count, note] = random.pick(counts);
    sheet.addRow([
      i + 1,
      i === 0 ? site : null,
      `${line.station}号台`,
      random.pick(codes),
      '10混1',
      count,
      '8:52',
      null,
      '未检出',
      note,
    ]);
  }
  if (lines.length > 1) sheet.mergeCells(`B${first}:B${first + lines.length - 1}`);
  sheet.addRow([
    lines.length + 1,
    '某某物流',
    '3号台',
    lines[0]?.code ?? '1',
    '10混1',
    3,
    null,
    null,
    '未检出',
    null,
  ]);
  sheet.addRow([
    null,
    '合计',
    null,
    `${lines.length}管`,
    null,
    lines.reduce((sum, l) => sum + l.count, 0) + 3,
    null,
    null,
    null,
    null,
  ]);
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}
