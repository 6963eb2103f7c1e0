import { cpSync, linkSync, mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { installSchema, listOf } from '#shared/contract/http.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { inventPeople } from '../site/invented-people.ts';
import { serveReader, type ServedReader } from '../site/readers/simulated-reader-carriers.ts';
import { cardOf } from '../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../site/readers/simulated-reader.ts';
import { EdgeSite } from '../support/edge/edge-site.ts';
import { TestKeyring } from '../support/machine/keyring.ts';
import { describeNeeding } from '../support/machine/requirements.ts';
import { startShell, startShellBeside, type Shell } from '../support/machine/shell.ts';

const PEOPLE = inventPeople({ seed: 61, count: 6 });
const PATIENCE = { holdMs: 300, patienceMs: 20_000 };
/** A start of Electron that asks the keyring, on a busy machine. */
const SEALED = { timeout: 30_000 };

const NEEDS = ['electron', 'display', 'keyring'] as const;

/** One kiosk's life, in the order of the tests: paired before there was a keyring, sealed, restarted, copied, locked. */
describeNeeding(NEEDS, 'the pairing token in a real Electron beside a real keyring', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-shell-keyring-'));
  const data = path.join(folder, 'kiosk');
  const reader = new SimulatedReader(systemClock);
  let served: ServedReader;
  let site: EdgeSite;
  let lead: string;
  let pair: string;
  let keyring: TestKeyring;
  let other: TestKeyring;
  let shell: Shell | null = null;

  beforeAll(async () => {
    served = await serveReader(reader, 0);
    site = await EdgeSite.start({ tls: true, advertisedHost: '127.0.0.1' });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'; // the test's own HTTP client; the kiosk pins
    lead = await site.lead();
    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station: 3 } });
    pair = pairing.json.code as string;
    keyring = await TestKeyring.start(path.join(folder, 'this machine'));
    other = await TestKeyring.start(path.join(folder, 'another machine'));
  });
  afterEach(async () => {
    await shell?.stop();
    shell = null;
  });
  afterAll(async () => {
    await keyring?.stop();
    await other?.stop();
    await site?.stop();
    site?.remove();
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    await served?.unplug();
    await rm(folder, { recursive: true, force: true });
  });

  const settings = (of: string): string => readFileSync(path.join(of, 'settings.json'), 'utf8');
  const filesWith = (of: string, text: string): string[] =>
    readdirSync(of, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const file = statSync(path.join(of, name), { throwIfNoEntry: false });
      return file?.isFile() === true && readFileSync(path.join(of, name)).includes(text);
    });
  const installs = async () => {
    const { json } = await site.ask('GET', '/installs', { token: lead });
    return listOf('installs', installSchema).parse(json).installs;
  };
  const band = (of: Shell): Promise<string> => of.page.locator('[data-band="token-closed"]').innerText();
  const delivers = async (of: Shell, person: number): Promise<void> => {
    const before = await of.number('last');
    await counts(of, person);
    await expect.poll(() => of.number('received'), SEALED).toBe(before + 1);
  };
  const counts = async (of: Shell, person: number): Promise<void> => {
    expect(await reader.placeCard(cardOf(PEOPLE[person]!), PATIENCE)).toBe('read');
    await of.sees('已计入');
  };
  const given = (of: string) => ({ data: of, reader: served.path, pair });
  const KEPT = { token: '' };

  it('KS24 without a keyring the set-up dialog says that the token is not bound to this machine', async () => {
    shell = await startShell(given(data));
    await shell.sees('请放身份证');
    await delivers(shell, 0);
    KEPT.token = (JSON.parse(settings(data)) as { pairing: { token: string } }).pairing.token;
    expect(KEPT.token).toMatch(/^.{16,128}$/);
    await shell.page.keyboard.press('Escape');
    await shell.sees('请放身份证');
    for (const key of ['NumpadEnter', 'Numpad5']) {
      await shell.page.keyboard.press(key);
      await shell.page.waitForTimeout(80); // slower than a scanner
    }
    await expect
      .poll(() => shell?.page.locator('.form').innerText())
      .toContain('令牌未绑定本机(没有系统钥匙串)');
  });

  it('KS24 beside a keyring the same kiosk goes on and seals its token; no file holds it, nor do the old bytes', async () => {
    const bytes = path.join(folder, 'bytes of the old file');
    linkSync(path.join(data, 'settings.json'), bytes);
    shell = await startShellBeside(keyring, given(data));
    await expect.poll(() => settings(data), SEALED).toContain('"handle"');
    expect(filesWith(data, KEPT.token)).toEqual([]);
    expect(readFileSync(bytes).every((byte) => byte === 0)).toBe(true);
    await delivers(shell, 1);
  });

  it('KS24 started again it opens its token and delivers', async () => {
    const before = settings(data);
    shell = await startShellBeside(keyring, given(data));
    await delivers(shell, 2);
    expect(settings(data)).toBe(before);
    expect(await shell.page.locator('[data-band="token-closed"]').count()).toBe(0);
  });

  it('KS24 its copied disk beside another keyring cannot speak to the edge: it counts on and says why', async () => {
    const copy = path.join(folder, 'copy');
    cpSync(data, copy, {
      recursive: true,
      filter: (from) => statSync(from).isDirectory() || statSync(from).isFile(),
    });
    const before = await installs();
    shell = await startShellBeside(other, given(copy));
    await expect.poll(() => band(shell!), SEALED).toContain('不是原来的电脑、用户或钥匙串');
    await counts(shell, 3);
    expect(await shell.number('last')).toBe((await shell.number('received')) + 1);
    expect(await installs()).toMatchObject(
      before.map(({ id, watermark }) => ({ id, watermark, connected: false })),
    );
  });

  it('KS24 a locked keyring holds up no swipe, and the token opens once it is unlocked', async () => {
    keyring.lock();
    shell = await startShellBeside(keyring, given(data));
    await counts(shell, 4);
    await expect.poll(() => band(shell!), SEALED).toContain('系统钥匙串锁着');
    await counts(shell, 5);
    keyring.unlock();
    await expect.poll(() => shell?.number('received'), { timeout: 60_000 }).toBe(await shell.number('last'));
    expect(await shell.page.locator('[data-band="token-closed"]').count()).toBe(0);
  });
});
