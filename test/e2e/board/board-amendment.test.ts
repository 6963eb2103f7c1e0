import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { boardOn } from '../../support/board/board-with-round.ts';
import { BOARD_DIR, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD } from '../../support/board/board-site.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

const roster = (people: readonly number[]): string =>
  ['number,name,workshop,team', ...people.map((n) => `${inventedIdNumber(n)},测${n},一车间,甲班`)].join('\n');

describeNeeding(['chromium'], 'a roster amended at the board', () => {
  let site: EdgeSite;
  let board: BoardPage;
  let page: Page;
  let round: RoundId;
  const start = async (): Promise<EdgeSite> => {
    site = await EdgeSite.start({ boardDir: BOARD_DIR });
    const lead = await site.lead();
    round = await site.round(lead);
    const body = roster([1, 2, 3, 4]);
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body, type: 'text/csv' });
    await site.open(lead, round);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe({ kind: 'id', number: inventedIdNumber(1), name: '测1' });
    await kiosk.send();
    return site;
  };
  boardOn({ start, siteOf: (made) => made, as: LEAD }, (made) => {
    ({ board } = made);
    ({ page } = board);
  });

  it('RO69 in a round that has begun the page lists who joins and leaves, asks for a reason before it takes the file, and the ladder says it', async () => {
    await openPage(board, 'roster', '花名册');
    await page.getByText('开轮时固定').waitFor();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '新.csv', mimeType: 'text/csv', buffer: Buffer.from(roster([2, 3, 4, 5, 6])) });
    const trouble = page.locator('.trouble');
    await trouble.getByText('花名册将增 2 减 1 改 0,其中 1 人已打卡,移出后计为名单外').waitFor();
    await trouble.getByText('减,已打卡,将计为名单外:测1').waitFor();
    await trouble.getByText('增:测6').waitFor();
    const take = trouble.getByRole('button', { name: /按此理由修改/ });
    expect(await take.count()).toBe(0);
    await page.getByLabel('修改理由').fill('一人调走,两人入职');
    for (const width of [390, 1024, 1366]) {
      await page.setViewportSize({ width, height: 900 });
      const box = await take.boundingBox();
      expect(box!.x + box!.width, `${width}`).toBeLessThanOrEqual(width);
    }
    await take.click();
    await page.getByText('已导入为第 2 版,在册 5').waitFor();
    await page.getByText('第 2 版:增 2 减 1 改 0').waitFor();
    const history = await page.locator('.roster-history').innerText();
    expect(history).toContain('一人调走,两人入职');
    expect(history).toContain('减:测1(一车间 甲班,已打卡)');
    await page
      .getByTestId('ladder')
      .filter({ hasText: '应检 5 (开轮后增 2 减 1)' })
      .filter({ hasText: '名单外 1,其中 1 人打卡后移出花名册' })
      .waitFor();
    await openPage(board, 'report', '上报');
    expect(await page.getByTestId('report').innerText()).toContain('应检5人(开轮后增2减1)');
    expect(board.complaints.filter((c) => !/409.*\/roster/.test(c))).toEqual([]);
  });
});
