import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { installSchema, listOf } from '#shared/contract/http.ts';
import { boardWithRound } from '../../support/board/board-with-round.ts';
import { faultsOf, openPage, type BoardPage } from '../../support/board/board-page.ts';
import { LEAD, SWIPED, sitePerson, type BoardSite } from '../../support/board/board-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { redeem, type WireKiosk } from '../../support/edge/wire-kiosk.ts';

/** Kiosks whose pairing was revoked and that are back, paired anew: what they hold waits for a press at the board. */
describeNeeding(['chromium'], 'claims to journals at the board', () => {
  let site: BoardSite;
  let board: BoardPage;
  boardWithRound({ as: LEAD }, (made) => {
    ({ site, board } = made);
  });

  const ask = (method: string, at: string, json?: object) =>
    site.site.ask(method, at, { token: site.lead, ...(json !== undefined && { json }) });
  const claim = (): Locator => board.page.getByTestId('journal-claim');
  const installs = async () =>
    listOf('installs', installSchema).parse((await ask('GET', '/installs')).json).installs;
  const people = async (): Promise<number> =>
    (await ask('GET', `/rounds/${site.round}/ladder`)).json.people as number;

  /** The kiosk of a station is shut out, counts one person more by itself, and is paired anew for another station. */
  async function back(station: number, given: { n: number; at: number }): Promise<WireKiosk> {
    const kiosk = site.kiosks.get(station);
    if (!kiosk) throw new Error(`no kiosk at station ${station}`);
    const { pairings } = (await ask('GET', '/pairings')).json as {
      pairings: { id: string; station: number }[];
    };
    await ask('DELETE', `/pairings/${pairings.find((p) => p.station === station)?.id}`);
    const { number, name } = sitePerson(given.n);
    kiosk.swipe({ kind: 'id', number, name });
    const { json } = await ask('POST', '/pairings', { station: given.at });
    const edge = { origin: site.site.edge.url, fingerprint: null };
    const previous = String((kiosk.socket.auth as { token: unknown }).token);
    const redeemed = await redeem(edge, { secret: json.secret as string, device: '旧笔记本', previous });
    const again = kiosk.pairedAnew(edge, redeemed);
    site.kiosks.set(station, again);
    expect(await again.connect()).toMatchObject({ outcome: 'refused', code: 'unproven' });
    return again;
  }

  async function press(word: RegExp, reason: string): Promise<void> {
    const { page } = board;
    await claim().getByRole('button', { name: word }).click();
    await page.locator('.ant-modal').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('.ant-modal .ant-btn-primary').click();
    await page.locator('.ant-modal', { hasText: '请写理由' }).waitFor(); // no reason, no decision
    await page.locator('.offered button', { hasText: reason }).click();
    await page.locator('.ant-modal .ant-btn-primary').click();
    await claim().waitFor({ state: 'detached' });
  }

  it('BD39 a kiosk that waits to go on with its journal stands above every page until the lead has answered with a reason', async () => {
    const before = await people();
    const kiosk = await back(1, { n: SWIPED, at: 3 });
    await openPage(board, 'missing', '漏检名单');
    await claim().waitFor();
    expect(await claim().innerText()).toMatch(/3号台 旧笔记本 重新配对后要接着传 1号台[^]*照常打卡/);
    await press(/接受这台电脑继续它的记录/, '就是原来那台电脑');
    expect(await kiosk.connect()).toMatchObject({ outcome: 'welcome', station: 3 });
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored' });
    expect(await people()).toBe(before + 1);
    const told = (await installs()).find((i) => i.id === kiosk.install);
    expect(told).toMatchObject({ station: 3, trouble: null, parent: null, waiting: 0 });
    kiosk.close();

    const declined = await back(2, { n: SWIPED + 1, at: 2 });
    await claim().waitFor({ timeout: 20_000 });
    expect(await claim().innerText()).toMatch(/2号台 旧笔记本 重新配对后要接着传 2号台/);
    await press(/不是这台,另起一份/, '不是原来那台电脑');
    expect(await declined.connect()).toMatchObject({ outcome: 'fork', reason: 'other-pairing' });
    declined.close();
    expect(board.complaints).toEqual([]);
  });
});
