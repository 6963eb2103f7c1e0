import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { LAPTOP, logIn, openBoard, openPage } from '../../support/board/board-page.ts';
import { chineseOf } from '../../support/board/chinese-of.ts';
import { LEAD, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** A telephone, a small window beside another, the laptop of the site. */
const WIDTHS = [390, 1024, LAPTOP.width];

describeNeeding(['chromium'], 'figures of the board in English', () => {
  let browser: Browser;
  let site: BoardSite;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });

  it('LN31 the line on top, the live page, the report and its paragraph have no Chinese but names, and fit the window', async () => {
    const board = await openBoard(browser, site.site.edge.url, { locale: 'en-GB' });
    const { page } = board;
    await logIn(board, LEAD);
    await site.kiosks.get(2)?.status({ reader: 'gone', readerSince: Date.now() - 90_000, pending: 3 });
    site.kiosks.get(4)?.close();
    await page.locator('.station-troubled').nth(1).waitFor();
    const brand = (await page.locator('.site').innerText()).trim();
    const names = [brand, LEAD.name, '第4轮', '早场', '夜班场'];

    expect(await page.getByTestId('ladder').innerText()).toMatch(
      /^On the books \d+ · Expected \d+ · Tested ≥\d+ \(.*\) · Not tested \d+ \(.*\) · as of /,
    );
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: LAPTOP.height });
      for (const [name, word] of [
        ['live', 'Live'],
        ['report', 'Report'],
      ] as const) {
        await page.goto(`${site.site.edge.url}/#${name}`);
        await page.locator('main h3', { hasText: word }).waitFor();
        expect(await chineseOf(page, names), `${name} at ${width}`).toEqual([]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${name} at ${width}: wider than the window by`).toBeLessThanOrEqual(0);
      }
    }

    await openPage(board, 'report', 'Report');
    const text = await page.getByTestId('report').innerText();
    expect(text).toMatch(/^\[.*\] 第4轮, nucleic acid test: \d+ on the books, \d+ expected; ≥\d+ tested /);
    const copy = page.getByRole('button', { name: 'Copy Report' });
    await copy.click();
    await copy.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    await page.context().close();
  });
});
