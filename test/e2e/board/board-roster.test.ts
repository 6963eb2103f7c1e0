import { Workbook } from '@cj-tech-master/excelts';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { boardOn } from '../../support/board/board-with-round.ts';
import { BOARD_DIR, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD } from '../../support/board/board-site.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

async function workbook(...people: number[]): Promise<Buffer> {
  const book = new Workbook();
  const sheet = book.addWorksheet('全厂');
  sheet.addRow(['姓名', '身份证号', '车间']);
  for (const n of people) sheet.addRow([`测${n}`, inventedIdNumber(n), '一车间']);
  // the second one's check digit is wrong
  if (people.length > 1) sheet.getRow(3).getCell(2).value = '110199198803150011';
  return Buffer.from(await book.xlsx.writeBuffer());
}

describeNeeding(['chromium'], 'a roster at the board', () => {
  let site: EdgeSite;
  let board: BoardPage;
  let page: Page;
  let lead: string;
  let round: RoundId;
  const start = async (): Promise<EdgeSite> => {
    site = await EdgeSite.start({ boardDir: BOARD_DIR });
    lead = await site.lead();
    const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    round = await site.round(lead, { sessions: [{ name: '早场', from: at(-1), to: at(8), shift: null }] });
    return site;
  };
  boardOn({ start, siteOf: (made) => made, as: LEAD }, (made) => {
    ({ board } = made);
    ({ page } = board);
  });
  beforeAll(() => openPage(board, 'roster', '花名册'));
  const upload = (name: string, buffer: Buffer): Promise<void> =>
    page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  const chosen = (): Promise<string> => page.locator('.ant-radio-wrapper-checked').innerText();

  it('BD93 a file over the limit is told before it is sent', async () => {
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.method()));
    await upload('花名册.xlsx', Buffer.alloc(FILE_BYTES_MAX + 1, 'a'));
    await page.locator('.trouble', { hasText: '文件超过 8 MB,请拆分' }).waitFor();
    expect(sent.filter((method) => method === 'PUT')).toEqual([]);
  });

  it('BD50 the file of bad rows, corrected, is taken in on top of the roster; a roster of fewer people is asked about first', async () => {
    await upload('花名册.xlsx', await workbook(1, 2, 3, 4));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /导入可用的行/ }).click();
    expect((await download).suggestedFilename()).toBe('花名册-需处理.xlsx');
    await page.getByText('共 4 人,可用 3,需处理 1。已导入为第 1 版,在册 3').waitFor();
    expect(await chosen()).toContain('补入现有花名册');
    await upload('花名册-需处理.xlsx', await workbook(2));
    await page.getByText('共 1 人,可用 1,需处理 0。已导入为第 2 版,在册 4').waitFor();

    expect(await chosen()).toContain('替换整份花名册');
    await upload('花名册-需处理.xlsx', await workbook(5));
    await page.getByText('在册将由 4 变为 1').waitFor();
    await page
      .locator('.trouble')
      .getByRole('button', { name: /补入现有花名册/ })
      .click();
    await page.getByText('已导入为第 3 版,在册 5').waitFor();
    await upload('新花名册.xlsx', await workbook(6));
    await page.getByText('在册将由 5 变为 1').waitFor();
    await page
      .locator('.trouble')
      .getByRole('button', { name: /替换整份花名册/ })
      .click();
    await page.getByText('已导入为第 4 版,在册 1').waitFor();
    expect(board.complaints.filter((c) => !/(?:422|409).*\/roster/.test(c))).toEqual([]);
  });

  it('BD51 while sessions are not over the missing list says so, and not that nobody is missing', async () => {
    await openPage(board, 'missing', '漏检名单');
    await page.getByText('场次还没结束,还没有漏检').waitFor();
    expect(await page.locator('main').innerText()).toMatch(/未到场次\s+1\s/);
    await page.getByTestId('ladder').filter({ hasText: '未检 1 (未到场次 1 + 有原因 0)' }).waitFor();
  });

  it('BD52 files are offered under the names they have on the disk, HR’s own workbook where there is one', async () => {
    await openPage(board, 'report', '上报');
    await page.locator('.heading a', { hasText: '回填花名册' }).waitFor();
    const buttons = await page.locator('.heading a').allInnerTexts();
    expect(buttons.map((b) => b.replaceAll('\n', ' '))).toEqual([
      '回填花名册 .xlsx',
      '导出人员表 .xlsx',
      '导出人员表 .csv',
      '导出漏检名单 .xlsx',
      '导出未检名单 .csv',
    ]);
    for (const name of ['回填花名册', '人员表', '漏检名单']) {
      const download = page.waitForEvent('download');
      await page.locator('.heading a', { hasText: `${name} .xlsx` }).click();
      expect((await download).suggestedFilename()).toMatch(new RegExp(`-${name}\\.xlsx$`));
    }
    await openPage(board, 'roster', '花名册');
    await upload('花名册.csv', Buffer.from(`number,name,workshop\n${inventedIdNumber(6)},测6,一车间\n`));
    await page.getByText('已导入为第 5 版,在册 1').waitFor();
    await openPage(board, 'report', '上报');
    expect(await page.locator('.heading a', { hasText: '回填花名册' }).count()).toBe(0);
  });

  it('BD90 a row taken in by its staff number is told apart from those that are not, and stays 待更正 until it is put right', async () => {
    const rows = [
      ['姓名', '身份证号', '车间', '工号'],
      ['测6', inventedIdNumber(6), '一车间', '00006'],
      ['测7', '110199198803150011', '一车间', '00007'],
      ['测8', '110199198803150011', '一车间', ''],
    ];
    const file = (...lines: string[][]): Buffer => Buffer.from(lines.map((l) => l.join(',')).join('\n'));
    await openPage(board, 'roster', '花名册');
    await upload('花名册.csv', file(...rows));
    await page.getByText('共 3 行,可用 1,需处理 2(其中 1 行可先按工号等收入,号码待更正)').waitFor();
    await page.getByRole('button', { name: /导入可用的行/ }).click();
    await page
      .getByText('共 3 人,可用 1,需处理 2(其中 1 人已先按工号等收入,号码待更正)。已导入为第 6 版,在册 2')
      .waitFor();
    await openPage(board, 'missing', '漏检名单');
    await openPage(board, 'roster', '花名册');
    await page.locator('.heading').getByText('号码待更正 1 人').waitFor();
    await page.locator('.ant-radio-wrapper', { hasText: '补入现有花名册' }).click();
    await upload('花名册-需处理.csv', file(rows[0]!, ['测7', inventedIdNumber(7), '一车间', '00007']));
    await page.getByText('已导入为第 7 版,在册 2').waitFor();
    await page.locator('.heading').getByText('号码待更正').waitFor({ state: 'detached' });
    expect(board.complaints.filter((c) => !/(?:422|409).*\/roster/.test(c))).toEqual([]);
  });

  it('BD53 where a tube has more people than places the second figure says what it counts', async () => {
    await site.open(lead, round);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const given = { kind: 'id' as const, number: inventedIdNumber(6), name: '测6' };
    for (const [code, shown] of [
      ['0000001', 'counted'],
      ['0000002', 'repeat-elsewhere'],
    ] as const) {
      kiosk.openTube(code);
      kiosk.swipe(given, shown);
      kiosk.sealTube(code === '0000001' ? 1 : 0);
    }
    await kiosk.send();
    await openPage(board, 'tubes', '管');
    const row = page.locator('tr', { hasText: '0000002' });
    await row.waitFor();
    expect((await row.innerText()).replaceAll(/\s+/g, ' ')).toContain('0 打卡 1 人');
  });
});
