import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingSchema } from '#shared/contract/http.ts';
import { rosterStoredSchema } from '#shared/contract/http-taken.ts';
import { walkInsSchema } from '#shared/contract/http-identity.ts';
import type { RoundId } from '#shared/ids.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { writeXlsx } from '../../../edge-service/workbook/written-workbook.ts';
import { EdgeSite, type Reply } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const HAN = /\p{Script=Han}/u;
const HOUR_MS = 3_600_000;
const PEOPLE = 8;
const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `Example ${n}` });
const FILES = [
  'headcount.xlsx',
  'headcount.csv',
  'headcount.xlsx?form=own',
  'missing.xlsx',
  'missing.csv',
  'report.xlsx',
  'report.xlsx?rounds=all',
  'reconciliation.xlsx',
] as const;

/** Findings and the words of the ladder are said where they are made, and come here as they are. */
const OF_FINDINGS_AND_LADDER =
  / (?:Finding|Hypotheses|Question to the laboratory|Why|Item|Notes|Content|Expected basis|Basis of expected|People|Reason)$/;

let site: EdgeSite;
let lead: string;
let round: RoundId;

const ask = (at: string, headers: Record<string, string> = {}): Promise<Reply> =>
  site.ask('GET', at, { token: lead, headers });
const file = (name: string, headers: Record<string, string> = {}): Promise<Reply> =>
  ask(`/rounds/${round}/${name}`, headers);
const inLanguage = (name: string, lang: string): string =>
  `${name}${name.includes('?') ? '&' : '?'}lang=${lang}`;
/** What the file is called on the disk of who keeps it. */
const nameOf = ({ headers }: Reply): string =>
  decodeURIComponent(/filename\*=UTF-8''(.+)$/.exec(headers.get('content-disposition') ?? '')?.[1] ?? '');

/** Everything that stands in a file: names of sheets, then cells, each with its place. */
async function textsOf(bytes: Uint8Array): Promise<[place: string, text: string][]> {
  const table = await readTable(bytes);
  if (!table.ok) throw new Error(table.said.key);
  return table.sheets.flatMap(({ name, rows }) => {
    const heads = rows[0]?.cells.map((c) => c?.text ?? '') ?? [];
    return [
      ['sheet', name ?? ''] as [string, string],
      ...rows.flatMap(({ row, cells }) =>
        cells.map((c, i): [string, string] => [`${name} ${row} ${heads[i]}`, c?.text ?? '']),
      ),
    ];
  });
}
/** What stands in Chinese where it should not; the name of an account is data. */
const chineseIn = (texts: readonly [string, string][]): [string, string][] =>
  texts.filter(([, text]) => HAN.test(text.replaceAll('现场负责人', '')));

const taken = ({ status }: Reply): void => {
  expect(status).toBeLessThan(300);
};

beforeAll(async () => {
  site = await EdgeSite.start({ site: 'Example Works' });
  lead = await site.lead();
  const at = (from: number): string => new Date(Date.now() + from).toISOString();
  round = await site.round(lead, {
    name: 'Round 4',
    sessions: [
      { name: 'early', from: at(-2 * HOUR_MS), to: at(-HOUR_MS), shift: null },
      { name: 'night', from: at(HOUR_MS), to: at(2 * HOUR_MS), shift: 'night' },
    ],
    stations: [
      { station: 1, stand: 'before' },
      { station: 2, stand: 'after' },
    ],
  });
  const rows = Array.from({ length: PEOPLE }, (_, n) => [
    inventedIdNumber(n),
    `Example ${n}`,
    'Workshop One',
    'Team A',
    n > 5 ? 'night' : 'day',
  ]);
  const roster = await writeXlsx(
    [
      {
        name: 'People',
        columns: ['number', 'name', 'workshop', 'team', 'shift'].map((header) => ({ header, width: 20 })),
        rows,
      },
    ],
    { left: 'Example Works', right: '' },
  );
  const put = await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: roster });
  taken(put);
  await site.open(lead, round);
  const before = await site.kiosk(lead, { station: 1, stand: 'before' });
  const after = await site.kiosk(lead, { station: 2, stand: 'after' });
  const tube = before.openTube('0000011');
  before.swipe(person(0));
  before.swipe(person(1));
  before.sealTube(2);
  before.openTube('0000012');
  before.swipe(person(2));
  before.swipe({ kind: 'document', number: 'PASSPORT/E00000001', name: 'Sam Example' }, 'walk-in');
  before.sealTube(1);
  before.openTube('0000013');
  before.swipe({ kind: 'document', number: 'PASSPORT/E00000002', name: 'Example 5' }, 'walk-in');
  after.swipe(person(3));
  await before.send();
  await after.send();
  await site.ask('POST', `/rounds/${round}/tubes/${tube}/corrections`, {
    token: lead,
    json: { batch: 'Box 1', reason: 'packed' },
  });
  const { groups } = missingSchema.parse((await file('missing')).json);
  const excused = await site.ask('POST', `/rounds/${round}/excuses`, {
    token: lead,
    json: { person: groups.flatMap((g) => g.missing)[0]?.id, reason: 'on leave' },
  });
  taken(excused);
  const { walkIns } = walkInsSchema.parse((await file('walk-ins')).json);
  const described = await site.ask('POST', `/rounds/${round}/walk-ins`, {
    token: lead,
    json: { people: [walkIns[0]?.id], unit: 'Agency', category: 'agency' },
  });
  taken(described);
  const list = await site.ask('PUT', `/rounds/${round}/lab-counts?complete=true`, {
    token: lead,
    body: 'tube,count,batch\n0000011,3,Box 1\n0000099,1,Box 2\n',
    type: 'text/csv',
  });
  taken(list);
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

