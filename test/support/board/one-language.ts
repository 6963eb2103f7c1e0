import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Language } from '#shared/language/languages.ts';
import { LAPTOP } from './board-page.ts';
import { chineseOf } from './chinese-of.ts';

/** A telephone, a small window beside another, the laptop of the site. */
export const WIDTHS = [390, 1024, LAPTOP.width];

/** Fingerprints, hashes and numbers of journals. */
const HASHES = /(?=[a-f]*\d)[0-9a-f]{8,}/g;

/** Words in Latin letters that a page shows or offers, without `names` and codes; names of icons are said by the icon's maker. */
async function latinOf(page: Page, names: readonly string[]): Promise<string[]> {
  const said = await page.evaluate(() =>
    [
      document.body.innerText,
      ...[...document.querySelectorAll('[aria-label], [title], [placeholder]')]
        .filter((e) => e.closest('.anticon') === null)
        .flatMap((e) => ['aria-label', 'title', 'placeholder'].map((name) => e.getAttribute(name) ?? '')),
    ].join('\n'),
  );
  const data = names.toSorted((a, b) => b.length - a.length);
  const without = data.reduce((text, name) => text.replaceAll(name, ''), said.replace(HASHES, ''));
  return without.match(/[A-Za-z]{2,}/g) ?? [];
}

/** Texts that end in dots because their place is too short, and words in an empty field that are longer than the field. */
const cutOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d')!;
    const isSeen = (e: HTMLElement): boolean => e.getClientRects().length > 0;
    const cut = [...document.querySelectorAll<HTMLElement>('body *')].filter(
      (e) =>
        isSeen(e) &&
        e instanceof HTMLElement &&
        e.innerText.trim() !== '' &&
        getComputedStyle(e).textOverflow === 'ellipsis' &&
        e.scrollWidth > e.clientWidth,
    );
    const hidden = [...document.querySelectorAll<HTMLInputElement>('input[placeholder]')].filter((e) => {
      const { font, paddingLeft, paddingRight } = getComputedStyle(e);
      pen.font = font;
      const room = e.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      return isSeen(e) && e.value === '' && pen.measureText(e.placeholder).width > room + 1;
    });
    return [...cut.map((e) => e.innerText), ...hidden.map((e) => e.placeholder)];
  });

/** Every word of the page is of one language but for `names`, no text is cut off, and the page is no wider than its window, at each of the widths. */
export async function standsInOne(
  page: Page,
  language: Language,
  of: { what: string; names: readonly string[]; widths?: readonly number[] },
): Promise<void> {
  for (const width of of.widths ?? WIDTHS) {
    await page.setViewportSize({ width, height: LAPTOP.height });
    const foreign = language === 'zh' ? await latinOf(page, of.names) : await chineseOf(page, of.names);
    expect(foreign, `${of.what} in ${language} at ${width}`).toEqual([]);
    expect(await cutOf(page), `${of.what} in ${language} at ${width}: cut off`).toEqual([]);
    // tables and menus follow the window a moment later
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), {
        message: `${of.what} in ${language} at ${width}: wider than the window by`,
      })
      .toBeLessThanOrEqual(0);
  }
}
