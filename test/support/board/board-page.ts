/** The built board in a real Chromium, served by a real edge. */
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

export const BOARD_DIR = path.join(PROJECT_ROOT, 'dist/board');
/** The screen of an old laptop, on which everything must fit. */
export const LAPTOP = { width: 1366, height: 768 };

/** Builds the board, unless `npm test` has just done so. */
export async function buildBoard(): Promise<void> {
  if (process.env['MUSTER_PAGES_BUILT'] !== undefined) return;
  await build({
    configFile: path.join(PROJECT_ROOT, 'edge-service/board/vite.config.ts'),
    logLevel: 'error',
  });
}

export interface BoardPage {
  page: Page;
  url: string;
  /** Console errors, uncaught errors, policy violations. Answers 401 and 422 that a test provokes are taken out by it. */
  complaints: string[];
  /** Everything the edge sent to this page: bodies of HTTP answers and socket frames. */
  received: string[];
}

/** `locale`: what the browser asks for, a BCP 47 tag. */
export async function openBoard(
  browser: Browser,
  url: string,
  { size = LAPTOP, locale = 'zh-CN' } = {},
): Promise<BoardPage> {
  // Without motion: on a busy machine a press at a dialogue that is still growing lands beside it.
  const context = await browser.newContext({
    viewport: size,
    locale,
    acceptDownloads: true,
    reducedMotion: 'reduce',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
  const page = await context.newPage();
  const complaints: string[] = [];
  const received: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('response', (response) => {
    if (!response.url().includes('/api/')) return;
    void response.text().then(
      (text) => received.push(text),
      () => undefined, // an answer without a body, or of a page that has gone
    );
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => received.push(payload.toString())),
  );
  await page.goto(url);
  return { page, url, complaints, received };
}

export async function logIn(board: BoardPage, account: { name: string; password: string }): Promise<void> {
  const { page } = board;
  await page.locator('input[autocomplete=username]').fill(account.name);
  await page.locator('input[type=password]').fill(account.password);
  await page.locator('button[type=submit]').click();
  await page.locator('.top').waitFor();
  // the browser reports the question "am I logged in?" of before as a failed resource
  board.complaints.splice(
    0,
    board.complaints.length,
    ...board.complaints.filter((c) => !/401.*\/api\/v1\/session/.test(c)),
  );
}

export async function openPage(board: BoardPage, page: string, heading: string): Promise<void> {
  await board.page.goto(`${board.url}/#${page}`);
  await board.page.locator('.heading', { hasText: heading }).first().waitFor();
}

/** Presses a button that copies, and gives what lies in the clipboard once the button says that it has. */
export async function copiedBy(button: Locator): Promise<string> {
  await button.click();
  await button.getByText('已复制').waitFor();
  return button.page().evaluate(() => navigator.clipboard.readText());
}

/** Every movement and fading colour that ends has ended. */
async function stillStands(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** What is wrong with the look of the present page: width, contrast below 4.5 : 1 (WCAG 2.1 AA), type below 11 px. */
export async function faultsOf(page: Page): Promise<string[]> {
  await stillStands(page);
  return page.evaluate(() => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > window.innerWidth)
      faults.push(`wider than the screen by ${root.scrollWidth - window.innerWidth}`);
    type Colour = [number, number, number, number];
    const parse = (text: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [r, g, b, a];
    };
    const over = (top: Colour, ground: Colour): Colour => {
      const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + ground[i] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const groundOf = (element: Element | null): Colour => {
      if (element === null) return [255, 255, 255, 1];
      const own = parse(getComputedStyle(element).backgroundColor);
      return own[3] >= 1 ? own : over(own, groundOf(element.parentElement));
    };
    const luminance = (c: Colour): number => {
      const part = (v: number): number =>
        v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
    };
    for (const element of document.querySelectorAll('#root *, .ant-modal *')) {
      const rect = element.getBoundingClientRect();
      const text = [...element.childNodes]
        .filter((n) => n.nodeType === Node.TEXT_NODE)
        .map((n) => n.textContent ?? '')
        .join('')
        .trim();
      if (rect.width === 0 || text === '' || element.closest('[disabled], [aria-hidden=true], svg') !== null)
        continue;
      const style = getComputedStyle(element);
      if (style.visibility === 'hidden' || style.opacity === '0') continue;
      const ground = groundOf(element);
      const [light, dark] = [luminance(over(parse(style.color), ground)), luminance(ground)].toSorted(
        (a, b) => b - a,
      );
      const contrast = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
      const name = `${element.tagName}.${element.getAttribute('class') ?? ''} "${text.slice(0, 16)}"`;
      if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(2)}: ${name}`);
      if (Number.parseFloat(style.fontSize) < 11) faults.push(`small type: ${name}`);
    }
    return faults;
  });
}
