import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { LAPTOP, logIn, openBoard, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, PEOPLE, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { chineseOf } from '../../support/board/chinese-of.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** A telephone, a small window beside another, the laptop of the site. */
const WIDTHS = [390, 1024, LAPTOP.width];
const VISITOR = 'S. Example';
const PASSPORT = 'PASSPORT/E00000002';
const NAMES = [LEAD.name, VISITOR, PASSPORT, '示例机电', '第4轮', '早场', '夜班场', '夜班'].concat(
  Array.from({ length: PEOPLE }, (_, n) => sitePerson(n)).flatMap((p) => [p.name, p.workshop, p.team]),
);

/** Chinese in an English page, without names. */
const chineseIn = (page: Page): Promise<string[]> => chineseOf(page, NAMES);

/** English words in a Chinese page, without names. */
async function englishIn(page: Page): Promise<string[]> {
  const text = await page.locator('body').innerText();
  const without = [...NAMES, 'Muster'].reduce((rest, name) => rest.replaceAll(name, ''), text);
  return without.match(/[A-Za-z]{2,}/g) ?? [];
}

const ENGLISH = {
  locale: 'en-GB',
  tubes: 'Tubes',
  marked: 'no. 3',
  open: 'no. 4 · 1 swiped',
  correct: 'Correct',
  people: 'People of the tube',
  slip: 'Hand-over slip',
  notFinal: /Not final, may still change · As of .*\s+2 tubes are not sealed: 0000012, no\. 4/,
  othersIn: chineseIn,
};
const CHINESE = {
  locale: 'zh-CN',
  tubes: '管',
  marked: '第3管',
  open: '第4管 · 已刷 1 人',
  correct: '更正',
  people: '同管人员',
  slip: '交接单',
  notFinal: /本单未定,还会变 · 截至.*\s+还有 2 支管未封:0000012、第4管/,
  othersIn: englishIn,
};
type Spoken = typeof ENGLISH;

describeNeeding(['chromium'], 'the tubes of a round', () => {
  let browser: Browser;
  let site: BoardSite;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });
  beforeAll(fillTubes);

  /** A tube with a mark, a person there twice, a card not read and a visitor without a name; an empty one without a code; one still open. */
  async function fillTubes(): Promise<void> {
    const two = site.kiosks.get(2);
    if (two === undefined) throw new Error('no kiosk at station 2');
    const worker = (n: number) => ({
      kind: 'id' as const,
      number: sitePerson(n).number,
      name: sitePerson(n).name,
    });
    two.openTube('第3管');
    for (let n = 0; n < 10; n++) two.swipe(worker(n));
    two.swipe({ kind: 'document', number: PASSPORT, name: VISITOR }, 'walk-in');
    two.swipe(worker(9), 'repeat-here');
    two.append('unreadable', { attempts: 3 });
    two.swipe({ kind: 'document', number: `${PASSPORT}0`, name: null }, 'walk-in');
    two.sealTube(10);
    two.openTube(null);
    two.sealTube(0);
    two.openTube('第4管');
    two.swipe(worker(PEOPLE - 10));
    await two.send();
    await two.status();
  }

  /** No word of the other language, and no wider than the window, at every width. */
  async function stands(page: Page, what: string, { othersIn }: Spoken): Promise<void> {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: LAPTOP.height });
      expect(await othersIn(page), `${what} at ${width}`).toEqual([]);
      // tables and menus follow the window a moment later
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), {
          message: `${what} at ${width}: wider than the window by`,
        })
        .toBeLessThanOrEqual(0);
    }
  }

  async function opened(spoken: Spoken): Promise<BoardPage> {
    const board = await openBoard(browser, site.site.edge.url, { locale: spoken.locale });
    await logIn(board, LEAD);
    await openPage(board, 'tubes', spoken.tubes);
    await board.page.locator('tr.ant-table-row', { hasText: spoken.marked }).waitFor();
    return board;
  }

  it.for([ENGLISH, CHINESE])(
    'LN64 the page, its questions and the people of a tube stand in one language: $locale',
    async (spoken) => {
      const { page } = await opened(spoken);
      const row = page.locator('tr.ant-table-row', { hasText: spoken.marked });
      const dialogue = page.locator('.ant-modal');
      await stands(page, 'tubes', spoken);
      await row.getByRole('button', { name: spoken.correct }).click();
      await dialogue.locator('.offered').waitFor();
      await stands(page, 'correction', spoken);
      await dialogue.locator('.ant-modal-close').click();
      await dialogue.waitFor({ state: 'detached' });
      await row.getByRole('button', { name: spoken.people }).click();
      await dialogue.locator('.offered').waitFor();
      await stands(page, 'reason', spoken);
      await dialogue.locator('.offered button').first().click();
      await dialogue.locator('.ant-btn-primary').click();
      await dialogue.locator('tr', { hasText: PASSPORT }).first().waitFor();
      expect(await dialogue.innerText()).toContain(spoken.marked);
      await stands(page, 'people', spoken);
      await dialogue.locator('tr .ant-btn').first().click();
      await dialogue.nth(1).locator('.offered').waitFor();
      await stands(page, 'void', spoken);
      await page.context().close();
    },
  );

  it.for([ENGLISH, CHINESE])(
    'LN64 the hand-over slip, on the screen and printed, and 实时 say tubes without a label in one language: $locale',
    async (spoken) => {
      const { page, url } = await opened(spoken);
      await page.getByRole('button', { name: spoken.slip }).click();
      await page.locator('.hand-over').waitFor();
      await page.locator('.hand-over-choice .ant-select').click();
      await page.locator('.ant-select-item-option').last().click();
      await page.locator('.hand-over .tube-code', { hasText: '0000012' }).waitFor();
      expect(await page.getByTestId('hand-over-finality').innerText()).toMatch(spoken.notFinal);
      await stands(page, 'slip', spoken);
      await page.emulateMedia({ media: 'print' });
      await page.locator('.hand-over-running', { hasText: spoken.slip }).waitFor();
      expect(await spoken.othersIn(page), 'printed').toEqual([]);
      await page.emulateMedia({ media: 'screen' });
      await page.goto(`${url}/#live`);
      await page.locator('.station', { hasText: spoken.open }).waitFor();
      await stands(page, 'live', spoken);
      await page.context().close();
    },
  );
});
