import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { FACE_LANGUAGES, LANGUAGE_CODES, LANGUAGES, type Language } from '#shared/language/languages.ts';
import { message } from '#shared/language/message.ts';
import { extent } from '../../support/machine/extent.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { DIALOGS } from '../../support/screen/kiosk-dialogs.ts';
import { BAND_STATES, BEFORE, FACE_STATES, type Shown } from '../../support/screen/kiosk-states.ts';
import { READER_DIALOGS, READER_STATES } from '../../support/screen/reader-states.ts';
import { foreignWords } from '../../support/screen/foreign-words.ts';
import { faultsOf } from '../../support/screen/screen-faults.ts';
import {
  buildScreen,
  launchChromium,
  openScreen,
  type ScreenPage,
} from '../../support/screen/screen-page.ts';
import { saidIn, zhOf } from '../../support/said.ts';

const SIZES = [
  { width: 1024, height: 768 },
  { width: 1366, height: 768 },
  { width: 1024, height: 600 },
].slice(0, extent({ everyday: 2, full: 3 }));

/** The state with the names of people and rounds written in no language. */
function inLanguage(state: KioskState, language: Language): KioskState {
  const text = JSON.stringify({ ...state, language }, (key, value: unknown) =>
    key === 'name' && typeof value === 'string' && !/USB|ttyUSB/.test(value) ? '4*2' : value,
  );
  return JSON.parse(text) as KioskState;
}

const SHOWN: readonly Shown[] = [
  ...Object.values(FACE_STATES).flat(),
  ...BAND_STATES,
  ...Object.entries(READER_STATES).map(([name, state]) => ({ name, state })),
];
const GROUNDS: readonly KioskState[] = [
  {
    ...BEFORE,
    bands: [{ band: 'needs-opening-code' }, { band: 'no-round' }],
    restorable: { name: '4*2', ordinal: 10 },
  },
  { ...FACE_STATES.unreadable[0]!.state, bands: [{ band: 'needs-opening-code' }] },
];

describeNeeding(['chromium'], 'the language of the screen', () => {
  let browser: Browser;
  let screens: ScreenPage[];
  beforeAll(async () => {
    await buildScreen();
    browser = await launchChromium();
    screens = await Promise.all(SIZES.map((size) => openScreen(browser, size)));
  });
  beforeEach(async () => {
    await Promise.all(
      screens.map(async (screen) => {
        for (let i = 0; i < 5; i++) await screen.press('Escape');
      }),
    );
  });
  afterAll(() => browser.close());

  const onEach = (look: (screen: ScreenPage) => Promise<void>): Promise<unknown> =>
    Promise.all(screens.map(look));
  const faultsIn = async (screen: ScreenPage, language: Language): Promise<string[]> => [
    ...(await foreignWords(screen, language)),
    ...(await faultsOf(screen)),
  ];
  const sizeOf = (screen: ScreenPage): string => Object.values(screen.page.viewportSize() ?? {}).join('×');

  it.for(LANGUAGE_CODES)(
    'LN20 in %s header, bands, keys and what the staff must do on every face',
    async (language) => {
      await onEach(async (screen) => {
        for (const { name, state } of SHOWN) {
          await screen.show(inLanguage(state, language));
          expect(await faultsIn(screen, language), `${name} at ${sizeOf(screen)}`).toEqual([]);
        }
      });
    },
  );

  it.for(LANGUAGE_CODES)('LN20 in %s every dialog', async (language) => {
    await onEach(async (screen) => {
      for (const ground of GROUNDS)
        for (const [dialog, keys] of Object.entries(DIALOGS)) {
          await screen.show(inLanguage(ground, language));
          for (const key of keys) await screen.press(key);
          await screen.page.waitForSelector(`[data-draft="${dialog}"]`);
          expect(await faultsIn(screen, language), `${dialog} at ${sizeOf(screen)}`).toEqual([]);
          await screen.press('Escape');
        }
    });
  });

  it.for(LANGUAGE_CODES)('LN20 in %s the page of the readers at every step', async (language) => {
    await onEach(async (screen) => {
      for (const { name, state, keys } of READER_DIALOGS) {
        await screen.show(inLanguage(BEFORE, language));
        await screen.show(inLanguage(state, language));
        for (const key of keys) await screen.press(key);
        expect(await faultsIn(screen, language), `${name} at ${sizeOf(screen)}`).toEqual([]);
        for (let i = 0; i < 5; i++) await screen.press('Escape');
      }
    });
  });

  it('LN20 the measuring finds a word of the other language', async () => {
    const screen = screens[0]!;
    await screen.show(inLanguage(BEFORE, 'en'));
    expect(await foreignWords(screen, 'zh')).toContain('Last');
    await screen.show(inLanguage(BEFORE, 'zh'));
    expect(await foreignWords(screen, 'en')).toContain('更多');
  });

  it('LN21 a face says its words in every language of the faces, whatever the staff reads', async () => {
    const screen = screens[0]!;
    for (const language of LANGUAGE_CODES) {
      await screen.show({ ...FACE_STATES.counted[0]!.state, language });
      const face = screen.page.locator('.face-words');
      for (const code of FACE_LANGUAGES)
        expect(await face.innerText()).toContain(saidIn(code, message('face.counted')));
      expect(await face.locator('h1').innerText()).toBe(zhOf(message('face.counted')));
    }
  });

  it('LN22 begins in the language of the system; the menu and the pairing page ask for another, by key and by mouse', async () => {
    const english = await openScreen(browser, SIZES[0]!, 'en-US');
    const lang = (): Promise<string> => english.page.evaluate(() => document.documentElement.lang);
    await english.show(BEFORE);
    expect(await english.page.locator('.header').innerText()).toContain('Station 1');
    expect(await lang()).toBe(LANGUAGES.en.locale);
    for (const key of ['NumpadEnter', 'Numpad9']) await english.press(key);
    expect(await english.page.locator('.dialog').innerText()).toContain(LANGUAGES.zh.name);
    await english.press('Numpad1');
    await english.show(FACE_STATES.unpaired[0]!.state);
    await english.page.locator('[data-key="zh"]').click();
    expect(english.commands).toEqual([
      { command: 'choose-language', language: 'zh' },
      { command: 'choose-language', language: 'zh' },
    ]);
    await english.show({ ...BEFORE, language: 'zh' });
    expect(await english.page.locator('.header').innerText()).toContain('1号台');
    expect(await lang()).toBe(LANGUAGES.zh.locale);
    await english.page.close();
  });
});
