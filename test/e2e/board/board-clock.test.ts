import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { TIME_MS_MAX } from '#shared/event/journal-time.ts';
import type { RoundId } from '#shared/ids.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { boardOn } from '../../support/board/board-with-round.ts';
import { BOARD_DIR, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD } from '../../support/board/board-site.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const HOUR_MS = 3_600_000;

describeNeeding(['chromium'], 'clocks at the board', () => {
  let site: EdgeSite;
  let board: BoardPage;
  let page: Page;
  let round: RoundId;
  let lead: string;
  const kiosks: WireKiosk[] = [];
  /** How far the kiosks' clocks are ahead of the edge's, ms. */
  let ahead = 6 * HOUR_MS;
  const start = async (): Promise<EdgeSite> => {
    site = await EdgeSite.start({ boardDir: BOARD_DIR, clock: systemClock });
    lead = await site.lead();
    round = await site.round(lead, { stations: [1, 2].map((station) => ({ station, stand: 'before' })) });
    await site.open(lead, round);
    for (const station of [1, 2])
      kiosks.push(await site.kiosk(lead, { station, stand: 'before', wall: () => Date.now() + ahead }));
    const [first] = kiosks;
    first!.clockOffset = null;
    const wasAhead = ahead;
    ahead = TIME_MS_MAX - Date.now();
    first!.openTube('T1');
    first!.swipe({ kind: 'id', number: inventedIdNumber(1), name: '测一' });
    ahead = wasAhead;
    await first!.send();
    await tell();
    return site;
  };
  const tell = async (): Promise<void> => {
    for (const kiosk of kiosks) await kiosk.status();
  };
  boardOn({ start, siteOf: (made) => made, as: LEAD }, (made) => {
    ({ board } = made);
    ({ page } = board);
  });
  const band = () => page.locator('.edge-clock');

  it('TI52 kiosks that agree against the edge’s clock are said above every page, with what to do, until it is set', async () => {
    for (const [id, title] of [
      ['live', '实时'],
      ['tubes', '管'],
      ['installs', '各机记录'],
    ] as const) {
      await openPage(board, id, title);
      await band().waitFor();
    }
    const said = await band().innerText();
    expect(said).toContain('2 台在线的打卡机中有 2 台(1号台、2号台)');
    expect(said).toContain('请在主机上校准日期和时间');
    expect(said).toContain('计数不受影响,时间会记错');
    expect(said).not.toMatch(/[A-Za-z]/);
    for (const width of [390, 1024, 1366]) {
      await page.setViewportSize({ width, height: 800 });
      const box = await band().boundingBox();
      expect(box!.x + box!.width, String(width)).toBeLessThanOrEqual(width);
      expect(await band().evaluate((e) => e.scrollWidth <= e.clientWidth)).toBe(true);
    }
    ahead = 0;
    await tell();
    await band().waitFor({ state: 'detached' });
  });

  it('LG92 the station says that its clock was wrong, and the person’s time is the latest it can have been', async () => {
    await openPage(board, 'live', '实时');
    await page.getByText('时钟不准:1 次打卡的时间不可信').waitFor();
    await openPage(board, 'tubes', '管');
    await page
      .getByRole('button', { name: /同管人员/ })
      .first()
      .click();
    await page.locator('.offered button', { hasText: '混管异常' }).click();
    await page.getByRole('button', { name: /确定/ }).click();
    const time = await page.getByRole('cell', { name: /^≤ / }).first().innerText();
    expect(time).toMatch(/^≤ \d\d:\d\d:\d\d$/);
    expect(board.complaints).toEqual([]);
  });
});
