import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { hexToBytes } from '#shared/bytes.ts';
import { credentialKey, type CredentialKind } from '#shared/event/credential.ts';
import { WALK_IN_CATEGORIES } from '#shared/event/identity.ts';
import type { CredentialKey, EventId } from '#shared/ids.ts';
import { LANGUAGES, type Language } from '#shared/language/languages.ts';
import { voiceOf } from '#shared/language/say.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { logIn, openBoard, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, planNextRound, sitePerson, SWIPED, type BoardSite } from '../../support/board/board-site.ts';
import { standsInOne, WIDTHS } from '../../support/board/one-language.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** Missing, with somebody of that name among the walk-ins: to be asked, told apart, joined. */
const [ASKED, APART, JOINED] = [SWIPED, SWIPED + 1, SWIPED + 3].map(sitePerson) as [
  ReturnType<typeof sitePerson>,
  ReturnType<typeof sitePerson>,
  ReturnType<typeof sitePerson>,
];
const EXCUSED = sitePerson(SWIPED + 4);
const CARD = '00000000000000AA';
const UNIT = '示例劳务';
const REASON = '居家隔离';
/** What people have typed or are called, and codes; the list of kinds holds their codes behind the words. */
const DATA = [
  '第4轮',
  '第5轮',
  '早场',
  '夜班场',
  UNIT,
  REASON,
  'S. Example',
  'PASSPORT',
  'PAS',
  'AA',
  'Muster',
  ...WALK_IN_CATEGORIES,
  LEAD.name,
];

