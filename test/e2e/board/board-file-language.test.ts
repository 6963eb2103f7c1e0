import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { logIn, openBoard, openPage } from '../../support/board/board-page.ts';
import { LEAD, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

describeNeeding(['chromium'], 'files from the board', () => {
  let browser: Browser;
  let site: BoardSite;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });

  it('LN50 come in the language of the page they are asked for at', async () => {
    const board = await openBoard(browser, site.site.edge.url, { locale: 'en-GB' });
    const { page } = board;
    await logIn(board, LEAD);
    await page.locator('.nav').getByText('Missing list', { exact: true }).click();
    const saved = async (name: string): Promise<string> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).click(),
      ]);
      return download.suggestedFilename();
    };
    expect(await saved('Missing list .xlsx')).toMatch(/-Missing list\.xlsx$/);
    expect(await saved('Not tested .csv')).toMatch(/-Not tested\.csv$/);

    await page.getByRole('combobox', { name: 'Language' }).click();
    await page.locator('.ant-select-item-option', { hasText: '中文' }).click();
    expect(await saved('导出漏检名单 .xlsx')).toMatch(/-漏检名单\.xlsx$/);

    await openPage(board, 'openings', '谁看过');
    expect(await page.getByRole('link', { name: '导出 .csv' }).getAttribute('href')).toMatch(/\?lang=zh$/);
    await page.context().close();
  });
});
