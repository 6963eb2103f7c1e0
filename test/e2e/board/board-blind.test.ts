import type { Locator } from 'playwright-core';
import { io } from 'socket.io-client';
import { expect, it } from 'vitest';
import { PAGES } from '../../../edge-service/board/parts/page-access.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, type BoardPage } from '../../support/board/board-page.ts';
import { CLERK, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** Names under which the edge tells what it expects or has counted; none may reach a lab clerk. */
const FORBIDDEN =
  /"(people|places|swiped|swabbed|booked|onRoster|expected|missing|untested|ladder|tubes|swipes|snapshot)"/;
const FORBIDDEN_WORDS = /在册|应检|实检|未检|漏检|不符/;

describeNeeding(['chromium'], 'the lab clerk at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: CLERK }, (made) => {
    ({ site, board } = made);
  });

  /** Whether the cursor stands in the n-th field of the form. */
  const inField = (n: number): Promise<boolean> =>
    board.page
      .locator('.blind input')
      .nth(n)
      .evaluate((input) => input === document.activeElement);
  /** The clerk's own entries, as the edge has them. */
  const entriesOf = async (): Promise<{ tube: string; count: number }[]> =>
    board.page.evaluate(async (path) => (await (await fetch(path)).json()).entries, entriesPath());
  const entriesPath = (): string => `/api/v1/rounds/${site.round}/lab-counts/entries`;

  it('BD19 a lab clerk alone sees the entry and no number of ours: not on any page, in any answer, on the socket', async () => {
    const { page } = board;
    await page.locator('.blind').waitFor();
    for (const { page: name } of PAGES) {
      await page.goto(`${board.url}/#${name}`);
      await page.reload();
      await page.locator('.blind').waitFor();
      expect(await page.locator('.ladder, .nav').count(), name).toBe(0);
      expect(await page.locator('body').innerText(), name).not.toMatch(FORBIDDEN_WORDS);
    }
    await page.waitForLoadState('networkidle');
    expect(board.received.length).toBeGreaterThan(0);
    for (const body of board.received) expect(body).not.toMatch(FORBIDDEN);
    const round = `/api/v1/rounds/${site.round}`;
    const paths = [
      'ladder',
      'stations',
      'tubes',
      'discrepancies',
      'missing',
      'headcount.csv',
      'report.xlsx',
      'reconciliation.xlsx',
      'missing.csv',
    ].map((p) => `${round}/${p}`);
    const statuses = await page.evaluate(
      async (all) => Promise.all(all.map(async (path) => (await fetch(path)).status)),
      [...paths, '/api/v1/installs', '/api/v1/unfiled', '/api/v1/accounts'],
    );
    expect(new Set(statuses)).toEqual(new Set([403]));
    board.complaints.length = 0; // the refusals just asked for

    const cookie = (await page.context().cookies()).find((c) => c.name === 'muster')?.value ?? '';
    const socket = io(`${board.url}/board`, {
      transports: ['websocket'],
      auth: { token: cookie },
      reconnection: false,
      forceNew: true,
    });
    const refused = await new Promise<string>((resolve) => {
      socket.on('connect', () => resolve('let in'));
      socket.on('connect_error', (error) => resolve(error.message));
    });
    socket.disconnect();
    expect(refused).toBe('blind');
  });

  it('BD20 counts are entered from the keyboard alone; the answer says only whether two people agree', async () => {
    const { page } = board;
    await page.locator('.blind input').nth(0).focus();
    for (const [tube, count] of [
      ['0000018', '10'],
      ['0000017', '9'],
    ] as const) {
      await page.keyboard.type(`${tube}\n${count}\n`);
      await page.locator('tr', { hasText: tube }).waitFor();
      expect(await inField(0)).toBe(true);
    }
    expect(await page.locator('tr', { hasText: '0000018' }).innerText()).toContain('等第二人录入');
    expect((await entriesOf()).map((e) => [e.tube, e.count])).toEqual([
      ['0000017', 9],
      ['0000018', 10],
    ]);
    expect(await faultsOf(page)).toEqual([]);
    expect(board.complaints).toEqual([]);
    for (const body of board.received) expect(body).not.toMatch(FORBIDDEN);
  });

  it('BD41 Enter in 管号 goes on to 拭子数 and sends nothing; what is missing is said where it is missing', async () => {
    const { page } = board;
    await page.locator('.blind input').nth(0).focus();
    await page.keyboard.type('0000019\n');
    expect(await inField(1)).toBe(true);
    expect(await page.locator('.ant-form-item-explain-error').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByText('请输入拭子数').waitFor();
    await page.locator('.blind input').nth(0).fill('');
    await page.locator('.blind input').nth(0).press('Enter');
    await page.getByText('请输入管号').waitFor();
    expect(await entriesOf()).toHaveLength(2);
    await page.reload();
    await page.locator('.blind').waitFor();
  });

  it('BD42 a code stays as it was typed, nothing tells whether it was opened here, and an entry is taken back until another has entered the same', async () => {
    const { page } = board;
    const row = (tube: string): Locator => page.locator('tr.ant-table-row', { hasText: tube });
    await row('0000018').waitFor(); // still there after a reload
    await page.locator('.blind input').nth(0).focus();
    await page.keyboard.type('11\n10\n');
    await row('11').waitFor();
    expect(await row('11').innerText()).not.toContain('没有开过');
    await page.keyboard.type('0000071\n9\n');
    await row('0000071').waitFor();
    expect(await row('0000071').innerText()).not.toContain('没有开过');
    expect(await faultsOf(page)).toEqual([]);
    await row('0000071').getByRole('button', { name: /撤销/ }).click();
    await page.locator('.ant-popconfirm .ant-btn-primary').click();
    await row('0000071').waitFor({ state: 'detached' });

    const other = await site.site.person(site.lead, { name: '录入员乙', roles: ['lab-clerk'] });
    const json = { tube: '0000011', count: 10 };
    await site.site.ask('POST', `/rounds/${site.round}/lab-counts/entries`, { token: other, json });
    await row('11').getByText('两人一致').waitFor();
    expect(await row('11').getByRole('button').count()).toBe(0);
    expect((await entriesOf()).map((e) => e.tube)).toEqual(['11', '0000017', '0000018']);
    expect(board.complaints).toEqual([]);
  });

  it('BD45 a round that opens elsewhere is offered to who enters counts, and does not slip under their hands', async () => {
    const { page } = board;
    const five = await site.site.round(site.lead, { name: '第5轮' });
    await site.site.open(site.lead, five);
    await page.waitForResponse(
      async (reply) => reply.url().endsWith('/api/v1/rounds') && (await reply.text()).includes(five),
    );
    await page.locator('.blind input').nth(0).focus();
    await page.keyboard.type('12\n4\n');
    await page.locator('.entries tr', { hasText: '12' }).waitFor();
    expect(await page.locator('.top').innerText()).toContain('第4轮');
    expect((await entriesOf()).map((e) => e.tube)).toContain('12');
    await page.locator('.top .ant-select').first().click();
    await page.locator('.ant-select-item', { hasText: '第5轮' }).click();
    await page.locator('.entries tr', { hasText: '12' }).waitFor({ state: 'detached' });
    await page.locator('.top .ant-select').first().click();
    await page.locator('.ant-select-item', { hasText: '第4轮' }).click();
    await page.locator('.entries tr', { hasText: '12' }).waitFor();
  });

  it('BD43 a lab clerk alone brings the list as a file too, and still sees no number of ours', async () => {
    const { page } = board;
    const card = page.locator('section.card', { hasText: '检测机构清单' });
    await card.locator('input[type=file]').setInputFiles({
      name: '下午的箱.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('tube,count\n0000018,10\n0000072,4\n'),
    });
    await card.locator('.ways .ant-btn-primary', { hasText: '加到现有清单' }).click();
    await card.locator('.ant-tag', { hasText: '4 管 · 清单未全' }).waitFor();
    expect(await card.innerText()).not.toMatch(/没有开过|0000072/);
    expect(await faultsOf(page)).toEqual([]);
    expect(await page.locator('body').innerText()).not.toMatch(FORBIDDEN_WORDS);
    for (const body of board.received) expect(body).not.toMatch(FORBIDDEN);
    expect(board.complaints).toEqual([]);
  });
});
