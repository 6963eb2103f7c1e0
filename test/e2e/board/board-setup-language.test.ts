import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { boardOn, boardWithRound } from '../../support/board/board-with-round.ts';
import {
  BOARD_DIR,
  LAPTOP,
  logIn,
  openBoard,
  openPage,
  type BoardPage,
} from '../../support/board/board-page.ts';
import { LEAD, CLERK, PEOPLE, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { standsInOne, WIDTHS } from '../../support/board/one-language.ts';
import { damageTables } from '../../support/edge/database-damage.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { SetBackSite } from '../../support/edge/set-back-site.ts';
import { EMPTY_HEAD } from '#shared/event/chain.ts';
import { testUuid } from '../../support/kiosk/test-journal.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';

const EVERYBODY = Array.from({ length: PEOPLE }, (_, n) => sitePerson(n));
const NAMES = [
  LEAD.name,
  CLERK.name,
  ...'示例机电 第3轮 第4轮 第5轮 早场 夜班场 夜班'.split(' '),
  ...new Set(EVERYBODY.flatMap(({ name, workshop, team, shift }) => [name, workshop, team, shift])),
];

/** No Chinese but in names, nothing cut off and no wider than the window, at every width. */
const standsInEnglish = (page: Page, what: string, widths = WIDTHS): Promise<void> =>
  standsInOne(page, 'en', { what, names: NAMES, widths });

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Opens a dialogue by a button, looks at it with what it asks for left out, and leaves it. */
async function asksInEnglish(page: Page, name: string): Promise<void> {
  await button(page, name).first().click();
  const dialogue = page.locator('.ant-modal');
  await dialogue.waitFor();
  await dialogue.locator('.ant-btn-primary').click();
  await dialogue.locator('.ant-form-item-explain-error').first().waitFor();
  await standsInEnglish(page, name);
  await dialogue.getByRole('button', { name: 'Cancel' }).click();
  await dialogue.waitFor({ state: 'detached' });
}

describeNeeding(['chromium'], 'the set-up of a site in English', () => {
  let browser: Browser;
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site } = made);
  });

  /** A round of tomorrow is there already, and a record, a fork, a swipe of no round, lost decisions and an exchanged kiosk wait for the lead. */
  async function leaveMatters(): Promise<void> {
    const tomorrow = (hours: number): string => new Date(Date.now() + (24 + hours) * 3_600_000).toISOString();
    await site.site.round(site.lead, {
      name: '第5轮',
      sessions: [{ name: '早场', from: tomorrow(1), to: tomorrow(2), shift: null }],
    });
    const [one, two] = [site.kiosks.get(1)!, site.kiosks.get(2)!];
    one.append('of-another-time' as never, {});
    const { number, name } = sitePerson(PEOPLE - 8);
    two.swipe({ kind: 'id', number, name });
    const test = JSON.parse(new TextDecoder().decode(two.journal.at(-1)!.body)) as object;
    two.append('swipe', { ...test, phase: 'test', type: 'swipe' } as never, two.journal.at(-1)!.sealed);
    await one.send();
    await two.send();
    await two.ask('hello', {
      install: two.install,
      head: { sequence: EMPTY_HEAD.sequence + 3, hash: 'f'.repeat(64) },
      wallTime: Date.now(),
      edgeHead: null,
      counted: null,
    });
    const after = site.kiosks.get(4)!;
    await after.ask('token-binding', { bound: false });
    after.close();
    after.edgeHead = { install: testUuid('install', 99), head: { sequence: 8, hash: '1'.repeat(64) } };
    await after.connect();
  }

  it('LN45 pages, dialogues and the sheet of the set-up have no Chinese but names, and fit the window', async () => {
    await leaveMatters();
    board = await openBoard(browser, site.site.edge.url, { locale: 'en-GB' });
    await logIn(board, LEAD);
    const { page } = board;
    await page.getByText('were lost in a restore').waitFor();
    await asksInEnglish(page, 'Acknowledge');

    await openPage(board, 'rounds', 'Rounds');
    await standsInEnglish(page, 'rounds');
    await asksInEnglish(page, 'Stop sampling');
    await button(page, 'New round').click();
    expect(await page.locator('#name').inputValue()).toBe('Round 1');
    await standsInEnglish(page, 'round form');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await button(page, 'Set-up sheet').first().click();
    await page.locator('.sheet').waitFor();
    await standsInEnglish(page, 'set-up sheet');

    await openPage(board, 'roster', 'Roster');
    await page.locator('.roster-history p').first().waitFor();
    await standsInEnglish(page, 'roster');
    await button(page, 'Show all names').click();
    await page.locator('.roster-people tr.ant-table-row').first().waitFor();
    await standsInEnglish(page, 'people of the roster');

    await openPage(board, 'pairing', 'Pairing');
    await button(page, 'Make a pairing code').click();
    await page.locator('.pairing .code').first().waitFor();
    await standsInEnglish(page, 'pairing');
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: LAPTOP.height });
      await button(page, 'Revoke the pairing').first().click();
      const asked = page.locator('.ant-popover');
      await asked.getByText(/Revoke the pairing of station/).waitFor();
      await standsInEnglish(page, 'revoking', [width]);
      await asked.getByRole('button', { name: 'Cancel' }).click();
      await asked.waitFor({ state: 'hidden' });
    }

    await openPage(board, 'accounts', 'Accounts');
    await page.locator('tr.ant-table-row').nth(1).waitFor();
    await standsInEnglish(page, 'accounts');
    await asksInEnglish(page, 'New account');

    await openPage(board, 'installs', 'Installs');
    for (const list of ['quarantine', 'forks', 'unfiled']) await page.getByTestId(list).waitFor();
    await page.getByTestId('database-checked').waitFor();
    await standsInEnglish(page, 'installs');
    for (const list of ['quarantine', 'forks', 'unfiled'])
      await asksInEnglish(
        page,
        (await page.getByTestId(list).locator('tr button').first().innerText()).trim(),
      );
    await asksInEnglish(page, 'Write an exception');
    await page.context().close();
  });
});

