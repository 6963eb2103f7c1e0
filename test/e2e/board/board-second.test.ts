import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildBoard, logIn, openBoard } from '../../support/board/board-page.ts';
import { LEAD, SWIPED, startBoardSite, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { launchChromium } from '../../support/screen/screen-page.ts';

/** An acknowledged swipe is on every board within this time. */
const LIVE_MS_MAX = 1000;
/** People of the site's round nobody has swiped yet. */
const SWIPES = 5;

describeNeeding(['chromium'], 'a board that is watched', () => {
  let browser: Browser;
  let site: BoardSite;
  beforeAll(async () => {
    await buildBoard();
    browser = await launchChromium();
    site = await startBoardSite();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    site?.site.remove();
  });

  it('BD11 the number on top changes within a second of an acknowledged swipe', async () => {
    const board = await openBoard(browser, site.site.edge.url);
    const { page } = board;
    await logIn(board, LEAD);
    const people = SWIPED + 1; // and one walk-in
    await page
      .getByTestId('ladder')
      .filter({ hasText: `≥${people}` })
      .waitFor();
    for (let n = 1; n <= SWIPES; n++) {
      await site.swipe(1, SWIPED + n - 1);
      const acknowledged = Date.now();
      await page.waitForFunction(
        (next) => document.querySelector('.ladder-line')?.textContent?.includes(`≥${next}`),
        people + n,
        { polling: 20, timeout: 10_000 },
      );
      expect(Date.now() - acknowledged).toBeLessThan(LIVE_MS_MAX);
    }
  });
});
