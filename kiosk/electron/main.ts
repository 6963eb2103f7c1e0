/** Entry of the kiosk's shell: one window, one engine, one instance. Nothing here knows about cards or counting. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, BrowserWindow, powerSaveBlocker, protocol } from 'electron';
import { systemClock } from '#shared/node/system-clock.ts';
import { EngineProcess } from './engine-process.ts';
import { connectScreen } from './screen-ipc.ts';
import { openScreenWindow, SCREEN_SCHEME, serveScreen } from './screen-window.ts';
import { keyAnswer, shellKeys } from './shell-keys.ts';
import { startOptions } from './start-options.ts';

/** Of the build this file is of, whatever is built later. */
const HERE = import.meta.dirname;
const log = (text: string): void => console.error(text);

const options = startOptions({
  arguments: process.argv.slice(app.isPackaged ? 1 : 2),
  environment: process.env,
  folder: process.cwd(),
});
// The lock lies in the app's folder: one kiosk a journal, not one a machine.
if (options.data !== null) {
  const folder = path.join(options.data, 'shell');
  mkdirSync(folder, { recursive: true });
  app.setPath('userData', folder);
}
protocol.registerSchemesAsPrivileged([
  { scheme: SCREEN_SCHEME, privileges: { standard: true, secure: true } },
]);

async function run(): Promise<void> {
  serveScreen(protocol, path.join(HERE, 'screen'));
  const engine = new EngineProcess({
    file: path.join(HERE, 'engine.js'),
    start: {
      data: options.data ?? path.join(app.getPath('userData'), 'station'),
      readers: options.readers,
      pair: options.pair,
      nativeBinding: app.isPackaged ? null : (process.env['SQLITE_BINDING_NAPI9'] ?? null),
    },
    keys: shellKeys(),
    clock: systemClock,
    log,
  });
  connectScreen(engine, log);
  powerSaveBlocker.start('prevent-display-sleep');
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    stopped = true;
    engine.stop().then(
      () => app.quit(),
      (error: unknown) => {
        log(String(error));
        app.exit(1);
      },
    );
  });
  await openScreenWindow({
    preload: path.join(HERE, 'preload.cjs'),
    fullScreen: app.isPackaged,
    clock: systemClock,
  });
}

const { tokenKey } = options;
if (tokenKey !== null) {
  app.disableHardwareAcceleration();
  void app.whenReady().then(() => process.stdout.write(keyAnswer(tokenKey), () => app.exit(0)));
} else if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows()[0];
    if (window === undefined) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  // Never awaited at the top level: Electron emits `ready` only after the entry has settled.
  app
    .whenReady()
    .then(run)
    .catch((error: unknown) => {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      app.exit(1);
    });
} else {
  log('这台电脑上已经开着打卡程序。 The kiosk is already running with this data.');
  app.exit(3);
}
