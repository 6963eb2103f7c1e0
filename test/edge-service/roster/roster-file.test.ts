import { say } from '#shared/language/say.ts';
import { describe, expect, test } from 'vitest';
import { idCheckDigit } from '#shared/id-number.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import type { RosterRead } from '../../../edge-service/roster/roster-entry.ts';
import { readRoster } from '../../../edge-service/roster/roster-file.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';
import { type TableCell, textCell, type TableSheet } from '../../../edge-service/tables/table-file.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { gbk, inventedIdNumber, r1Roster, r3Attendance } from '../../support/edge/roster-samples.ts';

const GOOD = ['110199198803150010', '110199199107220040', '11019919751103008X'];

async function read(text: string | Uint8Array): Promise<RosterRead> {
  const table = await readAnyTable(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  if (!table.ok) throw new Error(`${table.code} ${table.said.key}`);
  return readRoster(table.sheets, { clash: () => null, language: 'zh', choice: UNSAID, hidden: 'leave' });
}

const csv = (...rows: string[]): string => ['number,name,workshop,team', ...rows].join('\n');
const codes = (roster: RosterRead): string[] =>
  roster.errors.map((e) => `${e.row}:${e.column ?? ''}:${e.code}`);

describe('roster files', () => {
  test('RO1 the header row is found under titles, with names in either language and blanks in them', async () => {
    const roster = await read(
      `示例机电员工花名册,,,\n填报单位:人力资源部,,,\n姓  名,班 组,部门/车间,身份证号码\n测一,甲班,一车间,${GOOD[0]}\n`,
    );
    expect(roster.errors).toEqual([]);
    expect(roster.entries).toMatchObject([
      {
        name: '测一',
        team: '甲班',
        workshop: '一车间',
        row: 4,
        credentials: [{ kind: 'id', canonical: GOOD[0] }],
      },
    ]);
    const english = await read(csv(`${GOOD[0]},测一,一车间,甲班`));
    expect(english.entries).toMatchObject([{ name: '测一', team: '甲班', workshop: '一车间', row: 2 }]);
  });

  test('RO2 R1 as WPS saves it gives exactly its people, and names every row that needs work', async () => {
    for (const seed of [1, 2, 3]) {
      const made = await r1Roster({ seed, people: 120, problems: 12 });
      const roster = await read(made.bytes);
      const place = (at: { sheet: string | null; row: number }): string => `${at.sheet} ${at.row}`;
      const people = made.truth.filter((t) => t.person !== null);
      expect(roster.rows).toBe(120);
      expect(roster.entries.map(place)).toEqual(people.map(place));
      expect(
        roster.entries.map((e) => e.credentials.find((c) => c.kind === 'id')?.canonical ?? null),
      ).toEqual(people.map((t) => t.person?.number));
      expect(roster.entries.map((e) => [e.name, e.workshop, e.team])).toEqual(
        people.map((t) => [t.person?.name, t.person?.workshop, t.person?.team]),
      );
      expect(roster.errors.map((e) => `${place(e)} ${e.code}`)).toEqual(
        made.truth
          .filter((t) => t.problem)
          .flatMap((t) =>
            [t.problem, ...(t.person ? ['to-correct'] : [])].map((code) => `${place(t)} ${code}`),
          ),
      );
      expect(roster.warnings.map((w) => w.code)).toContain('left-the-firm');
      expect([...(roster.badRows?.rows ?? [])]).toHaveLength(12);
    }
  });

  test('RO37 a bad ID number beside a staff number keeps its person by the staff number, and the row stays to be corrected', async () => {
    const roster = await read(
      [
        'number,name,workshop,team,staff_number,physical_number',
        `110199198803150011,测一,一车间,甲,00141,`,
        `110199198803150011,试二,一车间,甲,,`,
        `${GOOD[0]},样三,一车间,甲,${'A'.repeat(41)},`,
        `${GOOD[1]},例四,一车间,甲,,123`,
        `110199198803150011,,一车间,甲,00142,`,
        `110199198803150011,范五,一车间,甲,141,`,
        `110199198803150011,虚六,一车间,甲,,0123456789ABCDEF`,
      ].join('\n'),
    );
    expect(roster.entries.map((e) => [e.row, e.credentials, e.toCorrect])).toEqual([
      [2, [{ kind: 'staff', canonical: '141' }], true],
      [4, [{ kind: 'id', canonical: GOOD[0] }], true],
      [5, [{ kind: 'id', canonical: GOOD[1] }], true],
    ]);
    expect(roster.rows).toBe(7);
    expect(codes(roster)).toEqual([
      '2:number:number-check-digit',
      '2::to-correct',
      '3:number:number-check-digit',
      '4:staff_number:staff-number',
      '4::to-correct',
      '5:physical_number:physical-number',
      '5::to-correct',
      '6:name:name-missing',
      '6:number:number-check-digit',
      '7:number:number-check-digit',
      '7:staff_number:staff-number-twice',
      '8:number:number-check-digit',
    ]);
    // each row once in the file, with everything that is wrong with it and its number as HR wrote it
    const rows = [...(roster.badRows?.rows ?? [])];
    expect(rows.map((r) => r[1])).toEqual(['2', '3', '4', '5', '6', '7', '8']);
    expect(rows[0]?.[2]).toMatch(/校验位不对.*先按这一行的其余号码.*待更正/);
    expect(rows[5]?.[2]).toMatch(/校验位不对.*工号重复/);
    expect(rows[0]?.[3]).toBe('110199198803150011');
  });

  test('RO3 what is certain is repaired: full width, blanks of every kind, apostrophe, lower x, 15 digits', async () => {
    const wide = [...GOOD[0]!].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
    const roster = await read(
      csv(
        `${wide},测一,,`,
        `110199 19910722 0040,试二,,`,
        `'11019919751103008x,样·买买提,,`,
        `110199880315003,例\u3000四,,`,
      ),
    );
    expect(roster.errors).toEqual([]);
    expect(roster.entries.map((e) => e.credentials[0]?.canonical)).toEqual([
      GOOD[0],
      GOOD[1],
      GOOD[2],
      `11019919880315003${idCheckDigit('11019919880315003')}`,
    ]);
    expect(roster.entries.map((e) => e.name)).toEqual(['测一', '试二', '样·买买提', '例四']);
    expect(roster.entries.every((e) => e.repaired)).toBe(true);
  });

  test('RO4 an ID number that was a numeric cell is refused even where its check digit fits by chance', async () => {
    const roster = await read(
      JSON.stringify([{ number: 110199198801019000, name: '测一', workshop: '', team: '' }]),
    );
    expect(codes(roster)).toEqual(['1:number:number-eaten']);
    expect(codes(await read(csv('1.10199E+17,测一,,')))).toEqual(['2:number:number-eaten']);
  });

  test('RO5 a wrong check digit, 17 digits, an impossible date and an empty number are told with row, column and code', async () => {
    const roster = await read(
      csv(
        `${GOOD[0]},测一,,`,
        '110199198803150011,试二,,',
        '11019919880315001,样三,,',
        '110199198813150010,例四,,',
        ',范五,,',
        `${GOOD[1]},,,`,
      ),
    );
    expect(codes(roster)).toEqual([
      '3:number:number-check-digit',
      '4:number:number-length',
      '5:number:number-date',
      '6:number:number-missing',
      '7:name:name-missing',
    ]);
    expect(roster.errors[0]?.zh).toContain('第3行');
    expect(JSON.stringify(roster.errors)).not.toContain('110199198803150011');
  });

  test('RO6 the same number twice, in a sheet or across sheets, is told with the place of the first', async () => {
    const roster = await read(csv(`${GOOD[0]},测一,,`, `${GOOD[1]},试二,,`, `${GOOD[0]},样三,,`));
    expect(roster.errors).toMatchObject([{ row: 4, column: 'number', code: 'number-twice' }]);
    expect(roster.errors[0]?.zh).toContain('第2行');
    const staff = await read(
      `number,name,workshop,team,staff_number\n${GOOD[0]},测一,,,00127\n${GOOD[1]},试二,,,127\n`,
    );
    expect(staff.errors).toMatchObject([{ row: 3, column: 'staff_number', code: 'staff-number-twice' }]);
    const card = await read(
      `number,name,workshop,team,physical_number\n${GOOD[0]},测一,,,0123456789ABCDEF\n${GOOD[1]},试二,,,0123456789abcdef\n`,
    );
    expect(card.errors).toMatchObject([{ row: 3, column: 'physical_number', code: 'physical-number-twice' }]);
  });

  test('RO14 RO16 bad rows of sheets that order and name their columns each in their own way stand under one header, lost digits as question marks', async () => {
    const cell = (text: string, numeric = false): TableCell => ({ ...textCell(text), numeric });
    const sheet = (name: string, ...rows: (string | TableCell)[][]): TableSheet => ({
      name,
      hidden: false,
      rows: rows.map((cells, i) => ({
        row: i + 1,
        hidden: false,
        cells: cells.map((c) => (c === '' ? null : typeof c === 'string' ? cell(c) : c)),
      })),
    });
    const roster = readRoster(
      [
        sheet(
          '一车间',
          ['姓名', '身份证号', '班组', '联系电话'],
          ['测一', GOOD[0]!, '甲班', '10000000001'],
          ['试二', cell('110199199107220000', true), '甲班', ''],
        ),
        sheet(
          '派遣',
          ['工号', '证件号码', '员工姓名', '部门'],
          ['007', GOOD[0]!, '样三', '仓储'],
          ['008', '110199198803150011', '例四', '仓储'],
        ),
      ],
      { clash: () => null, language: 'zh', choice: UNSAID, hidden: 'leave' },
    );
    expect(roster.badRows?.columns.map((c) => c.header)).toEqual([
      '工作表',
      '行',
      '问题',
      '身份证号码',
      '姓名',
      '车间',
      '班组',
      '工号',
      '联系电话',
    ]);
    const rows = [...(roster.badRows?.rows ?? [])].map((r) => [r[0], r[1], ...r.slice(3)]);
    expect(rows).toEqual([
      ['一车间', '3', '110199199107220???', '试二', null, '甲班', null, ''],
      ['派遣', '3', '110199198803150011', '例四', '仓储', null, '008', null],
      ['派遣', '2', GOOD[0], '样三', '仓储', null, '007', null],
    ]);
  });

  test('RO7 subtotals, totals, signatures and a header printed again are no people', async () => {
    const roster = await read(
      `姓名,身份证号,车间,班组\n测一,${GOOD[0]},一车间,甲\n,,小计,1人\n姓名,身份证号,车间,班组\n试二,${GOOD[1]},一车间,甲\n合计,,,2\n制表人:测某,,,\n`,
    );
    expect(roster.entries.map((e) => e.name)).toEqual(['测一', '试二']);
    expect(roster.errors).toEqual([]);
  });

  test('RO8 GBK with CRLF and tabs behind numbers reads like UTF-8 with or without BOM', async () => {
    const people = [0, 1, 2].map((n) => ({
      name: '测' + '一二三'[n],
      number: inventedIdNumber(n),
      staffNumber: `0000${n + 1}`,
      department: '装配车间',
    }));
    const roster = await read(r3Attendance(people));
    expect(roster.errors).toEqual([]);
    expect(
      roster.entries.map((e) => [e.name, e.credentials[0]?.canonical, e.staffNumber, e.workshop]),
    ).toEqual(people.map((p) => [p.name, p.number, p.staffNumber, p.department]));
    const bom = await read(`\ufeff${csv(`${GOOD[0]},测一,,`)}`);
    expect(bom.entries).toHaveLength(1);
  });

  test('RO9 password-protected workbooks, files that are cut off, pages without a table and rubbish are refused with 另存为 .xlsx', async () => {
    const ole = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0);
    const html = new TextEncoder().encode('<html><p>姓名</p></html>');
    const xml = new TextEncoder().encode('<?xml version="1.0"?><Workbook></Workbook>');
    const cut = (await r1Roster({ seed: 1, people: 8, problems: 0 })).bytes.slice(0, 900);
    for (const bytes of [ole, html, xml, cut, Uint8Array.of(1, 0, 2, 0, 3)]) {
      const table = await readTable(bytes);
      expect(table.ok).toBe(false);
      expect(!table.ok && say('zh', table.said)).toContain('另存为 .xlsx');
    }
    expect((await readTable(gbk('姓名,工号\r\n测,1\r\n'))).ok).toBe(true);
  });

  test('RO10 plain CSV and JSON take staff number, shift, leader, phone, physical number and other documents', async () => {
    const header = 'number,name,workshop,team,staff_number,shift,leader,phone,physical_number';
    const roster = await read(
      `${header}\n${GOOD[0]},测一,一车间,甲,00127,夜班,1,10012345678.0,00a1b2c3d4e5f607\n,试二,一车间,甲,128,,,,\n`,
    );
    expect(roster.errors).toEqual([]);
    expect(roster.entries).toMatchObject([
      {
        staffNumber: '00127',
        shift: '夜班',
        leader: true,
        phone: '10012345678',
        credentials: [
          { kind: 'id' },
          { kind: 'staff', canonical: '127' },
          { kind: 'physical', canonical: '00A1B2C3D4E5F607' },
        ],
      },
      { credentials: [{ kind: 'staff', canonical: '128' }], leader: false },
    ]);
    const json = await read(
      JSON.stringify([{ number: GOOD[1], name: '试二', workshop: '一车间', team: '甲', phone: 10012345678 }]),
    );
    expect(json.entries).toMatchObject([{ row: 1, name: '试二', phone: '10012345678' }]);
    const passport = await read(
      '姓名,证件类型,证件号码\n样三,护照,E12345678\n例四,临时身份证,110199198506061222\n',
    );
    expect(passport.entries.map((e) => e.credentials)).toEqual([
      [{ kind: 'document', canonical: '护照/E12345678' }],
      [{ kind: 'id', canonical: '110199198506061222' }],
    ]);
  });

  test('RO11 a file without a header, or without people, says so', async () => {
    expect((await read('a,b,c\n1,2,3\n')).errors).toMatchObject([{ code: 'header-missing' }]);
    expect((await read('number,name,workshop,team\n')).errors).toMatchObject([{ code: 'no-people' }]);
  });
});
