import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '#shared/language/languages.ts';
import { voiceOf } from '#shared/language/say.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, LAPTOP, logIn, openBoard, openPage } from '../../support/board/board-page.ts';
import { LEAD, sitePerson, SWIPED, type BoardSite } from '../../support/board/board-site.ts';
import { chineseOf } from '../../support/board/chinese-of.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** A telephone, a small window beside another, the laptop of the site. */
const WIDTHS = [390, 1024, LAPTOP.width];
/** Missing, with a namesake among the walk-ins. */
const MISSED = sitePerson(SWIPED);
/** Nobody of the roster. */
const FOREIGN = '110199197001010013';
const TYPED = '街道来电核对';
const NAMES = [
  LEAD.name,
  '示例机电',
  '第4轮',
  '早场',
  '夜班场',
  TYPED,
  ...Array.from({ length: 48 }, (_, n) => sitePerson(n)).flatMap((p) => [p.name, p.workshop, p.team]),
];
/** Names of formats and of the other language, and what Muster is called. */
const LATIN = ['English', 'Muster', 'xlsx', 'csv', 'XLSX', 'CSV'];

/** Words in Latin letters, but names. */
async function latinOf(page: Page): Promise<string[]> {
  const shown = await page.locator('body').innerText();
  return (shown.match(/[A-Za-z]{2,}/g) ?? []).filter((word) => !LATIN.includes(word));
}

/** No word of another language, and no wider than the window, at every width. */
async function standsIn(language: Language, page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: LAPTOP.height });
    const others = language === 'zh' ? await latinOf(page) : await chineseOf(page, NAMES);
    expect(others, `${what} at ${width}`).toEqual([]);
    // tables and menus follow the window a moment later
    await expect.poll(() => faultsOf(page), { message: `${what} at ${width}`, timeout: 10_000 }).toEqual([]);
  }
}

describeNeeding(['chromium'], 'who is missing and who looked, in one language', () => {
  let browser: Browser;
  let site: BoardSite;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });
  const ask = async (method: string, at: string, json?: Record<string, unknown>) => {
    const reply = await site.site.ask(method, at, { token: site.lead, ...(json && { json }) });
    expect(reply.status, at).toBeLessThan(300);
    return reply.json;
  };
  beforeAll(async () => {
    const of = `/rounds/${site.round}`;
    const kiosk = site.kiosks.get(1)!;
    kiosk.swipe({ kind: 'id', number: FOREIGN, name: MISSED.name }, 'walk-in');
    await kiosk.send();
    await ask('GET', `${of}/missing.csv`);
    await ask('GET', `${of}/walk-ins`);
    await ask(
      'GET',
      `${of}/tubes/${encodeURIComponent(kiosk.tube!)}/people?reason=${encodeURIComponent(TYPED)}`,
    );
    const { groups } = await ask('GET', `${of}/missing`);
    const person = groups
      .flatMap((g: { missing: { id: string; name: string }[] }) => g.missing)
      .find((p: { name: string }) => p.name !== MISSED.name).id;
    await ask('POST', `${of}/excuses`, { person, reason: TYPED });
  });

  it.for(['zh', 'en'] as const)(
    'LN62 %s: the missing list with its dialogues and copied text, and 谁看过, have no word of another language but names, and fit the window',
    async (language) => {
      const say = voiceOf(language);
      const board = await openBoard(browser, site.site.edge.url, { locale: LANGUAGES[language].locale });
      await logIn(board, LEAD);
      const { page } = board;
      await openPage(board, 'missing', say('term.missing-list'));
      const marked = page.getByRole('button', {
        name: say('missing.name-to-identify', { name: MISSED.name }),
      });
      await marked.waitFor();
      await standsIn(language, page, 'missing');

      const copy = page
        .getByRole('region', { name: `${MISSED.workshop} · ${MISSED.team}` })
        .getByRole('button', { name: say('action.copy') });
      await copy.click();
      await copy.getByText(say('action.copied')).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      const text = {
        zh: `【第4轮漏检】${MISSED.workshop}${MISSED.team}:`,
        en: `[第4轮, missing] ${MISSED.workshop} ${MISSED.team}: `,
      };
      expect(copied.slice(0, text[language].length)).toBe(text[language]);
      expect(copied).toContain(say('missing.name-to-identify', { name: MISSED.name }));

      await marked.click();
      const asked = page.locator('.ant-modal');
      await asked.getByText(say('reason.on-leave')).waitFor();
      await standsIn(language, page, 'reason');
      await asked.getByRole('button', { name: say('action.cancel') }).click();
      await asked.waitFor({ state: 'detached' });
      await page.locator('.team .names > span').getByRole('button').first().click();
      const withdrawn = page.locator('.ant-popover');
      await withdrawn.getByText(say('missing.withdraw-means')).waitFor();
      await withdrawn.getByRole('button', { name: say('action.cancel') }).click();
      await withdrawn.waitFor({ state: 'hidden' });

      await openPage(board, 'openings', say('term.openings'));
      const rows = page.locator('.openings tbody tr.ant-table-row');
      await rows.filter({ hasText: TYPED }).first().waitFor();
      for (const reason of ['opening.reason-export', 'opening.reason-identity', 'term.missing-list'] as const)
        expect(await rows.filter({ hasText: say(reason) }).count(), reason).toBeGreaterThan(0);
      await standsIn(language, page, 'openings');
      expect(board.complaints).toEqual([]);
      await page.context().close();
    },
  );
});
