import { Workbook } from '@cj-tech-master/excelts';
import { idCheckDigit } from '#shared/id-number.ts';
import { seededRandom, type SeededRandom } from '../seeded-random.ts';

/** What a row of a made roster is in truth: a person (number null: to be corrected), a problem, both, or neither. */
interface RosterTruth {
  sheet: string;
  row: number;
  person: {
    name: string;
    number: string | null;
    staffNumber: string | null;
    workshop: string;
    team: string;
  } | null;
  problem: string | null;
  repair: string | null;
}

export interface MadeRoster {
  bytes: Uint8Array;
  truth: RosterTruth[];
}

const SURNAMES = ['测', '试', '样', '例', '范', '虚'];
const GIVEN = ['伟', '小红', '敏', '建国', '强', '丽', '军', '静', '磊', '洋'];

/** Invented, all different, in a region that does not exist; about one in eleven ends in X. */
export function inventedIdNumber(n: number): string {
  const year = 1960 + (n % 40);
  const month = String(1 + (n % 12)).padStart(2, '0');
  const day = String(1 + (n % 28)).padStart(2, '0');
  const first17 = `110199${year}${month}${day}${String(100 + (Math.floor(n / 40) % 899)).padStart(3, '0')}`;
  return first17 + idCheckDigit(first17);
}

type Quirk = (
  made: { number: string; name: string },
  random: SeededRandom,
) => { number: string | number; name: string; problem: string | null; repair: string | null };

const keep = (name: string, problem: string | null = null) => ({
  name,
  problem,
  repair: null as string | null,
});
const wide = (text: string): string =>
  [...text].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');

/** The quirks of samples that can be repaired with certainty, and those that cannot. */
const QUIRKS: Readonly<Record<string, Quirk>> = {
  plain: ({ number, name }) => ({ ...keep(name), number }),
  'lower-x': ({ number, name }) => ({
    ...keep(name),
    number: number.toLowerCase(),
    repair: number.endsWith('X') ? 'lower-x' : null,
  }),
  'full-width': ({ number, name }) => ({ ...keep(name), number: wide(number), repair: 'full-width' }),
  blanks: ({ number, name }) => ({
    ...keep(name),
    number: `${number.slice(0, 6)} ${number.slice(6, 14)}\u00a0${number.slice(14)}\u3000`,
    repair: 'blanks',
  }),
  apostrophe: ({ number, name }) => ({ ...keep(name), number: `'${number}`, repair: 'apostrophe' }),
  'padded-name': ({ number, name }) => ({
    ...keep(`${[...name].join('\u3000')} `),
    number,
    repair: 'padded-name',
  }),
  eaten: ({ number, name }) => ({ ...keep(name, 'number-eaten'), number: Number(number.replace('X', '0')) }),
  'check-digit': ({ number, name }) => ({
    ...keep(name, 'number-check-digit'),
    number: number.slice(0, 17) + (number.endsWith('1') ? '2' : '1'),
  }),
  '17-digits': ({ number, name }) => ({ ...keep(name, 'number-length'), number: number.slice(0, 17) }),
};
const REPAIRABLE = ['plain', 'lower-x', 'full-width', 'blanks', 'apostrophe', 'padded-name'];

const HEADER = [
  '序号',
  '部门/车间',
  '班 组',
  '工号',
  '姓  名',
  '性别',
  '身份证号码',
  '班次',
  '联系电话',
  '备注',
];