describeNeeding(['chromium'], 'an edge that lost something, in English', () => {
  let at: SetBackSite;
  let browser: Browser;
  boardOn(
    { start: () => SetBackSite.make('kept', BOARD_DIR), siteOf: ({ site }) => site, as: null },
    (made) => {
      ({ site: at, browser } = made);
    },
  );

  it('LN45 swipes that count nowhere, the round made again and a damaged database are told without Chinese', async () => {
    const { rounds } = at.kiosk;
    at.kiosk.rounds = null;
    at.kiosk.swipe({ kind: 'id', number: inventedIdNumber(6), name: '测6' });
    at.kiosk.rounds = rounds;
    expect(await at.kiosk.send()).toMatchObject({ outcome: 'stored' });
    const board = await openBoard(browser, at.site.edge.url, { locale: 'en-GB' });
    await logIn(board, LEAD);
    const { page } = board;
    await page.getByTestId('strayed').getByText('round this edge does not know').waitFor();
    await page.getByTestId('of-no-round').waitFor();
    await openPage(board, 'installs', 'Installs');
    await page.getByTestId('unfiled').waitFor();
    await standsInEnglish(page, 'strayed');
    await asksInEnglish(page, 'Recreate the round');

    damageTables(databaseIn(path.join(at.site.dir, 'data')), ['event']);
    at.kiosk.swipe({ kind: 'id', number: inventedIdNumber(7), name: '测7' });
    expect(await at.kiosk.send()).toMatchObject({ outcome: 'busy' });
    await page.getByTestId('database-damaged').waitFor();
    await standsInEnglish(page, 'damaged');
    await page.context().close();
  });
});
