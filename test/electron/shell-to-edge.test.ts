import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#shared/node/system-clock.ts';
import type { RoundId } from '#shared/ids.ts';
import { chromium } from 'playwright-core';
import { EdgeClient } from '../site/edge-client.ts';
import { startEdgeProcess, type EdgeProcess } from '../site/edge-process.ts';
import { inventPeople } from '../site/invented-people.ts';
import { serveReader, type ServedReader } from '../site/readers/simulated-reader-carriers.ts';
import { cardOf } from '../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../site/readers/simulated-reader.ts';
import { logIn, openBoard } from '../support/board/board-page.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../support/machine/chromium.ts';
import { describeNeeding } from '../support/machine/requirements.ts';
import { startShell, type Shell } from '../support/machine/shell.ts';
import { typeAsDevice } from '../support/screen/screen-page.ts';

const LEAD = { name: '负责人', password: 'test-only-47' };
const PEOPLE = inventPeople({ seed: 47, count: 6 });
const WALK_IN = 5;
/** Events reach the edge at once; this is how long the test asks before it gives up. */
const ARRIVAL_MS_MAX = 15_000;

describeNeeding(['electron', 'display', 'chromium'], 'from card bytes through the shell to the edge', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-shell-edge-'));
  const reader = new SimulatedReader(systemClock);
  let served: ServedReader;
  let edge: EdgeProcess;
  let lead: EdgeClient;
  let round: RoundId;
  let shell: Shell;
  const swipe = async (person: number, face: string) => {
    const before = await shell.number('last');
    await reader.placeCard(cardOf(PEOPLE[person]!), { holdMs: 300, patienceMs: 20_000 });
    // The face of the person before may say the same.
    await expect.poll(() => shell.number('last')).toBeGreaterThan(before);
    await shell.sees(face);
  };
  const press = async (...codes: string[]) => {
    for (const code of codes) {
      await shell.page.keyboard.press(code);
      await shell.page.waitForTimeout(80); // slower than a scanner
    }
  };
  const ladderOnce = async (done: (ladder: Awaited<ReturnType<EdgeClient['ladder']>>) => boolean) => {
    const until = Date.now() + ARRIVAL_MS_MAX;
    for (;;) {
      const ladder = await lead.ladder(round);
      if (done(ladder) || Date.now() > until) return ladder;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  beforeAll(async () => {
    served = await serveReader(reader, 0);
    edge = await startEdgeProcess({
      data: path.join(folder, 'edge'),
      keys: path.join(folder, 'keys'),
      port: 0,
      site: '示例机电',
    });
    lead = await EdgeClient.setUp(edge.url, { code: edge.setupCode ?? '', ...LEAD });
    const day = 24 * 3_600_000;
    const created = await lead.createRound({
      name: '第4轮',
      capacity: 10,
      tubeMode: 'codes',
      expectedBasis: 'roster-minus-excused',
      stations: [{ station: 1, stand: 'before' }],
      sessions: [
        {
          name: '早场',
          from: new Date(Date.now() - day / 24).toISOString(),
          to: new Date(Date.now() + day).toISOString(),
          shift: null,
        },
      ],
    });
    round = created.id;
    const rows = PEOPLE.slice(0, WALK_IN).map(({ number, name }) => `${number},${name},一车间,甲班`);
    await lead.putFile(`/rounds/${round}/roster`, ['number,name,workshop,team', ...rows].join('\n'));
    const pairing = await lead.pairing(1);
    shell = await startShell({ data: path.join(folder, 'kiosk'), reader: served.path, pair: pairing.code });
    await shell.sees('请放身份证');
  });
  afterAll(async () => {
    await shell?.stop();
    await edge?.stop();
    await served?.unplug();
    await rm(folder, { recursive: true, force: true });
  });

  it('SH9 before the round is opened a card is a test and counts nowhere', async () => {
    await swipe(0, '试刷,不计入');
    expect(await ladderOnce(() => true)).toMatchObject({ people: 0, swipes: 0 });
  });

  it('SH9 people counted on the screen are counted at the edge, with tube, repeat and walk-in', async () => {
    await lead.setState(round, 'open');
    await shell.page.waitForFunction(
      () => document.querySelector('.alert')?.textContent?.includes('请扫管号') === true,
    );
    await typeAsDevice(shell.page, [...Array.from('0000017', (digit) => `Digit${digit}`), 'Enter']);
    await shell.sees('新管 0000017');
    await swipe(0, '已计入');
    await swipe(1, '已计入');
    await swipe(0, '已刷过');
    await swipe(WALK_IN, '已计入(名单外)');
    const ladder = await ladderOnce(({ swipes }) => swipes === 4);
    expect(ladder).toMatchObject({
      swipes: 4,
      people: 3,
      repeats: 1,
      onRoster: 2,
      walkIns: 1,
      voided: 0,
      withoutTube: 0,
    });
  });

  it('SH9 an undone swipe is voided at the edge, and the tube is sealed with the sampler’s number', async () => {
    await swipe(2, '已计入');
    await press('NumpadSubtract');
    await shell.sees('撤销 ');
    await press('NumpadEnter');
    await shell.sees('已撤销');
    expect(await ladderOnce(({ voided }) => voided === 1)).toMatchObject({ people: 3, voided: 1 });
    await press('NumpadAdd');
    await shell.page.waitForSelector('[data-draft="sealing"]');
    expect(await shell.page.locator('.typed').innerText()).toBe('3');
    await press('NumpadEnter');
    await shell.sees('已封');
  });

  it('SH9 收工: when everything is received and no tube is open the station may close', async () => {
    await press('Escape');
    await shell.sees('请放身份证');
    await press('NumpadEnter', 'Numpad3', 'NumpadEnter');
    await shell.sees('可以撤台');
    expect(await shell.number('received')).toBe(await shell.number('last'));
    expect(await ladderOnce(() => true)).toMatchObject({ people: 3 });
  });

  it('SH9 the board shows the same numbers', async () => {
    const browser = await chromium.launch({
      executablePath: chromiumPath() ?? 'chromium',
      args: CHROMIUM_ARGS,
    });
    try {
      const board = await openBoard(browser, edge.url);
      await logIn(board, LEAD);
      const top = board.page.locator('.ladder').first();
      await expect
        .poll(() => top.innerText())
        .toMatch(/在册\s*5 · 应检\s*5 · 实检\s*3\s*\(名单内 2 \+ 名单外 1\)/);
    } finally {
      await browser.close();
    }
  });
});
