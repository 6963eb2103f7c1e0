import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { serveReader, type ServedReader } from '../../site/readers/simulated-reader-carriers.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { pairingStandIn, type PairingStandIn } from '../../support/kiosk/pairing-stand-in.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { buildScreen, handsAt, launchChromium } from '../../support/screen/screen-page.ts';

const PEOPLE = inventPeople({ seed: 43, count: 4 });

describeNeeding(['chromium'], 'the screen with the real engine', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-screen-'));
  const reader = new SimulatedReader(systemClock);
  let served: ServedReader;
  let edge: PairingStandIn;
  let kiosk: ChildProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const sees = (text: string) =>
    page.waitForFunction(
      (wanted) => document.querySelector('h1')?.textContent?.includes(wanted) === true,
      text,
    );
  const swipe = (person: number) =>
    reader.placeCard(cardOf(PEOPLE[person]!), { holdMs: 300, patienceMs: 20_000 });
  let press: ReturnType<typeof handsAt>;
  const last = async () => Number(await page.locator('[data-number="last"]').innerText());

  beforeAll(async () => {
    await buildScreen();
    served = await serveReader(reader, 0);
    edge = await pairingStandIn(2);
    kiosk = spawn(
      process.execPath,
      [
        path.join(PROJECT_ROOT, 'kiosk/browser/main.ts'),
        '--data',
        folder,
        '--reader',
        served.path,
        '--pair',
        edge.code,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const address = await new Promise<string>((resolve, reject) => {
      kiosk.stdout!.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
      kiosk.once('exit', (code) => reject(new Error(`the browser kiosk ended with ${code}`)));
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    press = handsAt(page);
    await page.goto(address);
    await sees('请放身份证');
  });
  afterAll(async () => {
    await browser?.close();
    kiosk?.kill();
    await edge?.stop();
    await served?.unplug();
    await rm(folder, { recursive: true, force: true });
  });

  it('SC16 a card on the reader is counted on the screen', async () => {
    const before = await last();
    expect(await swipe(0)).toBe('read');
    await sees('已计入');
    expect(await last()).toBe(before + 1);
    const text = await page.locator('.screen').innerText();
    expect(text).toContain('断网,照常打卡');
    expect(text).not.toContain(PEOPLE[0]!.number);
    expect(text).not.toContain(PEOPLE[0]!.name);
  });

  it('SC16 the last one is undone, and another entered by hand, with the number pad alone', async () => {
    await press('NumpadSubtract');
    await sees('撤销 ');
    await press('NumpadEnter');
    await sees('已撤销');
    const before = await last();
    const { number } = PEOPLE[1]!;
    const codes = Array.from(number, (c) => (c === 'X' ? 'NumpadMultiply' : `Numpad${c}`));
    await press('Numpad0', 'Numpad1', ...codes, 'NumpadEnter');
    await sees('已计入');
    expect(await last()).toBe(before + 1);
  });

  it('SC16 a reader unplugged and plugged in again is seen in the header', async () => {
    await served.unplug();
    await page.waitForSelector('.reader-gone');
    await served.plugIn();
    await page.waitForSelector('.reader-ready');
    expect(await page.locator('.header-reader').innerText()).toContain('读卡器正常');
  });

  it('SC16 when the program ends no green face stays', async () => {
    await swipe(2);
    await sees('已计入');
    expect(complaints).toEqual([]);
    const ended = new Promise((resolve) => kiosk.once('exit', resolve));
    kiosk.kill();
    await sees('打卡程序没有响应');
    await ended;
  });
});
