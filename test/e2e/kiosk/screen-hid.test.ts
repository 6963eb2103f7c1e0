import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { SimulatedService } from '../../site/readers/simulated-service.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { HidKiosk, type SendingDevice } from '../../site/readers/hid-kiosk.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { buildScreen, handsAt, launchChromium, typeAsDevice } from '../../support/screen/screen-page.ts';

const PEOPLE = inventPeople({ seed: 53, count: 14 });
/** Badges are laid under the scanners by these, before and after the cables were pulled. */
const STAFF: Readonly<Record<number, string>> = { 4: '10031', 5: '10032', 11: '10033', 12: '10034' };
const CARD_READERS = ['raw64', 'miaxis', 'dk'] as const;
/** A reader is tried again within half a second, a list asked within two; the rest is for a busy machine. */
const SEEN_MS_MAX = 60_000;
const SENDING = ['pos-tubes', 'pos-badges', 'key-numbers', 'key-badges'] as const;

describeNeeding(
  ['chromium'],
  'HID readers and a vendor-bulk one, on the screen of a real kiosk at a real edge',
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'muster-hid-'));
    const usbRoot = path.join(folder, 'usb');
    const service = new SimulatedService('decard');
    let site: EdgeSite;
    let lead: string;
    let round: RoundId;
    let kiosk: HidKiosk;
    let browser: Browser;
    let page: Page;
    let press: ReturnType<typeof handsAt>;

    const sees = (text: string, where = 'h1') =>
      page
        .waitForFunction(
          ([selector, wanted]) =>
            [...document.querySelectorAll(selector)].some((one) => one.textContent?.includes(wanted)),
          [where, text] as const,
          { timeout: SEEN_MS_MAX },
        )
        .catch(async (cause: unknown) => {
          const shown = await page.locator('.screen').innerText();
          throw new Error(`no "${text}" in ${where} of:\n${shown}`, { cause });
        });
    const ordinal = (n: number) => sees(`本管第 ${n} 人`, '.second');
    const row = (text: string) => page.locator('.reader-rows .key-button', { hasText: text });
    let chosen = 0;
    /** On the page 读卡器: presses the row that names the device, wherever it stands, and then the keys of its steps. */
    const choose = async (name: string, ...steps: string[]) => {
      for (let i = 0; i < 3 && (await row(`+ ${name}`).count()) === 0; i += 1) await press('Numpad9');
      const texts = await page.locator('.reader-rows .key-button').allInnerTexts();
      await press(`Numpad${1 + texts.findIndex((text) => text.includes(`+ ${name}`))}`, ...steps);
      chosen += 1;
      // The next key would be pressed on the page that the answer to this command opens.
      await sees(chosen === 1 ? '读卡器正常' : `读卡器正常 ${chosen}/${chosen}`, '.header-reader');
    };
    /** A device sends; a keyboard opened by the kiosk types into its window all the same. */
    const send = async (device: SendingDevice, text: string) => {
      const codes = [...Array.from(text, (digit) => `Digit${digit}`), 'Enter'];
      const types = device.startsWith('key-') ? [typeAsDevice(page, codes)] : [];
      await Promise.all([kiosk.do({ act: 'send', device, text }), ...types]);
    };
    const plugBulk = () => {
      mkdirSync(path.join(usbRoot, '1-4'), { recursive: true });
      writeFileSync(path.join(usbRoot, '1-4/idVendor'), '0400\n');
      writeFileSync(path.join(usbRoot, '1-4/idProduct'), 'c35a\n');
    };
    const ladder = async () => (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json;
    const counted = async (people: number) => {
      for (let i = 0; i < 100 && (await ladder()).people !== people; i += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await ladder()).toMatchObject({ people });
    };
    /** A card on every reader, a badge under every scanner and a card on the number reader: seven more people. */
    const everyWay = async (from: number) => {
      for (const [i, device] of CARD_READERS.entries()) {
        expect(await kiosk.do({ act: 'card', device, person: PEOPLE[from + i]! })).toBe('read');
        await ordinal(i + 1);
      }
      service.layDown(PEOPLE[from + 3]!);
      await ordinal(4);
      service.liftAll();
      await send('pos-badges', STAFF[from + 4]!);
      await ordinal(5);
      await send('key-badges', STAFF[from + 5]!);
      await ordinal(6);
      await send('key-numbers', `27128473${from + 10}`);
      await ordinal(7);
      await sees('卡号没有登记,请到服务台', '.third');
    };

    beforeAll(async () => {
      await buildScreen();
      mkdirSync(usbRoot);
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
        ...(STAFF[i] === undefined ? {} : { staffNumber: STAFF[i] }),
      }));
      const roster = await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, json: people });
      if (roster.status !== 200) throw new Error(JSON.stringify(roster.json));
      await site.open(lead, round);
      const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
      await service.start(0);
      await service.stop();
      const decardPort = Number(new URL(service.at).port);
      kiosk = await HidKiosk.start({ data: folder, usbRoot, pair: pairing.json.code as string, decardPort });
      browser = await launchChromium();
      page = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN' });
      press = handsAt(page);
      await page.goto(kiosk.address);
      await sees('没有读卡器', '.header-reader');
    });
    afterAll(async () => {
      await browser?.close();
      await kiosk?.stop();
      await service.stop();
      await site?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('KR14 what is plugged in while the kiosk runs is offered, and confirmed with the number pad', async () => {
      await press('NumpadEnter', 'Numpad6');
      // The bulk reader last: when it is listed everything is.
      for (const device of [...CARD_READERS, ...SENDING]) await kiosk.do({ act: 'plug-in', device });
      plugBulk();
      await row('要先装厂家程序').waitFor();
      await press('NumpadMultiply');
      await sees('+ raw64', '.reader-row');
      const bulk = (await page.locator('.reader-row').allInnerTexts()).findIndex((text) =>
        text.includes('部标'),
      );
      await press(`Numpad${bulk + 1}`);
      await sees('这台读卡器需要厂家服务', '.reader-install');
      await press('Escape');
      for (const device of CARD_READERS) await choose(device);
      await choose('pos-tubes', 'Numpad1');
      await choose('pos-badges', 'Numpad2');
      // ten digits, as it is
      await choose('key-numbers', 'Numpad1', 'Numpad1', 'Numpad1');
      await choose('key-badges', 'Numpad2', 'Numpad2');
      await service.start(0);
      await press('NumpadMultiply');
      await page.waitForFunction(() => !document.body.innerText.includes('要先装厂家程序'));
      await choose('USB 部标身份证读卡器');
      await press('Escape');
      await sees('请放身份证');
      const { readers } = JSON.parse(readFileSync(path.join(folder, 'settings.json'), 'utf8')) as {
        readers: ReaderSetting[];
      };
      expect(readers.map(({ model, role }) => [model, role])).toEqual([
        ['sdt-hid-raw64', 'person'],
        ['sdt-hid-miaxis', 'person'],
        ['sdt-hid-dk', 'person'],
        ['scanner-hid-pos', 'tube'],
        ['scanner-hid-pos', 'person'],
        ['number-boot-keyboard', 'person'],
        ['scanner-boot-keyboard', 'person'],
        ['sdt-usb-bulk', 'person'],
      ]);
    });

    it('KR14 a tube is opened and a person counted by each of them', async () => {
      await send('pos-tubes', '0000021');
      await sees('新管 0000021');
      await everyWay(0);
      await counted(7);
      expect(await page.locator('.header-reader').innerText()).toContain('8/8');
    });

    it('KR14 pulled out and plugged in again, each counts once more, and the ladder says what was shown', async () => {
      for (const device of [...CARD_READERS, ...SENDING]) await kiosk.do({ act: 'unplug', device });
      rmSync(path.join(usbRoot, '1-4'), { recursive: true });
      await service.stop();
      await sees('读卡器断开', '.header-reader');
      for (const device of [...SENDING, ...CARD_READERS]) await kiosk.do({ act: 'plug-in', device });
      plugBulk();
      await service.start(0);
      await sees('读卡器正常 8/8', '.header-reader');
      await send('pos-tubes', '0000022');
      await sees('刷 7 人');
      await press('NumpadEnter');
      await sees('新管 0000022');
      await everyWay(7);
      await counted(14);
      const events = await page.locator('[data-number=last]').innerText();
      await sees(events, '[data-number=received]');
      const tubes = (await site.ask('GET', `/rounds/${round}/tubes`, { token: lead })).json;
      expect(tubes).toMatchObject({
        tubes: [
          { code: '0000021', people: 7 },
          { code: '0000022', people: 7 },
        ],
      });
    });
  },
);
