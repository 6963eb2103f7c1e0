import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#shared/node/system-clock.ts';
import { inventPeople } from '../site/invented-people.ts';
import { serveReader, type ServedReader } from '../site/readers/simulated-reader-carriers.ts';
import { cardOf } from '../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../site/readers/simulated-reader.ts';
import { electronPath } from '../support/machine/machine.ts';
import { pairingStandIn, type PairingStandIn } from '../support/kiosk/pairing-stand-in.ts';
import { describeNeeding } from '../support/machine/requirements.ts';
import { SHELL_ARGS, startShell, type Shell } from '../support/machine/shell.ts';

const PEOPLE = inventPeople({ seed: 41, count: 6 });
const PATIENCE = { holdMs: 300, patienceMs: 20_000 };

describeNeeding(['electron', 'display'], 'the shell in a real Electron', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-shell-'));
  const data = path.join(folder, '数据 kiosk');
  const reader = new SimulatedReader(systemClock);
  let served: ServedReader;
  let edge: PairingStandIn;
  let shell: Shell;
  const swipe = (person: number) => reader.placeCard(cardOf(PEOPLE[person]!), PATIENCE);

  beforeAll(async () => {
    served = await serveReader(reader, 0);
    edge = await pairingStandIn(3);
    shell = await startShell({ data, reader: served.path, pair: edge.code });
    await shell.sees('请放身份证');
  });
  afterAll(async () => {
    await shell?.stop();
    await edge?.stop();
    await served?.unplug();
    await rm(folder, { recursive: true, force: true });
  });

  it('SH4 card bytes at the reader become a counted face and a record', async () => {
    const before = await shell.number('last');
    expect(await swipe(0)).toBe('read');
    await shell.sees('已计入');
    expect(await shell.number('last')).toBe(before + 1);
    expect(await shell.lines()).toContain('请不要移动');
    const text = await shell.page.locator('.screen').innerText();
    expect(text).toContain('3号台');
    expect(text).not.toContain(PEOPLE[0]!.number);
    expect(text).not.toContain(PEOPLE[0]!.name);
    expect(text).toContain('没有轮次,未归轮');
  });

  it('SH1 the page is sandboxed and isolated, has no Node, and sees two named functions', async () => {
    const preferences = await shell.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity };
    });
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    const world = await shell.page.evaluate(() => ({
      globals: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
        (name) => name in globalThis,
      ),
      bridge: Object.keys((globalThis as unknown as { kiosk: object }).kiosk).toSorted(),
      origin: location.origin,
    }));
    expect(world).toEqual({ globals: [], bridge: ['onState', 'send'], origin: 'muster://screen' });
  });

  it('SH1 the engine runs in a process of its own', async () => {
    const pid = await shell.enginePid();
    expect(pid).not.toBeNull();
    expect(pid).not.toBe(shell.app.process().pid);
  });

  it('SH7 a command that does not parse is refused in words, and the next one works', async () => {
    const ask = (command: unknown) =>
      shell.page.evaluate(
        (value) =>
          (globalThis as unknown as { kiosk: { send(command: unknown): Promise<unknown> } }).kiosk.send(
            value,
          ),
        command,
      );
    expect(await ask({ command: 'format-disk' })).toMatchObject({ ok: false, code: 'not-understood' });
    expect(await ask({ command: 'undo', more: 1 })).toMatchObject({ ok: false });
    expect(await ask('x'.repeat(100_000))).toMatchObject({ ok: false });
    expect(await ask({ command: 'dismiss' })).toEqual({ ok: true });
  });

  it('SH6 the window goes nowhere, opens nothing and is granted nothing', async () => {
    const { page } = shell;
    const tried = await page.evaluate(async () => {
      const opened = window.open('https://example.invalid/') === null;
      const status = async (url: string) =>
        fetch(url).then(
          (answer) => answer.status,
          () => 'refused',
        );
      const permission = await Notification.requestPermission();
      const camera = await navigator.mediaDevices?.getUserMedia({ video: true }).then(
        () => 'granted',
        () => 'denied',
      );
      location.href = 'https://example.invalid/';
      return {
        opened,
        permission,
        camera: camera ?? 'denied',
        outside: [
          await status('muster://screen/../engine.js'),
          await status('file:///etc/passwd'),
          await status('muster://screen/%2e%2e/main.js'),
        ],
      };
    });
    expect(tried.opened).toBe(true);
    expect(tried.permission).toBe('denied');
    expect(tried.camera).toBe('denied');
    for (const outside of tried.outside) expect([404, 'refused']).toContain(outside);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(new URL(page.url()).protocol).toBe('muster:');
    expect(shell.app.windows()).toHaveLength(1);
  });

  it('SH2 a second start with the same data ends, and the first goes on', async () => {
    const args = [...SHELL_ARGS, '--data', data];
    const second = spawn(electronPath()!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const errors: string[] = [];
    second.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    const code = await new Promise((resolve) => second.once('exit', resolve));
    expect(code, errors.join('')).toBe(3);
    expect(errors.join('')).toContain('已经开着打卡程序');
    await swipe(1);
    await shell.sees('已计入');
    expect(shell.app.windows()).toHaveLength(1);
  });

  it('SH3 a killed engine is started again, the screen says so, and nothing counted is lost', async () => {
    await swipe(2);
    await shell.sees('已计入');
    const before = await shell.number('last');
    const pid = (await shell.enginePid())!;
    process.kill(pid, 'SIGKILL');
    await shell.sees('打卡程序正在重新启动');
    await shell.sees('请放身份证');
    expect(await shell.enginePid()).not.toBe(pid);
    expect(await shell.number('last')).toBe(before);
    await swipe(3);
    await shell.sees('已计入');
    expect(await shell.number('last')).toBe(before + 1);
  });

  it('SH3 the keys still reach the engine that was started again', async () => {
    await shell.page.keyboard.press('Escape');
    await shell.sees('请放身份证');
    const before = await shell.number('last');
    await shell.page.keyboard.press('NumpadSubtract');
    await shell.sees('撤销 ');
    await shell.page.keyboard.press('NumpadEnter');
    await shell.sees('已撤销');
    expect(await shell.number('last')).toBe(before + 1);
  });
});