describeNeeding(['chromium'], 'a person found and walk-ins, each in one language', () => {
  let browser: Browser;
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });

  const keyOf = (kind: CredentialKind, canonical: string): CredentialKey =>
    credentialKey(hexToBytes(site.kiosks.get(1)!.round!.key), { kind, canonical });
  const decide = async (what: string, json: unknown): Promise<void> => {
    const reply = await site.site.ask('POST', `/rounds/${site.round}/${what}`, { token: site.lead, json });
    expect(reply.status, JSON.stringify(reply.json)).toBe(201);
  };

  /** Every standing a person can have in a round, namesakes decided and not, links that hold and that do not. */
  beforeAll(async () => {
    await planNextRound(site);
    const kiosk = site.kiosks.get(1)!;
    const walkIn = (kind: CredentialKind, number: string, name: string | null): EventId =>
      kiosk.swipe({ kind, number, name }, 'walk-in');
    walkIn('id', '110199197001010013', ASKED.name);
    walkIn('none', 'b'.repeat(32), APART.name);
    walkIn('document', 'PASSPORT/E00000003', JOINED.name);
    walkIn('physical', CARD, null);
    walkIn('staff', '99001', null);
    const voided = walkIn('staff', '99002', null);
    for (const { number } of [sitePerson(0), sitePerson(SWIPED + 2)])
      kiosk.append('link', { credentials: [keyOf('physical', CARD), keyOf('id', number)] });
    kiosk.append('link', {
      credentials: [keyOf('physical', 'BB'.padStart(16, '0')), keyOf('staff', '99001')],
    });
    await kiosk.send();
    await site.swipe(1, 0);
    await decide('voids', { swipe: voided, reason: REASON });
    await decide('excuses', { person: keyOf('id', EXCUSED.number), reason: REASON });
    await decide('walk-ins', {
      people: [keyOf('staff', '99001')],
      unit: UNIT,
      category: 'agency',
    });
    await decide('identities', {
      walkIn: keyOf('none', 'b'.repeat(32)),
      person: keyOf('id', APART.number),
      state: 'other',
    });
    await decide('identities', {
      walkIn: keyOf('document', 'PASSPORT/E00000003'),
      person: keyOf('id', JOINED.number),
      state: 'same',
    });
  });

  /** Opens the board in a language and gives how to look at the page. */
  async function boardIn(language: Language): Promise<{
    page: Page;
    say: ReturnType<typeof voiceOf>;
    looks: (what: string, widths?: readonly number[]) => Promise<void>;
    typed: string[];
  }> {
    board = await openBoard(browser, site.site.edge.url, { locale: LANGUAGES[language].locale });
    await logIn(board, LEAD);
    const { page } = board;
    const typed: string[] = [(await page.locator('.site').innerText()).trim()];
    const people = Array.from({ length: 48 }, (_, n) => sitePerson(n));
    const given = [...new Set(people.flatMap((p) => [p.name, p.workshop, p.team]))];
    const looks = (what: string, widths: readonly number[] = WIDTHS): Promise<void> =>
      standsInOne(page, language, { what, names: [...given, ...DATA, ...typed], widths });
    return { page, say: voiceOf(language), looks, typed };
  }

  it.for(['zh', 'en'] as const)(
    'LN60 查人 in %s: what is asked for, whom it finds in which standing, and nobody',
    async (language) => {
      const { page, say, looks, typed } = await boardIn(language);
      await openPage(board, 'find', say('term.find'));
      await page.locator('.find-form button[type=submit]').click();
      await page.locator('.ant-form-item-explain-error').nth(1).waitFor();
      await looks('find, nothing typed');
      const [who, reason] = ['#who', '#reason'].map((id) => page.locator(id));
      await page.locator('.offered button', { hasText: say('reason.whether-tested') }).click();
      expect(await reason!.inputValue()).toBe(say('reason.whether-tested'));
      for (const [text, found] of [
        [sitePerson(0).name, say('standing.repeat')],
        [ASKED.name, say('standing.may-be-walk-in')],
        [EXCUSED.name, say('standing.with-reason', { reason: REASON })],
        ['99002', say('standing.all-voided')],
        ['PASSPORT/E00000001', say('cell.walk-in')],
      ] as const) {
        typed.push(text);
        await who!.fill(text);
        const answer = page.waitForResponse(/\/people\/search$/);
        await page.locator('.find-form button[type=submit]').click();
        await answer;
        await page.locator('.found', { hasText: found }).waitFor();
        await looks(`find ${text}`);
      }
      for (const text of ['小红', '110199199001010011']) {
        typed.push(text);
        await who!.fill(text);
        const answer = page.waitForResponse(/\/people\/search$/);
        await page.locator('.find-form button[type=submit]').click();
        await answer;
        await page
          .getByText(
            text === '小红'
              ? say('find.names-contain', { who: text })
              : say('find.nobody', { n: 2, who: text }),
          )
          .waitFor();
        await looks(`find ${text}`);
      }
      expect(board.complaints).toEqual([]);
      await page.context().close();
    },
  );

  it.for(['zh', 'en'] as const)(
    'LN60 名单外 in %s: namesakes asked, told apart and joined, kinds of affiliation, and links with their questions',
    async (language) => {
      const { page, say, looks } = await boardIn(language);
      await openPage(board, 'walk-ins', say('term.walk-ins'));
      for (const part of ['held', 'same-name', 'joined', 'links'])
        await page.getByTestId(part).first().waitFor();
      await page.locator('.walk-ins').getByText(say('affiliation.agency')).waitFor();
      await looks('walk-ins');
      for (const word of ['term.link-right', 'term.link-wrong'] as const) {
        await page
          .getByTestId('held')
          .getByRole('button', { name: say(word), exact: true })
          .first()
          .click();
        const dialogue = page.locator('.ant-modal');
        await dialogue.waitFor();
        await dialogue.locator('.ant-btn-primary').click();
        await dialogue.locator('.ant-form-item-explain-error').first().waitFor();
        await looks(word);
        await dialogue.getByRole('button', { name: say('action.cancel'), exact: true }).click();
        await dialogue.waitFor({ state: 'detached' });
      }
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 768 });
        await page.getByRole('combobox', { name: say('term.category') }).click();
        await page.locator('.ant-select-item-option', { hasText: say('affiliation.own') }).waitFor();
        await looks('category', [width]);
        await page.keyboard.press('Escape');
        await page.getByTestId('joined').locator('tr button').first().click();
        const asked = page.locator('.ant-popover');
        await asked.getByText(say('walk-in.separate-means')).waitFor();
        await looks('taking back', [width]);
        await asked.getByRole('button', { name: say('action.cancel'), exact: true }).click();
        await asked.waitFor({ state: 'hidden' });
      }
      expect(board.complaints).toEqual([]);
      await page.context().close();
    },
  );
});
