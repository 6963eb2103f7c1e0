import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { PAGES } from '../../../edge-service/board/parts/page-access.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import {
  BOARD_DIR,
  copiedBy,
  faultsOf,
  logIn,
  openBoard,
  openPage,
  type BoardPage,
} from '../../support/board/board-page.ts';
import { LEAD, PEOPLE, SWIPED, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';

const EIGHTEEN = /[1-9]\d{16}[\dXx]/;

describeNeeding(['chromium'], 'the board against a real edge', () => {
  let browser: Browser;
  let site: BoardSite;
  let board: BoardPage;
  let again: EdgeSite | null = null;
  boardWithRound({ as: null }, (made) => {
    ({ browser, site, board } = made);
  });
  afterAll(() => again?.stop());

  it('BD10 the first set-up takes the printed code, a wrong login is told in words, and logging out ends it', async () => {
    const fresh = await EdgeSite.start({ boardDir: BOARD_DIR });
    const first = await openBoard(browser, fresh.edge.url);
    try {
      const { page } = first;
      await page.locator('form input').nth(0).fill('00000000');
      await page.locator('form input').nth(1).fill('管理员甲');
      await page.locator('form input').nth(2).fill('four words are long');
      await page.locator('form input').nth(3).fill('four words are long');
      await page.locator('button[type=submit]').click();
      await page.locator('.trouble').waitFor();
      await page
        .locator('form input')
        .nth(0)
        .fill(fresh.edge.setupCode ?? '');
      await page.locator('button[type=submit]').click();
      await page.locator('.top', { hasText: '管理员甲' }).waitFor();
      await page.locator('main', { hasText: '还没有轮次' }).waitFor();
      await page.getByText('退出登录').click();
      await page.locator('input[autocomplete=username]').fill('管理员甲');
      await page.locator('input[type=password]').fill('not the password');
      await page.locator('button[type=submit]').click();
      expect(await page.locator('.trouble').innerText()).toContain('账号或密码不对');
      await logIn(first, { name: '管理员甲', password: 'four words are long' });
    } finally {
      await first.page.context().close();
      await fresh.stop();
      fresh.remove();
    }
  });

  it('BD11 the number on top names what is out and moves with every acknowledged swipe', async () => {
    await logIn(board, LEAD);
    const line = board.page.getByTestId('ladder');
    await line.waitFor();
    const people = SWIPED + 1; // and one walk-in
    const text = await line.innerText();
    expect(text).toContain(`在册 ${PEOPLE} · 应检 ${PEOPLE} · 实检 ≥${people} (名单内 ${SWIPED} + 名单外 1)`);
    expect(text).toContain(`未检 ${PEOPLE - SWIPED} (漏检 9 + 未到场次 6 + 有原因 0)`);
    expect(text).toContain('3号台还没有联系过');
    await site.swipe(1, SWIPED);
    await line.filter({ hasText: `≥${people + 1}` }).waitFor();
    const card = board.page.locator('.station', { hasText: '1号台' });
    expect(await card.innerText()).toContain('0000012');
  });

  it('BD12 the missing list goes by workshop and team, keeps 未到场次 apart, and copies names without a number', async () => {
    await openPage(board, 'missing', '漏检名单');
    const { page } = board;
    const card = page.locator('.team', { hasText: '一车间 · 装配班' }).first();
    await card.waitFor();
    const names = await card.locator('.names button').allInnerTexts();
    expect(names.length).toBeGreaterThan(0);
    const copied = await copiedBy(card.getByRole('button', { name: /复制/ }));
    expect(copied).toMatch(/^【第4轮漏检】一车间装配班:/);
    for (const name of names) expect(copied).toContain(name);
    expect(await page.locator('.heading', { hasText: '未到场次' }).count()).toBe(1);
    const shown = await page.locator('body').innerText();
    expect(shown).not.toMatch(EIGHTEEN);
    expect(copied).not.toMatch(/\d{11}/);
    const night = sitePerson(PEOPLE - 1).name;
    expect(await page.locator('.teams').nth(1).innerText()).toContain(night);
  });

  it('BD13 a reason takes a person from 漏检 to 有原因, in the list and in the ladder', async () => {
    const { page } = board;
    await openPage(board, 'missing', '漏检名单');
    const card = page.locator('.team', { hasText: '一车间 · 装配班' }).first();
    const name = await card.locator('.names button').first().innerText();
    await card.locator('.names button').first().click();
    await page.locator('.offered button', { hasText: '休假' }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.waitForFunction(() =>
      document.querySelector('.ladder-line')?.textContent?.includes('有原因 1'),
    );
    expect(await page.locator('.team', { hasText: '休假' }).innerText()).toContain(name);
    await openPage(board, 'report', '上报');
    await page.waitForFunction(() =>
      document.querySelector('.report p')?.textContent?.includes('有原因1:休假1'),
    );
  });

  it('BD14 a discrepancy names tube, station, time and numbers, asks the laboratory, and is decided with a reason', async () => {
    await openPage(board, 'reconcile', '核对');
    const { page } = board;
    const finding = page.locator('.finding', { hasText: '0000017' });
    await finding.waitFor();
    expect(await finding.locator('h4').innerText()).toMatch(/0000017.*2号台.*刷9人.*登记10人/);
    expect(await copiedBy(finding.locator('.question').getByRole('button', { name: /复制/ }))).toBe(
      '请复数第0000017管拭子数,我方刷9人,贵方登记10人。',
    );
    await finding.getByRole('button', { name: /已说明/ }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.locator('.ant-modal', { hasText: '请写理由' }).waitFor();
    await page.locator('.offered button').first().click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await finding.waitFor({ state: 'detached' });
    await page.locator('.ant-segmented-item', { hasText: '已说明 1' }).click();
    expect(await page.locator('.finding').innerText()).toContain(LEAD.name);
  });

  it('BD15 a tube that differs stands out, and its people are shown only after a reason', async () => {
    await openPage(board, 'tubes', '管');
    const { page } = board;
    const row = page.locator('tr.row-differs');
    await row.first().waitFor();
    expect(await row.count()).toBe(1);
    expect(await row.innerText()).toContain('0000017');
    expect(await row.locator('.differs').allInnerTexts()).toEqual(['9', '10']);
    expect(await page.locator('body').innerText()).not.toMatch(EIGHTEEN);
    await row.getByRole('button', { name: /同管人员/ }).click();
    await page.locator('.offered button', { hasText: '混管异常' }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.locator('.ant-modal tr.ant-table-row').first().waitFor();
    const people = await page.locator('.ant-modal').last().innerText();
    for (let n = 10; n < 19; n++) expect(people).toContain(sitePerson(n).number);
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('.ant-modal-close').last().click();
  });

  it('BD16 a roster with bad rows is told row by row; the good ones are taken and the bad ones come back as a file', async () => {
    await openPage(board, 'roster', '花名册');
    const { page } = board;
    const good = Array.from({ length: PEOPLE }, (_, n) => sitePerson(n)).map(
      (p) => `${p.number},${p.name},${p.workshop},${p.team},${p.shift},${p.phone}`,
    );
    const csv = [
      'number,name,workshop,team,shift,phone',
      ...good,
      '110199198803150019,范错,一车间,焊接班,白班,',
      ',范空,一车间,焊接班,白班,',
    ].join('\n');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '花名册.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.locator('.row-errors').waitFor();
    const errors = await page.locator('.row-errors').innerText();
    expect(errors).toContain(String(PEOPLE + 2));
    expect(errors).toContain(String(PEOPLE + 3));
    expect(await page.locator('.trouble').innerText()).toContain(`可用 ${PEOPLE},需处理 2`);
    await page.getByLabel('修改理由').fill('电话补全');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /导入可用的行/ }).click();
    await page.getByRole('button', { name: /按此理由修改/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('花名册-需处理.xlsx');
    const bad = await readTable(await readFile(await file.path()));
    expect(JSON.stringify(bad)).toContain('范错');
    await page.getByText(`共 ${PEOPLE + 2} 人,可用 ${PEOPLE},需处理 2`).waitFor();
    expect(board.complaints.filter((c) => !/4(22|09).*\/roster/.test(c))).toEqual([]);
    board.complaints.length = 0;
  });

  it('BD17 every page fits an old laptop, has contrast of 4.5 and makes no complaint', async () => {
    for (const { page, word } of PAGES) {
      if (page === 'entry') continue; // the lab clerk's page has its own test
      await openPage(board, page, say('zh', message(word)));
      await board.page.waitForLoadState('networkidle');
      expect(await faultsOf(board.page), page).toEqual([]);
    }
    expect(board.complaints).toEqual([]);
  });

  it('BD18 a round is made, its set-up sheet has the opening code, a kiosk is paired, and the round opens after a question', async () => {
    const { page } = board;
    await openPage(board, 'rounds', '轮次');
    await page.getByRole('button', { name: /照上一轮新建/ }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    const row = page.locator('tr', { hasText: '第5轮' });
    await row.waitFor();
    await row.getByRole('button', { name: /布置单/ }).click();
    expect(await page.locator('.sheet').innerText()).toContain('开场码'); // the name the kiosk asks for it by
    expect(await page.locator('.opening-code').innerText()).toMatch(/^\d{3} \d{3} \d{3} \d{4}$/);
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: /返回/ }).click();
    await openPage(board, 'pairing', '配对');
    await page.getByRole('button', { name: /生成配对码/ }).click();
    await page.locator('.pairing .code').first().waitFor();
    expect(await page.locator('.pairing .code').first().innerText()).toMatch(/^\d{8}$/);
    expect(await copiedBy(page.locator('.pairing').getByRole('button', { name: /复制/ }))).toMatch(
      /^muster:127\.0\.0\.1:\d+\/-\/\d{8}$/,
    );
    expect(
      await page.locator('.pairing img').evaluate((img: HTMLImageElement) => img.naturalWidth),
    ).toBeGreaterThan(0);
    await openPage(board, 'rounds', '轮次');
    await page
      .locator('tr', { hasText: '第5轮' })
      .getByRole('button', { name: /开始轮次/ })
      .click();
    expect(await page.locator('.ant-modal').innerText()).toContain('之前的试刷不计入');
    await page.locator('.offered button', { hasText: '按计划' }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.locator('tr', { hasText: '第5轮' }).locator('.ant-tag', { hasText: '进行中' }).waitFor();
  });

  it('BD21 a board whose edge has stopped says so with the age of its figures, and is live again when it is back', async () => {
    const { page } = board;
    await openPage(board, 'live', '实时');
    await page.getByTestId('ladder').waitFor();
    const line = await page.getByTestId('ladder').innerText();
    const { port } = site.site.edge;
    await site.site.stop();
    await page.locator('.stale').waitFor();
    expect(await page.locator('.stale').innerText()).toMatch(/断开.*截至 \d\d:\d\d/);
    expect((await page.getByTestId('ladder').innerText()).split(' · ').slice(0, 2)).toEqual(
      line.split(' · ').slice(0, 2),
    );
    again = await EdgeSite.start({ dir: site.site.dir, port, boardDir: BOARD_DIR });
    await page.locator('.stale').waitFor({ state: 'detached' });
    await page.getByTestId('ladder').waitFor();
  });
});
