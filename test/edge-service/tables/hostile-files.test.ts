import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE_FILE } from '../../../edge-service/store/data-directory.ts';
import {
  EXPORT_MS_MAX,
  FILE_CPU_MS_MAX,
  FILE_MS_MAX,
  FileProcess,
} from '../../../edge-service/threads/file-process.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { endlessHtml, hugeSpreadsheetMl, sheetOf, xlsxOf, zipOf } from '../../support/edge/hostile-files.ts';

const PERSON = ['11019919751103008X', '样本', '一车间', '甲班'];
const GOOD = sheetOf([['身份证号', '姓名', '车间', '班组'], PERSON]);
const CSV = 'number,name,workshop,team\n';
const blanks = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024, ' ');

/** A guard: a gigabyte is filled in four seconds, beside ten other programs in forty. */
const SLOW_MS_MAX = 180_000;

let site: EdgeSite;
let lead: string;
let round: string;
const clock = new HandClock(Date.now());

beforeAll(async () => {
  site = await EdgeSite.start({ clock });
  lead = await site.lead();
  round = await site.round(lead);
});
afterAll(async () => {
  await site.stop();
  site.remove();
});

const put = (body: string | Uint8Array, where = 'roster') =>
  site.ask('PUT', `/rounds/${round}/${where}`, { token: lead, body });

