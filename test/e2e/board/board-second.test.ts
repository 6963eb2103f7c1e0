import { expect, it } from 'vitest';
import type { BoardPage } from '../../support/board/board-page.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { LEAD, SWIPED, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** An acknowledged swipe is on every board within this time. */
const LIVE_MS_MAX = 1000;
/** People of the site's round nobody has swiped yet. */
const SWIPES = 5;

describeNeeding(['chromium'], 'a board that is watched', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });

  it('BD11 the number on top changes within a second of an acknowledged swipe', async () => {
    const { page } = board;
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
