import { Workbook } from '@cj-tech-master/excelts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOARD_DIR, buildBoard, logIn, openBoard, openPage, type BoardPage } from '../support/board-page.ts';
import { LEAD } from '../support/board-site.ts';
import { EdgeSite } from '../support/edge-site.ts';
import { describeNeeding } from '../support/requirements.ts';
import { inventedIdNumber } from '../support/roster-samples.ts';
import { launchChromium } from '../support/screen-page.ts';

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
  let browser: Browser;
  let site: EdgeSite;
  let board: BoardPage;
  let page: Page;
  beforeAll(async () => {
    await buildBoard();
    browser = await launchChromium();
    site = await EdgeSite.start({ boardDir: BOARD_DIR });
    const lead = await site.lead();
    await site.round(lead);
    board = await openBoard(browser, site.edge.url);
    ({ page } = board);
    await logIn(board, LEAD);
    await openPage(board, 'roster', '花名册');
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    site?.remove();
  });
  const upload = (name: string, buffer: Buffer): Promise<void> =>
    page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  const chosen = (): Promise<string> => page.locator('.ant-radio-wrapper-checked').innerText();

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
});
