/** Pictures of the board's pages over a real edge in the middle of a round, for the documentation. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PAGES } from '../../edge-service/board/parts/page-access.ts';
import { buildBoard, LAPTOP, logIn, openBoard, openPage } from '../support/board/board-page.ts';
import { CLERK, LEAD, planNextRound, sitePerson, startBoardSite } from '../support/board/board-site.ts';
import { launchChromium } from '../support/screen/screen-page.ts';
import { LANGUAGES, type Language } from '#shared/language/languages.ts';
import { voiceOf } from '#shared/language/say.ts';

/** antd fades its windows in; a picture taken earlier is grey. */
const FADE_MS = 500;
const BIG_SCREEN = { width: 1920, height: 1080 };
/** A4 at 96 dots an inch, without the margins a printer leaves. */
const A4_PAPER = { width: 703, height: 1002 };

/** Writes `board-*.png` in a language into `folder`; returns the names written. Builds the board first. */
export async function boardScreenshots(folder: string, language: Language): Promise<string[]> {
  const say = voiceOf(language);
  const { locale } = LANGUAGES[language];
  await buildBoard();
  await mkdir(folder, { recursive: true });
  const browser = await launchChromium();
  const site = await startBoardSite();
  const { url } = site.site.edge;
  const written: string[] = [];
  try {
    const lead = await openBoard(browser, url, { locale });
    const { page } = lead;
    const shoot = async (name: string, from = page): Promise<void> => {
      await from.waitForTimeout(FADE_MS);
      const file = path.join(folder, `board-${name}.png`);
      await from.screenshot({ path: file });
      written.push(file);
    };
    await shoot('login');
    await logIn(lead, LEAD);
    const second = site.kiosks.get(2);
    await second?.status({ reader: 'gone', readerSince: Date.now() - 90_000, pending: 0 });
    site.kiosks.get(4)?.close();
    await page.waitForTimeout(2500); // the edge looks at heartbeats every two seconds
    for (const { page: name, word } of PAGES) {
      if (name === 'entry' || name === 'find') continue; // these say something only once something was typed
      await openPage(lead, name, say(word));
      if (name === 'pairing') await page.locator('.card .ant-btn-primary').click();
      await shoot(name);
    }
    await openPage(lead, 'roster', say('term.roster'));
    const rows =
      '姓名,身份证号码,车间,班组\n测伟,110199198803150010,一车间,焊接班\n试错,110199198803150019,一车间,焊接班\n样空,,一车间,焊接班\n';
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '花名册.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
    await page.locator('.row-errors').waitFor();
    await shoot('roster-errors');
    await openPage(lead, 'tubes', say('term.tubes'));
    await page
      .locator('tr.row-differs')
      .getByRole('button', { name: say('term.people-of-tube') })
      .click();
    await page.locator('.offered button').first().click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.locator('.ant-modal tr.ant-table-row').first().waitFor();
    await shoot('people-of-a-tube');
    await page.reload();
    await openPage(lead, 'tubes', say('term.tubes'));
    await page.getByRole('button', { name: say('term.hand-over') }).click();
    await page.locator('.hand-over').waitFor();
    await shoot('hand-over');
    await page.setViewportSize(A4_PAPER);
    await page.emulateMedia({ media: 'print' });
    await shoot('hand-over-printed');
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize(LAPTOP);
    await page.reload();
    await openPage(lead, 'rounds', say('term.rounds'));
    await page.getByRole('button', { name: say('action.copy-last-round') }).click();
    await shoot('new-round');
    await page.reload();
    await page
      .getByRole('button', { name: say('term.set-up-sheet') })
      .first()
      .click();
    await shoot('set-up-sheet');
    const first = site.kiosks.get(1);
    first?.append('of-another-time' as never, {});
    await first?.send();
    await first?.ask('hello', {
      install: first.install,
      head: { sequence: 3, hash: 'f'.repeat(64) },
      wallTime: Date.now(),
      edgeHead: null,
      counted: null,
    });
    await openPage(lead, 'installs', say('term.installs'));
    await page.getByTestId('forks').waitFor();
    await shoot('installs-waiting');
    await planNextRound(site);
    await site.swipe(1, 0);
    await openPage(lead, 'find', say('term.find'));
    const who = page.getByRole('textbox', { name: say('term.whom-to-find') });
    await who.fill(sitePerson(0).name);
    await page.locator('.offered button').first().click();
    await page.locator('.card .ant-btn-primary').click();
    await page.locator('.found').waitFor();
    await shoot('find');
    await who.fill('查无此人');
    await who.press('Enter');
    await page.getByTestId('nobody').waitFor();
    await shoot('find-nobody');
    await openPage(lead, 'live', say('term.live'));
    await page.setViewportSize(BIG_SCREEN);
    await shoot('live-big-screen');
    await page.setViewportSize(LAPTOP);

    const clerk = await openBoard(browser, url, { locale });
    await logIn(clerk, CLERK);
    await clerk.page.locator('.blind input').nth(0).fill('0000018');
    await clerk.page.locator('.blind input').nth(1).fill('10');
    await clerk.page.keyboard.press('Enter');
    await clerk.page.locator('tr', { hasText: '0000018' }).waitFor();
    await shoot('blind-entry', clerk.page);

    await site.site.stop();
    await page.locator('.stale').waitFor();
    await shoot('edge-gone');
    return written;
  } finally {
    await browser.close();
    await site.stop().catch(() => undefined); // stopped already for the last picture
    site.site.remove();
  }
}
