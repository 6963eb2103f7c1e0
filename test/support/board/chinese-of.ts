import type { Page } from 'playwright-core';

const HAN = /\p{Script=Han}+/gu;

/** Chinese in what a page shows, reads aloud or offers, without `names` that were given by people and the choice of language. */
export async function chineseOf(page: Page, names: readonly string[]): Promise<string[]> {
  const said = await page.evaluate(() =>
    [
      document.body.innerText,
      ...[...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].flatMap((e) =>
        ['aria-label', 'title', 'placeholder', 'alt'].map((name) => e.getAttribute(name) ?? ''),
      ),
    ].join('\n'),
  );
  const data = [...names, '中文'].toSorted((a, b) => b.length - a.length);
  return data.reduce((text, name) => text.replaceAll(name, ''), said).match(HAN) ?? [];
}
