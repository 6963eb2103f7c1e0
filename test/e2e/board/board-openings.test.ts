import { expect, it } from 'vitest';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, sitePerson } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

describeNeeding(['chromium'], 'who looked, at the board', () => {
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ board } = made);
  });

  it('BD78 谁看过 lists who opened names and numbers, narrowed by account and kind, with both files of the same rows, and fits every width', async () => {
    const { page } = board;
    const person = sitePerson(0);
    await openPage(board, 'find', '查人');
    await page.getByRole('textbox', { name: /姓名、证件号或工号/ }).fill(person.number);
    await page.getByRole('textbox', { name: /理由/ }).fill('本人查询');
    await page.keyboard.press('Enter');
    await page.locator('.found').waitFor();
    await openPage(board, 'missing', '漏检名单');
    await page.waitForLoadState('networkidle');

    await openPage(board, 'openings', '谁看过');
    const rows = page.locator('.openings tbody tr.ant-table-row');
    await rows.filter({ hasText: '本人查询' }).waitFor();
    const whole = await page.locator('.openings').innerText();
    expect(whole).toMatch(/漏检名单/);
    expect(whole).not.toContain(person.number);
    expect(whole).not.toContain(person.name);
    expect(await rows.filter({ hasText: '本人查询' }).innerText()).toMatch(/查人[^]*本人查询\s+1\s/);

    await page.getByRole('combobox', { name: '看了什么' }).click();
    await page.locator('.ant-select-item-option', { hasText: /^查人$/ }).click();
    await rows.filter({ hasText: '漏检名单' }).first().waitFor({ state: 'detached' });
    expect(await page.getByTestId('openings-total').innerText()).toContain('共 1 次');
    for (const [form, start] of [
      ['.xlsx', 'PK'],
      ['.csv', '\uFEFF时间,谁'],
    ] as const) {
      const href = await page.getByRole('link', { name: `导出 ${form}` }).getAttribute('href');
      expect(href).toBe(`/api/v1/openings${form}?what=find&lang=zh`);
      const bytes = await page.evaluate(
        async (at) => [...new Uint8Array(await (await fetch(at)).arrayBuffer()).slice(0, 12)],
        href!,
      );
      expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(bytes))).toMatch(
        new RegExp(`^${start.slice(0, 3)}`),
      );
    }
    const before = page.viewportSize()!;
    for (const width of [390, 1024, 1366]) {
      await page.setViewportSize({ width, height: 768 });
      // The menu is laid out anew only after it has been told of its width.
      await expect.poll(() => faultsOf(page), { message: String(width), timeout: 10_000 }).toEqual([]);
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), {
          message: String(width),
        })
        .toBe(0);
    }
    await page.setViewportSize(before);
    expect(board.complaints).toEqual([]);
  });
});