describe('hostile files', () => {
  it('HO7 a file that makes its reader run for ever is given up, and everybody else is answered meanwhile', async () => {
    const answer = { isThere: false };
    const given = put(endlessHtml()).finally(() => (answer.isThere = true));
    for (let i = 0; i < 10; i++) {
      expect((await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(answer.isThere, 'it is still being read').toBe(false);
    // The reader's time begins when its process has started, which on a busy machine may not be yet.
    while (!answer.isThere) {
      await clock.advance(FILE_MS_MAX);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await given).toMatchObject({ status: 413, json: { code: 'file-too-long' } });
    expect((await put(xlsxOf(GOOD))).status).toBe(200);
  });

  it('EX65 a file of ours is made however much work it is, and one that could not be made says so', async () => {
    const where = { file: path.join(site.dir, 'data', DATABASE_FILE), keys: path.join(site.dir, 'keys') };
    const still = new HandClock(Date.now());
    const files = new FileProcess({ where, clock: still, onIdle: () => undefined, cpuMsMax: -1 });
    const made = () => files.ask('export.report', { round, all: false, language: 'zh' });
    expect(await made()).toMatchObject({ name: expect.stringMatching(/\.xlsx$/) as string });
    const given: { error: unknown } = { error: null };
    const asked = made().catch((error: unknown) => (given.error = error));
    while (given.error === null) {
      await still.advance(EXPORT_MS_MAX);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await asked;
    expect(given.error).toMatchObject({ code: 'export-not-made' });
    await files.stop();
  });

  it('HO7 a file is given up by what its reader has worked on it, not by how long it took', async () => {
    const where = { file: path.join(site.dir, 'data', DATABASE_FILE), keys: path.join(site.dir, 'keys') };
    const still = new HandClock(Date.now());
    expect(FILE_CPU_MS_MAX).toBeLessThan(FILE_MS_MAX / 2);
    const files = new FileProcess({ where, clock: still, onIdle: () => undefined, cpuMsMax: 2000 });
    const read = (file: Uint8Array) =>
      files.ask('roster.prepare', {
        round,
        file: { pieces: [new Uint8Array(file)] },
        partial: false,
        language: 'zh',
        add: false,
        refuseShrink: false,
        reason: null,
        hidden: 'leave',
        preview: false,
        columns: null,
      });
    await expect(read(endlessHtml())).rejects.toMatchObject({ code: 'file-too-long' });
    await expect(read(xlsxOf(GOOD))).resolves.toMatchObject({ outcome: 'good' });
    await files.stop();
  }, 120_000);

  it(
    'HO7 a file that takes all memory ends its reader and not the edge',
    async () => {
      const reply = await put(hugeSpreadsheetMl());
      expect([reply.status, reply.json.code]).toEqual([413, 'file-too-long']);
      expect((await put(xlsxOf(GOOD))).status).toBe(200);
    },
    SLOW_MS_MAX,
  );

  it('HO8 a ZIP that unpacks to more than it says is refused before it has the memory', async () => {
    const image = (content: Uint8Array, claimed: number): Buffer =>
      xlsxOf(GOOD, [{ name: 'xl/media/image1.png', content, claimed }]);
    const before = process.memoryUsage().external;
    expect(await readTable(image(blanks(40), 10))).toMatchObject({ ok: false, code: 'file-damaged' });
    expect(await readTable(image(blanks(1), 2 ** 31))).toMatchObject({ ok: false, code: 'file-too-long' });
    expect(await readTable(image(blanks(1), 2 ** 20 + 1))).toMatchObject({ ok: false, code: 'file-damaged' });
    expect(await readTable(image(blanks(1), 2 ** 20))).toMatchObject({ ok: true });
    expect(process.memoryUsage().external - before).toBeLessThan(200 * 1024 * 1024);
  });

  it(
    'HO8 whatever comes as a file is read, or refused by name with nothing stored',
    async () => {
      const laughs = Array.from(
        'bcdefghij',
        (c, i) => `<!ENTITY ${c} "${`&${'abcdefghi'[i]};`.repeat(10)}">`,
      );
      const cases: [string, string | Uint8Array, number][] = [
        [
          'billion laughs',
          xlsxOf(`<!DOCTYPE x [<!ENTITY a "aaaa">${laughs.join('')}]>${GOOD.replace('样本', '&j;')}`),
          415,
        ],
        [
          'an outside entity',
          xlsxOf(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hosts">]>${GOOD.replace('样本', '&e;')}`),
          415,
        ],
        ['cut off', xlsxOf(GOOD).subarray(0, 900), 415],
        ['cut off at the end', xlsxOf(GOOD).subarray(0, -30), 415],
        ['an empty ZIP', zipOf([]), 415],
        ['a ZIP that is no workbook', zipOf([{ name: '../../etc/x', content: 'x', claimed: null }]), 415],
        ['a row a thousand million rows down', xlsxOf(GOOD.replace('r="2"', 'r="999999999"')), 415],
        [
          'outside links',
          xlsxOf(GOOD, [
            { name: 'xl/externalLinks/externalLink1.xml', content: '<externalLink/>', claimed: null },
          ]),
          200,
        ],
        ['16,384 columns', xlsxOf(sheetOf([Array.from({ length: 16_384 }, (_, i) => `h${i}`)])), 422],
        ['a million columns', `${CSV}${'a,'.repeat(1_000_000)}\n`, 422],
        ['a NUL', `${CSV}1101\0,x,y,z`, 415],
        ['a cell of two million', `${CSV}11019919751103008X,${'样'.repeat(2_000_000)},y,z`, 422],
        ['50,001 rows', `${CSV}${'1,x,y,z\n'.repeat(50_001)}`, 413],
        ['seven million empty rows', CSV + '\n'.repeat(7_000_000), 413],
        ['an open quote', `${CSV}${'"'.repeat(1_000_001)}`, 415],
        ['deep JSON', '['.repeat(1_000_000) + ']'.repeat(1_000_000), 415],
        ['JSON of other things', '[null,1,"x",[],{"number":{}},{"number":1e300,"name":[1]}]', 415],
        ['JSON of 50,001', JSON.stringify(Array.from({ length: 50_001 }, () => ({ number: '1' }))), 413],
        ['a prototype', '[{"__proto__":{"number":"11019919751103008X"},"name":"x","constructor":1}]', 422],
        [
          'a lone surrogate',
          '[{"number":"11019919751103008X","name":"\\ud800","workshop":"一","team":"甲"}]',
          200,
        ],
        ['nothing', '', 415],
      ];
      for (const [name, body, status] of cases)
        for (const where of ['roster', 'lab-counts']) {
          const reply = await put(body, where);
          if (where === 'roster') expect(reply.status, name).toBe(status);
          else expect([413, 415, 422], `${name} as a lab list`).toContain(reply.status);
          if (reply.status !== 200) expect(reply.json.code, name).toMatch(/^[a-z-]+$/);
        }
    },
    SLOW_MS_MAX,
  );

  it('HO8 a formula is its value, and nothing of it runs or is fetched', async () => {
    const number = '<c t="str"><f>WEBSERVICE("http://127.0.0.1:1/")</f><v>11019919751103008X</v></c>';
    const name = '<c t="str"><f>cmd|\'/c calc\'!A0</f><v>=1+1</v></c>';
    expect(
      (
        await put(
          xlsxOf(
            sheetOf([
              ['身份证号', '姓名', '车间', '班组'],
              [number, name, '一', '甲'],
            ]),
          ),
        )
      ).status,
    ).toBe(200);
    const csv = await site.ask('GET', `/rounds/${round}/headcount.csv`, { token: lead });
    expect(new TextDecoder().decode(csv.bytes)).toContain("'=1+1");
  });

  it('HO8 two rosters at once are two versions, each whole', async () => {
    const file = (n: number): string => `${CSV}11019919751103008X,样${n},一车间,甲班`;
    const replies = await Promise.all([1, 2, 3, 4].map((n) => put(file(n))));
    expect(replies.map((r) => r.status)).toEqual([200, 200, 200, 200]);
    expect(new Set(replies.map((r) => r.json.version as number)).size).toBe(4);
  });
});
