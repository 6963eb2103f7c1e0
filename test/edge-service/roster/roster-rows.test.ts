import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { RosterRead } from '../../../edge-service/roster/roster-entry.ts';
import { readRoster } from '../../../edge-service/roster/roster-file.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import { textCell, type TableRow, type TableSheet } from '../../../edge-service/tables/table-file.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const N = Array.from({ length: 14 }, (_, n) => inventedIdNumber(n)).filter((n) => !n.endsWith('000'));

function readSheets(sheets: readonly TableSheet[], hidden: 'leave' | 'take' = 'leave'): RosterRead {
  return readRoster(sheets, { clash: () => null, language: 'zh', choice: UNSAID, hidden });
}

async function sheetsOf(content: string | Uint8Array): Promise<TableSheet[]> {
  const table = await readAnyTable(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  if (!table.ok) throw new Error(`${table.code} ${table.said.key}`);
  return table.sheets;
}

const read = async (content: string | Uint8Array): Promise<RosterRead> => readSheets(await sheetsOf(content));
const fileOf = async (path: string): Promise<Uint8Array> =>
  readFile(new URL(`../../cases/files/${path}`, import.meta.url));
const names = (roster: RosterRead): string[] => roster.entries.map((e) => e.name);
const told = (of: readonly { row: number; code: string }[]): string[] => of.map((e) => `${e.row}:${e.code}`);

/** A sheet as a workbook has it: text cells, blank ones null. */
function sheet(name: string, ...rows: string[][]): TableSheet {
  return {
    name,
    hidden: false,
    rows: rows.map((cells, i): TableRow => ({
      row: i + 1,
      hidden: false,
      cells: cells.map((text) => (text === '' ? null : textCell(text))),
    })),
  };
}

describe('rows of rosters as people have them', () => {
  test('RF1 whoever has a name and a number is a person whatever the remark says (审核:已通过)', async () => {
    const roster = await read(await fileOf('d06-error-in-note-column/notes.csv'));
    expect(names(roster)).toEqual(['测甲', '测乙', '测丙', '测丁']);
    expect([roster.errors, roster.warnings]).toEqual([[], []]);
    const staff = await read('工号,姓名,审核\n00127,测甲,审核:已通过\n00128,测乙,合计\n');
    expect(names(staff)).toEqual(['测甲', '测乙']);
  });

  test.each([
    ['a sum before the names', ',小计,,38人'],
    ['a sum in the column of names', '合计,,,38'],
    ['a sum of a workshop', '一车间小计:2人,,,'],
    ['a sum of departments', '部门合计,,,2'],
    ['汇总', '汇总,,,2'],
    ['a count alone', '共2人,,,'],
    ['people expected', ',,,应到38人'],
    ['who made the list', '制表人:测某,,,'],
    ['who made it, beside the label', ',,经办人:,测某'],
    ['the seal', '单位(盖章),,,'],
    ['the seal, full width', ',,单位（公章）：,'],
    ['the date', '填报日期:2021.1.24,,,'],
    ['a sum in English', 'Total:,,,2'],
  ])('RF2 %s is no person, and the row is named', async (_, foot) => {
    const roster = await read(
      `姓名,身份证号,车间,合计列\n测一,${N[0]},一车间,\n${foot}\n试二,${N[1]},一车间,\n`,
    );
    expect(names(roster)).toEqual(['测一', '试二']);
    expect(roster.errors).toEqual([]);
    expect(told(roster.warnings)).toEqual(['3:foot-row']);
  });

  test('RF2 a name without a number beside 填报:… is told as a person without a number, not skipped', async () => {
    const roster = await read(`姓名,身份证号,备注\n测一,${N[0]},\n测丙,,填报:测某\n`);
    expect(told(roster.errors)).toEqual(['3:number-missing']);
    const label = await read(`车间,姓名,身份证号\n一车间,测一,${N[0]}\n制表人:,测某,\n`);
    expect([names(label), told(label.warnings)]).toEqual([['测一'], ['3:foot-row']]);
  });

  test('RF3 rows with neither name nor number are counted and named, rows with their index alone are not', async () => {
    const roster = await read(
      `序号,姓名,身份证号,电话\n1,测一,${N[0]},\n2,,,10012345678\n3,,,\n4,,,10087654321\n`,
    );
    expect(names(roster)).toEqual(['测一']);
    expect(told(roster.warnings)).toEqual(['3:rows-unnamed']);
    expect(roster.warnings[0]?.zh).toBe('第3行:没有姓名也没有号码的行,没有读(共 2 处)');
  });

  test('RF3 a 工号 alone is a person without a name, and is told', async () => {
    expect(told((await read(`序号,工号,姓名\n1,00127,\n2,,\n`)).errors)).toEqual(['2:name-missing']);
  });

  test('RF4 a number that passes as an ID number is one whatever its 证件类型 is called, unless a numeric cell lost its end', async () => {
    const roster = await read(`姓名,证件类型,证件号码\n测一,其他,${N[0]}\n样三,护照,E12345678\n`);
    expect(roster.entries.map((e) => e.credentials[0])).toEqual([
      { kind: 'id', canonical: N[0] },
      { kind: 'document', canonical: '护照/E12345678' },
    ]);
    const eaten = await read(
      JSON.stringify([{ 姓名: '测一', 证件类型: '护照', 证件号码: 110199198801019000 }]),
    );
    expect(told(eaten.errors)).toEqual(['1:number-eaten']);
  });

  test('RF5 numbers protected as ="…" and control characters are repaired and told', async () => {
    const roster = await read(await fileOf('d10-csv-equals-quotes/a.csv'));
    expect(roster.entries.map((e) => [e.name, e.credentials[0]?.canonical, e.repaired])).toEqual([
      ['测甲', '110199196506061004', true],
      ['测乙', '110199196607071009', true],
    ]);
    expect(told(roster.warnings)).toEqual(['2:cells-mended']);
    const unit = await read(await fileOf('d10-csv-equals-quotes/x1f.csv'));
    expect(unit.entries.map((e) => e.credentials[0]?.canonical)).toEqual(['110199196506061004']);
    expect([unit.errors, told(unit.warnings)]).toEqual([[], ['2:cells-mended']]);
  });

  test('RF6 hyphens and blanks inside a number and what looks like an X are repaired where the check digit then fits, and listed', async () => {
    const dashed = `${N[0]?.slice(0, 6)}-${N[0]?.slice(6, 14)}—${N[0]?.slice(14)}`;
    const tens = ['Ⅹ', '×', 'Х', 'Χ', 'х'].map((x, i) => `测${'甲乙丙丁戊'[i]},11019919751103008${x}`);
    expect(told((await read(`姓名,身份证号\n测一,${dashed}\n`)).warnings)).toEqual(['2:number-repaired']);
    const blank = `${N[0]?.slice(0, 6)} ${N[0]?.slice(6, 14)} ${N[0]?.slice(14)} `;
    expect(told((await read(`姓名,身份证号\n测一,${blank}\n测二,${N[1]} \n`)).warnings)).toEqual([
      '2:number-repaired',
    ]);
    for (const line of tens) {
      const roster = await read(`姓名,身份证号\n${line}\n`);
      expect(roster.entries[0]?.credentials).toEqual([{ kind: 'id', canonical: '11019919751103008X' }]);
      expect(told(roster.warnings)).toEqual(['2:number-repaired']);
    }
    const wrong = await read('姓名,身份证号\n测一,110199-19751103-0081\n测二,11019919880315001×\n');
    expect(told(wrong.errors)).toEqual(['2:number-length', '3:number-characters']);
  });

  test('RF7 #N/A, #REF! and TRUE as a name, a number or a workshop are told, and never stored as one', async () => {
    const roster = await read(
      `姓名,身份证号,车间,工号\n#N/A,${N[0]},一车间,\nTRUE,${N[1]},一车间,\n测三,${N[2]},#REF!,\n测四,#N/A,一车间,00128\n38,${N[3]},一车间,\n测六,${N[4]},一车间,#VALUE!\n`,
    );
    expect(told(roster.errors)).toEqual([
      '2:cell-error',
      '3:cell-error',
      '5:cell-error',
      '5:to-correct',
      '6:name-characters',
      '7:cell-error',
      '7:to-correct',
    ]);
    expect(roster.entries.map((e) => [e.name, e.workshop, e.staffNumber])).toEqual([
      ['测三', '', null],
      ['测四', '一车间', '00128'],
      ['测六', '一车间', null],
    ]);
    expect(told(roster.warnings)).toContain('4:cell-error');
    const sum = await read(`姓名,身份证号\n共2人,${N[0]}\n合计:38,${N[1]}\n`);
    expect(told(sum.errors)).toEqual(['2:name-characters', '3:name-characters']);
  });

  test('RF8 工号 无, /, - and 0 is none, and words without a digit or letter are no 工号', async () => {
    const rows = ['无', '/', '-', '0', '——', '暂无'].map(
      (staff, i) => `测${'甲乙丙丁戊己'[i]},${N[i]},${staff}`,
    );
    const roster = await read(`姓名,身份证号,工号\n${rows.join('\n')}\n`);
    expect(roster.errors).toEqual([]);
    expect(roster.entries.map((e) => [e.staffNumber, e.credentials.length])).toEqual(
      rows.map(() => [null, 1]),
    );
  });

  test('RF9 rows under a merged cell saved as CSV keep their 车间 and 班组 where the blank can mean nothing else', async () => {
    const roster = await read(
      `车间,班组,姓名,身份证号\n一车间,甲班,测一,${N[0]}\n,,测二,${N[1]}\n,乙班,测三,${N[2]}\n,,测四,${N[3]}\n二车间,甲班,测五,${N[4]}\n,,测六,${N[5]}\n合计,,6人,\n`,
    );
    expect(roster.entries.map((e) => [e.workshop, e.team])).toEqual([
      ['一车间', '甲班'],
      ['一车间', '甲班'],
      ['一车间', '乙班'],
      ['一车间', '乙班'],
      ['二车间', '甲班'],
      ['二车间', '甲班'],
    ]);
    expect(told(roster.warnings)).toEqual(['3:place-filled', '3:place-filled', '8:foot-row']);
  });

  test.each([
    ['a workshop stands twice', '一车间,测一\n一车间,测二\n,测三\n,测四\n,测五'],
    ['the first row has none', ',测一\n一车间,测二\n,测三\n,测四\n,测五'],
    ['fewer are blank than are not', '一车间,测一\n二车间,测二\n三车间,测三\n四车间,测四\n,测五'],
  ])('RF9 a blank 车间 stays blank and is told where %s', async (_, rows) => {
    const lines = rows.split('\n').map((row, i) => `${row},${N[i]}`);
    const roster = await read(`车间,姓名,身份证号\n${lines.join('\n')}\n`);
    expect(roster.entries.map((e) => e.workshop)).toEqual(rows.split('\n').map((row) => row.split(',')[0]));
    expect(roster.warnings.map((w) => w.code)).toEqual(['place-blank']);
  });

  test('RF9 a workbook has its merged cells: blanks that look like one are told, and not filled', async () => {
    const rows = ['一车间', '', '', '二车间', ''].map((at, i) => [at, `测${i}`, N[i]!]);
    const roster = readSheets([sheet('名单', ['车间', '姓名', '身份证号'], ...rows)]);
    expect(roster.entries.map((e) => e.workshop)).toEqual(['一车间', '', '', '二车间', '']);
    expect(told(roster.warnings)).toEqual(['3:place-blank']);
    const some = rows.map(([, ...rest], i) => [i === 4 ? '' : '一车间', ...rest]);
    expect(readSheets([sheet('名单', ['车间', '姓名', '身份证号'], ...some)]).warnings).toEqual([]);
  });

  test('RF9 a blank of JSON means nothing else than that there is none', async () => {
    const people = [0, 1, 2].map((i) => ({ 车间: i === 0 ? '一车间' : '', 姓名: `测${i}`, 身份证号: N[i] }));
    const roster = await read(JSON.stringify(people));
    expect([roster.entries.map((e) => e.workshop), roster.warnings]).toEqual([['一车间', '', ''], []]);
  });

  test('RF10 a row with a name and a valid ID number is always among the entries or the errors, whatever stands around it', async () => {
    const texts = [
      '',
      '',
      '合计',
      '小计',
      '审核:已通过',
      '制表人:',
      '#N/A',
      'TRUE',
      '单位(盖章)',
      '共2人',
      '38人',
    ];
    const titles = ['填报单位:人力资源部', '姓名', '紧急联系人', '家属姓名', '备注', '一车间', '合计'];
    let refused = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const fields = random.shuffled(['姓名', '身份证号', '车间', '工号', '备注', '紧急联系人', '审核']);
      const line = (cells: Record<string, string>): string => fields.map((f) => cells[f] ?? '').join(',');
      const header = line(Object.fromEntries(fields.map((f) => [f, f])));
      const people = Array.from({ length: 6 }, (_, i) => `测${'甲乙丙丁戊己'[i]}`);
      const rows = people.map((name, i) => {
        const more = Object.fromEntries(fields.map((f) => [f, random.pick(texts)]));
        return line({ ...more, 姓名: name, 身份证号: N[i]! });
      });
      const noise = Array.from({ length: 3 }, () => line({ [random.pick(fields)]: random.pick(titles) }));
      const lines = [...noise, header, ...random.shuffled([...rows, ...noise])];
      if (seed % 3 === 0) lines.splice(random.below(lines.length), 0, header);
      const roster = await read(`${lines.join('\n')}\n`);
      const kept = new Set([...roster.entries.map((e) => e.row), ...roster.errors.map((e) => e.row)]);
      // A file that is refused as a whole loses nobody.
      if (roster.errors.some((e) => e.code === 'header-missing')) {
        expect(roster.entries).toEqual([]);
        refused++;
        continue;
      }
      const expected = lines.flatMap((text, i) =>
        people.some((name) => text.includes(name)) ? [i + 1] : [],
      );
      expect(
        expected.filter((row) => !kept.has(row)),
        `seed ${seed}\n${lines.join('\n')}`,
      ).toEqual([]);
      const isTheirs = roster.warnings.some((w) => w.column === '身份证号' && w.code === 'header-relative');
      const wrong = roster.entries.filter(({ name, credentials: [first] }) =>
        first?.kind === 'id' ? first.canonical !== N[people.indexOf(name)] : !isTheirs,
      );
      expect(wrong, `seed ${seed}\n${lines.join('\n')}`).toEqual([]);
    }
    expect(refused).toBeLessThan(30);
  });
});

