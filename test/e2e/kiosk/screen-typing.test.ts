import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { BEFORE } from '../../support/screen/kiosk-states.ts';
import {
  buildScreen,
  launchChromium,
  openScreen,
  typeThroughBrowser,
  type DeviceStroke,
  type ScreenPage,
} from '../../support/screen/screen-page.ts';

const downUp = (stroke: DeviceStroke): DeviceStroke[] => [stroke, { ...stroke, up: true }];
const ENTER = downUp({ code: 'Enter', key: 'Enter', keyCode: 13 });
const digits = (text: string, more: Partial<DeviceStroke> = {}) =>
  Array.from(text).flatMap((key) =>
    downUp({ code: `Digit${key}`, key, keyCode: key.charCodeAt(0), ...more }),
  );
const altDigits = (text: string) =>
  Array.from(text).flatMap((key) =>
    downUp({ code: `Numpad${key}`, key, keyCode: 96 + Number(key), alt: true, pad: true }),
  );
const ALT = { code: 'AltLeft', key: 'Alt', keyCode: 18 };
const inAltMode = (text: string) =>
  Array.from(text).flatMap((c) => [
    { ...ALT, alt: true },
    ...altDigits(String(c.charCodeAt(0)).padStart(4, '0')),
    { ...ALT, up: true },
  ]);

describeNeeding(['chromium'], 'scanners that type, in a browser', () => {
  let browser: Browser;
  let screen: ScreenPage;
  beforeAll(async () => {
    await buildScreen();
    browser = await launchChromium();
    screen = await openScreen(browser, { width: 1024, height: 600 });
  });
  beforeEach(async () => {
    await screen.show(BEFORE);
    screen.commands.length = 0;
  });
  afterAll(() => browser.close());

  const draft = () => screen.page.locator('.screen').getAttribute('data-draft');
  const commanded = async (count: number) => {
    await expect.poll(() => screen.commands.length).toBe(count);
    return { commands: screen.commands, draft: await draft() };
  };

  it('KR8 a scanner of 40 ms a key is one scan, and its 0 and Enter open nothing', async () => {
    await typeThroughBrowser(screen.page, [...digits('000000000018'), ...ENTER], 20);
    expect(await commanded(1)).toEqual({
      commands: [{ command: 'scan', text: '000000000018' }],
      draft: 'none',
    });
  });

  it('KR79 ALT mode is read, and the Enter behind it opens nothing', async () => {
    await typeThroughBrowser(screen.page, [...inAltMode('0000018'), ...ENTER], 8);
    expect(await commanded(1)).toEqual({ commands: [{ command: 'scan', text: '0000018' }], draft: 'none' });
  });

  it('KR79 Alt on every key changes nothing for the keys of the main block', async () => {
    const enter = ENTER.map((stroke) => ({ ...stroke, alt: true }));
    await typeThroughBrowser(screen.page, [...digits('0000018', { alt: true }), ...enter], 5);
    expect(await commanded(1)).toEqual({ commands: [{ command: 'scan', text: '0000018' }], draft: 'none' });
  });

  it('KR79 keys that nobody can name spoil the scan, and the screen says how to set the scanner', async () => {
    const lost = downUp({ code: '', key: 'Unidentified', keyCode: 229 });
    const strokes = [...digits('0'), ...lost, ...digits('00018'), ...ENTER];
    await typeThroughBrowser(screen.page, strokes, 5);
    const fault = screen.page.locator('.fault');
    await fault.waitFor();
    expect(await fault.innerText()).toContain('扫码枪请设为:USB 键盘');
    expect([screen.commands, await draft()]).toEqual([[], 'none']);
  });
});
