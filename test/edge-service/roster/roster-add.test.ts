import path from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { amendedWords } from '#shared/counting/ladder.ts';
import { say } from '#shared/language/say.ts';
import { rosterAmended } from '../../../edge-service/counting/roster-amended.ts';
import { packRoster } from '../../../edge-service/roster/roster-store.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const HEAD = ['姓名', '身份证号', '车间', '工号'];
const row = (n: number, workshop = '一车间'): string[] => [
  `测${n}`,
  inventedIdNumber(n),
  workshop,
  String(n + 1).padStart(5, '0'),
];
const DEFINITION = {
  name: '第4轮',
  capacity: 10,
  tubeMode: 'codes' as const,
  expectedBasis: 'roster' as const,
  stations: [{ station: 1, stand: 'before' as const }],
  sessions: [{ name: '早场', from: 0, to: 1, shift: null }],
};
const BAD = '110199198803150011';

async function workbook(...rows: (string | number)[][]): Promise<Uint8Array> {
  const book = new Workbook();
  const sheet = book.addWorksheet('全厂');
  for (const cells of [HEAD, ...rows]) sheet.addRow(cells);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

/** The workbook of bad rows as HR opens it, and as she saves it again with a cell put right. */
async function corrected(stored: Reply, put: (sheet: string[][]) => void): Promise<Uint8Array> {
  const { badRows } = rosterStoredSchema.parse(stored.json);
  expect(badRows?.name).toBe('花名册-需处理.xlsx');
  const table = await readTable(new Uint8Array(Buffer.from(badRows?.xlsx ?? '', 'base64')));
  if (!table.ok) throw new Error(table.said.key);
  expect(table.kind).toBe('xlsx');
  const cells = table.sheets[0]!.rows.map((r) => r.cells.map((c) => c?.text ?? ''));
  expect(table.sheets[0]!.rows.flatMap((r) => r.cells).some((c) => c?.numeric)).toBe(false);
  put(cells);
  const book = new Workbook();
  const sheet = book.addWorksheet('需处理');
  for (const line of cells) sheet.addRow(line);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

describe('a roster that grows', () => {
  let site: EdgeSite;
  let lead: string;
  let round: string;

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    round = await site.round(lead);
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });
  const put = (body: Uint8Array | string, query = ''): Promise<Reply> =>
    site.ask('PUT', `/rounds/${round}/roster${query}`, { token: lead, body });
  const books = async (): Promise<number> =>
    (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json.roster;
  const names = async (sheet: string, own: boolean): Promise<string[][]> => {
    const file = await site.ask('GET', `/rounds/${round}/headcount.xlsx${own ? '?form=own' : ''}`, {
      token: lead,
    });
    const table = await readTable(file.bytes);
    if (!table.ok) throw new Error(table.said.key);
    const found = table.sheets.find((s) => s.name === sheet)?.rows ?? [];
    return found.slice(1).map((r) => r.cells.map((c) => c?.text ?? ''));
  };

  test('HT35 RO14 bad rows come back as a workbook of text cells, and ?add=true takes it in, corrected, by credential', async () => {
    const first = await put(
      await workbook(row(0), ['错', BAD, '二车间', '00090'], row(1), [...row(2).slice(0, 3), '00001']),
      '?partial=good',
    );
    expect(rosterStoredSchema.parse(first.json)).toMatchObject({
      version: 1,
      rows: 4,
      people: 3,
      toCorrect: 1,
      roster: 3,
    });
    const file = await corrected(first, (sheet) => {
      expect(sheet).toEqual([
        ['工作表', '行', '问题', '身份证号码', '姓名', '车间', '工号'],
        [
          '全厂',
          '3',
          '工作表“全厂”第3行:身份证号校验位不对,请核对证件;工作表“全厂”第3行:先按这一行的其余号码(如工号)收入花名册,有误的号码待更正',
          BAD,
          '错',
          '二车间',
          '00090',
        ],
        [
          '全厂',
          '5',
          '工作表“全厂”第5行:工号重复(先见于“全厂”第2行)',
          inventedIdNumber(2),
          '测2',
          '一车间',
          '00001',
        ],
      ]);
      sheet[1]![3] = inventedIdNumber(90);
      sheet[2]![6] = '00003';
    });
    const added = await put(file, '?add=true');
    expect(rosterStoredSchema.parse(added.json)).toMatchObject({ version: 2, rows: 2, people: 2, roster: 4 });
    expect(await books()).toBe(4);
    // who is there already is replaced where they stand
    const moved = await put(await workbook(row(1, '三车间'), row(7)), '?add=true');
    expect(rosterStoredSchema.parse(moved.json)).toMatchObject({ version: 3, people: 2, roster: 5 });
    const people = await names('人员表', false);
    expect(people.map((p) => [p[4], p[1]])).toEqual([
      ['测0', '一车间'],
      ['错', '二车间'],
      ['测1', '三车间'],
      ['测2', '一车间'],
      ['测7', '一车间'],
    ]);
  });

  test('RO38 a row kept by its staff number is counted as such in refusal, answer and round, shown as 待更正, and put right by its file', async () => {
    const id = await site.round(lead, { name: '待更正轮' });
    const send = async (query: string, ...rows: string[][]): Promise<Reply> =>
      await site.ask('PUT', `/rounds/${id}/roster${query}`, { token: lead, body: await workbook(...rows) });
    const toCorrect = async (): Promise<number> =>
      (await site.ask('GET', `/rounds/${id}`, { token: lead })).json.rosterToCorrect;
    const wrong = [['错', BAD, '二车间', '00090'], row(0), ['误', BAD, '二车间', '']];
    const refused = await send('', ...wrong);
    expect([refused.status, refused.json.title]).toEqual([
      422,
      '共 3 行,可用 1,需处理 2(其中 1 行可先按工号等收入,号码待更正);还什么都没有导入',
    ]);
    expect(await toCorrect()).toBe(0);
    const stored = rosterStoredSchema.parse((await send('?partial=good', ...wrong)).json);
    const needing = new Set(stored.errors.map((e) => e.row)).size;
    expect([stored.rows, stored.people - stored.toCorrect, needing, stored.roster]).toEqual([3, 1, 2, 2]);
    expect(await toCorrect()).toBe(1);
    const number = async (name: string): Promise<string | undefined> => {
      const file = await site.ask('GET', `/rounds/${id}/headcount.xlsx`, { token: lead });
      const table = await readTable(file.bytes);
      if (!table.ok) throw new Error(table.said.key);
      const rows = table.sheets[0]!.rows.map((r) => r.cells.map((c) => c?.text ?? ''));
      return rows.find((r) => r[4] === name)?.[5];
    };
    expect([await number('错'), await number('测0')]).toEqual(['待更正', inventedIdNumber(0)]);
    // the same mistake in a file that is added takes nothing from whom the roster has with a good number
    const worse = await send('?add=true&partial=good', row(3), ['测0', BAD, '一车间', '00001']);
    expect(worse.json.errors.map((e: { code: string }) => e.code)).toEqual([
      'number-check-digit',
      'stands-already',
    ]);
    expect(await number('测0')).toBe(inventedIdNumber(0));
    const right = await send('?add=true', ['错', inventedIdNumber(90), '二车间', '00090']);
    expect(rosterStoredSchema.parse(right.json)).toMatchObject({ people: 1, toCorrect: 0, roster: 3 });
    expect([await toCorrect(), await number('错')]).toEqual([0, inventedIdNumber(90)]);
  });

  test('EX8 after people were added HR’s own workbook still comes back, who was added on a sheet of their own', async () => {
    const own = await names('全厂', true);
    expect(own.map((r) => [r[0], r[4]])).toEqual([
      ['测0', '否(漏检)'],
      ['错', '否(漏检)'],
      ['测1', '否(漏检)'],
      ['测2', ''],
    ]);
    expect((await names('补入', true)).map((r) => r[0])).toEqual(['测2', '测7']);
  });

  test('RO15 added by ?add=true, a row that is two people of the roster, or one of two that are the same person, is a bad row', async () => {
    const both = [...row(0).slice(0, 3), '00002']; // the number of 测0, the staff number of 测1
    const again = [
      ['测0', inventedIdNumber(0), '', ''],
      ['测0', '', '', '00001'],
    ];
    const refused = await put(await workbook(both, ...again), '?add=true');
    expect([refused.status, refused.json.errors.map((e: { code: string }) => e.code)]).toEqual([
      422,
      ['of-two-people', 'of-one-person'],
    ]);
    expect(await books()).toBe(5);
  });

  test('HT36 with ?shrink=refuse a roster of fewer people is told with both figures, and nothing is stored', async () => {
    const small = await workbook(row(0));
    const refused = await put(small, '?shrink=refuse');
    expect([refused.status, refused.json.code, refused.json.title]).toEqual([
      409,
      'roster-shrinks',
      '在册将由 5 变为 1,还什么都没有导入',
    ]);
    expect(await books()).toBe(5);
    expect((await put(await workbook(...[0, 1, 2, 3, 4].map((n) => row(n))), '?shrink=refuse')).status).toBe(
      200,
    );
    const replaced = await put(small);
    expect(rosterStoredSchema.parse(replaced.json)).toMatchObject({ people: 1, roster: 1 });
    expect(await books()).toBe(1);
  });

  test('HT37 rows that were made on a roster that is no longer the current one are not stored', () => {
    const place = temporaryDirectory();
    const keys = new KeyStore(place.dir);
    keys.site();
    const fixture = new LedgerFixture({ file: path.join(place.dir, 'ledger.sqlite'), keys });
    const { round: id } = fixture.write('round.create', { definition: DEFINITION, by: 'lead' });
    const stored = { round: id, by: 'hr', rows: packRoster([]), file: null, hash: '0'.repeat(64) };
    expect(fixture.write('roster.store', { ...stored, base: null, reason: null })).toEqual({ version: 1 });
    expect(fixture.write('roster.store', { ...stored, base: 1, reason: null })).toEqual({ version: 2 });
    expect(() => fixture.write('roster.store', { ...stored, base: 1, reason: null })).toThrow(
      'roster-changed',
    );
    expect(fixture.write('roster.store', { ...stored, base: null, reason: null })).toEqual({ version: 3 });
    fixture.close();
    place.remove();
  });

  test('RO68 a round that 0.1.0 opened has no frozen roster: amendments are counted from then on, and that is said', () => {
    const place = temporaryDirectory();
    const keys = new KeyStore(place.dir);
    keys.site();
    const fixture = new LedgerFixture({ file: path.join(place.dir, 'ledger.sqlite'), keys });
    const { round: id } = fixture.write('round.create', { definition: DEFINITION, by: 'lead' });
    const stored = {
      round: id,
      by: 'hr',
      rows: packRoster([]),
      file: null,
      base: null,
      hash: '0'.repeat(64),
    };
    fixture.write('roster.store', { ...stored, reason: null });
    fixture.db.prepare("UPDATE round SET state = 'open', opened_at = 1 WHERE round = ?").run(id);
    expect(rosterAmended(fixture.db, id)).toBeNull();
    expect(() => fixture.write('roster.store', { ...stored, reason: null })).toThrow('roster-amends');
    fixture.write('roster.store', { ...stored, reason: '重传' });
    const amended = rosterAmended(fixture.db, id);
    expect(amended).toMatchObject({ amendments: 1, joined: 0, left: 0, frozenKnown: false });
    const words = amendedWords(amended);
    expect(words === null ? '' : say('zh', words)).toBe('开轮后重传花名册,人员未变,更早的修改没有记录');
    fixture.close();
    place.remove();
  });
});