describe('sheets and blocks of rosters as people have them', () => {
  test('RF11 a second block beside the first is read as a block of its own', async () => {
    const roster = await read(await fileOf('d07-side-by-side/roster.xlsx'));
    expect(names(roster).toSorted()).toEqual(
      ['测左0', '测左1', '测左2', '测左3', '测右0', '测右1', '测右2', '测右3'].toSorted(),
    );
    expect(roster.entries.map((e) => [e.name.slice(0, 2), e.workshop, e.apart])).toEqual([
      ...Array.from({ length: 4 }, () => ['测左', '一车间', false]),
      ...Array.from({ length: 4 }, () => ['测右', '二车间', true]),
    ]);
    const shared = await read(
      `车间,序号,姓名,身份证号,序号,姓名,身份证号\n一车间,1,测一,${N[0]},2,测二,${N[1]}\n二车间,3,测三,${N[2]},,,\n,合计,,3人,,,\n`,
    );
    expect(shared.entries.map((e) => [e.name, e.workshop])).toEqual([
      ['测一', '一车间'],
      ['测三', '二车间'],
      ['测二', '一车间'],
    ]);
  });

  test('RF12 the same header twice is named and the second not read, a better word before a weaker one', async () => {
    const roster = await read(`姓名,身份证号,备注,备注\n测一,${N[0]},班长,离职\n`);
    expect(roster.entries).toMatchObject([{ note: '班长' }]);
    expect(roster.warnings).toMatchObject([{ row: 1, column: '备注', code: 'header-twice' }]);
    const places = await read(`单位名称,部门,车间,姓名,身份证号\n示例厂,生产部,一车间,测一,${N[0]}\n`);
    expect(places.entries).toMatchObject([{ workshop: '一车间' }]);
    expect(places.warnings.map((w) => w.column)).toEqual(['单位名称', '部门']);
  });

  test.each([
    ['紧急联系人,联系电话', '样家属,10099999999', { phone: null }],
    ['家属姓名,关系,身份证号,电话', `样家属,父,${N[5]},10099999999`, { phone: null }],
    ['联系电话,紧急联系电话', '10012345678,10099999999', { phone: '10012345678' }],
    ['监护人,手机', '样家属,10099999999', { phone: null }],
    ['子女数,手机', '2,10012345678', { phone: '10012345678' }],
    ['是否紧急联系人,手机', '是,10012345678', { phone: '10012345678' }],
  ])('RF13 columns of relatives are never the employee’s: %s', async (header, cells, expected) => {
    const roster = await read(`工号,姓名,${header}\n00127,测一,${cells}\n`);
    expect(roster.entries).toMatchObject([
      { name: '测一', credentials: [{ kind: 'staff', canonical: '127' }], ...expected },
    ]);
  });

  test('RF13 columns under a group of relatives are theirs, and those told are no employee’s', async () => {
    const roster = await read(
      `职工信息,,,家属信息,,\n工号,姓名,电话,姓名,身份证号,电话\n00127,测一,10012345678,样家属,${N[5]},10099999999\n`,
    );
    expect(roster.entries).toMatchObject([
      { name: '测一', phone: '10012345678', credentials: [{ kind: 'staff', canonical: '127' }] },
    ]);
    expect(roster.warnings.filter((w) => w.code === 'header-relative')).toHaveLength(3);
  });

  test.each([
    ['职员姓名,身份证号,部门名称,人员编码', { name: '测一', workshop: 'c', staffNumber: 'd' }],
    ['姓名 Name,身份证号,一级部门,二级部门', { name: '测一', workshop: 'c', team: 'd' }],
    ['员工姓名,身份证件号码,单位名称,职员代码', { name: '测一', workshop: 'c', staffNumber: 'd' }],
    ['姓名/Name,ID No.,车间名称,员工编码', { name: '测一', workshop: 'c', staffNumber: 'd' }],
  ])('RF14 words of the field are known: %s', async (header, expected) => {
    const roster = await read(`${header}\n测一,${N[0]},c,d\n`);
    expect(roster.errors).toEqual([]);
    expect(roster.entries).toMatchObject([expected]);
  });

  test('RF15 a table below another has its own header, and people above a header are told', async () => {
    const roster = await read(
      `姓名,身份证号,车间\n测一,${N[0]},一车间\n小计,1人,\n,,派遣人员\n身份证号,班组,姓名\n${N[1]},甲班,测二\n姓名,身份证号,车间\n测三,${N[2]},三车间\n`,
    );
    expect(roster.errors).toEqual([]);
    expect(roster.entries.map((e) => [e.name, e.workshop, e.team])).toEqual([
      ['测一', '一车间', ''],
      ['测二', '', '甲班'],
      ['测三', '三车间', ''],
    ]);
    const sorted = await read(`测一,${N[0]}\n测二,${N[1]}\n姓名,身份证号\n测三,${N[2]}\n`);
    expect(names(sorted)).toEqual(['测三']);
    expect(told(sorted.errors)).toEqual(['1:row-above-header', '2:row-above-header']);
    const staff = await read('花名册,2021年,\n测一,00127,一车间\n姓名,工号,车间\n测三,00129,一车间\n');
    expect([names(staff), told(staff.errors)]).toEqual([['测三'], ['2:row-above-header']]);
  });

  test('RF16 the refusal of a file without a header shows the row it took for one, without numbers of people', async () => {
    const roster = await read(`示例厂名单,,\n职员,证码,班\n测一,${N[0]},甲\n`);
    expect(roster.errors).toMatchObject([{ row: 2, code: 'header-missing' }]);
    expect(roster.errors[0]?.zh).toContain('职员 | 证码 | 班');
    const bare = await read(`测一,${N[0]},甲\n测二,${N[1]},乙\n`);
    expect(bare.errors.map((e) => e.code)).toEqual(['header-missing']);
    expect(JSON.stringify(bare.errors)).not.toContain(N[0]);
  });

  test('RF17 a hidden sheet is left out and named, and taken in where that is asked; hidden rows are read and counted', async () => {
    const [shown, other] = await sheetsOf(await fileOf('d11-hidden-sheet/roster.xlsx'));
    const sheets = [shown!, { ...other!, hidden: true }];
    const left = readSheets(sheets);
    expect(names(left)).toEqual(['测乙']);
    expect(left.warnings).toMatchObject([{ sheet: '旧名单', code: 'sheet-hidden' }]);
    const taken = readSheets(sheets, 'take');
    expect([names(taken), taken.warnings]).toEqual([['测乙', '测甲'], []]);
    const filtered = sheet('一车间', ['姓名', '身份证号'], ['测一', N[0]!], ['测二', N[1]!], ['测三', N[2]!]);
    const rows = filtered.rows.map((row) => ({ ...row, hidden: row.row > 2 }));
    const roster = readSheets([{ ...filtered, rows }]);
    expect(names(roster)).toEqual(['测一', '测二', '测三']);
    expect(roster.warnings).toMatchObject([{ row: 3, code: 'rows-hidden' }]);
    expect(roster.warnings[0]?.zh).toContain('共 2 处');
  });

  test('RF18 a sheet without a header is read under that of the sheet before where its columns fit, else named; people on it are an error', async () => {
    const first = sheet('名单1', ['序号', '姓名', '身份证号'], ['1', '测一', N[0]!]);
    const fits = sheet('名单2', ['2', '测二', N[1]!], ['3', '测三', N[2]!]);
    const roster = readSheets([first, fits]);
    expect(names(roster)).toEqual(['测一', '测二', '测三']);
    expect(roster.entries.map((e) => e.apart)).toEqual([false, true, true]);
    expect(roster.warnings).toMatchObject([{ sheet: '名单2', code: 'sheet-continued' }]);
    const other = sheet('名单3', [N[3]!, '测四'], [N[4]!, '测五']);
    const apart = readSheets([first, other, sheet('说明', ['请按模板填写', '勿改表头'])]);
    expect(names(apart)).toEqual(['测一']);
    expect(apart.errors).toMatchObject([{ sheet: '名单3', code: 'sheet-people' }]);
    expect(apart.warnings).toMatchObject([{ sheet: '说明', code: 'sheet-skipped' }]);
  });
});
