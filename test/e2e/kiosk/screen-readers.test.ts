import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { serveReader, type ServedReader } from '../../site/readers/simulated-reader-carriers.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { SimulatedService } from '../../site/readers/simulated-service.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { buildScreen, handsAt, launchChromium, typeAsDevice } from '../../support/screen/screen-page.ts';

const PEOPLE = inventPeople({ seed: 47, count: 12 });
const STAFF = '10023';
/** Far more than any step needs on a busy machine. */
const SEEN_MS_MAX = 60_000;

/** A device on a serial-over-LAN box that only sends. */
class SendingDevice {
  readonly #server: Server;
  #sockets: Socket[] = [];
  at = '';

  static async start(): Promise<SendingDevice> {
    const device = new SendingDevice();
    await new Promise<void>((resolve) => device.#server.listen(0, '127.0.0.1', resolve));
    const address = device.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    device.at = `tcp://127.0.0.1:${address.port}`;
    return device;
  }
  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => {}); // the kiosk is killed at the end
    });
  }
  send(text: string): void {
    for (const socket of this.#sockets) socket.write(text);
  }
  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

describeNeeding(['chromium'], 'every way of reading, on the screen of a real kiosk at a real edge', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-readers-'));
  const reader = new SimulatedReader(systemClock);
  const services = (['huashi', 'shensi', 'decard'] as const).map((dialect) => new SimulatedService(dialect));
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  let served: ServedReader;
  let numbers: SendingDevice;
  let tubes: SendingDevice;
  let badges: SendingDevice;
  let kiosk: ChildProcess;
  let browser: Browser;
  let page: Page;
  let press: ReturnType<typeof handsAt>;

  const setting = (
    model: ReaderSetting['model'],
    at: string,
    more: Partial<ReaderSetting> = {},
  ): ReaderSetting => ({
    model,
    at,
    role: 'person',
    usb: null,
    numberFormat: null,
    ...more,
  });
  const sees = (text: string, where = 'h1') =>
    page.waitForFunction(
      ([selector, wanted]) =>
        [...document.querySelectorAll(selector)].some((one) => one.textContent?.includes(wanted)),
      [where, text] as const,
      { timeout: SEEN_MS_MAX },
    );
  const typeFast = (text: string, end: 'Enter' | 'Tab' | null) => {
    const codes = Array.from(text, (c) => (/[0-9]/.test(c) ? `Digit${c}` : `Key${c.toUpperCase()}`));
    return typeAsDevice(page, end === null ? codes : [...codes, end]);
  };
  const ordinal = async (n: number) => sees(`第 ${n} 人`, '.second');

  beforeAll(async () => {
    await buildScreen();
    site = await EdgeSite.start();
    lead = await site.lead();
    const hour = 3_600_000;
    const session = {
      from: new Date(Date.now() - hour).toISOString(),
      to: new Date(Date.now() + hour).toISOString(),
    };
    round = await site.round(lead, {
      stations: [{ station: 1, stand: 'before' }],
      sessions: [{ name: '早场', ...session, shift: null }],
    });
    const people = PEOPLE.map(({ number, name }, i) => ({
      number,
      name,
      workshop: '一车间',
      team: '甲班',
      ...(i === 5 ? { staffNumber: STAFF } : {}),
    }));
    const roster = await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, json: people });
    if (roster.status !== 200) throw new Error(JSON.stringify(roster.json));
    await site.open(lead, round);
    served = await serveReader(reader, 0);
    [numbers, tubes, badges] = await Promise.all([
      SendingDevice.start(),
      SendingDevice.start(),
      SendingDevice.start(),
    ]);
    for (const service of services) await service.start(0);
    const hex = { digits: 'hex', bytes: 8, byteOrder: 'same' } as const;
    const readers = [
      setting('sdt-serial', served.path),
      setting('number-serial', numbers.at, { numberFormat: hex }),
      setting('scanner-serial', tubes.at, { role: 'tube' }),
      setting('scanner-serial', badges.at),
      ...services.map((service) => setting(`service-${service.dialect}` as const, service.at)),
    ];
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, 'settings.json'),
      JSON.stringify({ version: 1, install: null, pairing: null, readers }),
    );
    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
    const command = [path.join(PROJECT_ROOT, 'kiosk/browser/main.ts'), '--data', folder, '--poll-gap', '30'];
    kiosk = spawn(process.execPath, [...command, '--pair', pairing.json.code as string], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      kiosk.stdout!.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
      kiosk.once('exit', (code) => reject(new Error(`the browser kiosk ended with ${code}`)));
    });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
    press = handsAt(page);
    await page.goto(address);
    await sees('请放身份证');
    await sees('读卡器正常 7/7', '.header-reader');
  });
  afterAll(async () => {
    await browser?.close();
    kiosk?.kill();
    await Promise.all([numbers, tubes, badges].map((device) => device?.stop()));
    for (const service of services) await service.stop();
    await served?.unplug();
    await site?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('KR13 a scanner for tubes opens the tube, and a card over each carrier is counted into it', async () => {
    tubes.send('0000017\r\n');
    await sees('新管 0000017');
    expect(await reader.placeCard(cardOf(PEOPLE[0]!), { holdMs: 300, patienceMs: 20_000 })).toBe('read');
    await ordinal(1);
    for (const [i, service] of services.entries()) {
      service.layDown(PEOPLE[1 + i]!);
      await ordinal(2 + i);
      service.liftAll();
    }
    numbers.send('00A1B2C3D4E5F604\r');
    await ordinal(5);
    await sees('卡号没有登记,请到服务台', '.third');
    badges.send(`${STAFF}\n`);
    await ordinal(6);
  });

  it('KR13 the wrong object is told, and the next card is counted', async () => {
    tubes.send(`${PEOPLE[6]!.number}\n`);
    await sees('这是个人码,请放身份证');
    badges.send('0000018\n');
    await sees('这是管号,请放身份证');
    expect(await reader.placeCard(cardOf(PEOPLE[6]!), { holdMs: 300, patienceMs: 20_000 })).toBe('read');
    await ordinal(7);
  });

  it('KR13 a reader that types is chosen with the number pad, and its number is counted under an input method', async () => {
    await press('NumpadEnter', 'Numpad6');
    const rows = page.locator('.reader-rows .key-button');
    // Seven readers in use and what this machine happens to have: 键盘式 is the last of all.
    for (let i = 0; i < 6 && !(await rows.allInnerTexts()).join().includes('像键盘一样打字'); i++)
      await press('Numpad9');
    const texts = await rows.allInnerTexts();
    const row = 1 + texts.findIndex((text) => text.includes('像键盘一样打字'));
    // number-wedge, ten digits, as it is
    await press(`Numpad${row}`, 'Numpad1', 'Numpad1', 'Numpad1');
    await sees('读卡器', 'h1');
    await press('Escape');
    await typeFast('2712847316', 'Enter');
    await ordinal(8);
    await typeFast('2712847999', null);
    await ordinal(9);
    const { readers } = JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8')) as {
      readers: ReaderSetting[];
    };
    expect(readers).toHaveLength(8);
    expect(readers.at(-1)).toMatchObject({ model: 'number-wedge', numberFormat: { bytes: 4 } });
  });

  it('KR13 登记卡号 joins number and card at the edge, where the ladder counts one person', async () => {
    const ladder = async () => (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json;
    const until = async (people: number) => {
      for (let i = 0; i < 100 && (await ladder()).people !== people; i++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await ladder()).toMatchObject({ people });
    };
    await until(9);
    await page.waitForTimeout(300); // an Enter so soon after a scan without an end would be taken for its end
    await press('NumpadEnter', 'Numpad7');
    await sees('请刷卡号,再放身份证');
    numbers.send('00A1B2C3D4E5F604\r');
    await sees('卡号有了,请放身份证');
    expect(await reader.placeCard(cardOf(PEOPLE[0]!), { holdMs: 300, patienceMs: 20_000 })).toBe('read');
    await sees('已关联');
    await until(8);
    await sees('请刷卡号,再放身份证');
    await press('Escape');
    await sees('请放身份证');
    const text = await page.locator('.screen').innerText();
    for (const { number, name } of PEOPLE) {
      expect(text).not.toContain(number);
      expect(text).not.toContain(name);
    }
  });
});
