/** The real shell in a real Electron, driven from outside. */
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import type { TestKeyring } from './keyring.ts';
import { electronPath } from './machine.ts';

/** Root may not use Chromium's own sandbox; the page's isolation from Node does not hang on it. */
export const SHELL_ARGS = ['--no-sandbox', '--disable-gpu', PROJECT_ROOT];

export interface Shell {
  app: ElectronApplication;
  page: Page;
  /** Every main line shown, in order, each once in a row. */
  lines(): Promise<string[]>;
  /** Resolves when the main line contains `text`. */
  sees(text: string): Promise<void>;
  /** The number in the header: last sequence, or received. */
  number(which: 'last' | 'received'): Promise<number>;
  /** Process id of the engine, or null between two. */
  enginePid(): Promise<number | null>;
  stop(): Promise<void>;
}

interface ShellOptions {
  data: string;
  reader: string;
  pair: string;
}

/** The shell on a machine without a keyring. */
export const startShell = (options: ShellOptions): Promise<Shell> => launch(options, [], {});

/** The shell of a desktop whose keyring this is. */
export const startShellBeside = (keyring: TestKeyring, options: ShellOptions): Promise<Shell> =>
  launch(options, ['--password-store=gnome-libsecret'], keyring.environment);

async function launch(
  options: ShellOptions,
  switches: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Shell> {
  const executablePath = electronPath();
  if (executablePath === null) throw new Error('no Electron on this machine');
  const app = await _electron.launch({
    executablePath,
    args: [
      // the language of a system in China, whatever that of this machine is
      '--lang=zh-CN',
      ...switches,
      ...SHELL_ARGS,
      '--data',
      options.data,
      '--reader',
      options.reader,
      '--pair',
      options.pair,
    ],
    env: { ...process.env, ...environment } as Record<string, string>,
  });
  const page = await app.firstWindow();
  await page.waitForSelector('h1');
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = (): void => {
      const line = document.querySelector('h1')?.textContent ?? '';
      if (line !== seen.at(-1)) seen.push(line);
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    Object.assign(globalThis, { linesSeen: seen });
  });
  return {
    app,
    page,
    lines: () => page.evaluate(() => [...(globalThis as unknown as { linesSeen: string[] }).linesSeen]),
    async sees(text) {
      await page.waitForFunction(
        (wanted) => document.querySelector('h1')?.textContent?.includes(wanted) === true,
        text,
      );
    },
    async number(which) {
      return Number(await page.locator(`[data-number="${which}"]`).innerText());
    },
    enginePid: () =>
      app.evaluate(({ app: shell }) => {
        const engine = shell
          .getAppMetrics()
          .find((one) => one.serviceName === 'muster-engine' || one.name === 'muster-engine');
        return engine?.pid ?? null;
      }),
    stop: () => app.close(),
  };
}
