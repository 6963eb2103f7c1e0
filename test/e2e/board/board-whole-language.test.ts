import type { Browser } from 'playwright-core';
import { expect, it } from 'vitest';
import { WALK_IN_CATEGORIES } from '#shared/event/identity.ts';
import { LANGUAGE_CODES, LANGUAGES } from '#shared/language/languages.ts';
import { voiceOf } from '#shared/language/say.ts';
import { PAGES } from '../../../edge-service/board/parts/page-access.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { logIn, openBoard, openPage } from '../../support/board/board-page.ts';
import { CLERK, LEAD, PEOPLE, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { standsInOne } from '../../support/board/one-language.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const EVERYBODY = Array.from({ length: PEOPLE }, (_, n) => sitePerson(n));
/** Names, codes and what is called the same in every language. */
const DATA = [
  ...'示例机电 第4轮 早场 夜班场 Muster SHA xlsx csv XLSX CSV PASSPORT PAS'.split(' '),
  'S. Example',
  'test kiosk',
  ...WALK_IN_CATEGORIES,
  LEAD.name,
  CLERK.name,
  ...new Set(EVERYBODY.flatMap(({ name, workshop, team, shift }) => [name, workshop, team, shift])),
];

describeNeeding(['chromium'], 'the whole board in each language', () => {
  let browser: Browser;
  let site: BoardSite;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });

  it.for(LANGUAGE_CODES)(
    'LN33 every page has words of one language, and fits its window: %s',
    async (language) => {
      const { locale, name: own } = LANGUAGES[language];
      const say = voiceOf(language);
      const names = [...DATA, own];
      const lead = await openBoard(browser, site.site.edge.url, { locale });
      await lead.page.locator('button[type=submit]').waitFor();
      await standsInOne(lead.page, language, { what: 'log-in', names });
      await logIn(lead, LEAD);
      for (const { page, word } of PAGES) {
        if (page === 'entry') continue; // the clerk's
        await openPage(lead, page, say(word));
        await lead.page.waitForLoadState('networkidle');
        await standsInOne(lead.page, language, { what: page, names });
      }
      expect(lead.complaints).toEqual([]);
      await lead.page.context().close();

      const clerk = await openBoard(browser, site.site.edge.url, { locale });
      await logIn(clerk, CLERK);
      await clerk.page.locator('.blind input').first().waitFor();
      await standsInOne(clerk.page, language, { what: 'entry', names });
      await clerk.page.context().close();
    },
  );
});
