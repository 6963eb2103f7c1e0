import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { logIn, openBoard, openPage } from '../../support/board/board-page.ts';
import { standsInOne } from '../../support/board/one-language.ts';
import { LEAD, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

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
    for (const [name, word] of [
      ['live', 'Live'],
      ['report', 'Report'],
    ] as const) {
      await openPage(board, name, word);
      await standsInOne(page, 'en', { what: name, names });
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
