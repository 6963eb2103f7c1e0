import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchChromium } from '../screen/screen-page.ts';
import type { EdgeSite } from '../edge/edge-site.ts';
import { buildBoard, logIn, openBoard, type BoardPage } from './board-page.ts';
import { startBoardSite, type BoardSite } from './board-site.ts';

/** Who is logged in when the tests begin; null: nobody. */
type Account = { name: string; password: string } | null;

export interface OpenBoard<S> {
  browser: Browser;
  site: S;
  board: BoardPage;
}

/**
 * The built board in a browser, open on a site of its own: made before the tests of the group this is called in and handed to
 * `ready`, and gone after them, whatever of it there was. What a group made besides ends first: vitest runs what is registered later before.
 */
export function boardOn<S>(
  of: { start: () => Promise<S>; siteOf: (started: S) => EdgeSite; as: Account },
  ready: (made: OpenBoard<S>) => void,
): void {
  let browser: Browser | null = null;
  let site: EdgeSite | null = null;
  beforeAll(async () => {
    await buildBoard();
    browser = await launchChromium();
    const started = await of.start();
    site = of.siteOf(started);
    const board = await openBoard(browser, site.edge.url);
    if (of.as !== null) await logIn(board, of.as);
    ready({ browser, site: started, board });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    site?.remove();
  });
}

/** A board on a site in the middle of a round (`startBoardSite`). */
export function boardWithRound(of: { as: Account }, ready: (made: OpenBoard<BoardSite>) => void): void {
  boardOn({ start: startBoardSite, siteOf: ({ site }) => site, as: of.as }, ready);
}
