import type { Locator } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, planNextRound, sitePerson, SWIPED, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** One name of three people: swiped at station 1, swiped at station 2, and missing. */
const SAME = [0, 18, 36].map(sitePerson);

describeNeeding(['chromium'], 'a person found at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });
  beforeAll(() => planNextRound(site));

  const who = (): Locator => board.page.getByRole('textbox', { name: /姓名、证件号或工号/ });
  /** Types who is looked for, by keyboard alone, and waits until something was answered. */
  const find = async (text: string): Promise<void> => {
    const { page } = board;
    await who().fill(text);
    const answer = page.waitForResponse(/\/people\/search$/);
    await page.keyboard.press('Enter');
    await answer;
  };
  const row = (text: string | RegExp): Locator => board.page.locator('.found tr', { hasText: text });

  it('BD60 Enter finds a person over all rounds, people of one name beside each other; nobody is said in words', async () => {
    const { page } = board;
    await openPage(board, 'find', '查人');
    await who().fill(SAME[0]!.name);
    await page.keyboard.press('Enter'); // goes on to the reason, for there is none yet
    await page.keyboard.type('核实是否已检');
    await page.keyboard.press('Enter');
    await page.locator('.found').waitFor();
    const shown = await page.locator('.found tbody').innerText();
    expect(shown.indexOf('第5轮')).toBeLessThan(shown.indexOf('第4轮'));
    for (const person of SAME) expect(shown).toContain(person.number);
    expect(await row('第5轮').innerText()).toContain('未到场次');
    const [first, second, missing] = SAME.map((p) => row(new RegExp(`${p.number}.*`)).last());
    expect(await first!.innerText()).toMatch(/一车间 · 焊接班[^]*已检[^]*1号台[^]*0000011[^]*刷身份证/);
    expect(await second!.innerText()).toMatch(/已检[^]*2号台[^]*0000017/);
    expect(await missing!.innerText()).toMatch(/漏检[^]*可能已采样/);
    expect(await faultsOf(page)).toEqual([]);

    await site.swipe(1, 0);
    await find(SAME[0]!.number);
    await row('重复打卡').waitFor();
    expect(await page.locator('.found').innerText()).not.toContain(SAME[1]!.number);
    await find('PASSPORT/E00000001');
    await row('名单外').waitFor();
    expect(await row('第5轮').innerText()).toContain('花名册上没有');

    await find(`${SAME[0]!.number.slice(0, 17)}${SAME[0]!.number.endsWith('1') ? '2' : '1'}`);
    const nobody = page.getByTestId('nobody');
    await nobody.waitFor();
    expect(await nobody.innerText()).toMatch(/2 轮里都没有找到[^]*校验位不对/);
    expect(await page.locator('.found').count()).toBe(0);
    await find('查无此人');
    await nobody.filter({ hasText: '换同音字再试' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(board.complaints).toEqual([]);
  });

  it('BD61 nothing of whom somebody looked for stays in the address, in the browser or on the page', async () => {
    const { page } = board;
    await openPage(board, 'find', '查人');
    await page.reload();
    const person = sitePerson(SWIPED - 1);
    await who().fill(person.number);
    await page.keyboard.press('Enter');
    await page.keyboard.type('本人查询');
    await page.keyboard.press('Enter');
    await row(person.name).first().waitFor();
    const kept = (): Promise<string> =>
      page.evaluate(async () => {
        const databases = await indexedDB.databases();
        const caches = await globalThis.caches.keys();
        return JSON.stringify([
          Object.entries(localStorage),
          Object.entries(sessionStorage),
          databases,
          caches,
          document.cookie,
          location.href,
          history.state,
        ]);
      });
    expect(await kept()).toBe(JSON.stringify([[], [], [], [], '', `${board.url}/#find`, null]));
    await openPage(board, 'live', '实时');
    await openPage(board, 'find', '查人');
    expect(await who().inputValue()).toBe('');
    expect(await page.locator('body').innerText()).not.toContain(person.number);
    expect(await page.locator('.found').count()).toBe(0);
  });
});