describe('the language of a file', () => {
  test.for(FILES)(
    'LN50 %s in English holds no Chinese: sheets, headings, cells and its own name',
    async (name) => {
      const reply = await file(inLanguage(name, 'en'), { 'accept-language': 'zh-CN' });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-language')).toBe('en');
      expect(nameOf(reply)).not.toMatch(HAN);
      const texts = await textsOf(reply.bytes);
      expect(texts.length).toBeGreaterThan(20);
      expect(chineseIn(texts).filter(([place]) => !OF_FINDINGS_AND_LADDER.test(place))).toEqual([]);
    },
  );

  test.for(FILES)('LN50 %s is Chinese for who asks for no language that is here', async (name) => {
    const [asked, none, unknown] = await Promise.all([
      file(inLanguage(name, 'zh'), { 'accept-language': 'en' }),
      file(name),
      file(name, { 'accept-language': 'ug' }),
    ]);
    for (const reply of [asked, none, unknown]) {
      expect([reply.status, reply.headers.get('content-language')]).toEqual([200, 'zh']);
      expect(nameOf(reply)).toMatch(HAN);
      const headings = (await textsOf(reply.bytes)).slice(1, 9).map(([, text]) => text);
      if (!name.includes('own')) expect(headings.filter((text) => !HAN.test(text))).toEqual([]);
    }
  });

  test('LN50 an Accept-Language header is followed where the query says nothing, and an unknown language of the query is refused', async () => {
    const reply = await file('missing.csv', { 'accept-language': 'en-US,en;q=0.9,zh;q=0.8' });
    expect(nameOf(reply)).toBe('Round 4-Not tested.csv');
    expect(chineseIn(await textsOf(reply.bytes))).toEqual([]);
    const wrong = await file('missing.csv?lang=xx');
    expect([wrong.status, wrong.json.code]).toEqual([400, 'invalid-request']);
    expect(wrong.json.errors).toMatchObject([{ column: 'lang', zh: expect.stringContaining('zh') }]);
  });

  test.for(['xlsx', 'csv'])('LN50 谁看过 as .%s follows the language too', async (form) => {
    const reply = await ask(`/openings.${form}?lang=en`);
    expect([reply.status, nameOf(reply)]).toEqual([200, `Example Works-Who looked.${form}`]);
    const texts = await textsOf(reply.bytes);
    expect(texts.length).toBeGreaterThan(8);
    // a reason is kept as it was written
    expect(chineseIn(texts).filter(([place]) => !place.endsWith(' Reason'))).toEqual([]);
    expect(nameOf(await ask(`/openings.${form}`))).toBe(`Example Works-谁看过.${form}`);
  });

  test('LN51 rows to settle come back in the language asked for, under headings that are found again', async () => {
    const draft = await site.round(lead, { name: 'Round 5' });
    const bad = `number,name,workshop,team,staff_number,phone,note\n${inventedIdNumber(20).slice(0, -2)},Example 20,W,T,,123,n\n${inventedIdNumber(21)},Example 21,W,T,,,\n`;
    const put = async (lang: string) => {
      const reply = await site.ask('PUT', `/rounds/${draft}/roster?partial=good&lang=${lang}`, {
        token: lead,
        body: bad,
        type: 'text/csv',
      });
      const { badRows } = rosterStoredSchema.parse(reply.json);
      return { name: badRows?.name ?? '', bytes: new Uint8Array(Buffer.from(badRows?.xlsx ?? '', 'base64')) };
    };
    const english = await put('en');
    expect(english.name).toBe('Roster-rows to settle.xlsx');
    const texts = await textsOf(english.bytes);
    expect(chineseIn(texts)).toEqual([]);
    expect(texts.map(([, text]) => text)).toContain('Example 20');
    expect((await put('zh')).name).toBe('花名册-需处理.xlsx');
    for (const { bytes } of [english, await put('zh')]) {
      const again = await site.ask('PUT', `/rounds/${draft}/roster`, { token: lead, body: bytes });
      expect([again.status, again.json.code]).toEqual([422, 'bad-rows']);
      expect(again.json.errors).toMatchObject([{ row: 2, code: 'number-length' }]);
    }
  });
});
