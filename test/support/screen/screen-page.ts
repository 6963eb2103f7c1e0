/** The built screen in a real Chromium, its bridge played by the test: states go in, the commands it sends come out. */
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import {
  kioskCommandSchema,
  kioskStateSchema,
  type CommandReply,
  type KioskCommand,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../machine/chromium.ts';

const SCREEN = path.join(PROJECT_ROOT, 'dist/screen');
const ORIGIN = 'http://screen.test';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Builds the kiosk's page, unless `npm test` has just done so. */
export async function buildScreen(): Promise<void> {
  if (process.env['MUSTER_PAGES_BUILT'] !== undefined) return;
  await build({ configFile: path.join(PROJECT_ROOT, 'kiosk/vite.config.ts'), logLevel: 'error' });
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('no Chromium on this machine');
  return chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}

/** Between two keys of a device that types. */
const DEVICE_KEY_MS = 9;

/**
 * Keys of a device that types into the window, by their places alone, as an input method leaves them. They bear the times at
 * which the device pressed them and come at once: so a page gets them whose process was not run meanwhile.
 */
export async function typeAsDevice(page: Page, codes: readonly string[]): Promise<void> {
  await page.evaluate(
    async ([all, gapMs]) => {
      const from = performance.now();
      await new Promise((resolve) => setTimeout(resolve, all.length * gapMs));
      for (const [i, code] of all.entries()) {
        const init = { code, key: 'Process', bubbles: true, cancelable: true };
        const event = new KeyboardEvent('keydown', init);
        Object.defineProperty(event, 'timeStamp', { value: from + i * gapMs });
        document.body.dispatchEvent(event);
      }
    },
    [codes, DEVICE_KEY_MS] as const,
  );
}

/** A key of a device, as Chromium gets it from the system. */
export interface DeviceStroke {
  code: string;
  key: string;
  /** 229 where an input method or nobody has named it. */
  keyCode?: number;
  up?: boolean;
  alt?: boolean;
  /** Of the number pad. */
  pad?: boolean;
}

/**
 * Strokes through the browser's own input, `strokeMs` apart by the system's times, and at once: so a page gets them whose process
 * was not run meanwhile.
 */
export async function typeThroughBrowser(
  page: Page,
  strokes: readonly DeviceStroke[],
  strokeMs: number,
): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await sleep(strokes.length * strokeMs);
  const from = Date.now() - strokes.length * strokeMs;
  await Promise.all(
    strokes.map(({ code, key, keyCode, up, alt, pad }, i) =>
      browser.send('Input.dispatchKeyEvent', {
        type: up === true ? 'keyUp' : 'rawKeyDown',
        modifiers: alt === true ? 1 : 0,
        timestamp: (from + i * strokeMs) / 1000,
        windowsVirtualKeyCode: keyCode ?? 0,
        code,
        key,
        isKeypad: pad === true,
      }),
    ),
  );
  await browser.detach();
}

/** Between two keys of a hand; longer than the screen holds a key back for a scanner. */
const HAND_KEY_MS = 110;

/**
 * Hands at the keyboard of a kiosk's page, from before the page is opened: each key is pressed when the kiosk has answered
 * what the one before it asked, because until then the screen takes no other.
 */
export function handsAt(page: Page): (...codes: string[]) => Promise<void> {
  // Socket.IO's numbers of events that want an acknowledgement, which bears the same number.
  const unanswered = new Set<string>();
  const numberIn = (frame: string | Buffer, kind: RegExp): string => kind.exec(frame.toString())?.[1] ?? '';
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const number = numberIn(payload, /^42(\d+)\[/);
      if (number !== '') unanswered.add(number);
    });
    socket.on('framereceived', ({ payload }) => unanswered.delete(numberIn(payload, /^43(\d+)\[/)));
    socket.on('close', () => unanswered.clear());
  });
  return async (...codes) => {
    for (const code of codes) {
      await page.keyboard.press(code);
      // A timer of the page, so that the page's own of the key before it has run.
      await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), HAND_KEY_MS);
      while (unanswered.size > 0) await sleep(5);
    }
  };
}

export interface ScreenPage {
  page: Page;
  /** Commands sent so far, oldest first. */
  commands: KioskCommand[];
  /** What the page complained about: console errors, uncaught errors, violations of its policy. */
  complaints: string[];
  /** Shows a state with a serial above all before. */
  show(state: KioskState): Promise<void>;
  /** The answer to commands from now on. */
  answer(reply: CommandReply): void;
  /** Presses a key by its place; `key` is what an input method may make of it. */
  press(code: string, key?: string): Promise<void>;
}

/** `locale`: the language of the system, a BCP 47 tag. */
export async function openScreen(
  browser: Browser,
  size: { width: number; height: number },
  locale = 'zh-CN',
): Promise<ScreenPage> {
  const built = await realpath(SCREEN);
  const page = await browser.newPage({ viewport: size, locale });
  const commands: KioskCommand[] = [];
  const complaints: string[] = [];
  let reply: CommandReply = { ok: true };
  let serial = 0;
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname;
    const file = path.join(built, name === '/' ? 'index.html' : name);
    await route.fulfill({
      body: await readFile(file),
      contentType: TYPES[path.extname(file)] ?? 'application/octet-stream',
    });
  });
  await page.exposeFunction('sendCommand', (command: unknown): CommandReply => {
    commands.push(kioskCommandSchema.parse(command));
    return reply;
  });
  await page.addInitScript(BRIDGE);
  await page.goto(`${ORIGIN}/`);
  return {
    page,
    commands,
    complaints,
    async show(state) {
      serial += 1;
      const next = kioskStateSchema.parse({ ...state, serial });
      await page.evaluate(
        (value) => (globalThis as unknown as { showState(state: unknown): void }).showState(value),
        next,
      );
      await page.waitForFunction(() => document.querySelector('.screen') !== null);
    },
    answer(next) {
      reply = next;
    },
    async press(code, key) {
      await page.evaluate(
        (init) =>
          document.body.dispatchEvent(
            new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }),
          ),
        { code, key: key ?? code },
      );
      await page.waitForTimeout(WEDGE_WAIT_MS);
    },
  };
}

/** Longer than the screen holds a key back for a scanner. */
const WEDGE_WAIT_MS = 120;

// In the page, before its own scripts: the contract's bridge, fed by the test.
const BRIDGE = `(() => {
  let last = null;
  const listeners = new Set();
  window.showState = (state) => { last = state; for (const listener of listeners) listener(state); };
  Object.defineProperty(window, 'kiosk', { value: Object.freeze({
    onState(listener) { listeners.add(listener); if (last) listener(last); return () => listeners.delete(listener); },
    send: (command) => window.sendCommand(command),
  }) });
})();`;
