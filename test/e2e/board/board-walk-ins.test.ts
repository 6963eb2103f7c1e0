import type { Locator } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { hexToBytes } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { maskNumber } from '#shared/id-number.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { copiedBy, faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, sitePerson, SWIPED, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** Missing until somebody says who they are. */
const MISSED = sitePerson(SWIPED);
const OTHER = sitePerson(SWIPED + 1);
/** Nobody of the roster. */
const FOREIGN = '110199197001010013';
const CARD = '00000000000000AA';

describeNeeding(['chromium'], 'walk-ins and links at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });
  beforeAll(async () => {
    const kiosk = site.kiosks.get(1)!;
    const keyOf = (kind: 'id' | 'physical', canonical: string) =>
      credentialKey(hexToBytes(kiosk.round!.key), { kind, canonical });
    kiosk.swipe({ kind: 'id', number: FOREIGN, name: MISSED.name }, 'walk-in');
    kiosk.swipe({ kind: 'none', number: 'b'.repeat(32), name: OTHER.name }, 'walk-in');
    kiosk.swipe({ kind: 'physical', number: CARD, name: null }, 'walk-in');
    for (const n of [0, SWIPED + 2])
      kiosk.append('link', { credentials: [keyOf('physical', CARD), keyOf('id', sitePerson(n).number)] });
    await kiosk.send();
  });

  const line = (text: string | RegExp): Promise<void> =>
    board.page.getByTestId('ladder').filter({ hasText: text }).waitFor();
  const question = (name: string): Locator => board.page.getByTestId('same-name').filter({ hasText: name });

  it('BD80 whoever of the missing may stand among the walk-ins is marked so in the line on top, in the list and in the text to copy', async () => {
    const { page } = board;
    await openPage(board, 'missing', '漏检名单');
    await line('漏检 9(其中 3 人身份待核对) + ');
    await page.getByText(`${MISSED.name}(身份待核对)`).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const card = page.getByRole('region', { name: `${MISSED.workshop} · ${MISSED.team}` });
    const copied = await copiedBy(card.getByRole('button', { name: /复制/ }));
    expect(copied).toMatch(new RegExp(`${MISSED.name}\\(身份待核对\\).*其中\\d人身份待核对`));
  });

  it('BD81 a walk-in is joined with their namesake by one press, told apart by another, and both are undone there', async () => {
    const { page } = board;
    await openPage(board, 'walk-ins', '名单外');
    await question(MISSED.name).waitFor();
    const asked = await question(MISSED.name).innerText();
    expect(asked).toContain(maskNumber(FOREIGN));
    expect(asked).not.toContain(FOREIGN);
    expect(asked).toMatch(/花名册里有同名 .*没有打卡,是同一人\?/);
    expect(await faultsOf(page)).toEqual([]);
    await question(MISSED.name)
      .getByRole('button', { name: /^是同一人/ })
      .click();
    await line('漏检 8(其中 2 人身份待核对) + ');
    const joined = page.getByTestId('joined');
    await joined.filter({ hasText: LEAD.name }).waitFor();
    await question(OTHER.name)
      .getByRole('button', { name: /不是同一人/ })
      .click();
    await line('漏检 8(其中 1 人身份待核对) + ');
    await page.locator('.walk-ins').getByText(`不是 ${OTHER.name}`).waitFor();

    await joined.getByRole('button', { name: /撤销/ }).click();
    await page.locator('.ant-popover').getByRole('button', { name: '撤销', exact: true }).click();
    await line('漏检 9(其中 2 人身份待核对) + ');
    await page
      .locator('.walk-ins tr', { hasText: `不是 ${OTHER.name}` })
      .getByRole('button', { name: /撤销/ })
      .click();
    await line('漏检 9(其中 3 人身份待核对) + ');
    expect(board.complaints).toEqual([]);
  });

  it('BD82 unit and category are set for many walk-ins at a time', async () => {
    const { page } = board;
    await openPage(board, 'walk-ins', '名单外');
    await page.locator('.walk-ins thead .ant-checkbox-input').check();
    await page.getByRole('textbox', { name: '单位' }).fill('示例劳务');
    await page.getByRole('combobox', { name: '类别' }).click();
    await page.locator('.ant-select-item-option', { hasText: '劳务派遣' }).click();
    await page.getByRole('button', { name: /填入选中的人/ }).click();
    await page.locator('.walk-ins tbody tr', { hasText: '示例劳务' }).nth(3).waitFor();
    expect(await page.locator('.walk-ins tbody tr', { hasText: '劳务派遣' }).count()).toBe(4);
    expect(await faultsOf(page)).toEqual([]);
    expect(board.complaints).toEqual([]);
  });

  it('BD83 a card linked to two people is a question with both names, decided with a reason, listed and undone there', async () => {
    const { page } = board;
    await openPage(board, 'walk-ins', '名单外');
    const held = page.getByTestId('held');
    await held.waitFor();
    const shown = await held.innerText();
    for (const n of [0, SWIPED + 2]) expect(shown).toContain(sitePerson(n).name);
    const wrong = held.locator('li', { hasText: sitePerson(SWIPED + 2).name });
    await wrong.getByRole('button', { name: /登记错了/ }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.getByText('请写理由').waitFor();
    await page.locator('.offered button', { hasText: '卡登记错人' }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await held.waitFor({ state: 'detached' });
    await line('漏检 9(其中 2 人身份待核对) + ');
    const row = page.getByTestId('links').locator('tbody tr', { hasText: '登记错了' });
    await row.filter({ hasText: '卡登记错人' }).waitFor();
    expect(await row.innerText()).toMatch(/1号台/);
    await row.getByRole('button', { name: /撤销/ }).click();
    await page.getByTestId('links').locator('tbody tr', { hasText: '已撤销' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(board.complaints).toEqual([]);
  });
});
