import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { eventIdSchema } from '#shared/ids.ts';
import { LATE_ANSWER_MS } from '../../../kiosk/screen/input/screen-store.ts';
import { faceWords } from '../../../kiosk/screen/words/face-words.ts';
import { extent } from '../../support/machine/extent.ts';
import { READER_DIALOGS, READER_STATES } from '../../support/screen/reader-states.ts';
import { AFTER, BAND_STATES, BEFORE, FACE_STATES, type Shown } from '../../support/screen/kiosk-states.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { DIALOGS } from '../../support/screen/kiosk-dialogs.ts';
import { faultsOf } from '../../support/screen/screen-faults.ts';
import {
  buildScreen,
  launchChromium,
  openScreen,
  type ScreenPage,
} from '../../support/screen/screen-page.ts';
import { zhOf } from '../../support/said.ts';
import { message } from '#shared/language/message.ts';
import { wholeLine } from '../../../kiosk/screen/words/line.ts';

const SIZES = [
  { width: 1366, height: 768 },
  { width: 1024, height: 600 },
  { width: 1024, height: 768 },
].slice(0, extent({ everyday: 2, full: 3 }));
const FACES: readonly Shown[] = Object.values(FACE_STATES).flat();
const TWO_BANDS: KioskState['bands'] = [{ band: 'needs-opening-code' }, { band: 'no-round' }];
/** Dialogs alone, and below a card that was not read, where two answers more are offered. */
const DIALOG_GROUNDS: readonly KioskState[] = [
  { ...BEFORE, bands: TWO_BANDS, restorable: { name: '欧***明', ordinal: 10 } },
  { ...FACE_STATES.unreadable[0]!.state, bands: TWO_BANDS },
];

const sizeOf = (screen: ScreenPage): string => Object.values(screen.page.viewportSize() ?? {}).join('×');
function whoOf(people: number): KioskState {
  const { state } = FACE_STATES['who-was-not-sampled'][0]!;
  if (state.face.face !== 'who-was-not-sampled') throw new Error('another face');
  const [person] = state.face.candidates;
  const candidates = Array.from({ length: people }, (_, i) => ({
    ...person!,
    swipe: eventIdSchema.parse(`${person!.swipe}${i}`),
    name: i % 3 === 0 ? null : '欧***明',
    ordinal: i + 1,
  }));
  return { ...state, bands: TWO_BANDS, face: { ...state.face, offered: people, candidates } };
}

/** The same at every size, side by side: between two keys a screen waits for a scanner. */
const onEach = (
  screens: readonly ScreenPage[],
  look: (screen: ScreenPage) => Promise<void>,
): Promise<unknown> => Promise.all(screens.map(look));