/** R1 of the samples: a WPS workbook with titles, merged cells, one sheet per workshop, subtotals, a sheet of people who left. */
export async function r1Roster(made: {
  seed: number;
  people: number;
  problems: number;
}): Promise<MadeRoster> {
  const random = seededRandom(made.seed);
  const workbook = new Workbook();
  const truth: RosterTruth[] = [];
  const sheets = ['一车间', '二车间', '三车间 ', '机关'];
  const badRows = new Set(random.shuffled([...Array(made.people).keys()]).slice(0, made.problems));
  let n = 0;
  for (const [s, sheetName] of sheets.entries()) {
    const sheet = workbook.addWorksheet(sheetName);
    const count = Math.floor(made.people / sheets.length) + (s < made.people % sheets.length ? 1 : 0);
    sheet.addRow(['示例机电有限公司员工花名册']);
    sheet.mergeCells('A1:J1');
    sheet.addRow(['填报单位:人力资源部   填报日期:2021.1.23']);
    sheet.mergeCells('A2:J2');
    sheet.addRow(HEADER);
    if (sheetName === '二车间') {
      sheet.getCell('I3').value = '联系方式';
      sheet.addRow([null, null, null, null, null, null, null, null, '手机', null]);
      for (const column of 'ABCDEFGHJ') sheet.mergeCells(`${column}3:${column}4`);
    }
    const first = sheet.rowCount + 1;
    let teamFrom = first;
    for (let i = 0; i < count; i++, n++) {
      const name = random.pick(SURNAMES) + random.pick(GIVEN) + (n % 97 === 0 ? '𠮷' : '');
      const number = inventedIdNumber(n);
      const bad = badRows.has(n);
      const quirk = bad
        ? (['eaten', 'check-digit', '17-digits'] as const)[n % 3]!
        : random.next() < 0.4
          ? random.pick(REPAIRABLE)
          : 'plain';
      const written = QUIRKS[quirk]!({ number, name }, random);
      const staffNumber = String(n + 1).padStart(5, '0');
      const isBadge = !bad || n % 2 === 0;
      const team = `${['焊接班', '装配班', '质检班'][Math.floor(i / 9) % 3]}`;
      const row = sheet.addRow([
        i + 1,
        i === 0 ? sheetName.trim() : null,
        i % 9 === 0 ? team : null,
        !isBadge ? null : n % 5 === 0 ? n + 1 : staffNumber,
        written.name,
        null,
        written.number,
        n % 4 === 0 ? '夜班' : '白班',
        n % 3 === 0 ? Number(`100${String(n).padStart(8, '1')}`) : `100 1111 ${String(n).padStart(4, '0')}`,
        i % 9 === 0 ? '班长' : null,
      ]);
      if (i % 9 === 8 || i === count - 1) {
        if (row.number > teamFrom) sheet.mergeCells(`C${teamFrom}:C${row.number}`);
        teamFrom = row.number + 1;
      }
      if (n % 50 === 7) row.hidden = true;
      truth.push({
        sheet: sheetName,
        row: row.number,
        person: !isBadge
          ? null
          : {
              name,
              number: written.problem ? null : number,
              staffNumber: n % 5 === 0 ? String(n + 1) : staffNumber,
              workshop: sheetName.trim(),
              team,
            },
        problem: written.problem,
        repair: written.repair,
      });
    }
    const last = sheet.rowCount;
    if (last > first) sheet.mergeCells(`B${first}:B${last}`);
    sheet.addRow([null, '小计', null, null, `${count}人`]);
    if (s === sheets.length - 1) sheet.addRow(['制表人:测某  审核:']);
  }
  const left = workbook.addWorksheet('离职');
  left.addRow(HEADER);
  left.addRow([1, '一车间', '焊接班', '09999', '走了', null, inventedIdNumber(90_000), '白班', null, '离职']);
  workbook.addWorksheet('Sheet3');
  return { bytes: new Uint8Array(await workbook.xlsx.writeBuffer()), truth };
}

/** R3 of the samples: an attendance export in GBK with CRLF; numbers have a tab behind. */
export function r3Attendance(
  people: readonly { name: string; number: string; staffNumber: string; department: string }[],
): Uint8Array {
  const lines = people.map(
    (p, i) => `${p.staffNumber},${p.name},${p.department},${String(i).padStart(10, '0')},${p.number}\t`,
  );
  return gbk(['工号,姓名,部门,卡号,身份证', ...lines, ''].join('\r\n'));
}

let table: Map<string, number[]> | null = null;

/** Encodes what GBK's two-byte part holds; throws on anything else. */
export function gbk(text: string): Uint8Array {
  table ??= gbkTable();
  const bytes = [...text].flatMap((c) => {
    if (c.charCodeAt(0) < 0x80) return [c.charCodeAt(0)];
    const pair = table?.get(c);
    if (!pair) throw new Error(`${c} is not in GBK`);
    return pair;
  });
  return Uint8Array.from(bytes);
}

function gbkTable(): Map<string, number[]> {
  const decoder = new TextDecoder('gb18030');
  const made = new Map<string, number[]>();
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      if (low === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(high, low));
      if ([...text].length === 1 && text !== '\ufffd' && !made.has(text)) made.set(text, [high, low]);
    }
  return made;
}
