import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { boardOn } from '../../support/board/board-with-round.ts';
import { BOARD_DIR, logIn, openBoard, type BoardPage } from '../../support/board/board-page.ts';
import { chineseOf } from '../../support/board/chinese-of.ts';
import { LEAD } from '../../support/board/board-site.ts';
import { standsInOne } from '../../support/board/one-language.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const accountNamed = (name: string) => ({ name, password: `${name} has a password` });
const HR = accountNamed('人事甲');
const OTHER_HR = accountNamed('人事乙');
const STAFF = accountNamed('登记员甲');

/** How long a page may take on a busy machine. */
const SHOWN = { timeout: 10_000 };

/** A site with accounts and without a round. */
async function siteWithPeople(): Promise<EdgeSite> {
  const site = await EdgeSite.start({ boardDir: BOARD_DIR });
  const lead = await site.lead();
  for (const { name } of [HR, OTHER_HR]) await site.person(lead, { name, roles: ['hr'] });
  await site.person(lead, { name: STAFF.name, roles: ['station-staff'] });
  return site;
}

describeNeeding(['chromium'], 'the language of who is logged in', () => {
  let browser: Browser;
  let site: EdgeSite;
  boardOn({ start: siteWithPeople, siteOf: (started) => started, as: null }, (made) => {
    ({ browser, site } = made);
  });

  const choose = async ({ page }: BoardPage, name: string): Promise<void> => {
    await page.getByRole('combobox', { name: /^(?:Language|语言)$/ }).click();
    await page.locator('.ant-select-item-option', { hasText: name }).click();
  };
  /** Chooses behind the log-in, and waits for the edge to have kept it. */
  const chooseKept = async (board: BoardPage, name: string): Promise<void> => {
    const kept = board.page.waitForResponse(
      (answer) => answer.request().method() === 'PATCH' && answer.url().endsWith('/api/v1/session'),
    );
    await choose(board, name);
    expect((await kept).status()).toBe(200);
  };
  /** The language that the page names to the browser, and the word on the button by which one comes in or leaves. */
  const standing = async ({ page }: BoardPage): Promise<string> => {
    const button = page.locator('button[type=submit], .top button');
    const word = (await button.innerText()).replaceAll(/(?<=\p{Script=Han})\s(?=\p{Script=Han})/gu, '');
    return `${await page.locator('html').getAttribute('lang')} ${word}`;
  };
  const logOut = async (board: BoardPage): Promise<void> => {
    await board.page.locator('.top button').last().click();
    await board.page.locator('input[type=password]').waitFor();
  };

  it('LN68 two people at one browser each find their own, one without a choice the browser’s, as the log-in page does', async () => {
    const board = await openBoard(browser, site.edge.url, { locale: 'zh-CN' });
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 登录');
    await logIn(board, LEAD);
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 退出登录');
    await chooseKept(board, 'English');
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log out');
    await board.page.reload();
    await board.page.locator('.top').waitFor();
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log out');
    await logOut(board);
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 登录');

    await logIn(board, HR);
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 退出登录');
    await logOut(board);
    await choose(board, 'English');
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log in');
    await logIn(board, HR);
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log out');
    await chooseKept(board, '中文');
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 退出登录');
    await logOut(board);
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log in');

    await logIn(board, LEAD);
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log out');
    await logOut(board);
    await logIn(board, HR);
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 退出登录');
    await board.page.context().close();
  });

  it('LN68 one person at two browsers finds at the second what was chosen at the first', async () => {
    const first = await openBoard(browser, site.edge.url, { locale: 'zh-CN' });
    await logIn(first, STAFF);
    await chooseKept(first, 'English');
    const second = await openBoard(browser, site.edge.url, { locale: 'zh-CN' });
    await expect.poll(() => standing(second), SHOWN).toBe('zh-CN 登录');
    await logIn(second, STAFF);
    await expect.poll(() => standing(second), SHOWN).toBe('en-GB Log out');
    expect(await chineseOf(second.page, ['示例机电', STAFF.name])).toEqual([]);

    await chooseKept(second, '中文');
    await first.page.reload();
    await expect.poll(() => standing(first), SHOWN).toBe('zh-CN 退出登录');
    for (const { page } of [first, second]) await page.context().close();
  });

  it('LN69 what the edge cannot keep stands at the page, which says that it holds there alone', async () => {
    const board = await openBoard(browser, site.edge.url, { locale: 'zh-CN' });
    const { page } = board;
    await logIn(board, OTHER_HR);
    await chooseKept(board, 'English');
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log out');
    expect(await page.getByText('could not be kept').count()).toBe(0);
    await site.stop();
    await choose(board, '中文');
    await expect.poll(() => standing(board), SHOWN).toBe('zh-CN 退出登录');
    await page.getByText('所选语言没能记到账号里,只在本页有效').waitFor();
    await choose(board, 'English');
    await expect.poll(() => standing(board), SHOWN).toBe('en-GB Log out');
    await page
      .getByText('The language chosen could not be kept with the account: it holds for this page alone')
      .waitFor();
    await standsInOne(page, 'en', { what: 'not kept', names: ['示例机电', OTHER_HR.name] });
    await page.context().close();
  });
});
