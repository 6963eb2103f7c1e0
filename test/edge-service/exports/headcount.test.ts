import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Workbook } from '@cj-tech-master/excelts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalStaffNumber } from '#shared/event/credential.ts';
import type { RoundId } from '#shared/ids.ts';
import { writeCsv } from '../../../edge-service/tables/csv-write.ts';
import { writeXlsx } from '../../../edge-service/workbook/written-workbook.ts';
import { sessionsOver } from '../../../edge-service/counting/sessions-over.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { type MadeRoster, r1Roster } from '../../support/edge/roster-samples.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

async function sheets(bytes: Uint8Array): Promise<Map<string, { text: string; type: string }[][]>> {
  const workbook = new Workbook();
  await workbook.xlsx.load(bytes);
  return new Map(
    workbook.worksheets.map((sheet) => {
      const rows: { text: string; type: string }[][] = [];
      sheet.eachRow((row) => {
        rows.push(
          Array.from({ length: sheet.columnCount }, (_, c) => row.getCell(c + 1).value).map((value) => ({
            text: typeof value === 'string' || typeof value === 'number' ? String(value) : '',
            type: typeof value,
          })),
        );
      });
      return [sheet.name, rows];
    }),
  );
}

describe('files for HR', () => {
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  let made: MadeRoster;
  let kiosk: WireKiosk;
  let missed: Set<string>;
  const NASTY = '=HYPERLINK("http://x")';

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    const now = Date.now();
    const session = (name: string, from: number, to: number, shift: string | null) => ({
      name,
      from: new Date(now + from).toISOString(),
      to: new Date(now + to).toISOString(),
      shift,
    });
    round = await site.round(lead, {
      sessions: [
        session('早场', -7_200_000, -3_600_000, null),
        session('夜班场', 3_600_000, 7_200_000, '夜班'),
      ],
    });
    made = await r1Roster({ seed: 11, people: 160, problems: 8 });
    const put = await site.ask('PUT', `/rounds/${round}/roster?partial=good`, {
      token: lead,
      body: made.bytes,
    });
    if (put.status !== 200) throw new Error(JSON.stringify(put.json));
    await site.open(lead, round);
    kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const people = made.truth.filter((t) => t.person !== null).map((t) => t.person!);
    missed = new Set(
      seededRandom(5)
        .shuffled(people.filter((p) => p.number !== null))
        .slice(0, 25)
        .map((p) => p.number!),
    );
    let inTube = 10;
    for (const person of seededRandom(6).shuffled(people)) {
      if (person.number !== null && missed.has(person.number)) continue;
      if (inTube === 10) {
        if (kiosk.tube !== null) kiosk.sealTube(10);
        kiosk.openTube(`T${kiosk.head.sequence}`);
        inTube = 0;
      }
      if (person.number === null)
        kiosk.swipe({ kind: 'staff', number: canonicalStaffNumber(person.staffNumber!)!, name: null });
      else kiosk.swipe({ kind: 'id', number: person.number, name: person.name });
      inTube++;
    }
    kiosk.swipe({ kind: 'id', number: '110199198506061222', name: NASTY }, 'walk-in');
    await kiosk.send();
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });
  const file = async (name: string) => site.ask('GET', `/rounds/${round}/${name}`, { token: lead });

  test('EX1 R1 in, everybody swiped but 25, headcount out: the same people in the same order, full numbers as text, 25 without a swipe', async () => {
    const all = await sheets((await file('headcount.xlsx')).bytes);
    const rows = all.get('人员表')!;
    const header = rows[0]!.map((c) => c.text);
    expect(header).toEqual([
      '序号',
      '车间',
      '班组',
      '工号',
      '姓名',
      '证件号码',
      '班次',
      '联系电话',
      '名单',
      '是否已检',
      '采样时间',
      '采样台',
      '管号',
      '登记方式',
      '未检原因',
    ]);
    const people = made.truth.filter((t) => t.person !== null).map((t) => t.person!);
    const listed = rows.slice(1).filter((r) => r[8]!.text === '名单内');
    expect(listed.map((r) => [r[1]!.text, r[2]!.text, r[4]!.text, r[5]!.text])).toEqual(
      people.map((p) => [p.workshop, p.team, p.name, p.number ?? '待更正']),
    );
    expect(rows.flat().every((c) => c.type === 'string' || c.text === '')).toBe(true);
    const without = listed.filter((r) => r[9]!.text !== '是');
    expect(new Set(without.map((r) => r[5]!.text))).toEqual(missed);
    const swiped = listed.find((r) => r[9]!.text === '是')!;
    expect(swiped.slice(10, 14).map((c) => c.text)).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      '1号台',
      expect.stringMatching(/^T/),
      '刷身份证',
    ]);
  });

  test('EX2 missing names only people whose session is over; the night shift is 未到场次', async () => {
    const book = await sheets((await file('missing.xlsx')).bytes);
    expect([...book.keys()]).toEqual(['漏检', '未到场次和有原因', '汇总']);
    const [accused, others] = ['漏检', '未到场次和有原因'].map((name) => book.get(name)!.slice(1));
    expect(accused!.every((r) => r[8]!.text !== '夜班' && r[9]!.text === '否(漏检)')).toBe(true);
    expect(others!.every((r) => r[8]!.text === '夜班' && r[9]!.text === '未到场次')).toBe(true);
    const rows = [...accused!, ...others!];
    expect(new Set(rows.map((r) => r[6]!.text))).toEqual(missed);
    const csv = await file('missing.csv');
    expect(decodeURIComponent(csv.headers.get('content-disposition') ?? '')).toContain('未检名单.csv');
    expect(rows.some((r) => r[8]!.text === '夜班')).toBe(true);
    const json = (await site.ask('GET', `/rounds/${round}/missing`, { token: lead })).json;
    expect([json.missing + json.notYet, json.notYet]).toEqual([
      25,
      rows.filter((r) => r[8]!.text === '夜班').length,
    ]);
    const groups = accused!.map((r) => `${r[1]!.text} ${r[2]!.text}`);
    expect(groups.filter((g, i) => g !== groups[i - 1]).length).toBe(new Set(groups).size);
  });

  test('EX3 CSV is UTF-8 with BOM, numbers and phones masked, and not one full number in it', async () => {
    for (const name of ['headcount.csv', 'missing.csv']) {
      const { bytes } = await file(name);
      expect(bytes.slice(0, 3)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf));
      const text = new TextDecoder().decode(bytes);
      for (const { person } of made.truth) if (person?.number) expect(text).not.toContain(person.number);
      const rows = parse(bytes, { bom: true });
      expect(rows[1]![name === 'headcount.csv' ? 5 : 6]).toMatch(/^110\*{11}.{4}$/);
      expect(text).not.toMatch(/100\d{8}/);
    }
  });

  test('EX4 text that begins with = + - @ tab or CR cannot run: text cells in XLSX, an apostrophe in CSV', async () => {
    const rows = (await sheets((await file('headcount.xlsx')).bytes)).get('人员表')!;
    expect(rows.at(-1)![4]).toEqual({ text: NASTY, type: 'string' });
    const csv = parse((await file('headcount.csv')).bytes, { bom: true });
    expect(csv.at(-1)![4]).toBe(`'${NASTY}`);
    for (const start of ['=', '+', '-', '@', '\t', '\r']) {
      expect(parse(writeCsv([[`${start}1`]]), { bom: true })[0]![0]).toBe(`'${start}1`);
      const book = await sheets(
        await writeXlsx([{ name: 'a', columns: [{ header: 'h', width: 9 }], rows: [[`${start}1+1`]] }], {
          left: '',
          right: '',
        }),
      );
      expect(book.get('a')![1]![0]!.type).toBe('string');
    }
  });

  test('EX5 the sheet 汇总 says the ladder in words and its numbers are the ladder’s', async () => {
    const ladder = (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json;
    const summary = new Map(
      (await sheets((await file('headcount.xlsx')).bytes))
        .get('汇总')!
        .slice(1)
        .map((r) => [r[0]!.text, r]),
    );
    const value = (name: string): number => {
      const cell = summary.get(name)?.[1];
      expect(cell?.type, name).toBe('number');
      return Number(cell?.text);
    };
    const { notYet } = (await site.ask('GET', `/rounds/${round}/missing`, { token: lead })).json;
    expect(notYet).toBeGreaterThan(0);
    expect([
      value('在册'),
      value('有原因未检'),
      value('应检'),
      value('打卡次数'),
      value('作废'),
      value('重复打卡'),
      value('实检'),
      value('实检·名单内'),
      value('实检·名单外'),
      value('未检'),
      value('漏检'),
      value('未到场次'),
      value('待核实'),
      value('采了未刷'),
      value('未归管'),
      value('多台出现'),
    ]).toEqual([
      ladder.roster,
      ladder.excused,
      ladder.expected,
      ladder.swipes,
      ladder.voided,
      ladder.repeats,
      ladder.people,
      ladder.onRoster,
      ladder.walkIns,
      ladder.untested,
      ladder.missing - notYet,
      notYet,
      ladder.toVerify,
      ladder.sampledWithoutCard,
      ladder.withoutTube,
      0,
    ]);
    expect(summary.get('轮次')?.[1]?.text).toBe('第4轮核酸');
    expect(summary.get('应检')?.[2]?.text).toBe(`在册 ${ladder.roster} − 有原因 ${ladder.excused}`);
    expect(summary.get('截至')?.[2]?.text).toContain('数据未齐:1号台未收工');
  });

  test('EX7 HR’s own workbook comes back with her rows, order, columns and merged cells, numbers as repaired, six columns behind', async () => {
    const open = async (bytes: Uint8Array): Promise<Workbook> => {
      const workbook = new Workbook();
      await workbook.xlsx.load(bytes);
      return workbook;
    };
    const before = await open(made.bytes);
    const after = await open((await file('headcount.xlsx?form=own')).bytes);
    const own = before.worksheets.map((s) => s.name);
    expect(after.worksheets.map((s) => s.name)).toEqual([...own, '名单外', '汇总']);
    const truth = new Map(made.truth.map((t) => [`${t.sheet} ${t.row}`, t]));
    let filled = 0;
    for (const name of own) {
      const [was, is] = [before.getWorksheet(name)!, after.getWorksheet(name)!];
      expect(is.rowCount).toBe(was.rowCount);
      for (let r = 1; r <= was.rowCount; r++) {
        expect(is.getRow(r).hidden).toBe(was.getRow(r).hidden);
        const person = truth.get(`${name} ${r}`)?.person ?? null;
        for (let c = 1; c <= was.columnCount; c++) {
          const [old, now] = [was.getRow(r).getCell(c), is.getRow(r).getCell(c)];
          expect([now.isMerged, now.master.address], `${name} ${r} ${c}`).toEqual([
            old.isMerged,
            old.master.address,
          ]);
          expect(now.value, `${name} ${r} ${c}`).toEqual(
            c === 7 && person?.number ? person.number : old.value,
          );
        }
        if (person === null) continue;
        filled++;
        const status = is.getRow(r).getCell(was.columnCount + 1).value;
        expect(status === '是', `${name} ${r}`).toBe(!missed.has(person.number!));
      }
    }
    expect(filled).toBe(made.truth.filter((t) => t.person !== null).length);
    expect(filled).toBeGreaterThan(152); // those to be corrected who have a staff number, too
    expect(after.getWorksheet('一车间')!.getRow(3).getCell(11).value).toBe('是否已检');
    expect(after.getWorksheet('名单外')!.getRow(2).getCell(1).value).toBe(NASTY);
    const csv = await site.round(lead, { name: '第9轮' });
    await site.ask('PUT', `/rounds/${csv}/roster`, {
      token: lead,
      body: 'number,name,workshop,team\n110199198803150010,测一,一车间,甲\n',
    });
    expect((await site.ask('GET', `/rounds/${csv}/headcount.xlsx?form=own`, { token: lead })).json.code).toBe(
      'no-own-file',
    );
  });

  test('RO12 no name, number or phone of a roster lies in clear in the database, its log or the edge’s log', () => {
    const files = readdirSync(path.join(site.dir, 'data'), { recursive: true, withFileTypes: true }).filter(
      (f) => f.isFile(),
    );
    const bytes = Buffer.concat([
      ...files.map((f) => readFileSync(path.join(f.parentPath, f.name))),
      Buffer.from(site.logged.join('')),
    ]);
    expect(bytes.includes('焊接班')).toBe(true); // workshops and teams do lie in clear: the search itself works
    for (const { person } of made.truth) {
      if (person === null) continue;
      if (person.number !== null) expect(bytes.includes(person.number)).toBe(false);
      if (person.name.length > 2) expect(bytes.includes(person.name)).toBe(false);
    }
    expect(bytes.includes('100111111')).toBe(false);
  });

  test('EX6 a person is missing once the last session of their shift is over, of everybody’s where the shift has none', () => {
    const definition = {
      name: 'x',
      capacity: 10,
      tubeMode: 'codes' as const,
      expectedBasis: 'roster' as const,
      stations: [],
      sessions: [
        { name: '早场', from: 0, to: 100, shift: null },
        { name: '晚场', from: 0, to: 200, shift: null },
        { name: '夜班场', from: 0, to: 500, shift: '夜班' },
      ],
    };
    const over = (shift: string | null, now: number): boolean => sessionsOver(definition, { shift, now });
    expect([
      over(null, 199),
      over(null, 200),
      over('白班', 200),
      over('夜班', 499),
      over('夜班', 500),
    ]).toEqual([false, true, true, false, true]);
  });
});
