import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openingsSchema } from '#shared/contract/http-openings.ts';
import type { RoundId } from '#shared/ids.ts';
import { boardOn } from '../../support/board/board-with-round.ts';
import {
  BOARD_DIR,
  faultsOf,
  logIn,
  openBoard,
  openPage,
  type BoardPage,
} from '../../support/board/board-page.ts';
import { LEAD } from '../../support/board/board-site.ts';
import { WIDTHS } from '../../support/board/one-language.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** 250 people: 焊接车间 120 in two teams, 总装车间 130 without teams; then a workshop of one. */
const PLACES = [
  ...Array.from({ length: 120 }, (_, n) => ({ workshop: '焊接车间', team: n < 70 ? '乙班' : '甲班' })),
  ...Array.from({ length: 130 }, () => ({ workshop: '总装车间', team: '' })),
  { workshop: '', team: '' },
];
const ROSTER = [
  'number,name,workshop,team,staff_number',
  ...PLACES.map(
    ({ workshop, team }, n) =>
      `${inventedIdNumber(n)},测试${n},${workshop},${team},${String(n).padStart(5, '0')}`,
  ),
].join('\n');

describeNeeding(['chromium'], 'the roster looked through at the board', () => {
  let site: EdgeSite;
  let browser: Browser;
  let board: BoardPage;
  let page: Page;
  let lead: string;
  let round: RoundId;
  const start = async (): Promise<EdgeSite> => {
    site = await EdgeSite.start({ boardDir: BOARD_DIR });
    lead = await site.lead();
    round = await site.round(lead);
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: ROSTER, type: 'text/csv' });
    return site;
  };
  boardOn({ start, siteOf: (made) => made, as: LEAD }, (made) => {
    ({ board, browser } = made);
    ({ page } = board);
  });
  const openings = async () => {
    const { json } = await site.ask('GET', '/openings?what=roster-people', { token: lead });
    return openingsSchema
      .parse(json)
      .openings.map((o) => o.people)
      .toReversed();
  };
  const rows = (of: string) => page.locator(`${of} tr.ant-table-row`);
  const lines = async (of: string): Promise<string[]> =>
    (await rows(of).allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
  const said = (text: string) => page.locator('.roster-people').getByText(text, { exact: true });

  it('BD91 the roster page says how many stand in each workshop and team, in the order of the file, with the sum, and opens no name by itself', async () => {
    await openPage(board, 'roster', '花名册');
    await page.getByText('第 1 版共 251 人').waitFor();
    expect(await lines('.roster-counts')).toEqual([
      '焊接车间 120 看姓名',
      '总装车间 130 看姓名',
      '未写车间 1 看姓名',
    ]);
    expect(await page.locator('.roster-counts tfoot').innerText()).toMatch(/^全部\s+251/);
    await page.locator('.roster-counts .ant-table-row-expand-icon').first().click();
    expect((await lines('.roster-counts')).slice(0, 3)).toEqual([
      '焊接车间 120 看姓名',
      '乙班 70 看姓名',
      '甲班 50 看姓名',
    ]);
    expect(await openings()).toEqual([]);
    expect(board.received.join()).not.toContain('测试7');
  });

  it('BD92 names are shown by a press, of a workshop, a team, or whom a part of a name or a number fits, with masked numbers, a page at a time', async () => {
    await rows('.roster-counts').nth(1).getByRole('button').click();
    await said('焊接车间 · 乙班:70 人').waitFor();
    const [first] = await lines('.roster-people');
    // 00000 is no staff number
    expect(first).toMatch(/^测试0 110\*{11}[0-9X]{4} — 焊接车间 · 乙班 —$/);
    await page.getByRole('button', { name: '看全部姓名' }).click();
    await said('全部:已列出 200 人,后面还有').waitFor();
    await page.getByRole('button', { name: '再列一些' }).click();
    await said('全部:251 人').waitFor();
    const search = async (text: string): Promise<void> => {
      await page.getByLabel('姓名、证件号或工号').fill(text);
      await page.locator('.roster-contents').getByRole('button', { name: '查找' }).click();
    };
    await search('试24');
    await said('全部 · “试24”:11 人').waitFor();
    await search('00123');
    await said('全部 · “00123”:1 人').waitFor();
    expect(await lines('.roster-people')).toEqual([expect.stringMatching(/^测试123 .* 00123 总装车间 —$/)]);
    await search('查无此人');
    await said('全部 · “查无此人”:没有这个人').waitFor();
    expect(await openings()).toEqual([70, 200, 51, 11, 1]);
    expect(page.url()).not.toContain('%');
    await search('测试');
    await said('全部 · “测试”:已列出 200 人,后面还有').waitFor();
    await page.mouse.move(0, 0);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect(await faultsOf(page), `${width}`).toEqual([]);
    }
  });

  it('BD92 names of a roster do not stand on under the next one', async () => {
    const body = ROSTER.split('\n').slice(0, 101).join('\n');
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body, type: 'text/csv' });
    await page.getByText('第 2 版共 100 人').waitFor();
    expect(await page.locator('.roster-people').count()).toBe(0);
    expect(board.complaints).toEqual([]);
  });

  it('BD91 once the keys of the round are gone the page says that counts are all that is left', async () => {
    await site.stop();
    rmSync(path.join(site.dir, 'keys', `round-${round}.json`));
    site = await EdgeSite.start({ dir: site.dir, boardDir: BOARD_DIR });
    onTestFinished(() => site.stop());
    const after = await openBoard(browser, site.edge.url, { locale: 'en-GB' });
    await logIn(after, LEAD);
    await openPage(after, 'roster', 'Roster');
    await after.page.getByText('The personal data of this round has been purged').waitFor();
    expect(await after.page.locator('.roster-counts tr.ant-table-row').allInnerTexts()).toHaveLength(1);
    expect(await after.page.locator('.roster-contents button:not(.ant-table-row-expand-icon)').count()).toBe(
      0,
    );
    await after.page.context().close();
  });
});
