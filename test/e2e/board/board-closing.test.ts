import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

describeNeeding(['chromium'], 'closing a round at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });

  it('HT44 the board tells the lead station by station what keeps a round open and what to do, and shows what has been answered for', async () => {
    const { page } = board;
    const [first, second, after] = [1, 2, 4].map((station) => site.kiosks.get(station)!);
    for (const kiosk of [first!, after!]) {
      kiosk.append('round-ended', {});
      await kiosk.send();
    }
    const held = second!.head.sequence;
    for (let n = 0; n < 3; n++) second!.append('unreadable', { attempts: 3 });
    await second!.status();
    second!.close();

    await openPage(board, 'rounds', '轮次');
    const question = page.locator('.ant-modal', { has: page.locator('form') });
    const step = async (button: RegExp, reason: string): Promise<void> => {
      await page.getByRole('button', { name: button }).first().click();
      await question.locator('input[type=text]').last().fill(reason);
      await question.locator('.ant-btn-primary').click();
    };
    await step(/结束采样/, '采完');
    await question.waitFor({ state: 'detached' });
    await step(/归档/, '按计划');
    const bars = question.locator('.row-errors tr.ant-table-row');
    await bars.first().waitFor();
    const said = await bars.allInnerTexts();
    expect(said).toHaveLength(3);
    expect(said[0]).toContain(`2号台第 ${held + 1}–${held + 3} 条没有到`);
    expect(said[0]).toContain('填写例外');
    expect(said[1]).toContain('写明“3号台”');
    expect(said[2]).toContain('夜班场'); // which has not begun
    expect(await question.locator('.row-errors').innerText(), 'no row of a file').not.toContain('行 Row');
    await question.getByRole('button', { name: /取消/ }).click();
    await question.waitFor({ state: 'detached' });

    await openPage(board, 'installs', '各机记录');
    const line = page.locator('tr.ant-table-row', { hasText: second!.install.slice(0, 8) });
    await line.getByRole('button', { name: /填写例外/ }).click();
    await question.locator('input[type=text]').last().fill('电脑摔坏');
    await question.locator('.ant-btn-primary').click();
    await line.locator('.ant-tag', { hasText: '已填例外' }).waitFor();
    await openPage(board, 'rounds', '轮次');
    await step(/归档/, '3号台没有用,夜班场取消');
    await question.locator('.trouble', { hasText: '差异' }).waitFor(); // what is left are differences with the laboratory
    expect(await faultsOf(page)).toEqual([]);
  });
});
