import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, type BoardSite } from '../../support/board/board-site.ts';
import { testUuid } from '../../support/kiosk/test-journal.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

describeNeeding(['chromium'], 'decisions lost in a restore, at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });

  it('LG40 the lead acknowledges them at the board with a reason; a kiosk that knows of more opens them again', async () => {
    const { page } = board;
    const told = page.locator('.ant-alert', { hasText: '恢复备份丢失了主机的第' });
    const kiosk = site.kiosks.get(1)!;
    const remember = async (sequence: number): Promise<void> => {
      kiosk.close();
      kiosk.edgeHead = { install: testUuid('install', 99), head: { sequence, hash: '1'.repeat(64) } };
      await kiosk.connect();
      await page.reload();
    };
    await openPage(board, 'tubes', '管');
    expect(await told.count()).toBe(0);
    await remember(8);
    expect(await told.innerText()).toContain('第 1–8 条决定');
    expect(await faultsOf(page)).toEqual([]);

    await told.getByRole('button', { name: /已知悉/ }).click();
    const question = page.locator('.ant-modal', { has: page.locator('form') });
    await question.locator('input[type=text]').last().fill('已核对并重做');
    await question.locator('.ant-btn-primary').click();
    await question.waitFor({ state: 'detached' });
    await told.waitFor({ state: 'detached' });
    const { json } = await site.site.ask('GET', '/restore-losses', { token: site.lead });
    expect(json.losses).toMatchObject([{ from: 1, to: 8, acknowledgedBy: LEAD.name }]);
    await page.reload();
    await page.locator('.top').waitFor();
    expect(await told.count()).toBe(0);

    await remember(9);
    expect(await told.innerText()).toContain('第 1–9 条决定');
  });
});
