import type { ScreenPage } from './screen-page.ts';

/** What is wrong with the look of the present screen; the parts are measured where they stand. */
export function faultsOf(screen: ScreenPage): Promise<string[]> {
  return screen.page.evaluate((targetHeightPxMin) => {
    const faults: string[] = [];
    const { innerWidth, innerHeight } = window;
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push('the page scrolls');
    const name = (element: Element) =>
      `${element.tagName}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 12)}"`;
    type Colour = [number, number, number];
    const colour = (text: string): Colour | null => {
      const parts = (text.match(/[\d.]+/g) ?? []).map(Number);
      return parts.length === 4 && parts[3] === 0 ? null : [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
    };
    const luminance = (rgb: Colour): number => {
      const [r, g, b] = rgb.map((value) =>
        value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
    };
    const ground = (element: Element): Colour => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const found = colour(getComputedStyle(at).backgroundColor);
        if (found !== null) return found;
      }
      return [255, 255, 255];
    };
    const hasText = (element: Element): boolean =>
      [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      );
    /** As wide as the text itself, which may be wider than its box, and as high as its lines. */
    const extent = (element: Element): DOMRect => {
      const box = element.getBoundingClientRect();
      if (!hasText(element)) return box;
      const range = document.createRange();
      range.selectNodeContents(element);
      const { left, width } = range.getBoundingClientRect();
      return new DOMRect(left, box.top, width, box.height);
    };
    const isInside = (rect: DOMRect, outer: DOMRect, slack: number): boolean =>
      rect.top >= outer.top - slack &&
      rect.bottom <= outer.bottom + slack &&
      rect.left >= outer.left - slack &&
      rect.right <= outer.right + slack;
    const shown = [...document.querySelectorAll('.screen *')].filter(
      (element) =>
        element.getBoundingClientRect().width > 0 &&
        (hasText(element) || element.matches('button, svg, input')),
    );
    for (const element of shown) {
      const rect = extent(element);
      if (!isInside(rect, new DOMRect(0, 0, innerWidth, innerHeight), 0.5))
        faults.push(`outside: ${name(element)}`);
      const box = element.parentElement?.closest(
        '.face-middle, .alert, .tube-meter, .band, .header, .strip, .key-button, .typed, .dialog-title, .dialog-left, .dialog',
      );
      if (box !== null && box !== undefined && !isInside(rect, box.getBoundingClientRect(), 1))
        faults.push(`leaves its box: ${name(element)}`);
      if (hasText(element)) {
        const [a, b] = [
          luminance(colour(getComputedStyle(element).color) ?? [0, 0, 0]),
          luminance(ground(element)),
        ].toSorted((x, y) => y - x);
        const contrast = ((a ?? 0) + 0.05) / ((b ?? 0) + 0.05);
        if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: ${name(element)}`);
        if (Number.parseFloat(getComputedStyle(element).fontSize) < 16)
          faults.push(`small type: ${name(element)}`);
      }
      if (element.matches('button, input') && (rect.height < targetHeightPxMin - 0.5 || rect.width < 95.5))
        faults.push(`small target ${rect.width}×${rect.height}: ${name(element)}`);
    }
    // What lies on something else hides it, whichever of the two is painted above. Text that flows in lines is its block's.
    const apart = shown.filter(
      (element) =>
        element.parentElement?.closest('button') === null &&
        !element.matches('svg') &&
        getComputedStyle(element).display !== 'inline',
    );
    for (const [i, one] of apart.entries())
      for (const other of apart.slice(i + 1)) {
        if (one.contains(other) || other.contains(one)) continue;
        const [a, b] = [extent(one), extent(other)];
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > 1 && height > 1) faults.push(`on one another: ${name(one)} and ${name(other)}`);
      }
    return faults;
  }, targetHeightPxMin(screen));
}

/** SC15: gloves want 96 px; a screen 600 px high has no room for four rows of them. */
function targetHeightPxMin(screen: ScreenPage): number {
  return (screen.page.viewportSize()?.height ?? 0) < 768 ? 64 : 96;
}
