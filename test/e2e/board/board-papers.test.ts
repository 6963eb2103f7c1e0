import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { say } from '#shared/language/say.ts';
import { whenMessage } from '#shared/language/time-message.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, logIn, openBoard, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, PEOPLE, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** A PDF says of each sheet that it is a page, and of all of them that they are its pages. */
const SHEET = /\/Type\s*\/Page\b(?!s)/g;
/** A4 in points, as Chromium rounds it. */
const A4 = /\/MediaBox\s*\[\s*0\s+0\s+59[45][.\d]*\s+84[12][.\d]*\s*\]/g;

/** Papers people take away from the board, made in a real browser from a real edge. */
describeNeeding(['chromium'], 'papers from the board', () => {
  let browser: Browser;
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ browser, site, board } = made);
  });

  const handOver = async (of: BoardPage = board): Promise<void> => {
    await openPage(of, 'live', '实时'); // wherever a test before left it
    await openPage(of, 'tubes', '管');
    await of.page.getByRole('button', { name: /交接单/ }).click();
    await of.page.locator('.hand-over').waitFor();
  };
  const choose = async (part: string): Promise<void> => {
    await board.page.locator('.hand-over-choice .ant-select').click();
    await board.page.locator('.ant-select-item-option', { hasText: part }).click();
    await board.page.locator('.hand-over-facts', { hasText: part }).waitFor();
  };
  const rows = (page: Page): Promise<string[]> => page.locator('.hand-over tbody tr').allInnerTexts();
  /** When the edge holds that tube to be sealed, as paper says it: with the day where the round began on another. */
  const sealed = async (code: string): Promise<string> => {
    const { sessions } = (await site.site.ask('GET', `/rounds/${site.round}`, { token: site.lead })).json;
    const { tubes } = (await site.site.ask('GET', `/rounds/${site.round}/tubes`, { token: site.lead })).json;
    const tube = tubes.find((t: { code: string }) => t.code === code);
    const begins = sessions.map((s: { from: string }) => Date.parse(s.from));
    return say('zh', whenMessage(Date.parse(tube.sealedAt), Math.min(...begins)));
  };
  const printed = async (): Promise<string> => {
    const bytes = await board.page.pdf({ preferCSSPageSize: true, printBackground: true });
    return bytes.toString('latin1');
  };

  it('BD65, BD66 the slip of a station has its tubes, their numbers and totals, and says that one is still open', async () => {
    await handOver();
    const { page } = board;
    const [first, second, totals] = await rows(page);
    expect(first?.trim().split('\t')).toEqual(['1', '0000011', '1号台', '10', '10', await sealed('0000011')]);
    expect(second).toMatch(/^2\s+0000012\s+1号台\s+4\s+—\s+—\s+未封管/);
    expect(totals).toMatch(/合计 2 支管.*14 人.*10 支.*另有 1 支管采样员没数;起止管号 0000011 至 0000012/s);
    const finality = page.getByTestId('hand-over-finality');
    expect(await finality.innerText()).toMatch(
      /未定,还会变.*截至.*还有 1 支管未封:0000012.*1号台还没有收工/s,
    );
    expect(await page.locator('.hand-over-facts').innerText()).toMatch(/示例机电.*第4轮.*1号台/s);
    expect(await faultsOf(page)).toEqual([]);
    const one = site.kiosks.get(1);
    one?.sealTube(4);
    one?.append('round-ended', {});
    await one?.send();
    await finality.filter({ hasText: '已到齐' }).waitFor();
    const tail = ['2', '0000012', '1号台', '4', '4', await sealed('0000012'), '尾管'];
    expect((await rows(page))[1]?.split('\t')).toEqual(tail);
  });

  it('BD67 printed it is black on white on A4, its header on every sheet and no row split, and names nobody', async () => {
    const { page } = board;
    const two = site.kiosks.get(2);
    for (let n = 100; n < 160; n++) {
      two?.openTube(`0000${n}`);
      two?.swipe({ kind: 'document', number: `PASSPORT/E00000${n}`, name: 'S. Example' }, 'walk-in');
      two?.sealTube(1);
    }
    await two?.send();
    await page.emulateMedia({ media: 'print' });
    const one = await printed();
    expect(one.match(SHEET)).toHaveLength(1);
    await page.emulateMedia({ media: 'screen' });
    await choose('2号台');
    await page.waitForFunction(() => document.querySelectorAll('.hand-over .tube-code').length === 62);
    await page.emulateMedia({ media: 'print' });
    const many = await printed();
    expect(many.match(SHEET)?.length).toBeGreaterThanOrEqual(2);
    expect(many.match(SHEET)?.length).toBeLessThanOrEqual(4);
    expect(many.match(A4)?.length).toBeGreaterThanOrEqual(1);

    const look = await page.evaluate(() => {
      const style = (selector: string): CSSStyleDeclaration => {
        const element = document.querySelector(selector);
        if (element === null) throw new Error(selector);
        return getComputedStyle(element);
      };
      return {
        gone: ['.top', '.ladder', '.nav', '.hand-over-choice'].map((s) => style(s).display),
        header: style('.hand-over thead').display,
        running: style('.hand-over-running').display,
        row: style('.hand-over tbody tr').breakInside,
        ink: ['.hand-over', '.hand-over td', '.hand-over b'].map((s) => style(s).color),
        paper: [style('.hand-over').backgroundColor, style('body').backgroundColor],
        page: style('.hand-over').getPropertyValue('page'),
      };
    });
    expect(look).toEqual({
      gone: ['none', 'none', 'none', 'none'],
      header: 'table-header-group',
      running: 'table-row',
      row: 'avoid',
      ink: ['rgb(0, 0, 0)', 'rgb(0, 0, 0)', 'rgb(0, 0, 0)'],
      paper: ['rgb(255, 255, 255)', 'rgb(255, 255, 255)'],
      page: 'hand-over',
    });
    const text = await page.locator('body').innerText();
    expect(text).toContain('0000159');
    expect(text).not.toMatch(/[1-9]\d{16}[\dXx]|\b1\d{10}\b|PASSPORT|Example/);
    for (let n = 0; n < PEOPLE; n++) expect(text).not.toContain(sitePerson(n).name);
    expect(text).not.toContain(LEAD.name);
    await page.emulateMedia({ media: 'screen' });
    expect(await faultsOf(page)).toEqual([]);
    await choose('1号台');
    await page.emulateMedia({ media: 'print' });
    expect((await printed()).match(SHEET), 'after a part was chosen').toHaveLength(1);
    await page.emulateMedia({ media: 'screen' });
  });

  it('BD67 the button prints, HR has the slip too, and an administrator alone has not', async () => {
    const { page } = board;
    await page.evaluate(() => {
      window.print = () => document.body.classList.add('was-printed');
    });
    await page.getByRole('button', { name: /打印/ }).click();
    await page.locator('body.was-printed').waitFor();
    for (const [name, role, offered] of [
      ['人事甲', 'hr', 1],
      ['管理员乙', 'administrator', 0],
    ] as const) {
      await site.site.person(site.lead, { name, roles: [role] });
      const other = await openBoard(browser, site.site.edge.url);
      await logIn(other, { name, password: `${name} has a password` });
      await openPage(other, 'tubes', '管');
      expect(await other.page.getByRole('button', { name: /交接单/ }).count(), name).toBe(offered);
      await other.page.context().close();
    }
  });

  it('BD52 上报表 and 核对表 are downloaded at their pages under the names they have on the disk', async () => {
    const { page } = board;
    const download = async (button: RegExp): Promise<{ name: string; sheets: (string | null)[] }> => {
      const coming = page.waitForEvent('download');
      await page.getByRole('link', { name: button }).click();
      const file = await coming;
      const table = await readTable(await readFile(await file.path()));
      if (!table.ok) throw new Error(table.said.key);
      return { name: file.suggestedFilename(), sheets: table.sheets.map((s) => s.name) };
    };
    await openPage(board, 'report', '上报');
    expect(await download(/^上报表 \.xlsx/)).toEqual({ name: '第4轮-上报表.xlsx', sheets: ['上报表'] });
    expect(await download(/^上报表\(全部轮次\) \.xlsx/)).toEqual({
      name: '示例机电-上报表-全部轮次.xlsx',
      sheets: ['上报表'],
    });
    await openPage(board, 'reconcile', '核对');
    expect(await download(/^核对表 \.xlsx/)).toEqual({
      name: '第4轮-核对表.xlsx',
      sheets: ['核对表', '汇总', '说明'],
    });
    expect(board.complaints).toEqual([]);
  });

  it('BD66 a slip on a board that lost the edge says so', async () => {
    await handOver();
    await choose('1号台');
    await site.site.stop();
    const finality = board.page.getByTestId('hand-over-finality').filter({ hasText: '与主机断开' });
    await finality.waitFor();
    expect(await finality.innerText()).toMatch(/未定.*与主机断开,以下是 \d\d:\d\d 的数/s);
  });
});