describeNeeding(['chromium'], 'the screen in a browser', () => {
  let browser: Browser;
  let screens: ScreenPage[];
  beforeAll(async () => {
    await buildScreen();
    browser = await launchChromium();
    screens = await Promise.all(SIZES.map((size) => openScreen(browser, size)));
  });
  afterAll(() => browser.close());

  it('SC2 SC3 SC15 the measuring finds type that leaves its box, parts on one another, weak contrast and small targets', async () => {
    const screen = await openScreen(browser, SIZES[0]!);
    await screen.show(BEFORE);
    expect(await faultsOf(screen)).toEqual([]);
    await screen.page.evaluate(() => {
      const style = (selector: string) => document.querySelector<HTMLElement>(selector)!.style;
      style('.face h1').fontSize = '500px';
      style('.second .zh').color = '#bbbbbb';
      style('.key-button').minHeight = '40px';
      style('.key-bar').height = '60px';
      style('.key-bar').marginTop = '-90px';
    });
    const faults = (await faultsOf(screen)).join('\n');
    for (const fault of ['leaves its box: H1', 'on one another', 'contrast', 'small target'])
      expect(faults).toContain(fault);
    await screen.page.close();
  });

  it('SC2 SC3 SC15 no face leaves the screen, is hard to read, or has a small target', async () => {
    await onEach(screens, async (screen) => {
      for (const { name, state } of [...FACES, ...BAND_STATES]) {
        await screen.show(state);
        expect(await faultsOf(screen), `${name} at ${sizeOf(screen)}`).toEqual([]);
      }
    });
  });

  it('SC2 SC3 SC15 nor does a dialog', async () => {
    await onEach(screens, async (screen) => {
      for (const ground of DIALOG_GROUNDS)
        for (const [dialog, keys] of Object.entries(DIALOGS)) {
          await screen.show(ground);
          for (const key of keys) await screen.press(key);
          await screen.page.waitForSelector(`[data-draft="${dialog}"]`);
          expect(await faultsOf(screen), `${dialog} at ${sizeOf(screen)}`).toEqual([]);
          await screen.press('Escape');
        }
    });
  });

  it('SC2 SC3 SC15 nor does 谁没采 with more people than share a tube, and a number that is none of theirs', async () => {
    await onEach(screens, async (screen) => {
      for (const people of [11, 20]) {
        await screen.show(BEFORE);
        await screen.show(whoOf(people));
        await screen.page.waitForFunction(
          (count) => document.querySelectorAll('.candidates button').length === count,
          people,
        );
        expect(await faultsOf(screen), `${people} at ${sizeOf(screen)}`).toEqual([]);
      }
      await screen.show(whoOf(11));
      for (const key of ['Numpad9', 'Numpad9', 'NumpadEnter']) await screen.press(key);
      expect(await screen.page.locator('.fault').innerText()).toContain('名单里没有这个号');
      expect(await faultsOf(screen), sizeOf(screen)).toEqual([]);
    });
  });

  it('SC2 SC3 SC15 nor does the keypad below any face', async () => {
    await onEach(screens, async (screen) => {
      await screen.show(BEFORE);
      for (const key of DIALOGS['manual-id'] ?? []) await screen.press(key);
      await screen.page.waitForSelector('.dialog .fault');
      for (const { name, state } of FACES) {
        await screen.show(state);
        expect(await faultsOf(screen), `below ${name} at ${sizeOf(screen)}`).toEqual([]);
      }
      await screen.press('Escape');
    });
  });

  it('SC2 SC3 SC15 KR12 nor does the page of the readers, whatever is there and at every step', async () => {
    await onEach(screens, async (screen) => {
      for (const { name, state, keys } of READER_DIALOGS) {
        await screen.show(BEFORE);
        await screen.show(state);
        for (const key of keys) await screen.press(key);
        expect(await faultsOf(screen), `${name} at ${sizeOf(screen)}`).toEqual([]);
        for (let i = 0; i < 5; i++) await screen.press('Escape');
      }
      for (const [name, state] of Object.entries(READER_STATES)) {
        await screen.show(state);
        expect(await faultsOf(screen), name).toEqual([]);
      }
    });
  });

  it('SC1 every face shows its words, with a symbol beside the colour', async () => {
    const screen = screens[0]!;
    for (const { name, state } of FACES) {
      await screen.show(state);
      const shown = (await screen.page.locator('.screen').innerText()).replaceAll(/\s+/g, '');
      const words = faceWords(state);
      const wanted =
        name.startsWith('who') || name.startsWith('unpaired')
          ? [zhOf(words.main)]
          : [zhOf(words.main), ...words.below.slice(0, 1).map((line) => wholeLine('zh', line))];
      for (const text of wanted) expect(shown, name).toContain(text.replaceAll(/\s+/g, ''));
      if (words.alert !== null && name !== 'sealing')
        expect(shown, name).toContain(zhOf(words.alert).replaceAll(/\s+/g, ''));
      expect(await screen.page.locator('.symbol').count(), name).toBeGreaterThan(0);
    }
  });

  it('SC14 round, date, station, last number, received and reader stand on every screen', async () => {
    const screen = screens[0]!;
    for (const state of [BEFORE, AFTER, FACE_STATES.counted[0]!.state, FACE_STATES.sealing[0]!.state]) {
      await screen.show({ ...state, lastSequence: 412, received: 409, reader: 'gone' });
      const header = (await screen.page.locator('.header').innerText()).replaceAll(/\s+/g, ' ');
      for (const part of ['第4轮', '1月24日', '1号台', '本机末号', '412', '已收', '409', '读卡器断开'])
        expect(header).toContain(part);
    }
  });

  it('SC4 under an input method that swallows keys the number pad still works', async () => {
    const screen = screens[0]!;
    await screen.show(BEFORE);
    await screen.page.waitForTimeout(LATE_ANSWER_MS); // the faces before asked yes-no questions
    screen.commands.length = 0;
    await screen.press('NumpadAdd', 'Process');
    await screen.press('Numpad0', 'Process');
    await screen.press('Numpad2', 'Process');
    await screen.press('KeyA', 'Process');
    await screen.press('Numpad7', 'Process');
    expect(await screen.page.locator('.typed').innerText()).toBe('A7');
    await screen.press('NumpadEnter', 'Process');
    expect(screen.commands).toMatchObject([
      { command: 'change-tube' },
      { command: 'manual', kind: 'staff', number: 'A7' },
    ]);
  });

  it('SC5 the mouse does what the keys do', async () => {
    const screen = screens[1]!;
    const click = (cap: string) => screen.page.locator(`[data-key="${cap}"]`).click();
    await screen.show(BEFORE);
    await screen.page.waitForTimeout(LATE_ANSWER_MS);
    screen.commands.length = 0;
    await click('+');
    await click('−');
    await screen.show(FACE_STATES.sealing[0]!.state);
    await click('9');
    await click('Enter');
    await screen.show(FACE_STATES['who-was-not-sampled'][0]!.state);
    await click('7');
    await screen.show(BEFORE);
    await click('Enter');
    await click('3');
    await click('Enter');
    expect(screen.commands).toMatchObject([
      { command: 'change-tube' },
      { command: 'ask-undo' },
      { command: 'seal', swabbed: 9 },
      { command: 'not-sampled' },
      { command: 'end-round' },
    ]);
  });

  it('SC19 the screen says that + asks for a tube code, and the keys and the mouse open a tube with it', async () => {
    const screen = screens[1]!;
    const plus = screen.page.locator('[data-key="+"]');
    await screen.show({ ...BEFORE, tubeMode: 'marks', tube: null });
    expect(await plus.innerText()).toContain('开新管');
    await screen.show({ ...BEFORE, tube: null });
    expect(await plus.innerText()).toContain('输入管号');
    expect(await screen.page.locator('.alert').innerText()).toContain('请扫管号,或按 + 输入');
    await screen.page.waitForTimeout(LATE_ANSWER_MS);
    screen.commands.length = 0;
    for (const key of ['NumpadAdd', 'Numpad0', 'Numpad1', 'Numpad8', 'NumpadEnter']) await screen.press(key);
    await screen.page.waitForSelector('[data-draft="none"]');
    await plus.click();
    for (const cap of ['1', '9', 'Enter']) await screen.page.locator(`[data-key="${cap}"]`).click();
    expect(screen.commands).toEqual([
      { command: 'tube-code', code: '018' },
      { command: 'tube-code', code: '19' },
    ]);
    await screen.show(BEFORE);
    expect(await plus.innerText()).toContain('换管');
  });

  it('SC20 no cap names a key that a number pad lacks', async () => {
    const screen = screens[0]!;
    for (const keys of Object.values(DIALOGS)) {
      await screen.show(DIALOG_GROUNDS[0]!);
      for (const key of keys) await screen.press(key);
      const caps = await screen.page.locator('kbd').allInnerTexts();
      for (const cap of caps) expect(cap).toMatch(/^(\d|[+−*]|Enter)$/);
      expect(caps.some((cap) => cap === '−' || cap === '*')).toBe(true);
      await screen.press('Escape');
    }
  });

  it('SC20 in a field of the browser’s own − of the number pad erases and then leaves, that of the keyboard is written', async () => {
    const screen = screens[0]!;
    const { keyboard } = screen.page;
    const name = screen.page.locator('.field input').first();
    const open = async (): Promise<void> => {
      for (const key of ['Numpad0', 'Numpad4']) await screen.press(key);
      await screen.page.waitForSelector('[data-draft="manual-none"]');
    };
    await screen.show(BEFORE);
    screen.commands.length = 0;
    await open();
    for (const key of ['KeyL', 'Minus', 'KeyI', 'NumpadSubtract']) await keyboard.press(key);
    expect(await name.inputValue()).toBe('l-');
    await keyboard.press('NumpadSubtract');
    await screen.page.locator('[data-key="−"]').click();
    expect(await name.inputValue()).toBe('');
    expect(await screen.page.locator('.screen').getAttribute('data-draft')).toBe('manual-none');
    await keyboard.press('NumpadSubtract');
    await screen.page.waitForSelector('[data-draft="none"]');
    await open();
    await screen.page.locator('[data-key="−"]').click();
    await screen.page.waitForSelector('[data-draft="none"]');
    expect(screen.commands).toEqual([]);
  });

  it('SC5 real keys: Enter after a click is Enter, not the button again', async () => {
    const screen = screens[0]!;
    await screen.show(BEFORE);
    await screen.page.waitForTimeout(LATE_ANSWER_MS); // a dialog was left just before
    screen.commands.length = 0;
    await screen.page.locator('[data-key="−"]').click();
    await screen.page.keyboard.press('Enter');
    await screen.page.waitForSelector('[data-draft="menu"]');
    expect(screen.commands).toEqual([{ command: 'ask-undo' }]);
    await screen.page.keyboard.press('Escape');
    await screen.page.waitForSelector('[data-draft="none"]');
  });

  it('SC6 a wedge scanner typing a code that begins with 0 opens nothing and is one scan', async () => {
    const screen = screens[0]!;
    await screen.show(BEFORE);
    screen.commands.length = 0;
    await screen.page.evaluate((code) => {
      for (const key of [...[...code].map((digit) => `Digit${digit}`), 'Enter'])
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { code: key, key: 'Process', bubbles: true, cancelable: true }),
        );
    }, '0000018');
    await screen.page.waitForTimeout(120);
    expect(screen.commands).toEqual([{ command: 'scan', text: '0000018' }]);
    expect(await screen.page.locator('.screen').getAttribute('data-draft')).toBe('none');
  });

  it('SC22 the browser holds sound back until a key is pressed, says so, and after a reload again', async () => {
    const { page, show } = await openScreen(browser, SIZES[0]!);
    const band = page.locator('[data-band="sound-held"]');
    for (const time of ['opened', 'reloaded']) {
      if (time === 'reloaded') await page.reload();
      await show(BEFORE);
      await band.waitFor();
      expect(await band.innerText(), time).toContain('按任意键开启声音');
      await page.keyboard.press('ArrowDown');
      await band.waitFor({ state: 'detached' });
    }
    await page.close();
  });

  it('SC10 the person at the reader sees green above an open dialog', async () => {
    const screen = screens[0]!;
    await screen.show(BEFORE);
    await screen.press('Numpad0');
    await screen.press('Numpad1');
    await screen.show(FACE_STATES.counted[0]!.state);
    const strip = screen.page.locator('.strip');
    expect(await strip.innerText()).toContain('已计入');
    expect(await strip.getAttribute('class')).toContain('tone-good');
    expect(await faultsOf(screen)).toEqual([]);
    await screen.press('Escape');
  });

  it('SC13 names and phones go through the browser’s own fields, and what is missing is said', async () => {
    const screen = screens[0]!;
    await screen.show(BEFORE);
    screen.commands.length = 0;
    await screen.press('Numpad0');
    await screen.press('Numpad4');
    await screen.page.keyboard.type('0');
    await screen.page.locator('.field input').first().fill('测试甲');
    await screen.page.keyboard.press('Enter');
    expect(await screen.page.locator('.fault').innerText()).toContain('请写电话');
    await screen.page.locator('.field input').nth(1).fill('10000000000');
    await screen.page.keyboard.press('Enter');
    await screen.page.waitForSelector('[data-draft="none"]');
    expect(screen.commands).toEqual([
      {
        command: 'manual',
        kind: 'none',
        number: '',
        documentType: null,
        name: '测试甲',
        phone: '10000000000',
      },
    ]);
  });

  it('SC13 a refused pairing is said in the dialog and the text stays', async () => {
    const screen = screens[1]!;
    await screen.show(FACE_STATES.unpaired[0]!.state);
    const field = screen.page.locator('.field input').first();
    await field.fill('muster:192.168.1.20');
    await screen.page.keyboard.press('Enter');
    expect(await screen.page.locator('.fault').innerText()).toContain('配对文字不完整');
    screen.answer({ ok: false, code: 'expired', words: message('pairing-fault.refused') });
    await field.fill('muster:192.168.1.20:8443/-/ABCDEF');
    await screen.page.keyboard.press('Enter');
    await screen.page.waitForFunction(
      () => document.querySelector('.fault')?.textContent?.includes('已过期') === true,
    );
    expect(await field.inputValue()).toContain('ABCDEF');
    screen.answer({ ok: true });
    await screen.show(BEFORE);
  });

  it('SC18 under its strict policy the page complains of nothing, and a page without a token says what to do', async () => {
    for (const screen of screens) expect(screen.complaints).toEqual([]);
    const page = await browser.newPage();
    await page.route('http://bare.test/**', async (route) => {
      const response = await screens[0]!.page.evaluate(
        async (url) => (await fetch(url)).text(),
        new URL(route.request().url()).pathname,
      );
      const type = route.request().url().endsWith('.js')
        ? 'text/javascript'
        : route.request().url().endsWith('.css')
          ? 'text/css'
          : 'text/html';
      await route.fulfill({ body: response, contentType: type });
    });
    await page.goto('http://bare.test/');
    await page.waitForSelector('h1');
    expect(await page.locator('h1').innerText()).toContain('完整地址');
    await page.close();
  });
});

describeNeeding(['chromium', 'font'], 'Chinese on the screen', () => {
  it('SC1 Chinese characters have glyphs of their own', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const drawn = await page.evaluate(() => {
        const draw = (text: string): string => {
          const canvas = new OffscreenCanvas(64, 64);
          const context = canvas.getContext('2d');
          if (context === null) throw new Error('no canvas');
          context.font = '48px "WenQuanYi Micro Hei", sans-serif';
          context.fillText(text, 4, 52);
          return context.getImageData(0, 0, 64, 64).data.join();
        };
        return ['请', '管', '采', '\u{10fffd}'].map(draw);
      });
      expect(new Set(drawn).size).toBe(4);
    } finally {
      await browser.close();
    }
  });
});
