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

/** Every word of the page is of one language but for `names`, and the page is no wider than its window, at each of the widths. */
export async function standsInOne(
  page: Page,
  language: Language,
  of: { what: string; names: readonly string[]; widths?: readonly number[] },
): Promise<void> {
  for (const width of of.widths ?? WIDTHS) {
    await page.setViewportSize({ width, height: LAPTOP.height });
    const foreign = language === 'zh' ? await latinOf(page, of.names) : await chineseOf(page, of.names);
    expect(foreign, `${of.what} in ${language} at ${width}`).toEqual([]);
    // tables and menus follow the window a moment later
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), {
        message: `${of.what} in ${language} at ${width}: wider than the window by`,
      })
      .toBeLessThanOrEqual(0);
  }
}
