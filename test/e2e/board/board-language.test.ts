import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { logIn, openBoard, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

describeNeeding(['chromium'], 'the language of the board', () => {
  let browser: Browser;
  let site: BoardSite;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });

  const menu = async ({ page }: BoardPage): Promise<string> =>
    (await page.locator('.nav').innerText()).trim();
  const choose = async ({ page }: BoardPage, name: string): Promise<void> => {
    await page.getByRole('combobox', { name: /^(?:Language|语言)$/ }).click();
    await page.locator('.ant-select-item-option', { hasText: name }).click();
  };

  it('LN1 begins in the language of the browser, is switched without a reload, and keeps the choice', async () => {
    const board = await openBoard(browser, site.site.edge.url, { locale: 'en-US' });
    const { page } = board;
    await page.getByText('Account', { exact: true }).waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(/登录|账号|密码/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en-GB');
    await page.locator('button[type=submit]').click();
    await page.getByText('Enter the password').waitFor();

    await logIn(board, LEAD);
    expect(await menu(board)).toContain('Missing list');
    expect(await menu(board)).not.toContain('漏检名单');

    const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
    await choose(board, '中文');
    await page.getByText('漏检名单').first().waitFor();
    await kept;
    expect(await menu(board)).not.toContain('Missing list');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');

    await page.reload();
    await page.locator('.nav').waitFor();
    expect(await menu(board)).toContain('漏检名单');
    await page.context().close();
  });
});
