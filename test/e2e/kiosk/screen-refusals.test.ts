import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Band } from '#shared/contract/kiosk-bands.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { message, type Message, type MessageKey } from '#shared/language/message.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { card, temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { meddlingRelay, type MeddlingRelay } from '../../support/kiosk/meddling-relay.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { RealKiosk } from '../../support/kiosk/real-kiosk.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { saidIn } from '../../support/said.ts';
import { foreignWords } from '../../support/screen/foreign-words.ts';
import {
  buildScreen,
  launchChromium,
  openScreen,
  type ScreenPage,
} from '../../support/screen/screen-page.ts';

const CHINESE = /[\u3400-\u9fff]/;

describeNeeding(['chromium'], 'what an edge will not do, on an English screen', () => {
  let browser: Browser;
  let screen: ScreenPage;
  let place: ReturnType<typeof temporaryDirectory>;
  let site: EdgeSite;
  let lead: string;
  let kiosk: RealKiosk;
  let shown: KioskState[];
  let relay: MeddlingRelay | null = null;

  beforeAll(async () => {
    await buildScreen();
    browser = await launchChromium();
    screen = await openScreen(browser, { width: 1024, height: 768 });
  });
  afterAll(() => browser?.close());

  beforeEach(async () => {
    place = temporaryDirectory();
    site = await EdgeSite.start();
    lead = await site.lead();
    const session = { from: at(-3_600_000), to: at(3_600_000), shift: null };
    const round = await site.round(lead, { name: 'R4', sessions: [{ name: 'R4', ...session }] });
    await site.open(lead, round);
    kiosk = await RealKiosk.start(path.join(place.directory, 'kiosk'), await code(), NO_KEYRING);
    shown = [];
    kiosk.engine.onState((state) => shown.push(state));
    await kiosk.do({ command: 'choose-language', language: 'en' });
    await kiosk.until((s) => s.round?.state === 'open', 'the round');
    await enter(0);
    await kiosk.delivered();
  });
  afterEach(async () => {
    await kiosk?.engine.stop();
    await relay?.stop();
    relay = null;
    await site?.stop();
    site?.remove();
    place?.remove();
  });

  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const code = async (): Promise<string> =>
    (await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } })).json.code as string;
  const enter = (n: number): Promise<void> =>
    kiosk.do({
      command: 'manual',
      kind: 'id',
      number: card(n).number,
      documentType: null,
      name: 'Invented Person',
      phone: null,
    });
  const through = async (): Promise<MeddlingRelay> => (relay ??= await meddlingRelay(site.edge.url));
  const learn = ({ address }: MeddlingRelay): Promise<void> =>
    kiosk.do({ command: 'pair-typed', address, secret: '' });

  /** The first state shown with such a band, once there is one. */
  async function withBand(band: Band['band']): Promise<KioskState> {
    const has = (state: KioskState): boolean => state.bands.some((b) => b.band === band);
    await kiosk.until(() => shown.some(has), band);
    return shown.find(has)!;
  }

  /** What the edge said of it for people, both languages beside each other, as the kiosk's log has it. */
  function told(key: MessageKey, parameters: Message['parameters'] = {}): boolean {
    const said: Message = { key, parameters };
    const words = `${saidIn('zh', said)} / ${saidIn('en', said)}`;
    return kiosk.lines.some(({ detail }) => detail.endsWith(words));
  }

  /** The staff reads this of the state, and nothing of it in another language; nor is there any in what was ever shown. */
  async function expectEnglish(state: KioskState, words: Message | null): Promise<void> {
    await screen.show(state);
    expect(await foreignWords(screen, 'en')).toEqual([]);
    if (words !== null)
      expect(await screen.page.locator('.bands').innerText()).toContain(saidIn('en', words));
    for (const one of shown) expect(JSON.stringify(one)).not.toMatch(CHINESE);
  }

  it('LN70 the edge takes nothing now', async () => {
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'write');
    db.exec('BEGIN IMMEDIATE');
    await enter(1);
    await kiosk.until(() => told('edge-answer.disk-full'), 'the words of the edge');
    await expectEnglish(kiosk.state!, null);
    db.exec('ROLLBACK');
    db.close();
    await kiosk.delivered();
  });

  it('LN70 the edge speaks another version', async () => {
    const between = await through();
    between.meddling.protocol = 99;
    await learn(between);
    const state = await withBand('version-refused');
    expect(told('edge-answer.version', { ours: 1, theirs: 99 })).toBe(true);
    await expectEnglish(state, message('band.version', { ours: 1, theirs: 1 }));
  });

  it('LN70 a batch cannot be used', async () => {
    const between = await through();
    await learn(between);
    await enter(1);
    await kiosk.delivered();
    between.meddling.cutsBatches = true;
    await enter(2);
    const state = await withBand('broken');
    expect(told('edge-answer.batch-unreadable', { code: 'truncated', n: 1 })).toBe(true);
    await expectEnglish(state, message('band.broken'));
    between.meddling.cutsBatches = false;
    await kiosk.delivered();
  });

  it('LN71 a pairing that the edge cannot make now is told from a wrong code', async () => {
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'write');
    const right = await code();
    db.exec('BEGIN IMMEDIATE');
    const said = async (given: string): Promise<Message | null> => {
      const reply = await kiosk.engine.send({ command: 'pair', code: given });
      return reply.ok ? null : reply.words;
    };
    expect(await said(right)).toEqual(message('problem.disk-full'));
    db.exec('ROLLBACK');
    db.close();
    const wrong = right.replace(/\w+$/, 'wrongsecret');
    const answers = new Set<string>();
    for (let tries = 0; tries < 10; tries++) answers.add((await said(wrong))?.key ?? 'paired');
    expect([...answers]).toEqual(['pairing-fault.refused', 'problem.too-many-tries']);
    for (const one of shown) expect(JSON.stringify(one)).not.toMatch(CHINESE);
  });

  it('LN70 the pairing was revoked, and the journal is that of another one', async () => {
    const [pairing] = (await site.ask('GET', '/pairings', { token: lead })).json.pairings as { id: string }[];
    await site.ask('DELETE', `/pairings/${pairing!.id}`, { token: lead });
    await expectEnglish(await withBand('unpaired-edge'), message('band.unpaired'));
    expect(told('edge-answer.revoked')).toBe(true);
    await kiosk.do({ command: 'pair', code: await code() });
    await expectEnglish(await withBand('awaits-consent'), message('band.awaits-consent'));
    expect(told('edge-answer.unproven')).toBe(true);
  });
});
