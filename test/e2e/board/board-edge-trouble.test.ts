import path from 'node:path';
import { expect, it } from 'vitest';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { BOARD_DIR, faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { boardOn } from '../../support/board/board-with-round.ts';
import { LEAD } from '../../support/board/board-site.ts';
import { damageTables } from '../../support/edge/database-damage.ts';
import { SetBackSite } from '../../support/edge/set-back-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

describeNeeding(['chromium'], 'an edge that lost something, at the board', () => {
  let at: SetBackSite;
  let board: BoardPage;
  boardOn(
    { start: () => SetBackSite.make('kept', BOARD_DIR), siteOf: ({ site }) => site, as: LEAD },
    (made) => {
      ({ site: at, board } = made);
    },
  );

  it('BD99 swipes of a round the edge has forgotten stand above every page and at the installs, and one press makes the round again', async () => {
    const { page } = board;
    const band = page.getByTestId('strayed');
    await band.waitFor();
    expect(await band.innerText()).toMatch(/1号台 有 3 次打卡、1 次未读出属于主机不认识的轮次/);
    await band.getByRole('button').click();
    const row = page.getByTestId('unfiled').locator('tr.ant-table-row');
    await row.waitFor();
    expect(await row.innerText()).toMatch(/主机没有这一轮[^]*密钥还在[^]*3[^]*未读出 1/);
    expect(await row.innerText()).toContain(at.forgotten.slice(0, 8));
    await page.getByTestId('database-checked').getByText('完好').waitFor();
    await page.mouse.move(0, 0);
    expect(await faultsOf(page)).toEqual([]);

    await row.getByRole('button', { name: /恢复这一轮/ }).click();
    const question = page.locator('.ant-modal');
    expect(await question.innerText()).toMatch(/3 次打卡[^]*密钥文件还在/);
    await question.locator('.about input').fill('第4轮');
    await question.locator('.offered button').click();
    expect(await faultsOf(page)).toEqual([]);
    await question.locator('.ant-btn-primary').click();
    await question.waitFor({ state: 'detached' });
    await page.getByTestId('unfiled').waitFor({ state: 'detached' });
    await band.waitFor({ state: 'detached' });
    expect(await at.ask('GET', `/rounds/${at.forgotten}`)).toMatchObject({
      name: '第4轮',
      state: 'settling',
    });
    expect(await at.ask('GET', `/rounds/${at.forgotten}/ladder`)).toMatchObject({ people: 2, swipes: 3 });
  });

  it('BD99 so do swipes that were taken while their kiosk knew no round', async () => {
    const { page } = board;
    const { rounds } = at.kiosk;
    at.kiosk.rounds = null;
    at.kiosk.swipe({ kind: 'id', number: inventedIdNumber(6), name: '测6' });
    at.kiosk.rounds = rounds;
    expect(await at.kiosk.send()).toMatchObject({ outcome: 'stored' });
    const band = page.getByTestId('of-no-round');
    await band.waitFor();
    expect(await band.innerText()).toMatch(/1号台 有 1 次打卡时本机还不知道轮次,现在哪一轮都不计入/);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('BD98 a damaged database stands in red above every page and the login, with what to do', async () => {
    const { page } = board;
    await openPage(board, 'installs', '各机记录');
    expect(await page.getByTestId('database-damaged').count()).toBe(0);
    damageTables(databaseIn(path.join(at.site.dir, 'data')), ['event']);
    at.kiosk.swipe({ kind: 'id', number: inventedIdNumber(7), name: '测7' });
    expect(await at.kiosk.send()).toMatchObject({ outcome: 'busy' });
    const band = page.getByTestId('database-damaged');
    await band.waitFor();
    expect(await band.innerText()).toMatch(/数据库已损坏[^]*停止主机[^]*备份恢复[^]*自动补传/);
    await page.getByTestId('database-checked').getByText('已损坏').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.goto(`${board.url}/#rounds`);
    await page.reload();
    await band.waitFor();
    await page.locator('.top button').last().click();
    await page.locator('input[type=password]').waitFor();
    expect(await band.isVisible()).toBe(true);
    expect(await faultsOf(page)).toEqual([]);
  });
});
