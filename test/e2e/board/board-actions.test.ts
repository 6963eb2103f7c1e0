import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { EMPTY_HEAD } from '#shared/event/chain.ts';
import { LISTS_AGAIN_MS } from '../../../edge-service/board/parts/board-context.tsx';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, PEOPLE, SWIPED, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

/** What people decide at the board, pressed in a real browser and looked up at the real edge. */
describeNeeding(['chromium'], 'decisions at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });

  const get = async (at: string) => (await site.site.ask('GET', at, { token: site.lead })).json;
  const ofRound = (at: string) => get(`/rounds/${site.round}/${at}`);
  const kiosk = (station: number): WireKiosk => {
    const found = site.kiosks.get(station);
    if (!found) throw new Error(`no kiosk at station ${station}`);
    return found;
  };
  /** Gives the reason the open question asks for, and waits until it has gone. */
  const giveReason = async (text: string): Promise<void> => {
    const question = board.page.locator('.ant-modal', { has: board.page.locator('form') }).last();
    await question.locator('input[type=text]').last().fill(text);
    await question.locator('.ant-btn-primary').click();
    await question.waitFor({ state: 'detached' });
  };
  const row = (section: string, text: string): Locator =>
    board.page.getByTestId(section).locator('tr.ant-table-row', { hasText: text });
  const ladderSays = (text: string): Promise<unknown> =>
    board.page.waitForFunction(
      (wanted) => document.querySelector('.ladder-line')?.textContent?.includes(wanted),
      text,
      { timeout: 10_000 },
    );

  it('BD22 a reason entered by mistake is withdrawn at the missing list, and the person is 漏检 again', async () => {
    await openPage(board, 'missing', '漏检名单');
    const { page } = board;
    const names = page.locator('.team .names button').first();
    const name = await names.innerText();
    await names.click();
    await page.locator('.offered button', { hasText: '隔离' }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    const excused = page.locator('.team .names > span', { hasText: '隔离' });
    await excused.waitFor();
    expect(await excused.innerText()).toContain(name);
    await ladderSays('有原因 1');
    expect(await faultsOf(page)).toEqual([]);
    await excused.getByRole('button', { name: /撤销原因/ }).click();
    await page.locator('.ant-popconfirm .ant-btn-primary').click();
    await excused.waitFor({ state: 'detached' });
    await ladderSays('有原因 0');
    expect(await page.locator('.team .names button').first().innerText()).toBe(name);
  });

  it('BD68 a click beside a question loses nothing that was typed', async () => {
    await openPage(board, 'missing', '漏检名单');
    const { page } = board;
    await page.locator('.team .names button').first().click();
    const question = page.locator('.ant-modal');
    const typed = question.locator('input[type=text]').last();
    await typed.fill('出差到月底');
    await page.mouse.click(5, 300);
    expect(await typed.inputValue()).toBe('出差到月底');
    await question.getByRole('button', { name: /取消/ }).click();
    await question.waitFor({ state: 'detached' });
    await ladderSays('有原因 0');
  });

  it('BD23 a swipe is voided with a reason at the people of its tube, and is counted no more', async () => {
    await openPage(board, 'tubes', '管');
    const { page } = board;
    const before = (await ofRound('ladder')) as { people: number; voided: number };
    await page
      .locator('tr', { hasText: '0000018' })
      .getByRole('button', { name: /同管人员/ })
      .click();
    await page.locator('.offered button', { hasText: '核对拭子数' }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    const victim = sitePerson(SWIPED - 5);
    const line = page.locator('.ant-modal tr.ant-table-row', { hasText: victim.number });
    await line.getByRole('button', { name: /作废/ }).click();
    await giveReason('替别人刷卡');
    await page.locator('.ant-modal tr', { hasText: '已作废' }).waitFor();
    expect(await line.innerText()).toContain('已作废');
    expect(await line.getByRole('button').count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    expect(await ofRound('ladder')).toMatchObject({ people: before.people - 1, voided: before.voided + 1 });
    await page.locator('.ant-modal-close').last().click();
  });

  it('BD54 a tube’s code is put right with a reason at the board, and stands so in the list', async () => {
    await openPage(board, 'tubes', '管');
    const { page } = board;
    const tube = (code: string): Locator => page.locator('tr.ant-table-row', { hasText: code });
    for (const [from, to] of [
      ['0000011', '0000091'],
      ['0000091', '0000011'],
    ] as const) {
      await tube(from).getByRole('button', { name: /更正/ }).click();
      await page.locator('.ant-modal').getByLabel('管号').fill(to);
      expect(await faultsOf(page)).toEqual([]);
      await giveReason('管号贴错');
      await tube(to).waitFor();
      expect(await tube(from).count()).toBe(0);
    }
  });

  it('BD24 records that cannot be used, forks and forgotten swipes are listed at the installs and decided with a reason', async () => {
    const [one, two] = [kiosk(1), kiosk(2)];
    const strange = one.append('of-another-time' as never, {});
    const early = two.swipe({
      kind: 'id',
      number: sitePerson(PEOPLE - 8).number,
      name: sitePerson(PEOPLE - 8).name,
    });
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

    await openPage(board, 'installs', '各机记录');
    const { page } = board;
    const number = strange.slice(strange.indexOf(':') + 1);
    await row('quarantine', number).waitFor();
    expect(await row('quarantine', number).innerText()).toMatch(/1号台[^]*版本较新/);
    await row('forks', two.install.slice(0, 8)).waitFor();
    await row('unfiled', '试刷').waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await row('quarantine', number).getByRole('button').click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    // no reason, no decision
    await page.locator('.ant-modal', { hasText: '请写理由' }).waitFor();
    await giveReason('升级前的试验记录');
    await page.getByTestId('quarantine').waitFor({ state: 'detached' });
    expect(await ofRound('quarantine')).toEqual({ total: 0, events: [] });

    await row('forks', two.install.slice(0, 8)).getByRole('button').click();
    await giveReason('复制过数据盘');
    await page.getByTestId('forks').waitFor({ state: 'detached' });
    expect((await ofRound('forks')).forks).toEqual([]);

    const { swipes } = (await ofRound('ladder')) as { swipes: number };
    await row('unfiled', '试刷').getByRole('button').click();
    await giveReason('忘记开轮');
    await page.getByTestId('unfiled').waitFor({ state: 'detached' });
    expect(await ofRound('ladder')).toMatchObject({ swipes: swipes + 1 });
    expect(early.startsWith(two.install)).toBe(true);
  });

  it('AC60 a kiosk that says its token is bound to no machine stands there as such, and it alone', async () => {
    const after = kiosk(4);
    await after.ask('token-binding', { bound: false });
    await openPage(board, 'installs', '各机记录');
    const { page } = board;
    const line = page.locator('tr.ant-table-row', { hasText: after.install.slice(0, 8) });
    await line.locator('.ant-tag', { hasText: '令牌未绑定本机' }).waitFor();
    expect(await page.locator('.ant-tag', { hasText: '令牌未绑定本机' }).count()).toBe(1);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('BD25 an install that will not come again is settled with its last number and a reason', async () => {
    await openPage(board, 'installs', '各机记录');
    const { page } = board;
    const after = kiosk(4);
    const line = page.locator('tr.ant-table-row', { hasText: after.install.slice(0, 8) });
    await line.getByRole('button', { name: /填写例外/ }).click();
    const number = page.locator('.ant-modal input[role=spinbutton]');
    expect(await number.inputValue()).toBe(String(after.head.sequence));
    await giveReason('电脑坏了,交接单上最后编号相符');
    await line.locator('.ant-tag', { hasText: '已结清' }).waitFor();
    expect(await line.getByRole('button').count()).toBe(0);
    const { installs } = (await get(`/installs?round=${site.round}`)) as {
      installs: { id: string; settled: boolean }[];
    };
    expect(installs.find((i) => i.id === after.install)?.settled).toBe(true);
  });

  const labCard = (): Locator => board.page.locator('section.card', { hasText: '检测机构清单' });
  const giveList = (name: string, csv: string): Promise<void> =>
    labCard()
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) });

  it('BD40 a second half is added unless the person replaces the list, and before either it is said what becomes of the tubes listed', async () => {
    await openPage(board, 'reconcile', '核对');
    const { page } = board;
    const card = labCard();
    await page.locator('.finding', { hasText: '0000017' }).waitFor();
    await giveList('下午的箱.csv', 'tube,count\n0000018,10\n');
    await card.locator('.ways').waitFor();
    const [first, second] = await card.locator('.ways li').allInnerTexts();
    expect(first).toMatch(/^加到现有清单[^]*现有清单的 2 管留着[^]*不在上面的管是未回/);
    expect(second).toMatch(/^替换现有清单[^]*现有清单的 2 管不再算/);
    expect((await ofRound('lab-counts')).lines).toHaveLength(2); // nothing has happened yet
    expect(await faultsOf(page)).toEqual([]);
    await card.locator('.ways .ant-btn-primary').click();
    await card.locator('.ant-tag', { hasText: '第 2 版 · 3 管 · 清单未全' }).waitFor();
    expect(await page.locator('.finding', { hasText: '0000017' }).count()).toBe(1);

    await card.getByRole('button', { name: /标为已全/ }).click();
    await card.locator('.ant-tag', { hasText: '清单已全' }).waitFor();
    await giveList('更正.csv', 'tube,count\n0000011,10\n0000017,10\n');
    await card.locator('.ways').waitFor();
    expect(await card.locator('.ways .ant-btn-primary').innerText()).toContain('替换现有清单');
    expect(await card.locator('.ways li').first().innerText()).toMatch(/3 管不再算[^]*清单标为已全/);
    await card.locator('.ways .ant-btn-primary').click();
    await card.locator('.ant-tag', { hasText: '第 4 版 · 2 管 · 清单已全' }).waitFor();
    await page.locator('.finding', { hasText: /0000018.*清单上没有/ }).waitFor();
  });

  it('BD26 the laboratory’s list is uploaded at the board, in halves and whole, and what differs then stands below', async () => {
    await openPage(board, 'reconcile', '核对');
    const { page } = board;
    const card = labCard();
    const replaceBy = async (name: string, csv: string): Promise<void> => {
      await giveList(name, csv);
      await card.locator('.ways').getByRole('button', { name: /替换/ }).click();
    };
    await replaceBy('坏.csv', 'tube,count\n0000011,很多\n');
    await card.locator('.row-errors').waitFor();
    expect(await card.locator('.row-errors').innerText()).toContain('2');
    await card.locator('input[type=checkbox]').uncheck();
    await replaceBy('上午.csv', 'tube,count\n0000011,10\n0000017,9\n');
    await card.locator('.ant-tag', { hasText: '第 5 版 · 2 管 · 清单未全' }).waitFor();
    await page.locator('.finding', { hasText: '0000017' }).waitFor({ state: 'detached' });
    await card.locator('input[type=checkbox]').check();
    await replaceBy('全部.csv', 'tube,count\n0000011,12\n0000017,9\n0000018,9\n');
    await card.locator('.ant-tag', { hasText: '清单已全' }).waitFor();
    const finding = page.locator('.finding', { hasText: '0000011' });
    await finding.waitFor();
    expect(await finding.locator('h4').innerText()).toMatch(/登记12人/);
    board.complaints.splice(
      0,
      board.complaints.length,
      ...board.complaints.filter((c) => !/422.*\/lab-counts/.test(c)),
    );
  });

  it('BD44 what another board does with list and round is seen without a reload', async () => {
    await openPage(board, 'reconcile', '核对');
    const { page } = board;
    const tag = labCard().locator('.ant-tag');
    await tag.filter({ hasText: '清单已全' }).waitFor();
    const { labVersion } = await get(`/rounds/${site.round}`);
    const asked: number[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/api/v1/rounds')) asked.push(Date.now());
    });
    const ask = async (method: string, at: string, given: object): Promise<void> => {
      const { status, json } = await site.site.ask(method, `/rounds/${site.round}/${at}`, {
        token: site.lead,
        ...given,
      });
      expect(status, JSON.stringify(json)).toBe(200);
    };
    await ask('POST', 'lab-counts/complete', { json: { complete: false } });
    await tag.filter({ hasText: `第 ${labVersion + 1} 版 · 3 管 · 清单未全` }).waitFor();
    await labCard()
      .getByRole('button', { name: /标为已全/ })
      .waitFor();
    await ask('PUT', 'lab-counts?complete=true', { body: 'tube,count\n0000011,10\n' });
    await tag.filter({ hasText: '1 管 · 清单已全' }).waitFor();
    await labCard()
      .getByRole('button', { name: /标为未全/ })
      .waitFor();
    await ask('POST', 'state', { json: { state: 'settling', reason: '收工' } });
    await page.locator('.top', { hasText: '收尾核对' }).waitFor();
    await ask('POST', 'state', { json: { state: 'open', reason: '还有人' } });
    await page.locator('.top', { hasText: '进行中' }).waitFor();
    // the clock alone asks once in LISTS_AGAIN_MS
    const pauses = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(Math.min(...pauses)).toBeLessThan(LISTS_AGAIN_MS * 0.8);
  });

  it('BD27 the pairing of a kiosk is revoked at the board; it is disconnected and can deliver no more', async () => {
    await openPage(board, 'pairing', '配对');
    const { page } = board;
    await row('paired', '1号台').waitFor();
    expect(await page.getByTestId('paired').locator('tr.ant-table-row').count()).toBe(3);
    expect(await faultsOf(page)).toEqual([]);
    const gone = new Promise((resolve) => kiosk(1).socket.once('disconnect', resolve));
    await row('paired', '1号台')
      .getByRole('button', { name: /撤销配对/ })
      .click();
    await page.locator('.ant-popconfirm .ant-btn-primary').click();
    await row('paired', '1号台').waitFor({ state: 'detached' });
    await gone;
    await expect(kiosk(1).connect()).rejects.toThrow('revoked');
    expect(board.complaints).toEqual([]);
  });
});
