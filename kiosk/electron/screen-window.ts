import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BrowserWindow, session, type Protocol } from 'electron';
import type { Clock } from '#shared/clock.ts';

/** Own scheme instead of file:, which may read any file of the machine. */
export const SCREEN_SCHEME = 'muster';
const SCREEN_URL = `${SCREEN_SCHEME}://screen/index.html`;
export const SCREEN_ORIGIN = `${SCREEN_SCHEME}://screen`;

/** A page that dies at once each time must not eat the machine the engine runs on. */
const RELOAD_DELAY_MS = 1000;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the built screen, and nothing beside its folder. */
export function serveScreen(protocol: Protocol, folder: string): void {
  protocol.handle(SCREEN_SCHEME, async (request) => {
    const name = path.posix.normalize(decodeURIComponent(new URL(request.url).pathname));
    const file = path.join(folder, name);
    const type = TYPES[path.extname(file)];
    if (!file.startsWith(folder + path.sep) || type === undefined)
      return new Response('not found', { status: 404 });
    try {
      const headers = {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      };
      return new Response(new Uint8Array(await readFile(file)), { headers });
    } catch {
      return new Response('not found', { status: 404 }); // the only reader of this page is our own window
    }
  });
}

/** The one window: sandboxed, going nowhere, allowed nothing. Fills the screen when packaged. */
export async function openScreenWindow(options: {
  preload: string;
  fullScreen: boolean;
  clock: Clock;
}): Promise<BrowserWindow> {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  const window = new BrowserWindow({
    kiosk: options.fullScreen,
    width: 1366,
    height: 768,
    autoHideMenuBar: true,
    backgroundColor: '#ffffff',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
      autoplayPolicy: 'no-user-gesture-required',
      backgroundThrottling: false,
    },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event) => event.preventDefault());
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  window.webContents.on('render-process-gone', () => {
    options.clock.timer(RELOAD_DELAY_MS, () => {
      if (!window.isDestroyed()) window.reload();
    });
  });
  await window.loadURL(SCREEN_URL);
  return window;
}
