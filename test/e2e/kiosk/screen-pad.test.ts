import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { LATE_ANSWER_MS } from '../../../kiosk/screen/input/screen-store.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { buildScreen, handsAt, launchChromium } from '../../support/screen/screen-page.ts';

const PHONE = '10012345678';
/** Keys of a number pad whose NumLock is off, as Chromium takes them: they are known by their places. */
const padCodes = (text: string): string[] =>
  Array.from(text, (c) => ({ '.': 'NumpadDecimal', ':': 'NumpadMultiply' })[c] ?? `Numpad${c}`);

describeNeeding(['chromium'], 'a kiosk with a number pad and nothing else, at a real edge', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-pad-'));
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  let kiosk: ChildProcess;
  let browser: Browser;
  let page: Page;
  let press: ReturnType<typeof handsAt>;
  const sees = (text: string, where = 'h1') =>
    page.waitForFunction(
      ([selector, wanted]) =>
        [...document.querySelectorAll(selector)].some((one) => one.textContent?.includes(wanted)),
      [where, text] as const,
    );
  const written = () =>
    page
      .locator('.form input')
      .evaluateAll((all) => all.map((one) => (one instanceof HTMLInputElement ? one.value : '')));
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name'));
  const caps = async () => (await page.locator('.key-bar .key-button').allInnerTexts()).join(' ');

  beforeAll(async () => {
    await buildScreen();
    site = await EdgeSite.start({ tls: true, advertisedHost: '127.0.0.1' });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the test's own HTTP client; the kiosk pins
    lead = await site.lead();
    const hour = 3_600_000;
    const session = {
      from: new Date(Date.now() - hour).toISOString(),
      to: new Date(Date.now() + hour).toISOString(),
    };
    round = await site.round(lead, {
      tubeMode: 'marks',
      sessions: [{ name: '早场', ...session, shift: null }],
    });
    await site.open(lead, round);
    const command = [path.join(PROJECT_ROOT, 'kiosk/browser/main.ts'), '--data', folder];
    kiosk = spawn(process.execPath, command, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: undefined },
    });
    const address = await new Promise<string>((resolve, reject) => {
      kiosk.stdout!.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
      kiosk.once('exit', (code) => reject(new Error(`the browser kiosk ended with ${code}`)));
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    press = handsAt(page);
    await page.goto(address);
    await sees('本机还没有配对');
  });
  afterAll(async () => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    await browser?.close();
    kiosk?.kill();
    await site?.stop();
    site?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('SC22 the browser kiosk says that the sound is held back until the first key of the pad', async () => {
    const band = page.locator('[data-band="sound-held"]');
    await band.waitFor();
    expect(await band.innerText()).toContain('按任意键开启声音');
    await press('NumpadAdd', 'NumpadAdd', 'NumpadAdd');
    await band.waitFor({ state: 'detached' });
  });

  it('SC83 address and code are typed, the fingerprint is compared, and the kiosk is paired', async () => {
    const { json: pairing } = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
    expect(pairing.secret).toMatch(/^[0-9]{8}$/);
    expect(await caps()).toMatch(/− *\s*删.*\+\s*下一栏.*\*\s*冒号 :.*Enter\s*配对/s);
    expect(await focused()).toBe('text');
    await press('NumpadEnter');
    await sees('请写主机地址和配对码', '.fault');
    const { port } = new URL(site.edge.url);
    await press(...padCodes('127.0.9'), 'NumpadSubtract', ...padCodes(`0.1:${port}`), 'NumpadEnter');
    expect([await written(), await focused()]).toEqual([['', `127.0.0.1:${port}`, ''], 'secret']);
    await press('NumpadAdd', 'NumpadAdd', 'NumpadAdd');
    await press(...padCodes(pairing.secret as string), 'NumpadEnter');
    await sees('和主机屏幕上的一样吗');
    const digits = (await page.locator('.fingerprint').innerText()).replaceAll(/\s/g, '');
    expect(site.edge.fingerprint?.slice(0, 20)).toBe(digits);
    expect(await caps()).toContain('一样');
    await press('NumpadAdd');
    await sees('没有读卡器');
    expect(await caps()).toMatch(/0 *\s*手工登记/);
  });

  it('SC83, CK96 a person without a document is counted by the phone number, and the files for HR say 姓名待补', async () => {
    await page.waitForTimeout(LATE_ANSWER_MS); // a question was answered just before
    await press('NumpadAdd');
    await sees('新管');
    await press('Numpad0', 'Numpad4');
    await sees('手工登记:没有证件');
    expect(await caps()).toMatch(/删\/返回.*下一栏.*Enter\s*登记/s);
    await page.keyboard.type('100', { delay: 150 }); // NumLock on
    await press('NumpadEnter');
    await sees('姓名里不能只有数字', '.fault');
    await press('NumpadSubtract', 'NumpadSubtract', 'NumpadSubtract', 'NumpadEnter');
    await sees('请写电话', '.fault');
    await press(...padCodes(PHONE), 'NumpadEnter');
    await sees('再按一次 Enter', '.fault');
    expect([await written(), await focused()]).toEqual([['', PHONE], 'phone']);
    await press('NumpadEnter');
    await sees('已计入');
    await sees('本管第 1 人', '.second');
    await expect
      .poll(async () => (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json)
      .toMatchObject({ people: 1, walkIns: 1 });
    const { bytes } = await site.ask('GET', `/rounds/${round}/headcount.csv`, { token: lead });
    expect(new TextDecoder().decode(bytes)).toContain('(姓名待补)');
  });
});
