import type { Browser } from 'playwright-core';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PAGES } from '../../edge-service/board/access.ts';
import { buildBoard, faultsOf, logIn, openBoard, type BoardPage } from '../support/board-page.ts';
import { CLERK, startBoardSite, type BoardSite } from '../support/board-site.ts';
import { describeNeeding } from '../support/requirements.ts';
import { launchChromium } from '../support/screen-page.ts';

/** Names under which the edge tells what it expects or has counted; none may reach a lab clerk. */
const FORBIDDEN =
  /"(people|places|swiped|swabbed|booked|onRoster|expected|missing|untested|ladder|tubes|swipes|snapshot)"/;
const FORBIDDEN_WORDS = /在册|应检|实检|未检|漏检|不符/;

describeNeeding(['chromium'], 'the lab clerk at the board', () => {
  let browser: Browser;
  let site: BoardSite;
  let board: BoardPage;
  beforeAll(async () => {
    await buildBoard();
    browser = await launchChromium();
    site = await startBoardSite();
    board = await openBoard(browser, site.site.edge.url);
    await logIn(board, CLERK);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

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
    for (const [tube, count] of [
      ['0000018', '10'],
      ['0000017', '9'],
    ] as const) {
      await page.locator('.blind input').nth(0).fill(tube);
      await page.locator('.blind input').nth(1).fill(count);
      await page.keyboard.press('Enter');
      await page.locator('tr', { hasText: tube }).waitFor();
      expect(
        await page
          .locator('.blind input')
          .nth(0)
          .evaluate((input) => input === document.activeElement),
      ).toBe(true);
    }
    expect(await page.locator('tr', { hasText: '0000018' }).innerText()).toContain('等第二人录入');
    await page.locator('.blind input').nth(0).fill('0000019');
    await page.keyboard.press('Enter');
    await page.getByText('请输入拭子数').waitFor();
    await page.waitForTimeout(400); // antd's fading colours
    expect(await faultsOf(page)).toEqual([]);
    expect(board.complaints).toEqual([]);
    for (const body of board.received) expect(body).not.toMatch(FORBIDDEN);
  });
});
